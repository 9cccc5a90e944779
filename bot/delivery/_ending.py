"""The end of a job: what is shown of it, and what is recorded when it was."""

from collections.abc import Sequence

from bot.files import FILE_LIMIT, File, fitting
from bot.presentation import embeds
from bot.studio import Studio
from generation.events import JobCancelled, JobEvent, JobFailed, JobGenerated

from ._shown import Shown

#: After a refusal of a file that should have fitted: how much smaller the next one is.
_SHRINK = 0.8


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

    async def shown(self) -> Shown:
        """What the message shows at the end. Raises UnfitForPlace."""
        job = self._event.job
        match self._event:
            case JobGenerated(job, data):
                file = await self._fitting(data)
                notes = [*self._notes, *([file.remark] if file.remark else [])]
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
        if self._file is None:
            job_id = self._event.job.id
            self._file = await fitting(self._studio.imaging, job_id, data, self._limit)
        return self._file
