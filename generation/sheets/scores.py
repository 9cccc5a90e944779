"""How well painted parts fit their words, found out while the next ones are painted."""

import asyncio
import logging
from typing import Self

from generation.job import Job
from generation.pictures import PictureStore
from generation.prompts import accepted
from generation.scorer import Scorer
from generation.sheets.store import PartResult, PartStatus, PartStore

log = logging.getLogger(__name__)

#: How long a sheet waits for the last scores (seconds): loading CLIP may take a while.
_PATIENCE_S = 60.0


class Scores:
    """Of one job's parts. What goes wrong with one costs that score, and nothing else."""

    def __init__(
        self, job: Job, scorer: Scorer | None, parts: PartStore, pictures: PictureStore
    ) -> None:
        """Without a `scorer` there are none."""
        self._job = job
        self._scorer = scorer
        self._parts = parts
        self._pictures = pictures
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        """Nothing is scored yet, but what scores makes ready."""
        if self._scorer is not None:
            self._tasks.add(asyncio.create_task(self._scorer.prepare(), name="preparing CLIP"))
        return self

    async def __aexit__(self, *_: object) -> None:
        """Give up what is not scored."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def begin(self, result: PartResult) -> None:
        """Have a painted part scored, if it is not yet."""
        if self._scorer is None or result.clip_score is not None or result.picture is None:
            return
        if result.status is PartStatus.PAINTED:
            name = f"score of job {self._job.id}, part {result.number}"
            self._tasks.add(asyncio.create_task(self._score(self._scorer, result), name=name))

    async def end(self) -> None:
        """Wait until all have their score, or for as long as a sheet waits."""
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_PATIENCE_S)

    async def _score(self, scorer: Scorer, result: PartResult) -> None:
        assert result.picture is not None
        words = accepted(self._job.request.parts[result.number - 1].request.prompt).plain
        try:
            png = await self._pictures.load(result.picture)
            found = await scorer.score(png, words)
            if found is not None:
                await self._parts.score(self._job.id, result.number, found.value, found.clip)
        except Exception:
            log.exception("Job %s, part %s has no score", self._job.id, result.number)
