"""What a sheet counts for: a day's pictures, one job's work, its cost in the line."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.database import Database
from generation.errors import IntakeFull, RequestRefused
from generation.executors.base import (
    ExecutorEvent,
    Failed,
    FailureKind,
    Work,
)
from generation.imaging.process import ImagingProcess
from generation.job import JobStatus
from generation.limits.layers import Asker, Limits
from tests.support.jobs import make_origin, make_request
from tests.support.line import Line

from .desk import Desk, stopping_at, three, until_stuck


async def test_pictures_a_day_count_each_part(database: Database, tmp_path: Path):
    line = Line.build(database, tmp_path, Limits(per_day=5))
    await line.intake.submit(three(), make_origin(1, 100))
    with pytest.raises(IntakeFull) as refused:
        await line.intake.submit(three(), make_origin(1, 200))
    assert refused.value.limit == (
        "These are 3 pictures, and you have had 3 of 5 pictures in 24 hours."
    )
    await line.intake.submit(make_request(), make_origin(1, 300))


async def test_what_fails_or_is_never_painted_counts_for_nothing(
    database: Database, tmp_path: Path, imaging: ImagingProcess
):
    desk = Desk(Line.build(database, tmp_path, Limits(per_day=9)), database, tmp_path, imaging)
    executor = stopping_at(3)
    paints_all = executor.script

    def script(work: Work) -> Sequence[ExecutorEvent | Exception]:
        if work.request.num_inference_steps == 1:
            return [Failed(FailureKind.OUT_OF_MEMORY, "Too little memory.", "OOM")]
        return paints_all(work)

    executor.script = script
    async with desk.line.dispatching(executor, drawer=desk.drawer) as dispatcher:
        job = await desk.ask()
        await until_stuck(executor)
        assert [each.used for each in await desk.line.quotas.read(Asker(1, 10))] == [2]
        await dispatcher.cancel(job.id)
        await desk.line.until(job, JobStatus.GENERATED)
    assert [each.used for each in await desk.line.quotas.read(Asker(1, 10))] == [1]


async def test_more_parts_than_a_day_s_pictures_are_refused_for_good(
    database: Database, tmp_path: Path
):
    line = Line.build(database, tmp_path, Limits(per_day=2))
    with pytest.raises(IntakeFull) as refused:
        await line.intake.submit(three(), make_origin(1, 100))
    assert refused.value.remedy == "Ask for 2 at most."


async def test_the_work_of_a_job_is_that_of_all_its_parts(database: Database, tmp_path: Path):
    line = Line.build(database, tmp_path, Limits(megapixel_steps=0.39))
    with pytest.raises(RequestRefused) as refused:
        await line.intake.submit(three(), make_origin(1, 100))  # 6 steps of 256x256: 0.393
    assert refused.value.field == "values"
    assert "3 pictures are 0.3932 megapixel-steps together; 0.39 are allowed" in refused.value.limit


async def test_a_job_s_cost_is_the_sum_of_its_parts(line: Line):
    whole = line.timings.predict(three())
    parts = [line.timings.predict(part.request) for part in three().parts]
    assert whole.seconds == pytest.approx(sum(part.seconds for part in parts))
