"""The latest event of one job, and a bell that rings at the last one."""

import asyncio

from generation.events import JobCancelled, JobEvent, JobFailed, JobGenerated
from generation.job import Job

from ._way import Way

_FINAL = (JobGenerated, JobFailed, JobCancelled)


class Board:
    """What is to be shown of a job, where, and the task that shows it."""

    task: asyncio.Task[None]

    def __init__(self, event: JobEvent, way: Way) -> None:
        """Shows `event` first."""
        self.event = event
        self.way = way
        self.gone = False  # the message is not there any more
        self._ended = asyncio.Event()
        self.show(event)

    @property
    def job(self) -> Job:
        """As it was at the latest event."""
        return self.event.job

    @property
    def final(self) -> bool:
        """Whether the job has ended."""
        return isinstance(self.event, _FINAL)

    def show(self, event: JobEvent) -> None:
        """Take in what happened."""
        self.event = event
        if self.final:
            self._ended.set()

    async def end(self, timeout_s: float | None = None) -> None:
        """Wait until the job has ended, or for `timeout_s`."""
        try:
            async with asyncio.timeout(timeout_s):
                await self._ended.wait()
        except TimeoutError:
            return
