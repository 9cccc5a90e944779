"""The parts of one job, from the queue to the sheet, whatever becomes of them on the way."""

import asyncio
import dataclasses
import json
from collections.abc import Sequence

from bot.database import Database
from generation.catalog import Catalog
from generation.dispatcher import Dispatcher
from generation.events import JobProgress
from generation.executors.base import (
    ExecutorEvent,
    Failed,
    FailureKind,
    Finished,
    Painted,
    Work,
)
from generation.imaging.pixels import pixels_hash
from generation.job import JobStatus
from generation.recovery import recover
from generation.sheets.plan import compare, sweep
from generation.sheets.store import PartStatus
from tests.support import png
from tests.support.executors import ScriptedExecutor
from tests.support.jobs import CATALOG, DEMO, make_origin, make_request

from .desk import (
    Desk,
    left_in_the_middle,
    painted,
    paints,
    restarted,
    statuses,
    steps,
)


async def test_the_parts_become_one_picture_and_stay_each_on_disk(desk: Desk, database: Database):
    job, executor = await desk.run(paints)
    assert job.status is JobStatus.GENERATED
    assert steps(executor) == [1, 2, 3]
    assert job.seconds == 1.5
    sheet = desk.picture(job)
    assert sheet.width > 3 * 64
    found = "SELECT 1 FROM jobs WHERE pixels_sha256 = ?"
    assert await database.fetch_one(found, (pixels_hash(sheet.size, sheet.tobytes()),))
    results = await desk.parts.of(job.id)
    for number in (1, 2, 3):
        stored = results[number].picture
        assert stored is not None
        assert stored.path == f"pictures/000000/{job.id}-{number}.png"
        assert (await desk.line.pictures.load(stored)).startswith(b"\x89PNG")


async def test_for_each_part_a_picture_that_was_brought_is_looked_at_where_somebody_can(desk: Desk):
    image = await desk.line.inputs.save(png.make(64, 64), 64, 64)
    request, _ = sweep(CATALOG, DEMO, "a red circle", "strength", "0.4, 0.6", image=image)
    executor = ScriptedExecutor(paints)
    executor.is_looking = True
    async with desk.line.dispatching(executor, drawer=desk.drawer):
        await desk.line.until(await desk.ask(request), JobStatus.GENERATED)
    assert [work.screener is not None for work in executor.works] == [True, True]


async def test_a_sheets_row_has_the_commits_of_all_its_parts_and_each_part_its_own(desk: Desk):
    def script(work: Work) -> Sequence[ExecutorEvent]:
        event = painted(work)
        repo = f"someone/part-{work.request.num_inference_steps}"
        picture = dataclasses.replace(event.picture, commits={repo: "a" * 40})
        return [Painted(), Finished(picture)]

    job, _ = await desk.run(script)
    assert job.commits == {f"someone/part-{number}": "a" * 40 for number in (1, 2, 3)}
    results = await desk.parts.of(job.id)
    assert results[2].commits == {"someone/part-2": "a" * 40}


async def test_the_recipe_of_a_sheet_has_what_differs_of_each_part(desk: Desk):
    job, _ = await desk.run(paints)
    made = json.loads(desk.picture(job).info["easel"])
    assert made["prompt"] == "a red circle"
    assert made["seed"] == 7
    assert [part["num_inference_steps"] for part in made["parts"]] == [1, 2, 3]
    assert "prompt" not in made["parts"][0]
    assert (made["width"], made["height"]) == desk.picture(job).size


async def test_progress_says_which_part_of_how_many(desk: Desk):
    job, _ = await desk.run(paints)
    told = [each.job.part for each in desk.line.seen if isinstance(each, JobProgress)]
    assert [(part.number, part.total) for part in told if part] == [(1, 3), (2, 3), (3, 3)]
    assert desk.line.kinds(job)[-1] == "JobGenerated"


async def test_a_part_that_fails_is_a_gap_and_the_others_stay(desk: Desk):
    def script(work: Work) -> Sequence[ExecutorEvent]:
        if work.request.num_inference_steps == 2:
            return [Failed(FailureKind.OUT_OF_MEMORY, "Too little memory.", "OOM")]
        return paints(work)

    job, executor = await desk.run(script)
    assert job.status is JobStatus.GENERATED
    assert steps(executor) == [1, 2, 3]
    assert any("2 (2 steps) is missing: Too little memory." in each for each in job.remarks)
    made = json.loads(desk.picture(job).info["easel"])
    assert [part["num_inference_steps"] for part in made["parts"]] == [1, 3]


async def test_where_all_parts_fail_the_job_does_and_says_why_once(desk: Desk):
    failure = Failed(FailureKind.MODEL_UNAVAILABLE, "The weights can't be had.", "HTTP 404")
    job, _ = await desk.run(lambda _: [failure])
    assert job.status is JobStatus.FAILED
    assert job.failure == "model_unavailable"
    assert job.notice == "None of these 3 pictures could be painted. The weights can't be had."


