"""Opening the file: checks first, then the upgrade, then the settings of the connection."""

import logging
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import aiosqlite

from ._awaiting import plain_errors, uninterrupted
from ._errors import DatabaseCorrupt, DatabaseMissing, DataFolderUnusable
from ._group import GroupConnection
from ._migrations import check_applied, check_current, discover, migrate

log = logging.getLogger(__name__)

_BUSY_TIMEOUT_S = 5.0  # for one attempt to get a lock, made in the connection's thread


@asynccontextmanager
async def connected(
    connector: Callable[[], GroupConnection], file: Path
) -> AsyncIterator[tuple[aiosqlite.Connection, GroupConnection]]:
    """Open in the connection's own thread, where checks and upgrades may take their time.

    Gives the connection as the event loop uses it, and what is behind it in the thread.
    """
    failures: list[Exception] = []
    opened: list[GroupConnection] = []

    def connect() -> sqlite3.Connection:
        try:
            # Here, not in the event loop: of a damaged one it is looked up what to restore.
            with plain_errors(file):
                opened.append(connector())
            return opened[0]
        except Exception as error:
            # aiosqlite does not wait for its thread where this raises. With a stand-in the
            # connection can be closed like any other.
            failures.append(error)
            return sqlite3.connect(":memory:")

    connection = aiosqlite.Connection(connect, iter_chunk_size=64)
    try:
        await uninterrupted(connection.__aenter__())
        for failure in failures:
            raise failure
        yield connection, opened[0]
    finally:
        await uninterrupted(connection.close())


def open_file(file: Path, migrations_dir: Path) -> GroupConnection:
    """Check the database, upgrade it or make it, and return the connection that may write."""
    migrations = discover(migrations_dir)
    try:
        file.touch(mode=0o600)  # SQLite gives its other files the same mode
    except OSError as error:
        raise DataFolderUnusable(file, str(error.strerror)) from error
    connection = _connect(str(file))
    try:
        _check_pages(connection, file)
        check_applied(connection, migrations, file)
        if connection.execute("PRAGMA journal_mode = WAL").fetchone()[0] != "wal":
            log.warning("%s is on a file system without shared memory: reports will wait", file)
        # What is deleted is overwritten: members may ask for it.
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA synchronous = FULL")  # what was accepted survives a power cut
        migrate(connection, migrations, file)
        connection.execute("PRAGMA foreign_keys = ON")
    except BaseException:
        connection.close()
        raise
    return connection


def open_file_read_only(file: Path, migrations_dir: Path) -> GroupConnection:
    """Return a connection that can't write to an existing database of this very schema."""
    if not file.is_file():
        raise DatabaseMissing(file)
    connection = _connect(f"{file.absolute().as_uri()}?mode=ro")
    try:
        check_current(connection, discover(migrations_dir), file)
    except BaseException:
        connection.close()
        raise
    return connection


def _connect(target: str) -> GroupConnection:
    connection = sqlite3.connect(
        target,
        timeout=_BUSY_TIMEOUT_S,
        isolation_level=None,  # transactions begin and end where this package says
        uri=target.startswith("file:"),
        factory=GroupConnection,
    )
    connection.row_factory = sqlite3.Row
    return connection


def _check_pages(connection: sqlite3.Connection, file: Path) -> None:
    (finding,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if finding != "ok":
        raise DatabaseCorrupt(file, finding)
