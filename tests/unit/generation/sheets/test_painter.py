"""The parts of one job, from the queue to the sheet, whatever becomes of them on the way."""

import asyncio
import dataclasses
import errno
import io
import itertools
import json
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from PIL import Image

from bot.database import Database, StorageFull
from generation.catalog import Catalog
from generation.dispatcher import Dispatcher
from generation.errors import IntakeFull, RequestRefused
from generation.events import JobProgress
from generation.executors.base import (
    ExecutorEvent,
    Failed,
    FailureKind,
    Finished,
    Loading,
    Painted,
    Progress,
    Work,
)
from generation.imaging.pixels import pixels_hash
from generation.imaging.process import ImagingProcess
from generation.job import Job, JobStatus
from generation.limits import Asker, Limits
from generation.recovery import recover
from generation.request import GenerationRequest
from generation.sheets import drawer
from generation.sheets.drawer import Drawer
from generation.sheets.plan import compare, sweep
from generation.sheets.sieve import Sieve
from generation.sheets.store import PartStatus, PartStore
from tests.support import png
from tests.support.disk import Disk
from tests.support.executors import ScriptedExecutor
from tests.support.jobs import CATALOG, DEMO, make_origin, make_request
from tests.support.line import Line

from .conftest import painted

_interactions = itertools.count(100, 10)

Script = Callable[[Work], Sequence[ExecutorEvent | Exception]]


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


@pytest.fixture
def desk(line: Line, database: Database, tmp_path: Path, imaging: ImagingProcess) -> Desk:
    return Desk(line, database, tmp_path, imaging)


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


async def test_cancelling_in_the_middle_keeps_what_is_painted(desk: Desk):
    executor = stopping_at(2)
    async with desk.line.dispatching(executor, drawer=desk.drawer) as dispatcher:
        job = await desk.ask()
        await until_stuck(executor)
        assert await dispatcher.cancel(job.id)
        ended = await desk.line.until(job, JobStatus.GENERATED, JobStatus.CANCELLED)
    assert ended.status is JobStatus.GENERATED
    assert await statuses(desk, job) == {1: PartStatus.PAINTED}
    assert "Cancelled after 1 of 3 pictures; those are kept." in ended.remarks
    assert len(json.loads(desk.picture(ended).info["easel"])["parts"]) == 1


async def test_cancelling_before_anything_is_painted_cancels(desk: Desk):
    executor = stopping_at(1)
    async with desk.line.dispatching(executor, drawer=desk.drawer) as dispatcher:
        job = await desk.ask()
        await until_stuck(executor)
        assert await dispatcher.cancel(job.id)
        ended = await desk.line.until(job, JobStatus.GENERATED, JobStatus.CANCELLED)
    assert ended.status is JobStatus.CANCELLED


async def test_what_is_painted_is_kept_though_the_worker_dies_after_the_cancellation(desk: Desk):
    executor = stopping_at(2)
    executor.hears = False
    stops = executor.script

    def script(work: Work) -> Sequence[ExecutorEvent | Exception]:
        events = stops(work)
        is_second = work.request.num_inference_steps == 2
        return [Failed(FailureKind.WORKER_DIED, "gone", "SIGKILL")] if is_second else events

    executor.script = script
    async with desk.line.dispatching(executor, drawer=desk.drawer) as dispatcher:
        job = await desk.ask()
        await until_stuck(executor)
        assert await dispatcher.cancel(job.id)
        executor.gate.set()
        ended = await desk.line.until(job, JobStatus.GENERATED, JobStatus.CANCELLED)
    assert ended.status is JobStatus.GENERATED
    assert "Cancelled after 1 of 3 pictures; those are kept." in ended.remarks


async def test_what_a_moderator_cancels_leaves_nothing_to_show(desk: Desk):
    executor = stopping_at(3)
    async with desk.line.dispatching(executor, drawer=desk.drawer) as dispatcher:
        job = await desk.ask()
        await until_stuck(executor)
        assert await dispatcher.cancel(job.id, "by a moderator")
        ended = await desk.line.until(job, JobStatus.GENERATED, JobStatus.CANCELLED)
    assert (ended.status, ended.detail) == (JobStatus.CANCELLED, "by a moderator")


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


