"""When members see how their pictures stand, and what executors are told of that."""

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from unittest import mock

import pytest

from bot.database import Database
from generation.events import JobPreview
from generation.executors.base import ExecutorEvent, Finished, Preview, Progress, Work
from generation.inputs.store import InputImage
from generation.job import Job, JobStatus
from generation.safety.screening import Screening
from generation.sheets.plan import compare
from generation.works import batch_of, limits_of
from tests.support.executors import PICTURE, ScriptedExecutor
from tests.support.jobs import CATALOG, DEMO, make_job, make_origin, make_request
from tests.support.line import Line


@pytest.fixture
async def line(tmp_path: Path) -> AsyncIterator[Line]:
    async with Database.open(tmp_path) as database:
        yield Line.build(database, tmp_path)


def work_of(
    line: Line,
    *,
    model: str = "demo",
    steps: int = 5,
    count: int = 1,
    asked: bool = True,
    previews: bool = True,
) -> Work:
    """The first of so many that are painted together."""
    changes = {"model": model, "num_inference_steps": steps}
    request = make_request().model_copy(update=changes)
    job = dataclasses.replace(make_job(1), request=request)
    if not asked:
        job = dataclasses.replace(job, origin=None)
    jobs, limits = [job] * count, {job.id: 1.0}
    return batch_of(jobs, {}, CATALOG, line.timings, limits, previews=previews).works[0]


async def test_a_picture_of_five_steps_has_previews(line: Line) -> None:
    assert work_of(line, steps=5).previews


async def test_a_picture_of_four_steps_has_none(line: Line) -> None:
    assert not work_of(line, steps=4).previews


async def test_pictures_that_are_painted_together_have_none(line: Line) -> None:
    assert not work_of(line, count=2).previews


async def test_what_nobody_asked_for_on_discord_has_none(line: Line) -> None:
    assert not work_of(line, asked=False).previews


async def test_where_they_are_not_wanted_there_are_none(line: Line) -> None:
    work = work_of(line, previews=False)
    assert (work.previews, work.decoder) == (False, None)


async def test_the_worker_is_told_of_the_decoder_of_its_models_family(line: Line) -> None:
    assert work_of(line, model="sdxl").decoder == CATALOG.tools["taesdxl"]
    assert work_of(line, model="demo").decoder is None


def previewing(_: Work) -> Sequence[ExecutorEvent | Exception]:
    return [Progress(1, 6), Preview(b"small"), Progress(2, 6), Finished(PICTURE)]


async def test_a_preview_is_told_to_whoever_listens_and_stored_nowhere(
    line: Line, tmp_path: Path
) -> None:
    executor = ScriptedExecutor(previewing)
    async with line.dispatching(executor, previews=True):
        job = await line.intake.submit(make_request(), make_origin())
        await line.until(job, JobStatus.GENERATED)
    (told,) = (event for event in line.seen if isinstance(event, JobPreview))
    assert told.data == b"small"
    assert executor.works[0].previews
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert files
    assert b"small" not in b"".join(path.read_bytes() for path in files)


async def test_while_others_wait_the_executor_is_asked_for_none(line: Line) -> None:
    executor = ScriptedExecutor(previewing)
    executor.gate.clear()
    async with line.dispatching(executor, previews=True):
        asked = [
            await line.intake.submit(make_request(steps=steps), make_origin(1, 100 * steps))
            for steps in (6, 7, 8)  # so that none of them are painted together
        ]
        executor.gate.set()
        for job in asked:
            await line.until(job, JobStatus.GENERATED)
    assert [work.previews for work in executor.works[1:]] == [False, True]


def job_with(number: int, **changes: object) -> Job:
    """That job, with its request changed."""
    return dataclasses.replace(make_job(number), request=make_request().model_copy(update=changes))


async def test_the_limits_of_what_is_painted_together_are_asked_for_at_once() -> None:
    jobs = [job_with(number, model="sdxl") for number in (1, 2, 3)]
    all_asked = asyncio.Barrier(len(jobs))

    async def flag(guild_id: int, channel_id: int) -> bool:
        await all_asked.wait()
        return channel_id == 21

    screening = Screening()
    screening.ask(flag)
    assert jobs[1].origin is not None
    elsewhere = dataclasses.replace(jobs[1].origin, channel_id=21)
    jobs[1] = dataclasses.replace(jobs[1], origin=elsewhere)
    async with asyncio.timeout(2):
        limits = await limits_of(jobs, CATALOG, screening, ScriptedExecutor())
    assert limits == {1: 0.5, 2: 1.0, 3: 0.5}


async def test_for_what_nobody_looks_at_no_limit_is_asked_for() -> None:
    sheet, _ = compare(CATALOG, DEMO, "a red circle", "sdxl, sdxl-turbo")
    jobs = [make_job(1), dataclasses.replace(make_job(2), request=sheet)]
    screening = mock.create_autospec(Screening, instance=True)
    assert await limits_of(jobs, CATALOG, screening, ScriptedExecutor()) == {}
    screening.limit_for.assert_not_called()


async def test_what_was_brought_to_any_model_has_one_where_somebody_can_look() -> None:
    job = job_with(1, image=InputImage(sha256="a" * 64, width=64, height=64))
    executor = ScriptedExecutor()
    assert await limits_of([job], CATALOG, Screening(), executor) == {}
    executor.is_looking = True
    assert await limits_of([job], CATALOG, Screening(), executor) == {1: 0.5}
