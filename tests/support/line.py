"""A line from intake to executor, for tests of what stands along it."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from generation.batching import Batching
from generation.database import Database
from generation.dispatcher import Dispatcher
from generation.events import JobEvent, JobEvents
from generation.executors.base import Executor
from generation.inputs.store import InputStore
from generation.intake import Intake
from generation.job import Job, JobStatus
from generation.limits.guild import GuildLimits
from generation.limits.layers import Limits
from generation.limits.quotas import Quotas
from generation.pictures import PictureStore
from generation.queue import JobQueue
from generation.safety.screening import Screening
from generation.sheets.drawer import Drawer
from generation.store import JobStore
from generation.timings import Timings
from tests.support.jobs import CATALOG

#: What a line's host allows each member where the test does not say otherwise.
HOST = Limits(waiting=3)


@dataclass
class Line:
    """All between a request and a picture on disk."""

    store: JobStore
    queue: JobQueue
    pictures: PictureStore
    events: JobEvents
    intake: Intake
    timings: Timings
    quotas: Quotas
    guild_limits: GuildLimits
    inputs: InputStore
    seen: list[JobEvent] = field(default_factory=list)

    @classmethod
    def build(
        cls,
        database: Database,
        data_dir: Path,
        host: Limits = HOST,
        *,
        most_waiting: int = 5,
        now: Callable[[], float] = time.time,
    ) -> Self:
        """A line on a database; `seen` hears it."""
        timings = Timings(database)
        queue = JobQueue(lambda job: timings.predict(job.request), batching=Batching(CATALOG))
        store, events = JobStore(database, now), JobEvents()
        guild_limits = GuildLimits(database)
        quotas = Quotas(database, guild_limits, host, now)
        intake = Intake(CATALOG, store, queue, events, quotas, most_waiting=most_waiting)
        pictures = PictureStore(data_dir)
        inputs = InputStore(data_dir)
        line = cls(store, queue, pictures, events, intake, timings, quotas, guild_limits, inputs)
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
    async def dispatching(
        self,
        *executors: Executor,
        drawer: Drawer | None = None,
        screening: Screening | None = None,
        previews: bool = False,
    ) -> AsyncIterator[Dispatcher]:
        """A dispatcher that runs until the block ends."""
        dispatcher = Dispatcher(
            *(CATALOG, self.store, self.queue, self.pictures, self.inputs),
            *(executors, self.events, self.timings, drawer),
            screening=screening,
            previews=previews,
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
