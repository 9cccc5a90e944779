"""Putting a backup in the database's place, with the database that was there kept beside it."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from migrations import FOLDER

from ._awaiting import plain_errors
from ._backup import accept, prepare
from ._connection import FILE_NAME
from ._errors import DatabaseCorrupt, DatabaseMissing, DataFolderUnusable
from ._lock import folder_lock
from ._migrations import check_applied, discover


def restore(folder: Path, source: Path, migrations_dir: Path = FOLDER) -> Path | None:
    """Check the backup `source`, move the present database aside, and put the backup there.

    Where the present one lies now, None where there was none. Nothing is changed where the backup
    is not Easel's, damaged or newer, or where a bot runs: those raise DatabaseErrors.
    """
    file = folder / FILE_NAME
    with folder_lock(folder):
        copy = prepare(file.with_name("easel-restored.sqlite"))
        _copy(source, copy, migrations_dir)
        kept = _move_aside(file)
        accept(copy, file)
    return kept


def _copy(source: Path, target: Path, migrations_dir: Path) -> None:
    """A copy with what stands in the source's WAL; the source is only read."""
    if not source.is_file():
        raise DatabaseMissing(source)
    with plain_errors(source):
        address = f"{source.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True)) as backup:
            (finding,) = backup.execute("PRAGMA integrity_check(1)").fetchone()
            if finding != "ok":
                raise DatabaseCorrupt(source, finding)
            check_applied(backup, discover(migrations_dir), source)
            with closing(sqlite3.connect(target)) as copy:
                backup.backup(copy)


def _move_aside(file: Path) -> Path | None:
    if not file.exists():
        return None
    now = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    kept = file.parent / "backups" / f"easel-before-restore-{now}.sqlite"
    try:
        kept.parent.mkdir(mode=0o700, exist_ok=True)
        # The WAL first: without the file it belongs to it is of no use, with it all is there.
        for suffix in ("-wal", "-shm", ""):
            part = file.with_name(file.name + suffix)
            if part.exists():
                part.rename(kept.with_name(kept.name + suffix))
    except OSError as error:
        raise DataFolderUnusable(file, str(error.strerror)) from error
    return kept
