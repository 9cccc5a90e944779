"""How many jobs a second go from intake to the delivered row, where painting costs nothing.

Real: the database's file on a disk with `synchronous=FULL`, and all that bot/app puts around it,
from the intake to the pictures' files. Only an executor that has its picture at once stands where
the device is, and a delivery that does no more than its row where Discord is. So many members ask
at the same time, each for the next picture when they have the last one.

The same with one member is measured in turns with it. There each write has a commit of its own: the
ratio of the two says what it gives on this disk that commits are grouped. And both without the
pictures' files, each of which costs two more fsyncs that nothing groups.
"""

import asyncio
import itertools
import statistics
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from unittest.mock import patch

from benchmarks.figures import Figure, Figures, percentile, quantiles
from benchmarks.noop import NoOpExecutor
from bot.app import open_studio
from bot.database import Database
from bot.settings import Settings
from bot.studio import Studio
from generation.events import JobEvent, JobFailed, JobGenerated
from generation.job import Job
from generation.pictures import StoredPicture
from tests.support.jobs import make_origin, make_request

GOAL = 1000  # jobs a second
# By convention a folder on a disk, which /tmp often is not.
ON_DISK = "/var/tmp"


class NoOpDelivery:
    """Records that a job was delivered, and lets whoever asked for it go on."""

    def __init__(self, studio: Studio) -> None:
        """Listen to all of `studio`."""
        self._studio = studio
        self._delivered: dict[int, asyncio.Future[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        studio.events.subscribe(self._hear)

    async def until_delivered(self, job: Job) -> None:
        """Wait for the row; at once after its `submit`."""
        self._delivered[job.id] = delivered = asyncio.get_running_loop().create_future()
        await delivered

    def _hear(self, event: JobEvent) -> None:
        if isinstance(event, JobGenerated):
            task = asyncio.create_task(self._deliver(event.job.id))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        elif isinstance(event, JobFailed):
            self._delivered.pop(event.job.id).set_exception(RuntimeError(event.message))

    async def _deliver(self, job_id: int) -> None:
        await self._studio.store.deliver(job_id)
        self._delivered.pop(job_id).set_result(None)


class Members:
    """Ask for pictures, each for the next when the last one is delivered."""

    def __init__(self, studio: Studio, delivery: NoOpDelivery) -> None:
        """Nobody has asked yet."""
        self._studio = studio
        self._delivery = delivery
        self._interactions = itertools.count(1)
        self._request = make_request()

    async def ask(self, jobs: int, in_flight: int) -> list[float]:
        """`jobs` pictures for `in_flight` members at once; how long each took (seconds)."""
        left = iter(range(jobs))
        waits: list[float] = []

        async def member(user_id: int) -> None:
            for _ in left:
                began = time.perf_counter()
                origin = make_origin(user_id, next(self._interactions))
                # Each its own, as members' are: what is remembered of one helps no other.
                request = self._request.model_copy(update={"seed": origin.interaction_id})
                job = await self._studio.intake.submit(request, origin)
                await self._delivery.until_delivered(job)
                waits.append(time.perf_counter() - began)

        async with asyncio.TaskGroup() as members:
            for user_id in range(1, in_flight + 1):
                members.create_task(member(user_id))
        return waits


@asynccontextmanager
async def members(folder: Path, capacity: int, *, files: bool = True) -> AsyncIterator[Members]:
    """Those before a studio that paints nothing, and writes its pictures' `files` or only rows."""
    settings = Settings(data_dir=folder)
    with patch("bot.offering._candidates", return_value=[NoOpExecutor(capacity)]):
        async with (
            Database.open(folder) as database,
            open_studio(settings, database, folder) as studio,
        ):
            if not files:
                studio.pictures.save = _save_nothing
            dispatching = asyncio.create_task(studio.dispatcher.run())
            try:
                yield Members(studio, NoOpDelivery(studio))
            finally:
                dispatching.cancel()
                await asyncio.wait([dispatching])


async def _save_nothing(
    job_id: int,
    data: bytes,  # noqa: ARG001
    part: int | None = None,  # noqa: ARG001
) -> StoredPicture:
    return StoredPicture(f"pictures/{job_id}.png", "0" * 64)


@dataclass
class Measured:
    """What the rounds of one kind gave."""

    kind: str
    many: list[float] = field(default_factory=list)  # jobs a second, many in flight
    one: list[float] = field(default_factory=list)  # jobs a second, one in flight
    waits_ms: list[float] = field(default_factory=list)  # of each job, many in flight

    async def round(self, asking: Members, jobs: int, in_flight: int) -> None:
        """Measure `jobs`, and a tenth of them one by one."""
        began = time.perf_counter()
        waits = await asking.ask(jobs, in_flight)
        self.many.append(jobs / (time.perf_counter() - began))
        self.waits_ms += [wait * 1000 for wait in waits]
        alone = await asking.ask(jobs // 10, 1)
        self.one.append(len(alone) / sum(alone))

    def figures(self, in_flight: int) -> Figures:
        """For people."""
        median, one = statistics.median(self.many), statistics.median(self.one)
        spread = f"of {len(self.many)} rounds, {min(self.many):.0f} to {max(self.many):.0f}"
        name = f"{self.kind}, {in_flight} in flight"
        return [
            Figure(f"{name}, median", median, "jobs/s", GOAL, "at least", spread),
            # 95 rounds of 100 are at least as fast.
            Figure(f"{name}, p95", percentile(self.many, 0.05), "jobs/s"),
            Figure(f"{self.kind}, one in flight, median", one, "jobs/s"),
            Figure(f"{name} / one in flight", median / one),
            *quantiles(f"{name}, a job", self.waits_ms, "ms"),
        ]


async def run(rounds: int = 7, jobs: int = 1000, in_flight: int = 50) -> Figures:
    """Measure `rounds` of `jobs` each, with the pictures' files and with rows alone, in turns."""
    whole, rows = Measured("intake to delivered"), Measured("the same without picture files")
    async with AsyncExitStack() as stack:
        asking: list[tuple[Measured, Members]] = []
        for measured in (whole, rows):
            folder = stack.enter_context(
                tempfile.TemporaryDirectory(prefix="easel-bench-", dir=ON_DISK)
            )
            studio = members(Path(folder), in_flight, files=measured is whole)
            asking.append((measured, await stack.enter_async_context(studio)))
        for _, each in asking:
            await each.ask(in_flight, in_flight)  # what is made once is made by now
        for _ in range(rounds):
            for measured, each in asking:
                await measured.round(each, jobs, in_flight)
    return [*whole.figures(in_flight), *rows.figures(in_flight)]