async def test_a_cancellation_while_the_sheet_is_drawn_keeps_it(desk: Desk, monkeypatch):
    drawing, go_on = asyncio.Event(), asyncio.Event()
    draw = desk.drawer.draw

    async def slow(*arguments, **options):
        drawing.set()
        await go_on.wait()
        return await draw(*arguments, **options)

    monkeypatch.setattr(desk.drawer, "draw", slow)
    async with desk.line.dispatching(ScriptedExecutor(paints), drawer=desk.drawer) as dispatcher:
        job = await desk.ask()
        await drawing.wait()
        assert await dispatcher.cancel(job.id)
        go_on.set()
        ended = await desk.line.until(job, JobStatus.GENERATED, JobStatus.CANCELLED)
    assert ended.status is JobStatus.GENERATED


async def test_a_waiting_job_with_painted_parts_is_not_lost_by_a_cancellation(
    desk: Desk, database: Database
):
    job = await left_in_the_middle(desk)
    again = await restarted(desk, database)
    async with again.line.dispatching(drawer=again.drawer) as dispatcher:
        assert await dispatcher.cancel(job.id)
        ended = await again.line.until(job, JobStatus.GENERATED)
    assert any(each.startswith("Cancelled after") for each in ended.remarks)


async def cancelled_while_it_hangs(desk: Desk, detail: str | None) -> Job:
    """One part is painted, and its executor has not obeyed yet, when the process ends."""
    executor = stopping_at(2)
    executor.hears = False
    async with desk.line.dispatching(executor, drawer=desk.drawer) as dispatcher:
        job = await desk.ask()
        await until_stuck(executor)
        assert await dispatcher.cancel(job.id, detail)
    return job


@pytest.mark.parametrize("killed", [False, True])
async def test_what_its_member_cancelled_is_put_together_by_the_next_start(
    desk: Desk, database: Database, disk: Disk, *, killed: bool
):
    if killed:  # nothing is written any more
        for name in ("requeue", "cancel"):
            disk.refuses(desk.line.store, name)
    job = await cancelled_while_it_hangs(desk, None)
    again = await restarted(desk, database)
    executor = ScriptedExecutor(paints)
    async with again.line.dispatching(executor, drawer=again.drawer):
        ended = await again.line.until(job, JobStatus.GENERATED, JobStatus.CANCELLED)
    assert ended.status is JobStatus.GENERATED
    assert "Cancelled after 1 of 3 pictures; those are kept." in ended.remarks
    assert executor.works == []


async def test_what_a_moderator_cancelled_leaves_nothing_after_a_restart_either(
    desk: Desk, database: Database, disk: Disk
):
    disk.refuses(desk.line.store, "cancel")
    job = await cancelled_while_it_hangs(desk, "by a moderator")
    again = await restarted(desk, database)
    ended = await again.line.until(job, JobStatus.CANCELLED)
    assert ended.detail == "by a moderator"
    assert len(again.line.queue) + len(again.line.queue.set_aside) == 0


@pytest.mark.parametrize(
    ("where", "write"),
    [
        ("parts", "of"),
        ("pictures", "save"),
        ("parts", "paint"),
        ("parts", "fail"),
        ("parts", "note_death"),
        ("sieve", "refuse"),
        ("sieve", "sift"),
        ("timings", "learn"),
    ],
)
async def test_a_full_disk_on_the_way_costs_nothing_but_time(
    desk: Desk, disk: Disk, where: str, write: str
):
    owners = {
        "parts": desk.parts,
        "pictures": desk.line.pictures,
        "sieve": Sieve,
        "timings": desk.line.timings,
    }
    disk.refuses(owners[where], write)

    def script(work: Work) -> Sequence[ExecutorEvent]:
        match work.request.num_inference_steps, work.attempt:
            case 1, _:
                return [Failed(FailureKind.OUT_OF_MEMORY, "Too little memory.", "OOM")]
            case 2, 1:
                return [Failed(FailureKind.WORKER_DIED, "gone", "SIGKILL")]
            case _:
                return paints(work)

    executor = ScriptedExecutor(script)
    async with desk.line.dispatching(executor, drawer=desk.drawer):
        job = await desk.ask()
        await disk.was_asked_often()
        assert "JobFailed" not in desk.line.kinds(job)
        disk.room.set()
        ended = await desk.line.until(job, JobStatus.GENERATED, JobStatus.FAILED)
    assert ended.status is JobStatus.GENERATED
    assert sorted(steps(executor)) == [1, 2, 2, 3]
    assert await statuses(desk, job) == {
        1: PartStatus.FAILED,
        2: PartStatus.PAINTED,
        3: PartStatus.PAINTED,
    }


