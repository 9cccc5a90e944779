"""A line whose jobs are sheets: what keeps and draws their parts, and what paints them."""

import asyncio
import dataclasses
import io
import itertools
from collections.abc import Callable, Sequence
from pathlib import Path

from PIL import Image

from bot.database import Database
from generation.executors.base import (
    ExecutorEvent,
    Finished,
    Loading,
    Painted,
    Progress,
    Work,
)
from generation.imaging import png
from generation.imaging.process import ImagingProcess
from generation.job import Job, JobStatus
from generation.recipe import recipe
from generation.recovery import recover
from generation.request import GenerationRequest
from generation.sheets.drawer import Drawer
from generation.sheets.plan import sweep
from generation.sheets.store import PartStatus, PartStore
from tests.support.executors import PICTURE, ScriptedExecutor
from tests.support.jobs import CATALOG, DEMO, make_origin
from tests.support.line import Line

_interactions = itertools.count(100, 10)


Script = Callable[[Work], Sequence[ExecutorEvent | Exception]]


def painted(work: Work) -> Finished:
    """The picture of a work, in a color of its seed and steps, with its recipe."""
    request = work.request
    image = Image.new("RGB", (64, 64), (request.seed % 256, 30 * request.num_inference_steps, 99))
    image.putpixel((0, 0), (0, 0, 0))
    data = png.encode(image, recipe(work.spec, request))
    return Finished(dataclasses.replace(PICTURE, data=data, width=64, height=64, seconds=0.5))


def three() -> GenerationRequest:
    """The demo model with 1, 2 and 3 steps."""
    return sweep(CATALOG, DEMO, "a red circle", "steps", "1, 2, 3", seed=7)[0]


def paints(work: Work) -> Sequence[ExecutorEvent]:
    return [Loading(), Progress(1, 1), Painted(), painted(work)]


class Desk:
    """A line and what keeps and draws parts."""

    def __init__(self, line: Line, database: Database, data_dir: Path, imaging: ImagingProcess):
        self.line = line
        self.data_dir = data_dir
        self.parts = PartStore(database)
        self.drawer = Drawer(CATALOG, line.pictures, self.parts, imaging, None)

    async def ask(self, request: GenerationRequest | None = None) -> Job:
        origin = make_origin(interaction_id=next(_interactions))
        return await self.line.intake.submit(request or three(), origin)

    async def run(
        self, script: Script, request: GenerationRequest | None = None
    ) -> tuple[Job, ScriptedExecutor]:
        """Until the job has come to an end."""
        executor = ScriptedExecutor(script)
        async with self.line.dispatching(executor, drawer=self.drawer):
            job = await self.ask(request)
            ended = await self.line.until(
                job, JobStatus.GENERATED, JobStatus.FAILED, JobStatus.CANCELLED
            )
        return ended, executor

    def picture(self, job: Job) -> Image.Image:
        assert job.picture_path is not None
        return Image.open(io.BytesIO((self.data_dir / job.picture_path).read_bytes()))


def stopping_at(steps: int) -> ScriptedExecutor:
    """An executor that is stuck as soon as it has the part with so many steps."""

    def script(work: Work) -> Sequence[ExecutorEvent]:
        if work.request.num_inference_steps == steps:
            executor.gate.clear()
        return paints(work)

    executor = ScriptedExecutor(script)
    return executor


async def until_stuck(executor: ScriptedExecutor) -> None:
    async with asyncio.timeout(10):
        while executor.gate.is_set():
            await asyncio.sleep(0.01)


def steps(executor: ScriptedExecutor) -> list[int]:
    return [work.request.num_inference_steps for work in executor.works]


async def statuses(desk: Desk, job: Job) -> dict[int, PartStatus]:
    return {number: each.status for number, each in (await desk.parts.of(job.id)).items()}


async def left_in_the_middle(desk: Desk) -> Job:
    """A job of which one part is painted when the process ends."""
    executor = stopping_at(2)
    async with desk.line.dispatching(executor, drawer=desk.drawer):
        job = await desk.ask()
        await until_stuck(executor)
    found = await desk.line.store.get(job.id)
    assert found is not None
    assert (found.status, found.attempts) == (JobStatus.QUEUED, 0)
    return found


async def restarted(desk: Desk, database: Database) -> Desk:
    line = Line.build(database, desk.data_dir)
    await recover(CATALOG, CATALOG, line.store, line.queue, line.events)
    again = Desk(line, database, desk.data_dir, desk.drawer._imaging)
    again.parts = desk.parts
    return again
