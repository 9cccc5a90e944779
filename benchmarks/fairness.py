"""What ten members get who all wait, where one of them has asked for ten times as many pictures.

Twice. In virtual time: the real intake, queue, dispatcher and database, and an executor whose clock
is moved on by what a picture costs; members ask for cheap and for dear ones, and what a picture
really costs differs from what it was expected to. And for real: the bot with the demo model, whose
pictures are all alike. The one with many asks first, which is the worst case for the others.
"""

import asyncio
import random
import sqlite3
import tempfile
from collections.abc import AsyncGenerator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

from benchmarks.fair_ideal import Service, ideal_waits, jain, received_while_all_waited
from benchmarks.figures import Figure, Figures, percentile
from benchmarks.noop import NoOpExecutor
from benchmarks.stage import ON_DISK, PATIENCE_S, ask, stage
from bot.app import open_studio
from bot.database import Database
from bot.settings import Settings
from bot.studio import Studio
from generation.events import JobEvent, JobGenerated
from generation.executors.base import Batch, Finished, Told
from tests.support.jobs import make_origin, make_request

MEMBERS = 10
HEAVY = 10  # times as many as each of the others
JAIN_GOAL = 0.95
WAIT_GOAL = 1.2

_STEP_S = 0.03  # of an imagined device
_ROOM = {"EASEL_MAX_WAITING": "5000", "EASEL_MAX_WAITING_PER_MEMBER": "5000"}


async def run(jobs: int = 25, runs: int = 4, real_jobs: int = 5) -> Figures:
    """Measure `runs` in virtual time with `jobs` for each light member, and a real one."""
    virtual = [await _virtual(jobs, random.Random(seed)) for seed in range(runs)]
    return [
        *_figures("virtual time", virtual),
        *_figures("demo model", [await _real(real_jobs)]),
    ]


def _figures(name: str, runs: Sequence[Sequence[Service]]) -> Figures:
    """The worst of the runs' indices; the waits of all runs together."""
    indices = [jain(received_while_all_waited(services)) for services in runs]
    real: list[float] = []
    ideal: list[float] = []
    for services in runs:
        for service, wait in zip(services, ideal_waits(services), strict=True):
            if service.member != 0:
                real.append(service.wait)
                ideal.append(wait)
    over = percentile(real, 0.95) / percentile(ideal, 0.95)
    each = [wait / best for wait, best in zip(real, ideal, strict=True)]
    note = f"{len(real)} pictures of nine members"
    return [
        Figure(f"Jain's index, {name}", min(indices), "", JAIN_GOAL, "at least"),
        Figure(f"light members' p95 wait over the ideal, {name}", over, "", WAIT_GOAL, note=note),
        Figure(f"a light member's wait over the ideal, {name}, p50", percentile(each, 0.5)),
    ]


class VirtualExecutor(NoOpExecutor):
    """One device, whose clock each picture moves on by what it costs."""

    def __init__(self, dice: random.Random) -> None:
        """`dice` say how far from expected a cost is."""
        super().__init__(capacity=1)
        self.now = 0.0  # seconds
        self.costs: dict[int, float] = {}
        self._dice = dice

    async def run(self, batch: Batch) -> AsyncGenerator[Told, None]:
        """Finish, later."""
        for work in batch.works:
            cost = work.request.num_inference_steps * _STEP_S * self._dice.uniform(0.7, 1.3)
            self.now += cost
            self.costs[work.job_id] = cost
            yield Told(work.job_id, Finished(replace(self.picture, seconds=cost)))


async def _virtual(jobs: int, dice: random.Random) -> list[Service]:
    device = VirtualExecutor(dice)
    services: list[Service] = []
    with (
        tempfile.TemporaryDirectory(prefix="easel-bench-", dir=ON_DISK) as folder,
        patch("bot.offering._candidates", return_value=[device]),
    ):
        settings = Settings(
            data_dir=Path(folder), max_waiting=jobs * 100, max_waiting_per_member=jobs * 100
        )
        async with (
            Database.open(Path(folder)) as database,
            open_studio(settings, database, Path(folder)) as studio,
        ):
            total = await _fill(studio, jobs, dice)
            done = asyncio.Event()

            def hear(event: JobEvent) -> None:
                if isinstance(event, JobGenerated):
                    assert event.job.origin is not None
                    cost = device.costs[event.job.id]
                    services.append(Service(event.job.origin.user_id, 0.0, device.now, cost))
                    if len(services) == total:
                        done.set()

            studio.events.subscribe(hear)
            dispatching = asyncio.create_task(studio.dispatcher.run())
            await done.wait()
            dispatching.cancel()
            await asyncio.wait([dispatching])
    return services


async def _fill(studio: Studio, jobs: int, dice: random.Random) -> int:
    """Everybody asks before anything is painted; how many pictures those are."""
    usual = [dice.choice((2, 6, 12, 24)) for _ in range(MEMBERS)]
    total = 0
    for member in range(MEMBERS):
        for _ in range(jobs * (HEAVY if member == 0 else 1)):
            total += 1
            steps = usual[member] + dice.randint(-1, 1)
            request = make_request(steps=steps, seed=total)
            await studio.intake.submit(request, make_origin(member, total))
    return total


async def _real(jobs: int) -> list[Service]:
    async with stage(MEMBERS, environment=_ROOM) as at:
        asked = []
        for member in at.members:
            for seed in range(jobs * (HEAVY if member is at.members[0] else 1)):
                asked.append(await ask(member, seed=seed))
        await asyncio.gather(*(each.picture(PATIENCE_S) for each in asked))
        members = {int(member.id): number for number, member in enumerate(at.members)}
        sql = "SELECT user_id, queued_at, generated_at, seconds FROM jobs WHERE seed_given"
        with closing(sqlite3.connect(at.data_dir / "easel.sqlite")) as database:
            rows = database.execute(sql).fetchall()
    return [
        Service(members[user_id], asked_at, done_at, seconds)
        for user_id, asked_at, done_at, seconds in rows
    ]
