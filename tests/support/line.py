"""A line from intake to executor, for tests of what stands along it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from generation.dispatcher import Dispatcher
from generation.events import JobEvent, JobEvents
from generation.executors.base import Executor
from generation.intake import Intake, WaitingLimits
from generation.job import Job, JobStatus
from generation.pictures import PictureStore
from generation.queue import JobQueue
from generation.store import Database, JobStore
from generation.timings import Timings
from tests.support.jobs import CATALOG


@dataclass
class Line:
    """All between a request and a picture on disk."""

    store: JobStore
    queue: JobQueue
    pictures: PictureStore
    events: JobEvents
    intake: Intake
    timings: Timings
    seen: list[JobEvent] = field(default_factory=list)

    @classmethod
    def build(cls, database: Database, data_dir: Path) -> Self:
        """A line on a database, with three jobs a member and five in all; `seen` hears it."""
        timings = Timings(database)
        queue = JobQueue(lambda job: timings.predict(job.request))
        store, events = JobStore(database), JobEvents()
        intake = Intake(CATALOG, store, queue, events, WaitingLimits(per_member=3, total=5))
        line = cls(store, queue, PictureStore(data_dir), events, intake, timings)
        events.subscribe(line.seen.append)
        return line

    async def until(self, job: Job, *statuses: JobStatus) -> Job:
        """Wait until the job has one of these statuses."""
        async with asyncio.timeout(10):
            while True:
                found = await self.store.get(job.id)
                assert found is not None
                if found.status in statuses:
                    return found
                await asyncio.sleep(0.01)

    @asynccontextmanager
    async def dispatching(self, *executors: Executor) -> AsyncIterator[Dispatcher]:
        """A dispatcher that runs until the block ends."""
        dispatcher = Dispatcher(
            CATALOG, self.store, self.queue, self.pictures, executors, self.events, self.timings
        )
        task = asyncio.create_task(dispatcher.run())
        try:
            yield dispatcher
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    def kinds(self, job: Job) -> list[str]:
        """The names of the events of that job, in order."""
        return [type(event).__name__ for event in self.seen if event.job.id == job.id]
