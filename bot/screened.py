"""Pictures that are taken for unsafe: what is said of them, and how one is thrown away."""

import asyncio
import logging

from bot.studio import Studio
from generation.errors import IllegalTransition
from generation.job import Job
from generation.safety.screeners import score_by_now
from generation.safety.screening import Blocked, Ruling
from generation.sheets.store import PartStatus
from generation.storage import remedied

log = logging.getLogger(__name__)

COVERED = "It is covered, since it is taken for unsafe."


async def score_of(studio: Studio, job: Job) -> float | None:
    """How unsafe its picture is; as unsafe as can be where nobody has looked, but has to by now."""
    catalog, parts = studio.whole_catalog, job.request.parts
    if not parts:
        return score_by_now(catalog, job.request, job.unsafe)
    # Its own is that of its worst part which anybody looked at: the others may have to be, too.
    # Those that were not painted are not to be seen on it.
    results = (await studio.parts.of(job.id)).values()
    painted = [each for each in results if each.status is PartStatus.PAINTED]
    scores = [
        score_by_now(catalog, parts[each.number - 1].request, each.unsafe) for each in painted
    ]
    return max((each for each in (job.unsafe, *scores) if each is not None), default=None)


def explained(ruling: Ruling, job: Job, score: float | None) -> Ruling:
    """The same; of a picture that is refused for want of a score it says so."""
    if score == job.unsafe:
        return ruling
    return ruling.unseen("one of them" if job.request.parts else "this one")


async def ruling_of(studio: Studio, job: Job, guild_id: int | None, channel_id: int) -> Ruling:
    """What becomes of its picture in a place, for who can't wait."""
    score = await score_of(studio, job)
    ruling = await studio.safety.screening.look_now(score, guild_id, channel_id)
    return explained(ruling, job, score)


async def throw_away(studio: Studio, job: Job, notice: str) -> None:
    """A painted picture that may not be shown where it was asked for; its hash and score stay.

    Raises the database's errors.
    """
    assert job.picture is not None  # whoever calls has one that was judged
    blocked = Blocked(job.picture.sha256, job.unsafe, job.screened_by)
    log.warning("Job %s: its picture is thrown away: %s", job.id, blocked)
    try:
        # The row first: it must never name a file that is gone.
        await studio.store.refuse(job.id, blocked, notice)
    except IllegalTransition as error:
        # Its member had all that is stored of them deleted, or it was thrown away already.
        log.info("%s", error)
    try:
        await asyncio.to_thread(studio.pictures.delete, [job.picture.path])
    except OSError as error:
        # The row has ended, and what is told of it is true: retention sweeps what no row names.
        log.error("Job %s: its file is not deleted yet: %s", job.id, remedied(error))
