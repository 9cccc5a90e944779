"""The latest event of one job, and a bell that rings where its message should not wait."""

import asyncio
import contextlib
import time

from generation.events import (
    JobCancelled,
    JobEvent,
    JobFailed,
    JobGenerated,
    JobLoading,
    JobPreview,
    JobQueued,
    JobSetAside,
    JobStarted,
)
from generation.job import Job

from ._glimpses import Glimpse, Glimpses
from ._way import Way

_FINAL = (JobGenerated, JobFailed, JobCancelled)
#: How long after it was given up an edit may still reach Discord (seconds): the system goes on
#: sending what it has of it, which a route that was gone for a moment may let through in the end.
STRAYS_S = 60.0


class Board:
    """What is to be shown of a job, where, and the task that shows it."""

    task: asyncio.Task[None]

    def __init__(self, event: JobEvent, way: Way) -> None:
        """Shows `event` first."""
        self.event = event
        self.way = way
        self.glimpses = Glimpses()
        self.gone = False  # the message is not there any more
        self.is_mute = False  # its message takes nothing any more before the end, if then
        self.cancelling = False  # it is to stop, but has not yet
        self._strays_until: float | None = None  # edits that were given up, by a steady clock
        self._ended = asyncio.Event()
        self._news = asyncio.Event()  # what is not to wait for the next look
        self.show(event)

    @property
    def job(self) -> Job:
        """As it was at the latest event."""
        return self.event.job

    @property
    def final(self) -> bool:
        """Whether the job has ended."""
        return isinstance(self.event, _FINAL)

    @property
    def waiting(self) -> bool:
        """Whether the job has not been taken up yet."""
        return isinstance(self.event, JobQueued | JobSetAside)

    @property
    def is_urgent(self) -> bool:
        """Whether something goes on that its member watches."""
        return self.cancelling or not self.waiting

    def show(self, event: JobEvent) -> None:
        """Take in what happened."""
        if isinstance(event, JobPreview):  # the job goes on as it did
            self.glimpses.take(Glimpse(event.data, event.unsafe))
            return
        is_new = type(event) is not type(self.event)  # else it tells how far the same thing is
        self.event = event
        if self.final or self.waiting:  # or again
            self.glimpses.drop()
        if self.final:
            self._ended.set()
        # With many waiting, the next look may be far away; once taken up, it should not be.
        if self.final or (is_new and isinstance(event, JobStarted | JobLoading)):
            self._news.set()

    def say_cancelling(self) -> None:
        """Take in that the job is to stop."""
        self.cancelling = True
        self._news.set()

    def note_stray(self) -> None:
        """Take in that an edit was given up without an answer."""
        self._strays_until = time.monotonic() + STRAYS_S

    async def outlast_strays(self) -> bool:
        """Wait until such an edit can't come any more; False where none could.

        Else it may have come after what is shown now, which then has to be shown once more.
        """
        until, self._strays_until = self._strays_until, None
        if until is None or (left_s := until - time.monotonic()) <= 0:
            return False
        await asyncio.sleep(left_s)
        return True

    async def end(self) -> None:
        """Wait until the job has ended."""
        await self._ended.wait()

    async def pause(self, timeout_s: float) -> None:
        """Wait for `timeout_s`, or until there is something that can't wait."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await self._news.wait()
        self._news.clear()
