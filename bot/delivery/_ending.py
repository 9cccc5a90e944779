"""The end of a job: what is shown of it, and what is recorded when it was."""

import logging
from collections.abc import Sequence

from bot.presentation import embeds, text
from bot.studio import Studio
from generation.events import JobCancelled, JobEvent, JobFailed, JobGenerated
from generation.imaging.process import PictureRefused

from ._shown import File, Shown

log = logging.getLogger(__name__)

#: What Discord takes where it has not said what it takes.
FILE_LIMIT = 10 * 1024 * 1024
#: After a refusal of a file that should have fitted: how much smaller the next one is, and when
#: there is no point in going on.
_SHRINK = 0.8
_LEAST_LIMIT = 4 * 1024


class UnfitForPlace(Exception):
    """The picture can't be made small enough."""


class Ending:
    """How one job ends, for as many attempts to show it as that takes."""

    def __init__(self, studio: Studio, event: JobEvent, model: str, notes: Sequence[str]) -> None:
        """`event` is a final one; `model` by its title."""
        self._studio = studio
        self._event = event
        self._model = model
        self._notes = notes
        origin = event.job.origin
        self._limit = (origin.file_limit if origin else None) or FILE_LIMIT
        self._file: File | None = None
        self._remark: str | None = None

    async def shown(self) -> Shown:
        """What the message shows at the end. Raises UnfitForPlace."""
        job = self._event.job
        match self._event:
            case JobGenerated(job, data):
                file = await self._fitting(data)
                notes = [*self._notes, *([self._remark] if self._remark else [])]
                embed = embeds.finished(job, self._model, notes)
                return Shown(embed, file=file, line="here is the picture you asked for:")
            case JobFailed(job, message):
                return Shown(embeds.failed(job, message))
            case JobCancelled(job):
                return Shown(embeds.cancelled(job))
            case _:
                raise AssertionError(f"{self._event!r} is not final")

    def refuse_size(self) -> None:
        """Discord did not take the file: the next one is smaller than it."""
        sent = len(self._file.data) if self._file else self._limit
        self._limit = int(min(self._limit, sent) * _SHRINK)
        self._file = None

    async def record_shown(self) -> None:
        """Its member has seen it."""
        if isinstance(self._event, JobGenerated):
            await self._studio.store.deliver(self._event.job.id)
        else:
            await self._studio.store.tell(self._event.job.id)

    async def record_unseen(self, why: str) -> None:
        """Nobody will: the picture stays on disk."""
        if isinstance(self._event, JobGenerated):
            await self._studio.store.undeliverable(self._event.job.id, why)
        else:
            await self._studio.store.tell(self._event.job.id)

    async def _fitting(self, data: bytes) -> File:
        """The picture, made smaller where the place does not take it as it is."""
        if self._file is not None:
            return self._file
        job_id = self._event.job.id
        if len(data) <= self._limit:
            self._file = File(data, f"easel-{job_id}.png")
            return self._file
        if self._limit < _LEAST_LIMIT:
            raise UnfitForPlace("Discord takes no file here.")
        try:
            smaller = await self._studio.imaging.shrink(data, self._limit)
        except PictureRefused as error:
            raise UnfitForPlace(f"It can't be made smaller: {error}") from error
        log.info("Job %s is posted in %d bytes of %d", job_id, len(smaller.data), len(data))
        self._remark = text.smaller(len(data), smaller.quality)
        self._file = File(smaller.data, f"easel-{job_id}.webp")
        return self._file
