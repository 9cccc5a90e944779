"""Pictures that are taken for unsafe: what is said of them, and how one is thrown away."""

import asyncio
import logging
from dataclasses import replace

from bot.studio import Studio
from generation.errors import IllegalTransition
from generation.job import Job
from generation.screeners import has_to_be_seen
from generation.screening import Blocked, Ruling
from generation.sheets.store import PartStatus

log = logging.getLogger(__name__)

COVERED = "It is covered, since it is taken for unsafe."
_UNSEEN = (
    "Nobody has looked at this one, as somebody has to by now with its model: so it is taken for"
    " unsafe."
)


async def score_of(studio: Studio, job: Job) -> float | None:
    """How unsafe its picture is; as unsafe as can be where nobody has looked, but has to by now."""
    if job.unsafe is not None:
        return job.unsafe
    requests = [job.request]
    if job.request.parts:
        # Those that were not painted are not to be seen on it.
        results = await studio.parts.of(job.id)
        painted = [each for each in results.values() if each.status is PartStatus.PAINTED]
        requests = [job.request.parts[each.number - 1].request for each in painted]
    return 1.0 if any(has_to_be_seen(studio.whole_catalog, each) for each in requests) else None


def explained(ruling: Ruling, job: Job) -> Ruling:
    """The same; of a picture that is refused for want of a score it says so."""
    if not ruling.refused or job.unsafe is not None:
        return ruling
    return replace(ruling, reason=f"{ruling.reason} {_UNSEEN}")


async def ruling_of(studio: Studio, job: Job, guild_id: int | None, channel_id: int) -> Ruling:
    """What becomes of its picture in a place, for who can't wait."""
    score = await score_of(studio, job)
    ruling = await studio.safety.screening.look_now(score, guild_id, channel_id)
    return explained(ruling, job)


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
