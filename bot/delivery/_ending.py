"""The end of a job: what is shown of it, and what is recorded when it was."""

import logging
from collections.abc import Sequence
from dataclasses import replace

from bot.database import DatabaseError
from bot.files import FILE_LIMIT, File, fitting
from bot.finishing import larger_button
from bot.hushed import hides_in
from bot.presentation import embeds, sheets
from bot.presentation.text import Hides
from bot.screened import COVERED, explained, score_of, throw_away
from bot.sheets import take_buttons
from bot.studio import Studio
from generation.events import JobCancelled, JobEvent, JobFailed, JobGenerated
from generation.executors.base import FailureKind
from generation.job import Job
from generation.safety.erasure import WITH_DATA
from generation.sheets.sieve import Sieve
from generation.storage import remedied

from ._shown import Shown

log = logging.getLogger(__name__)

#: After a refusal of a file that should have fitted: how much smaller the next one is.
_SHRINK = 0.8

_LOST = "It was painted, but the host's disk has lost the picture. Ask for it again."
_REMOVED = "The host has removed the picture."  # for the row

#: Why there is no picture is nobody else's business.
_PRIVATE = (FailureKind.UNSAFE, FailureKind.UNSAFE_INPUT)

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
        self._is_gone = False  # nor will it ever be: nothing is there, or something else
        self._reads = 0  # that the disk refused
        self._kept_back: str | None = None  # why it is not shown in direct messages
        self._thrown_away: str | None = None  # why, where the picture was
        self._without: Shown | None = None  # what is shown where there is no picture
        self._is_erased = False  # its member has had all that is stored of them deleted
        safety = studio.safety
        self._sieve = Sieve(
            *(studio.whole_catalog, safety.screening, studio.parts, studio.pictures)
        )

    @property
    def is_refused(self) -> bool:
        """Whether the picture was thrown away, since its channel is not what it was."""
        return self._thrown_away is not None

    @property
    def is_erased(self) -> bool:
        """Whether its row is gone: it ends in its own message, and says no more than that."""
        return self._is_erased

    @property
    def is_painted(self) -> bool:
        """Whether its picture is kept, and was to be posted."""
        is_generated = isinstance(self._event, JobGenerated) and self._lost != _REMOVED
        return is_generated and not (self._is_gone or self.is_refused or self._is_erased)

    @property
    def refusal(self) -> str | None:
        """What the member of a picture that was thrown away reads; None of any other end."""
        if self._is_erased:
            return None
        match self._event:
            case JobFailed(job, message) if job.failure in _PRIVATE:
                return f"#{job.id}: {message}"
            case JobGenerated(job) if self._thrown_away is not None:
                return f"#{job.id}: {self._thrown_away}"
            case _:
                return None

    async def shown(self, *, direct: bool) -> Shown:
        """What the message shows at the end. Raises UnfitForPlace, OSError.

        The picture comes from the disk each time: while Discord is away hundreds may wait. Each
        time it is asked anew whether it may be shown there; `direct`: in direct messages. What
        telling the kind of a channel raises passes.
        """
        if (instead := await self._overtaken()) is not None:
            return instead
        match self._event:
            case JobGenerated(job):
                return await self._judged(job, direct=direct)
            case JobFailed(job, message):
                # Unsafe: a crash may have come between the picture and its parts.
                return await self._nothing(job, message, sift=job.failure == FailureKind.UNSAFE)
            case JobCancelled(job):
                erased = job.detail == WITH_DATA
                return Shown(embeds.erased() if erased else embeds.cancelled(job))
            case _:
                raise AssertionError(f"{self._event!r} is not final")

    def refuse_size(self) -> None:
        """Discord did not take the file: the next one is smaller than it."""
        self._limit = int(min(self._limit, self._sent or self._limit) * _SHRINK)

    async def is_removed(self) -> bool:
        """Whether the host has removed the picture by now: what shows it has to be taken back."""
        return await self._overtaken() is not None and not self._is_erased

    async def record_shown(self) -> None:
        """Its member has seen it."""
        lacking = self._lost or self._kept_back
        if self.is_refused:
            await self._studio.store.tell(self._event.job.id)
        elif self._is_gone:
            await self._record_gone()
        elif lacking is not None:
            await self._studio.store.undeliverable(self._event.job.id, lacking)
        elif isinstance(self._event, JobGenerated):
            await self._studio.store.deliver(self._event.job.id)
        else:
            await self._studio.store.tell(self._event.job.id)

    async def record_unseen(self, why: str) -> None:
        """Nobody will: the picture stays on disk, if it is there."""
        if self._is_gone:
            await self._record_gone()
        elif isinstance(self._event, JobGenerated) and not self.is_refused:
            await self._studio.store.undeliverable(self._event.job.id, self._lost or why)
        else:
            await self._studio.store.tell(self._event.job.id)

    async def _record_gone(self) -> None:
        """Its member is to ask for it again: so it failed, and is not charged."""
        await self._studio.store.lose(self._event.job, self._lost or _LOST, _LOST)

    async def _overtaken(self) -> Shown | None:
        """What is shown instead of what the event tells; None where that holds.

        Its member may have had all deleted since, or the host has removed the picture.
        """
        row: Job | None = self._event.job
        try:
            row = await self._studio.store.get(row.id)
        except DatabaseError as error:
            log.warning("Job %s is shown as it was: %s", self._event.job.id, error)
        self._is_erased = row is None
        if row is None:
            return Shown(embeds.erased())
        is_removed = row.removed_sha256 is not None and not self.is_refused
        if isinstance(self._event, JobGenerated) and is_removed:
            self._lost, self._is_gone = _REMOVED, False
            return Shown(embeds.removed(row))
        return None

    async def _judged(self, job: Job, *, direct: bool) -> Shown:
        """The picture as it may be shown there and now."""
        if self._thrown_away is not None:
            return await self._nothing(job, self._thrown_away, sift=True)
        assert job.origin is not None  # nobody else is told
        screening, origin = self._studio.safety.screening, job.origin
        score = await score_of(self._studio, job)
        directly = explained(screening.rule(score, None, age_restricted=False), job, score)
        if direct and origin.guild_id is not None:
            if directly.refused:
                self._kept_back = directly.reason
                return Shown(embeds.kept_back(job, directly.reason))
            return await self._painted(job, covered=directly.covered)
        place = (origin.guild_id, origin.channel_id)
        ruling = explained(await screening.look(score, *place), job, score)
        while not ruling.refused:
            shown = await self._painted(job, covered=ruling.covered)
            # Making it smaller may have taken a while.
            before, ruling = ruling, explained(await screening.look(score, *place), job, score)
            if ruling.verdict is before.verdict:
                return replace(shown, not_direct=directly.verdict is not ruling.verdict)
        await throw_away(self._studio, job, ruling.notice)
        self._thrown_away = ruling.notice
        return await self._nothing(job, ruling.notice, sift=True)

    async def _nothing(self, job: Job, why: str, *, sift: bool) -> Shown:
        """No picture; of several on one those that are there can still be taken out.

        `sift`: those of them that are unsafe are thrown away first. It is found out once only.
        """
        if self._without is None:
            view = None
            if job.request.parts:
                results = await self._studio.parts.of(job.id)
                if sift:
                    await self._sieve.sift(job, results)
                view = take_buttons(job, results)
            self._without = Shown(embeds.failed(job, why), view=view)
        return self._without

    async def is_oversized(self) -> bool:
        """Whether its picture has to be made smaller first, as far as can be told."""
        picture = self._event.job.picture if isinstance(self._event, JobGenerated) else None
        if picture is None:
            return False
        try:
            return await self._studio.pictures.size(picture) > self._limit
        except OSError:
            return False  # whoever loads it says what is wrong

    async def _painted(self, job: Job, *, covered: bool) -> Shown:
        """The picture, made smaller where the place does not take it as it is."""
        assert job.picture is not None  # of one without it says `_overtaken` what is shown
        try:
            data = await self._studio.pictures.load(job.picture)
        except (FileNotFoundError, ValueError) as error:
            if (instead := await self._overtaken()) is not None:
                return instead
            log.error("The picture of job %s is gone: %s", job.id, error)
            self._lost, self._is_gone = str(error), True
            return Shown(embeds.failed(job, _LOST))
        except OSError as error:
            self._reads += 1
            if self._reads < _MOST_READS:
                raise
            log.error("The picture of job %s can't be read: %s", job.id, remedied(error))
            self._lost, self._is_gone = str(error), False
            return Shown(embeds.unreadable(job))
        self._lost, self._is_gone = None, False  # the disk gives it out after all
        file = await fitting(self._studio.shrinking, job.id, data, self._limit)
        self._sent = len(file.data)
        notes = [*self._notes, *([file.remark] if file.remark else [])]
        if covered:
            file = replace(file, covered=True)
            notes.append(COVERED)
        if job.request.parts:
            return await self._sheet(job, file, notes)
        spec = self._studio.whole_catalog.get(job.request.model)
        licence = spec.licence if spec else None
        embed = embeds.finished(job, self._model, notes, licence, self._hides(job))
        view = larger_button(self._studio, job)
        return Shown(embed, file=file, view=view, line="here is the picture you asked for:")

    def _hides(self, job: Job) -> Hides:
        """What was typed that the lists refuse where it was asked for, if others read it there."""
        assert job.origin is not None  # nobody else is told
        words = self._studio.safety.words
        return hides_in(words, job.origin.guild_id, private=job.origin.private)

    async def _sheet(self, job: Job, file: File, notes: Sequence[str]) -> Shown:
        """Several pictures on one, each to be had by a button."""
        results = await self._studio.parts.of(job.id)
        catalog = self._studio.whole_catalog
        embed = sheets.finished(job, results, catalog, notes, self._hides(job))
        view = take_buttons(job, results)
        return Shown(embed, file=file, view=view, line="here are the pictures you asked for:")
