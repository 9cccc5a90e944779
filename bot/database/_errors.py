"""What can go wrong with the database.

DatabaseError              str() says in plain words what is wrong and what to do
├─ DataFolderUnusable      the folder can't be made, read or written
├─ DataFolderInUse         another Easel has it
├─ DatabaseMissing         there is none yet, and only a reader asks for it
├─ BackupMissing           there is no such file to restore
├─ DatabaseForeign         the file is some other program's
├─ DatabaseCorrupt         the file is damaged
├─ DatabaseTooNew          a newer Easel wrote it
├─ DatabaseTooOld          it was not upgraded yet, and only a reader asks for it
├─ MigrationsInconsistent  the migrations' files don't fit each other or the database
├─ MigrationFailed         a step of the upgrade failed; nothing was changed
├─ DatabaseBusy            another program keeps it locked
├─ StorageFailed           the disk did not take or give what was asked
│  ├─ StorageFull          it is full
│  └─ MemoryShort          there was no memory for it
└─ DatabaseClosed          it was closed before it was used

A statement that is wrong or breaks a constraint raises sqlite3's own errors: those are for the
code that wrote the statement, not for the host.
"""

import asyncio
import sqlite3
from contextlib import closing
from functools import lru_cache
from pathlib import Path

from generation.database import DatabaseTrouble


class DatabaseError(DatabaseTrouble):
    """Root of this package's errors."""


class DataFolderUnusable(DatabaseError):
    """The data folder can't be made, read or written."""

    def __init__(self, path: Path, reason: str) -> None:
        """Name what can't be used, and why."""
        self.path = path
        self.reason = reason
        super().__init__(
            f"{path} can't be used: {reason}. Give Easel's user the folder (in the container that "
            "is user 10001), or name another one in EASEL_DATA_DIR."
        )


class DataFolderInUse(DatabaseError):
    """Another Easel works in the data folder."""

    def __init__(self, folder: Path, holder: str) -> None:
        """Name the folder and who has it, as far as that is known."""
        super().__init__(
            f"{folder} is in use by another Easel ({holder}). Stop that one first, or give this "
            "one a folder of its own with EASEL_DATA_DIR."
        )


class DatabaseMissing(DatabaseError):
    """There is no database to read."""

    def __init__(self, file: Path) -> None:
        """Name the file that isn't there."""
        super().__init__(
            f"There is no database at {file}. Run Easel once, or see that EASEL_DATA_DIR names "
            "the bot's data folder."
        )


class BackupMissing(DatabaseError):
    """The file that is to be restored is not there."""

    def __init__(self, file: Path) -> None:
        """Name the file that isn't there."""
        super().__init__(
            f"There is no file {file}. In Docker it must lie in a folder that the container sees, "
            "such as /data."
        )


class DatabaseForeign(DatabaseError):
    """The file is a database, but not Easel's."""

    def __init__(self, file: Path) -> None:
        """Name the file."""
        super().__init__(
            f"{file} belongs to some other program. Move it away, or name another folder in "
            "EASEL_DATA_DIR."
        )


class DatabaseCorrupt(DatabaseError):
    """The file is damaged; nothing was changed."""

    def __init__(self, file: Path, finding: str) -> None:
        """Say what SQLite found, and how to go on from a backup.

        That is looked for where no event loop would have to wait for it: it may take seconds.
        """
        looks = not _in_event_loop()
        backup = newest_good_backup(file) if looks else None
        restore = f"restore {backup or 'FILE'}"
        step = f"python -m bot {restore} (in Docker: docker compose run --rm easel {restore})"
        if backup is None:
            newest = f"the newest file in {_backups(file)} that restore takes, or "
            step += (
                f", where FILE is {'' if looks else newest}your own backup; without one move "
                f"{file.name}, {file.name}-wal and {file.name}-shm to another folder, to begin "
                "anew without the old jobs"
            )
        super().__init__(
            f"{file} is damaged ({finding}). To go on: 1. keep Easel stopped; 2. {step}; "
            "3. start Easel."
        )


class DatabaseTooNew(DatabaseError):
    """A newer Easel wrote the database."""

    def __init__(self, file: Path, found: int, known: int) -> None:
        """Compare the database's number with this Easel's."""
        super().__init__(
            f"{file} was written by a newer Easel (step {found}; this one knows {known}). Run that "
            "version, or go back with the copy from before the upgrade: python -m bot restore FILE."
        )


