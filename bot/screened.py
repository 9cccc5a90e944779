"""Pictures that are taken for unsafe: what is said of them, and how one is thrown away."""

import asyncio
import logging

from bot.studio import Studio
from generation.errors import IllegalTransition
from generation.job import Job
from generation.screening import Blocked

log = logging.getLogger(__name__)

COVERED = "It is covered, since it is taken for unsafe."


async def throw_away(studio: Studio, job: Job, notice: str) -> None:
    """A painted picture that may not be shown where it was asked for; its hash and score stay.

    Raises OSError and the database's errors.
    """
    assert job.picture is not None  # held by a CHECK of the table
    blocked = Blocked(job.picture.sha256, job.unsafe, job.screened_by)
    log.warning("Job %s: its picture is thrown away: %s", job.id, blocked)
    try:
        # The row first: it must never name a file that is gone.
        await studio.store.refuse(job.id, blocked, notice)
    except IllegalTransition as error:
        # Its member had all that is stored of them deleted, or it was thrown away already.
        log.info("%s", error)
    await asyncio.to_thread(studio.pictures.delete, [job.picture.path])
