"""Takes those parts of a sheet away that may not be shown where the sheet was asked for."""

import asyncio
import logging

from generation.catalog import Catalog
from generation.executors.base import Picture
from generation.job import Job
from generation.outcomes import remains
from generation.pictures import PictureStore
from generation.safety.screeners import score_by_now
from generation.safety.screening import Blocked, Ruling, Screening
from generation.sheets.store import PartResult, PartStatus, PartStore

log = logging.getLogger(__name__)


class Sieve:
    """What it takes away leaves a gap that says why."""

    def __init__(
        self, catalog: Catalog, screening: Screening, parts: PartStore, pictures: PictureStore
    ) -> None:
        """`screening` judges them; `catalog` says which of them have to be looked at by now."""
        self._catalog = catalog
        self._screening = screening
        self._parts = parts
        self._pictures = pictures

    async def limit(self, job: Job) -> float:
        """Above which score a part is refused."""
        return await self._screening.limit_for(job.origin)

    async def refuse(self, job: Job, number: int, picture: Picture) -> PartResult | None:
        """Note that a painted part was thrown away; None where it can be kept."""
        ruling = await self._screening.look_for(picture.unsafe, job.origin)
        if not ruling.refused:
            return None
        return await self._note(job, number, await remains(picture), ruling.notice)

    async def sift(self, job: Job, results: dict[int, PartResult]) -> None:
        """Throw those away that were kept, and may not be shown any more: channels change.

        So does what has to be looked at, from one start to the next.
        """
        for number, result in [*results.items()]:
            if result.status is PartStatus.PAINTED and result.picture is not None:
                ruling = await self._ruling(job, result)
                if ruling.refused:
                    blocked = Blocked(result.picture.sha256, result.unsafe, result.screened_by)
                    # The row first: it must never name a file that is gone.
                    results[number] = await self._note(job, number, blocked, ruling.notice)
                    await asyncio.to_thread(self._pictures.delete, [result.picture.path])

    async def clear(self, job: Job) -> None:
        """Take away all that was painted of a job: nobody is to see it.

        Raises OSError and the database's errors: the next sweep does what is left.
        """
        # The rows first, as above.
        await self._parts.forget(job.id)
        await self._pictures.delete_of([job.id])

    async def _ruling(self, job: Job, result: PartResult) -> Ruling:
        request = job.request.parts[result.number - 1].request
        score = score_by_now(self._catalog, request, result.unsafe)
        ruling = await self._screening.look_for(score, job.origin)
        return ruling if score == result.unsafe else ruling.unseen()

    async def _note(self, job: Job, number: int, blocked: Blocked, notice: str) -> PartResult:
        log.warning("Job %s, part %s: its picture is thrown away: %s", job.id, number, blocked)
        return await self._parts.refuse(job.id, number, blocked, notice)
