"""Putting a backup in the database's place, with a copy of the database that was there kept.

Whatever ends the process in between: a whole database is in place, the old one or the backup.
"""

import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from migrations import FOLDER

from ._awaiting import plain_errors
from ._backup import check, prepare, to_disk
from ._connection import FILE_NAME
from ._errors import BackupMissing, DatabaseCorrupt, DataFolderUnusable, StorageFailed
from ._lock import folder_lock
from ._migrations import check_applied, discover


def restore(folder: Path, source: Path, migrations_dir: Path = FOLDER) -> Path | None:
    """Check the backup `source`, keep a copy of the present database, and put the backup there.

    Where that copy lies, None where there was no database. Nothing is changed where the backup is
    there, not Easel's, damaged or newer, or where a bot runs: those raise DatabaseErrors.
    """
    if not source.is_file():  # before the folder is made for it
        raise BackupMissing(source)
    file = folder / FILE_NAME
    with folder_lock(folder):
        copy = prepare(file.with_name("easel-restored.sqlite"))
        try:
            _copy(source, copy, migrations_dir)
            _go_on_counting(copy, _counters(file))
            check(copy, source)
            kept = _keep(file)
            _fold(file)
            _put(copy, file)
        finally:
            copy.unlink(missing_ok=True)
    return kept


def _copy(source: Path, target: Path, migrations_dir: Path) -> None:
    """A copy with what stands in the source's WAL; the source is only read."""
    with plain_errors(source):
        address = f"{source.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True)) as backup:
            (finding,) = backup.execute("PRAGMA integrity_check(1)").fetchone()
            if finding != "ok":
                raise DatabaseCorrupt(source, finding)
            check_applied(backup, discover(migrations_dir), source)
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


def _go_on_counting(copy: Path, counters: Mapping[str, int]) -> None:
    """Have the backup give no id that was given since it was made."""
    with plain_errors(copy), closing(sqlite3.connect(copy)) as connection, connection:
        known = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema")}
        for name in known.intersection(counters):
            found = connection.execute("SELECT seq FROM sqlite_sequence WHERE name = ?", (name,))
            highest = max(counters[name], *(seq for (seq,) in found), 0)
            connection.execute("DELETE FROM sqlite_sequence WHERE name = ?", (name,))
            connection.execute("INSERT INTO sqlite_sequence VALUES (?, ?)", (name, highest))


def _keep(file: Path) -> Path | None:
    """Copy the present database as it lies there: a damaged one too."""
    if not file.exists():
        return None
    now = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    kept = file.parent / "backups" / f"easel-before-restore-{now}.sqlite"
    prepare(kept)
    try:
        # The WAL first: where only it was copied, nothing looks like a whole database.
        for suffix in ("-wal", ""):
            part = file.with_name(file.name + suffix)
            if part.exists():
                to = kept.with_name(kept.name + suffix)
                shutil.copy2(part, to)
                to_disk(to)
        to_disk(kept.parent)
    except OSError as error:
        raise StorageFailed(kept, str(error.strerror)) from error
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
