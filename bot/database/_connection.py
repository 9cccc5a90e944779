"""The one connection: opening it, reading, and transactions one after another."""

import asyncio
import logging
import sqlite3
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any, Self

import aiosqlite

from migrations import FOLDER

from ._awaiting import plain_errors, uninterrupted
from ._backup import accept, prepare
from ._errors import DatabaseBusy, DatabaseClosed
from ._lock import folder_lock
from ._opening import connected, open_file, open_file_read_only

log = logging.getLogger(__name__)

FILE_NAME = "easel.sqlite"
Parameters = Sequence[Any] | Mapping[str, Any]

# For all the attempts of one transaction to get the file's lock, its wait for others included.
_PATIENCE_S = 60.0


class Reader:
    """Reads what is committed, through a connection of its own.

    A connection sees its own transaction before the commit, so a read waits until the one that
    runs has ended. Only the task inside a transaction reads at once, and sees what it wrote.
    """

    def __init__(self, connection: aiosqlite.Connection, file: Path) -> None:
        """Take over an open connection to `file`."""
        self.file = file
        self._connection = connection
        self._lock = asyncio.Lock()
        self._owner: asyncio.Task[Any] | None = None  # the task inside a transaction
        self._closed = False

    async def fetch_one(self, sql: str, parameters: Parameters = ()) -> sqlite3.Row | None:
        """Return the first row, or None; a query of many rows should say LIMIT 1."""
        rows = await self.fetch_all(sql, parameters)
        return rows[0] if rows else None

    async def fetch_all(self, sql: str, parameters: Parameters = ()) -> list[sqlite3.Row]:
        """Return all rows."""
        async with self._turn():
            return await _rows(self._connection, self.file, sql, parameters)

    async def backup(self, target: Path) -> None:
        """Write a checked copy of the committed data to `target`, which must not exist."""
        async with self._turn():
            partial_file = prepare(target)
            with plain_errors(self.file):
                await uninterrupted(self._connection.execute("VACUUM INTO ?", (str(partial_file),)))
            await uninterrupted(asyncio.to_thread(accept, partial_file, target))

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        if self._owner is asyncio.current_task():
            yield
            return
        async with self._lock:
            if self._closed:
                raise DatabaseClosed
            yield

    async def _close(self) -> None:
        async with self._lock:
            self._closed = True


class Database(Reader):
    """The bot's database, of which there is one a data folder."""

    @classmethod
    @asynccontextmanager
    async def open(cls, folder: Path, migrations_dir: Path = FOLDER) -> AsyncIterator[Self]:
        """Lock the data folder, check the database or make it, upgrade it, and close it at the end.

        Raises one of the DatabaseErrors, after which nothing is held.
        """
        file = folder / FILE_NAME
        with folder_lock(folder):
            async with connected(partial(open_file, file, migrations_dir), file) as connection:
                database = cls(connection, file)
                try:
                    yield database
                finally:
                    await uninterrupted(database._close())

    @staticmethod
    @asynccontextmanager
    async def open_read_only(folder: Path, migrations_dir: Path = FOLDER) -> AsyncIterator[Reader]:
        """Open the database beside a running bot, or without one, for the command line's reports.

        Such a connection never writes, which two connections at a time must not do.
        """
        file = folder / FILE_NAME
        connector = partial(open_file_read_only, file, migrations_dir)
        async with connected(connector, file) as connection:
            reader = Reader(connection, file)
            try:
                yield reader
            finally:
                await uninterrupted(reader._close())

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator["Transaction"]:
        """Commit at the end of the block, or roll back where it raises or is cancelled.

        One transaction runs at a time, in the order in which they were asked for. When the block
        is left, the commit is on the disk; a cancellation that comes during the commit is raised
        after it. Transactions do not nest, and a task must not await another one that needs the
        database while it is inside.
        """
        task = asyncio.current_task()
        if self._owner is task:
            raise RuntimeError("A transaction is already open in this task; use that one.")
        deadline = asyncio.get_running_loop().time() + _PATIENCE_S
        async with self._turn():
            self._owner = task
            transaction = Transaction(self._connection, self.file)
            try:
                await self._begin(deadline)
                yield transaction
                with plain_errors(self.file):
                    await uninterrupted(self._connection.execute("COMMIT"))
            finally:
                transaction.ended = True
                # Also after a commit, where it does nothing; also where BEGIN was cancelled while
                # the connection's thread was about to do it.
                try:
                    await uninterrupted(self._connection.rollback())
                finally:
                    self._owner = None

    async def _begin(self, deadline: float) -> None:
        while True:
            try:
                with plain_errors(self.file):
                    # IMMEDIATE: a lock that can't be had is noticed here, not half-way.
                    await self._connection.execute("BEGIN IMMEDIATE")
                return
            except DatabaseBusy:
                if asyncio.get_running_loop().time() >= deadline:
                    raise
                log.warning("%s is locked by another program, trying again", self.file)


class Result:
    """What a statement gave; its rows are read already."""

    def __init__(self, rows: list[sqlite3.Row], rowcount: int, lastrowid: int | None) -> None:
        """Keep what the cursor had."""
        self.rowcount = rowcount  # how many rows were changed
        self.lastrowid = lastrowid  # the id of the row inserted last
        self._rows = iter(rows)

    async def fetchone(self) -> sqlite3.Row | None:
        """Return the next row, or None."""
        return next(self._rows, None)

    async def fetchall(self) -> list[sqlite3.Row]:
        """Return the rows that are left."""
        return list(self._rows)


class Transaction:
    """The connection while a transaction is open, and refused afterwards."""

    def __init__(self, connection: aiosqlite.Connection, file: Path) -> None:
        """Work through `connection`, which `Database.transaction` begins and ends."""
        self.ended = False
        self._connection = connection
        self._file = file

    async def execute(self, sql: str, parameters: Parameters = ()) -> Result:
        """Run one statement."""
        self._check()
        with plain_errors(self._file):
            cursor = await self._connection.execute(sql, parameters)  # pyright: ignore[reportArgumentType]
            # A statement that returns rows has only done its work when they are all read.
            rows = list(await cursor.fetchall()) if cursor.description else []
        return Result(rows, cursor.rowcount, cursor.lastrowid)

    async def fetch_one(self, sql: str, parameters: Parameters = ()) -> sqlite3.Row | None:
        """Return the first row, or None."""
        return await (await self.execute(sql, parameters)).fetchone()

    async def fetch_all(self, sql: str, parameters: Parameters = ()) -> list[sqlite3.Row]:
        """Return all rows."""
        return await (await self.execute(sql, parameters)).fetchall()

    def _check(self) -> None:
        # SQLite itself rolls back after a full disk and the like: a statement after that would
        # be committed on its own.
        if self.ended or not self._connection.in_transaction:
            raise RuntimeError("This transaction has ended.")


async def _rows(
    connection: aiosqlite.Connection, file: Path, sql: str, parameters: Parameters
) -> list[sqlite3.Row]:
    with plain_errors(file):
        return list(await connection.execute_fetchall(sql, parameters))  # pyright: ignore
