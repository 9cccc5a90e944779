"""How this package awaits the connection's thread: to the end, and with errors for the host."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from ._errors import DatabaseCorrupt, MemoryShort, translate

T = TypeVar("T")


@contextmanager
def plain_errors(file: Path) -> Iterator[None]:
    """Raise the host's errors in place of SQLite's, where there is one."""
    try:
        yield
    except sqlite3.Error as error:
        translated = translate(error, file)
        if translated is error:
            raise
        raise translated from error
    except MemoryError as error:  # what sqlite3 makes of SQLite's own
        raise MemoryShort(file, str(error) or "out of memory") from error
    except UnicodeDecodeError as error:  # text that is none: SQLite itself does not look
        raise DatabaseCorrupt(file, str(error)) from error


async def uninterrupted(awaitable: Awaitable[T]) -> T:
    """Await to the end what must not be left half-way; a cancellation is raised after it."""
    task = asyncio.ensure_future(awaitable)
    cancelled: asyncio.CancelledError | None = None
    while not task.done():
        try:
            await asyncio.wait([task])
        except asyncio.CancelledError as error:
            cancelled = error
    if cancelled is not None:
        # Asked for so that a failure is not called "never retrieved".
        _ = task.cancelled() or task.exception()
        raise cancelled
    return task.result()
