"""Putting a backup in the database's place, with a copy of the database that was there kept.

Whatever ends the process in between: a whole database is in place, the old one or the backup.
With the backup comes a mark that what has to be done in it, and in the folder, is still to be done.
"""

import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from generation.database import Database
from migrations import FOLDER

from ._awaiting import plain_errors
from ._backup import check, discard, partial_copy, readable, to_disk, translate_os
from ._connection import FILE_NAME
from ._errors import BackupMissing, DatabaseCorrupt, DataFolderUnusable
from ._lock import folder_lock
from ._migrations import check_applied, discover

# A table of its own, in no migration: it comes with the backup in one step, whatever its schema.
_MARK = "CREATE TABLE IF NOT EXISTS unfinished_restore (source TEXT NOT NULL) STRICT"


def restore(folder: Path, source: Path, migrations_dir: Path = FOLDER) -> Path | None:
    """Check the backup `source`, keep a copy of the present database, and put the backup there.

    Where that copy lies, None where there was no database. Nothing is changed where the backup is
    not there, not Easel's, damaged or newer, or where a bot runs: those raise DatabaseErrors.
    The backup counts as an `unfinished_restore` until `restore_finished`.
    """
    if not source.is_file():  # before the folder is made for it
        raise BackupMissing(source)
    file = folder / FILE_NAME
    with folder_lock(folder), partial_copy(file.with_name("easel-restored.sqlite")) as copy:
        _copy(source, copy, migrations_dir)
        with plain_errors(copy), closing(sqlite3.connect(copy)) as connection, connection:
            _go_on_counting(connection, _counters(file))
            _mark(connection, source)
        check(copy, file)
        kept = _keep(file)
        _fold(file)
        _put(copy, file)
    return kept


async def unfinished_restore(database: Database) -> str | None:
    """Which backup was put in the database's place by a restore that was not finished."""
    marked = "SELECT 1 FROM sqlite_schema WHERE name = 'unfinished_restore'"
    if await database.fetch_one(marked) is None:
        return None
    row = await database.fetch_one("SELECT source FROM unfinished_restore")
    return None if row is None else row["source"]


async def restore_finished(database: Database) -> None:
    """Note that all was done that comes after putting it there."""
    await database.write("DROP TABLE unfinished_restore")


def _copy(source: Path, target: Path, migrations_dir: Path) -> None:
    """A copy with what stands in the source's WAL; the source is only read."""
    with plain_errors(source):
        address = f"{source.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True)) as backup:
            (finding,) = backup.execute("PRAGMA integrity_check(1)").fetchone()
            if finding != "ok":
                raise DatabaseCorrupt(source, finding)
            if not check_applied(backup, discover(migrations_dir), source):
                raise DatabaseCorrupt(source, "it is empty")  # as a copy that a full disk cut off
            # What was just read to its end is there: what fails from here on is the other's disk.
            with plain_errors(target), closing(sqlite3.connect(target)) as copy:
                backup.backup(copy)
                # One file: what is renamed later must not have a WAL.
                copy.execute("PRAGMA journal_mode = DELETE")


def _counters(file: Path) -> Mapping[str, int]:
    """The highest id each table has ever given, as far as the present database can tell."""
    if not file.exists():
        return {}
    try:
        with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as old:
            return dict(old.execute("SELECT name, seq FROM sqlite_sequence"))
    except (sqlite3.Error, UnicodeDecodeError):
        return {}  # a damaged database is what backups are for


def _go_on_counting(copy: sqlite3.Connection, counters: Mapping[str, int]) -> None:
    """Have the backup give no id that was given since it was made."""
    known = {name for (name,) in copy.execute("SELECT name FROM sqlite_schema")}
    for name in known.intersection(counters):
        found = copy.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (name,))
        highest = max(counters[name], *(seq for (seq,) in found), 0)
        copy.execute("DELETE FROM sqlite_sequence WHERE name = ?", (name,))
        copy.execute("INSERT INTO sqlite_sequence VALUES (?, ?)", (name, highest))


def _mark(copy: sqlite3.Connection, source: Path) -> None:
    copy.execute(_MARK)
    # It has one where it was itself taken of a database whose restore was not finished.
    copy.execute("DELETE FROM unfinished_restore")
    copy.execute("INSERT INTO unfinished_restore VALUES (?)", (readable(source),))


def _keep(file: Path) -> Path | None:
    """Copy the present database as it lies there: a damaged one too."""
    if not file.exists():
        return None
    now = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    kept = file.parent / "backups" / f"easel-before-restore-{now}.sqlite"
    try:
        kept.parent.mkdir(mode=0o700, exist_ok=True)
        # The WAL first: where only it was copied, nothing looks like a whole database.
        for suffix in ("-wal", ""):
            part = file.with_name(file.name + suffix)
            if part.exists():
                to = kept.with_name(kept.name + suffix)
                shutil.copy2(part, to)
                to_disk(to)
        to_disk(kept.parent)
    except OSError as error:
        discard(kept)
        raise translate_os(error, kept) from error
    return kept


def _fold(file: Path) -> None:
    """Bring the old WAL into its file: nothing that the old database needs lies beside it then."""
    if not file.exists():
        return
    try:
        with closing(sqlite3.connect(file)) as old:
            old.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.Error:
        return  # damaged: there is no more to save than was kept


def _put(copy: Path, file: Path) -> None:
    try:
        # SQLite would take a WAL that is still there (of a damaged database) for the backup's.
        for suffix in ("-wal", "-shm"):
            file.with_name(file.name + suffix).unlink(missing_ok=True)
        to_disk(file.parent)
        copy.replace(file)
        to_disk(file.parent)
    except OSError as error:
        raise DataFolderUnusable(file, str(error.strerror)) from error