async def test_a_worker_that_dies_costs_an_attempt_and_no_part_is_painted_twice(desk: Desk):
    def script(work: Work) -> Sequence[ExecutorEvent]:
        if work.attempt == 1 and work.request.num_inference_steps == 2:
            return [Failed(FailureKind.WORKER_DIED, "gone", "SIGKILL")]
        return paints(work)

    job, executor = await desk.run(script)
    assert (job.status, job.attempts) == (JobStatus.GENERATED, 2)
    # What the worker died of comes last.
    assert steps(executor) == [1, 2, 3, 2]
    assert set((await statuses(desk, job)).values()) == {PartStatus.PAINTED}


async def test_a_part_that_kills_its_worker_twice_is_a_gap(desk: Desk):
    def script(work: Work) -> Sequence[ExecutorEvent]:
        if work.request.num_inference_steps == 1:
            return [Failed(FailureKind.WORKER_DIED, "The painting process ended.", "SIGKILL")]
        return paints(work)

    job, executor = await desk.run(script)
    assert (job.status, job.attempts) == (JobStatus.GENERATED, 2)
    assert steps(executor) == [1, 2, 3, 1]
    assert (await statuses(desk, job))[1] is PartStatus.FAILED


async def test_a_job_whose_every_part_kills_its_worker_has_two_attempts(desk: Desk):
    job, executor = await desk.run(lambda _: [Failed(FailureKind.WORKER_DIED, "It ended.", "9")])
    assert (job.status, job.attempts) == (JobStatus.FAILED, 2)
    assert len(executor.works) == 2
    assert job.notice == "None of these 3 pictures could be painted. It ended."


async def test_after_a_restart_the_painted_parts_are_not_painted_again(
    desk: Desk, database: Database
):
    job = await left_in_the_middle(desk)
    before = {number: each.picture for number, each in (await desk.parts.of(job.id)).items()}
    again = await restarted(desk, database)
    executor = ScriptedExecutor(paints)
    async with again.line.dispatching(executor, drawer=again.drawer):
        ended = await again.line.until(job, JobStatus.GENERATED)
    assert steps(executor) == [2, 3]
    after = {number: each.picture for number, each in (await desk.parts.of(job.id)).items()}
    assert len(after) == 3
    assert {number: after[number] for number in before} == before
    assert not any("Cancelled" in each for each in ended.remarks)


async def test_the_loaded_model_goes_first_and_the_order_on_the_sheet_stays(desk: Desk):
    request, _ = compare(CATALOG, DEMO, "a red circle", "sdxl-turbo, demo", seed=1)
    executor = ScriptedExecutor(paints)
    async with desk.line.dispatching(executor, drawer=desk.drawer):
        first = await desk.ask(make_request())
        await desk.line.until(first, JobStatus.GENERATED)
        job = await desk.ask(request)
        ended = await desk.line.until(job, JobStatus.GENERATED)
    assert [work.request.model for work in executor.works] == ["demo", "demo", "sdxl-turbo"]
    made = json.loads(desk.picture(ended).info["easel"])
    assert [part["model"] for part in made["parts"]] == ["sdxl-turbo", "demo"]
    assert made["model"] == "sdxl-turbo, demo"


async def test_each_part_goes_to_what_paints_its_model(desk: Desk):
    request, _ = compare(CATALOG, DEMO, "a red circle", "zb-tech, demo", seed=1)
    local, hosted = ScriptedExecutor(paints), ScriptedExecutor(paints)
    hosted.name = "hosted"
    async with desk.line.dispatching(local, hosted, drawer=desk.drawer):
        job = await desk.ask(request)
        await desk.line.until(job, JobStatus.GENERATED)
    assert [work.request.model for work in local.works] == ["demo"]
    assert [work.request.model for work in hosted.works] == ["zb-tech"]


async def test_a_part_whose_model_is_gone_after_a_restart_is_a_gap(desk: Desk, database: Database):
    request, _ = compare(CATALOG, DEMO, "a red circle", "sdxl-turbo, demo", seed=1)
    job = await desk.line.store.create(request, make_origin())
    offered = Catalog({"demo": DEMO})
    desk.drawer._catalog = offered
    await recover(offered, offered, desk.line.store, desk.line.queue, desk.line.events)
    line, executor = desk.line, ScriptedExecutor(paints)
    dispatcher = Dispatcher(
        *(offered, line.store, line.queue, line.pictures, line.inputs),
        *((executor,), line.events, line.timings, desk.drawer),
    )
    running = asyncio.create_task(dispatcher.run())
    try:
        ended = await line.until(job, JobStatus.GENERATED, JobStatus.FAILED)
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert ended.status is JobStatus.GENERATED
    assert any("sdxl-turbo is not available here any more" in each for each in ended.remarks)


async def test_a_lost_part_is_a_gap_too(desk: Desk, database: Database):
    job = await left_in_the_middle(desk)
    (result, *_) = (await desk.parts.of(job.id)).values()
    assert result.picture is not None
    (desk.data_dir / result.picture.path).unlink()
    again = await restarted(desk, database)
    async with again.line.dispatching(ScriptedExecutor(paints), drawer=again.drawer):
        ended = await again.line.until(job, JobStatus.GENERATED)
    assert ended.picture is not None
