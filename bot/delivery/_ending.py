"""The end of a job: what is shown of it, and what is recorded when it was."""

import logging
from collections.abc import Sequence

from bot.files import FILE_LIMIT, fitting
from bot.presentation import embeds
from bot.studio import Studio
from generation.events import JobCancelled, JobEvent, JobFailed, JobGenerated
from generation.job import Job
from generation.storage import remedied

from ._shown import Shown

log = logging.getLogger(__name__)

#: After a refusal of a file that should have fitted: how much smaller the next one is.
_SHRINK = 0.8

_LOST = "It was painted, but the host's disk has lost the picture. Ask for it again."

#: How often a picture that is there is tried to be read: for half a minute, as they are spaced.
_MOST_READS = 6


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
        self._sent: int | None = None  # bytes of the file that was tried last
        self._lost: str | None = None  # why the picture can't be had from the disk
        self._reads = 0  # that the disk refused

    async def shown(self) -> Shown:
        """What the message shows at the end. Raises UnfitForPlace, OSError.

        The picture comes from the disk each time: while Discord is away hundreds may wait.
        """
        match self._event:
            case JobGenerated(job):
                return await self._painted(job)
            case JobFailed(job, message):
                return Shown(embeds.failed(job, message))
            case JobCancelled(job):
                return Shown(embeds.cancelled(job))
            case _:
                raise AssertionError(f"{self._event!r} is not final")

    def refuse_size(self) -> None:
        """Discord did not take the file: the next one is smaller than it."""
        self._limit = int(min(self._limit, self._sent or self._limit) * _SHRINK)

    async def record_shown(self) -> None:
        """Its member has seen it."""
        if self._lost is not None:
            await self._studio.store.undeliverable(self._event.job.id, self._lost)
        elif isinstance(self._event, JobGenerated):
            await self._studio.store.deliver(self._event.job.id)
        else:
            await self._studio.store.tell(self._event.job.id)

    async def record_unseen(self, why: str) -> None:
        """Nobody will: the picture stays on disk."""
        if isinstance(self._event, JobGenerated):
            await self._studio.store.undeliverable(self._event.job.id, self._lost or why)
        else:
            await self._studio.store.tell(self._event.job.id)

    async def _painted(self, job: Job) -> Shown:
        """The picture, made smaller where the place does not take it as it is."""
        assert job.picture is not None  # held by a CHECK of the table
        try:
            data = await self._studio.pictures.load(job.picture)
        except (FileNotFoundError, ValueError) as error:
            log.error("The picture of job %s is gone: %s", job.id, error)
            self._lost = str(error)
            return Shown(embeds.failed(job, _LOST))
        except OSError as error:
            self._reads += 1
            if self._reads < _MOST_READS:
                raise
            log.error("The picture of job %s can't be read: %s", job.id, remedied(error))
            self._lost = str(error)
            return Shown(embeds.unreadable(job))
        self._lost = None  # the disk gives it out after all
        file = await fitting(self._studio.imaging, job.id, data, self._limit)
        self._sent = len(file.data)
        notes = [*self._notes, *([file.remark] if file.remark else [])]
        spec = self._studio.whole_catalog.get(job.request.model)
        embed = embeds.finished(job, self._model, notes, spec.licence if spec else None)
        return Shown(embed, file=file, line="here is the picture you asked for:")
