"""Copies of the database that appear only when they are whole and were checked.

`VACUUM INTO` writes the copy, between `prepare` and `accept`.
"""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from ._errors import DataFolderUnusable, StorageFailed


def prepare(target: Path) -> Path:
    """Make the folder and return the path, free now, at which the copy is to be written."""
    partial = target.with_name(target.name + ".partial")
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        partial.unlink(missing_ok=True)  # of an attempt that was cut off
    except OSError as error:
        raise DataFolderUnusable(target, str(error.strerror)) from error
    return partial


def accept(partial: Path, target: Path) -> None:
    """Check the copy, and give it its name once it is on the disk."""
    try:
        check(partial, target)
        partial.rename(target)
        to_disk(target.parent)
    except OSError as error:
        raise StorageFailed(target, str(error.strerror)) from error
    finally:
        partial.unlink(missing_ok=True)


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


def to_disk(path: Path) -> None:
    """Bring a file's content, or a folder's names, to the disk. Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