async def test_a_part_without_room_can_be_cancelled(desk: Desk, disk: Disk):
    disk.refuses(desk.line.pictures, "save", OSError(errno.ENOSPC, "No space left on device"))
    async with desk.line.dispatching(ScriptedExecutor(paints), drawer=desk.drawer) as dispatcher:
        job = await desk.ask()
        await disk.was_asked_often()
        assert await dispatcher.cancel(job.id)
        ended = await desk.line.until(job, JobStatus.GENERATED, JobStatus.CANCELLED)
    assert ended.status is JobStatus.CANCELLED


async def test_a_part_that_the_disk_does_not_give_out_is_waited_for(desk: Desk, disk: Disk):
    disk.refuses(desk.line.pictures, "load", OSError(errno.EIO, "Input/output error"))
    async with desk.line.dispatching(ScriptedExecutor(paints), drawer=desk.drawer):
        job = await desk.ask()
        await disk.was_asked_often()
        assert "JobGenerated" not in desk.line.kinds(job)
        disk.room.set()
        ended = await desk.line.until(job, JobStatus.GENERATED)
    assert len(json.loads(desk.picture(ended).info["easel"])["parts"]) == 3


async def test_one_that_it_never_gives_out_is_a_gap_and_not_told_as_lost(
    desk: Desk, disk: Disk, monkeypatch
):
    monkeypatch.setattr(drawer, "_PATIENCE_S", 0.05)
    said: list[str] = []
    sheet = desk.drawer._imaging.sheet

    async def look(prompt, footer, cells, *rest):
        said.extend(cell.reason for cell in cells)
        return await sheet(prompt, footer, cells, *rest)

    monkeypatch.setattr(desk.drawer._imaging, "sheet", look)
    disk.refuses(desk.line.pictures, "load", OSError(errno.EIO, "Input/output error"))
    job, _ = await desk.run(paints)
    assert job.status is JobStatus.GENERATED
    assert [text.split(":")[0] for text in said] == [
        "Painted, but the host's disk does not give it out just now"
    ] * 3
    assert all(each.picture is not None for each in (await desk.parts.of(job.id)).values())


@pytest.mark.parametrize("write", ["start", "save", "finish"])
async def test_cancelling_one_that_waits_is_answered_though_its_sheet_has_no_room(
    desk: Desk, database: Database, disk: Disk, write: str
):
    job = await left_in_the_middle(desk)
    again = await restarted(desk, database)
    disk.refuses(again.line.pictures if write == "save" else again.line.store, write)
    async with again.line.dispatching(drawer=again.drawer) as dispatcher:
        async with asyncio.timeout(5):
            assert await dispatcher.cancel(job.id)
        await disk.was_asked_often()
        assert "JobFailed" not in again.line.kinds(job)
        disk.room.set()
        ended = await again.line.until(job, JobStatus.GENERATED)
    assert any(each.startswith("Cancelled after") for each in ended.remarks)


async def test_where_it_can_not_be_noted_one_that_waits_stays_in_line(
    desk: Desk, database: Database, disk: Disk
):
    job = await left_in_the_middle(desk)
    again = await restarted(desk, database)
    disk.refuses(again.line.store, "ask_cancel")
    async with again.line.dispatching(drawer=again.drawer) as dispatcher:
        with pytest.raises(StorageFull):
            await dispatcher.cancel(job.id)
    assert [each.id for each in again.line.queue.jobs()] == [job.id]


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
