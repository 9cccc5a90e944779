"""What disk and database refuse for a while, and writing for as long as they do."""

import asyncio
import errno
import logging
import os
from collections.abc import Awaitable, Callable
from typing import TypeVar

from generation.database import DatabaseTrouble

log = logging.getLogger(__name__)

T = TypeVar("T")

#: What says nothing of that which was to be written or read: the host mends it, or it passes.
STORAGE_ERRORS = (DatabaseTrouble, OSError)

#: Between two tries (seconds): doubled each time, up to the second.
FIRST_PAUSE_S = 1.0
_LONGEST_PAUSE_S = 60.0


def remedied(error: Exception) -> str:
    """What went wrong, for the host's log, and what to do about it."""
    if not isinstance(error, OSError):
        return str(error)  # the database's own say it themselves
    match error.errno:
        case errno.ENOSPC | errno.EDQUOT:
            remedy = "The disk is full: free some space."
        case errno.EACCES | errno.EPERM | errno.EROFS:
            # Such as data that was copied by somebody else.
            remedy = (
                f"Give it, and all the folders above it in the data folder, to user {os.getuid()},"
                " as whom Easel runs, and see that the disk may be written to."
            )
        case _:
            remedy = "Look at the system's log: the disk may be failing."
    return f"{error}. {remedy}"


async def until_written(job_id: int, write: Callable[[], Awaitable[T]]) -> T:
    """What `write` returns, once disk and database let it; other errors pass.

    Nothing is lost meanwhile but time: whatever comes next would have to be written, too.
    """
    pause_s = FIRST_PAUSE_S
    while True:
        try:
            return await write()
        except STORAGE_ERRORS as error:
            why = remedied(error)
            log.error("Job %s can't be written down, and is tried again: %s", job_id, why)
        await asyncio.sleep(pause_s)
        pause_s = min(2 * pause_s, _LONGEST_PAUSE_S)