class DatabaseTooOld(DatabaseError):
    """The database waits for its upgrade, which a reader can't do."""

    def __init__(self, file: Path, found: int, known: int) -> None:
        """Compare the database's number with this Easel's."""
        super().__init__(
            f"{file} is not upgraded yet (step {found} of {known}). Start the bot, which does it."
        )


class MigrationsInconsistent(DatabaseError):
    """The migrations' files don't fit each other, or what the database says was done."""

    def __init__(self, finding: str) -> None:
        """Say what doesn't fit."""
        super().__init__(f"{finding} Install Easel anew, its files are not as they were released.")


class MigrationFailed(DatabaseError):
    """A step of the upgrade failed and was undone."""

    def __init__(self, name: str, reason: str) -> None:
        """Name the step and SQLite's reason."""
        super().__init__(
            f"The database's upgrade {name} failed and was undone ({reason}). Go on with the "
            "version you had, and please report this."
        )


class DatabaseBusy(DatabaseError):
    """Another program has kept the database locked for too long."""

    def __init__(self, file: Path) -> None:
        """Name the file."""
        super().__init__(
            f"{file} is kept locked by another program. Close whatever has it open, such as a "
            "database browser or a backup tool."
        )


class StorageFailed(DatabaseError):
    """The disk did not take or give what was asked."""

    def __init__(self, file: Path, reason: str) -> None:
        """Give SQLite's reason."""
        super().__init__(
            f"The disk of {file} is full or fails ({reason}). Free some space and look at the "
            "system's log."
        )


class StorageFull(StorageFailed):
    """There is no room left on the disk."""

    def __init__(self, file: Path, reason: str) -> None:
        """Give SQLite's reason."""
        DatabaseError.__init__(self, f"The disk of {file} is full ({reason}). Free some space.")


class MemoryShort(StorageFailed):
    """There is no memory left for what was to be written or read."""

    def __init__(self, file: Path, reason: str) -> None:
        """Give SQLite's reason."""
        DatabaseError.__init__(
            self,
            f"There is no memory left to work with {file} ({reason}). Close other programs, or "
            "give Easel more memory.",
        )


class DatabaseClosed(DatabaseError):
    """The database was closed before it was used."""

    def __init__(self) -> None:
        """There is nothing to tell but that."""
        super().__init__("The database is closed already: Easel is stopping. Try again later.")


def translate(error: sqlite3.Error, file: Path) -> Exception:
    """Return the host's error for one of SQLite's, or the error itself where it is a bug's."""
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)
    if code == sqlite3.SQLITE_IOERR_NOMEM:
        code = sqlite3.SQLITE_NOMEM  # it is not the disk's doing
    # The low byte is the primary code; the rest only says where it happened.
    match code & 0xFF:
        # PROTOCOL: others begin to read or write it so often that no turn was to be had.
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED | sqlite3.SQLITE_PROTOCOL:
            return DatabaseBusy(file)
        case sqlite3.SQLITE_FULL:
            return StorageFull(file, str(error))
        case sqlite3.SQLITE_NOMEM:
            return MemoryShort(file, str(error))
        case sqlite3.SQLITE_IOERR:
            return StorageFailed(file, str(error))
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return DatabaseCorrupt(file, str(error))
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM:
            return DataFolderUnusable(file, str(error))
        case _:
            return error


def newest_good_backup(file: Path) -> Path | None:
    """The latest copy in the folder of backups that is not damaged itself."""
    # A restore keeps the database it replaces there as well, and that one may be the damaged one.
    found = [
        (path.stat().st_mtime_ns, path) for path in _backups(file).glob("*.sqlite") if path != file
    ]
    for changed, path in sorted(found, reverse=True):
        if _is_good(path, changed):
            return path
    return None


def _backups(file: Path) -> Path:
    return file.parent if file.parent.name == "backups" else file.parent / "backups"


def _in_event_loop() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


@lru_cache(maxsize=64)
def _is_good(backup: Path, _changed: int) -> bool:
    """Whether it is a whole database of Easel's; each is looked at once, as long as it stays."""
    try:
        address = f"{backup.absolute().as_uri()}?mode=ro"
        with closing(sqlite3.connect(address, uri=True)) as connection:
            (finding,) = connection.execute("PRAGMA integrity_check(1)").fetchone()
            connection.execute("SELECT 1 FROM migrations")
    except (sqlite3.Error, UnicodeDecodeError):
        return False
    return finding == "ok"
