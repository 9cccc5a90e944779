"""Copies of the database that appear only when they are whole and were checked.

`VACUUM_INTO` writes the copy to a `partial_copy`, among `copy_errors`; then it is `accept`ed.
"""

import errno
import logging
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from ._awaiting import plain_errors
from ._errors import DatabaseError, DataFolderUnusable, StorageFailed, StorageFull

log = logging.getLogger(__name__)

#: Its name is handed over as bytes: it need not be UTF-8, as SQLite's text is.
VACUUM_INTO = "VACUUM INTO CAST(? AS TEXT)"

#: What can only be wrong with the file that is read, or with neither; the low byte of the code.
_NOT_THE_TARGETS = frozenset(
    {
        *(sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL),
        *(sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_NOMEM),
    }
)
#: Nothing is read of a copy that is being written.
_FAILED_READS = frozenset({sqlite3.SQLITE_IOERR_READ, sqlite3.SQLITE_IOERR_SHORT_READ})


@contextmanager
def partial_copy(target: Path, name: str | None = None) -> Iterator[Path]:
    """Make the folder, and an empty file beside `target` for the copy; gone where it is left there.

    It has `target`'s name unless told another one. Raises DataFolderUnusable and StorageFull.
    """
    partial = target.with_name(f"{name or target.name}.partial")
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _delete(partial)  # what is left of an attempt that was killed
        # Here: of what SQLite can't open it does not say why.
        partial.touch(mode=0o600)
    except OSError as error:
        raise translate_os(error, target) from error
    try:
        yield partial
    finally:
        discard(partial)


@contextmanager
def copy_errors(source: Path, target: Path) -> Iterator[None]:
    """Raise the host's errors for those of a copy, which name the file that each is about."""
    try:
        yield
    except (sqlite3.Error, MemoryError, UnicodeDecodeError) as error:
        with plain_errors(target if _is_targets(error) else source):
            raise


def accept(partial: Path, target: Path) -> None:
    """Check the copy, and give it its name once it is on the disk. Raises StorageFailed."""
    check(partial, target)
    try:
        partial.rename(target)
        to_disk(target.parent)
    except OSError as error:
        raise StorageFailed(target, str(error.strerror)) from error


def check(partial: Path, target: Path) -> None:
    """Check the copy, and bring it to the disk. Raises StorageFailed, which names `target`."""
    try:
        with closing(sqlite3.connect(partial)) as copy:
            (finding,) = copy.execute("PRAGMA integrity_check(1)").fetchone()
        if finding != "ok":
            raise StorageFailed(target, finding)
        partial.chmod(0o600)
        to_disk(partial)
    except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
        raise StorageFailed(target, str(error)) from error
    except OSError as error:
        raise StorageFailed(target, str(error.strerror)) from error


def readable(path: Path) -> str:
    """The path as text that can be printed and stored: what is no UTF-8 in it is replaced."""
    return os.fsencode(path).decode(errors="replace")


def to_disk(path: Path) -> None:
    """Bring a file's content, or a folder's names, to the disk. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def discard(copy: Path) -> None:
    """Delete what there is of a copy that failed. That it can't be must not hide why it failed."""
    try:
        _delete(copy)
    except OSError as error:
        log.warning("%s could not be deleted: %s", copy, error.strerror)


def translate_os(error: OSError, file: Path) -> DatabaseError:
    """Return the host's error for one of the system's."""
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            return StorageFull(file, str(error.strerror))
        case errno.EIO | errno.EFBIG:
            return StorageFailed(file, str(error.strerror))
        case _:
            return DataFolderUnusable(file, str(error.strerror))


def _delete(copy: Path) -> None:
    # The file first: a journal alone is nothing to SQLite.
    for suffix in ("", "-journal", "-wal", "-shm"):
        copy.with_name(copy.name + suffix).unlink(missing_ok=True)


def _is_targets(error: Exception) -> bool:
    code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_NOMEM)
    return code & 0xFF not in _NOT_THE_TARGETS and code not in _FAILED_READS
