"""A sheet that is cancelled keeps what is painted, unless a moderator did it."""

import asyncio
import json
import time
from collections.abc import Sequence

import pytest

from bot.database import Database
from generation.executors.base import (
    ExecutorEvent,
    Failed,
    FailureKind,
    Work,
)
from generation.inputs.retention import InputRetention
from generation.job import Job, JobStatus
from generation.keeping.kept import KeptPictures
from generation.keeping.retention import Keep, Retention
from generation.pictures import PictureStore
from generation.sheets.store import PartStatus
from tests.support.disk import Disk
from tests.support.executors import ScriptedExecutor

from .desk import (
    Desk,
    left_in_the_middle,
    paints,
    restarted,
    statuses,
    stopping_at,
    until_stuck,
)


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


async def left(desk: Desk, job: Job) -> tuple[list[str], list[str]]:
    """What is there of a job: files, and the parts that name any."""
    files = sorted(path.name for path in (desk.data_dir / "pictures").rglob("*.*"))
    results = (await desk.parts.of(job.id)).values()
    return files, [each.picture.path for each in results if each.picture]


async def until_told(desk: Desk, job: Job) -> Job:
    """Until its member hears how it ended."""
    ended = await desk.line.until(job, JobStatus.GENERATED, JobStatus.FAILED, JobStatus.CANCELLED)
    async with asyncio.timeout(10):
        while desk.line.kinds(job)[-1] not in ("JobGenerated", "JobFailed", "JobCancelled"):
            await asyncio.sleep(0.01)
    return ended


async def swept(desk: Desk, database: Database) -> None:
    """As it is soon after a start, and then every hour; what no row names goes a bit later."""
    inputs = InputRetention(database, desk.line.inputs)
    pictures = PictureStore(desk.data_dir)
    kept = KeptPictures(database)
    await Retention(kept, pictures, inputs, Keep(), lambda: time.time() + 2 * 3600).sweep()


async def test_what_a_moderator_cancels_leaves_nothing_to_show(desk: Desk):
    executor = stopping_at(3)
    async with desk.line.dispatching(executor, drawer=desk.drawer) as dispatcher:
        job = await desk.ask()
        await until_stuck(executor)
        assert await left(desk, job) != ([], [])
        assert await dispatcher.cancel(job.id, "by a moderator")
        ended = await until_told(desk, job)
    assert (ended.status, ended.detail) == (JobStatus.CANCELLED, "by a moderator")
    assert ended.leaves_nothing
    assert await left(desk, job) == ([], [])
    # That they were painted is no secret, and what was made from them is still found.
    assert await statuses(desk, job) == {1: PartStatus.PAINTED, 2: PartStatus.PAINTED}


@pytest.mark.parametrize("all_of_a_guild", [False, True])
async def test_nor_does_one_that_waited_with_painted_parts(
    desk: Desk, database: Database, *, all_of_a_guild: bool
):
    job = await left_in_the_middle(desk)
    assert await left(desk, job) != ([], [])
    again = await restarted(desk, database)
    async with again.line.dispatching(drawer=again.drawer) as dispatcher:
        if all_of_a_guild:
            assert await dispatcher.cancel_all(lambda each: each.id == job.id, "with its guild")
        else:
            assert await dispatcher.cancel(job.id, "by the host")
        await until_told(again, job)
    assert await left(desk, job) == ([], [])


async def test_nor_does_one_that_a_moderator_cancels_while_it_can_not_be_drawn(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
):
    drawing, go_on = asyncio.Event(), asyncio.Event()

    async def draw(*_: object, **__: object) -> Failed:
        drawing.set()
        await go_on.wait()
        return Failed(FailureKind.INTERNAL, "They could not be put together.")

    monkeypatch.setattr(desk.drawer, "draw", draw)
    async with desk.line.dispatching(ScriptedExecutor(paints), drawer=desk.drawer) as dispatcher:
        job = await desk.ask()
        await drawing.wait()
        assert await dispatcher.cancel(job.id, "by a moderator")
        go_on.set()
        ended = await until_told(desk, job)
    assert ended.status is JobStatus.CANCELLED
    assert await left(desk, job) == ([], [])


async def test_what_its_member_cancelled_and_can_not_be_drawn_is_still_theirs(
    desk: Desk, database: Database, monkeypatch: pytest.MonkeyPatch
):
    async def draw(*_: object, **__: object) -> Failed:
        return Failed(FailureKind.INTERNAL, "They could not be put together.")

    job = await left_in_the_middle(desk)
    again = await restarted(desk, database)
    monkeypatch.setattr(again.drawer, "draw", draw)
    async with again.line.dispatching(drawer=again.drawer) as dispatcher:
        assert await dispatcher.cancel(job.id)
        ended = await until_told(again, job)
    assert (ended.status, ended.leaves_nothing) == (JobStatus.CANCELLED, False)
    await swept(desk, database)
    assert len((await left(desk, job))[1]) == 1


@pytest.mark.parametrize("fails", [("parts", "forget"), ("pictures", "delete_of")])
async def test_what_the_disk_does_not_let_go_is_swept(
    desk: Desk, database: Database, disk: Disk, fails: tuple[str, str]
):
    owner, name = fails
    owners = {"parts": desk.parts, "pictures": desk.line.pictures}
    disk.refuses(owners[owner], name)
    executor = stopping_at(3)
    async with desk.line.dispatching(executor, drawer=desk.drawer) as dispatcher:
        job = await desk.ask()
        await until_stuck(executor)
        assert await dispatcher.cancel(job.id, "by a moderator")
        ended = await until_told(desk, job)
    assert ended.status is JobStatus.CANCELLED
    assert await left(desk, job) != ([], [])
    await swept(desk, database)
    assert await left(desk, job) == ([], [])


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
    await swept(again, database)
    assert await left(again, job) == ([], [])


async def test_nor_does_it_where_the_process_ends_before_its_executor_obeys(desk: Desk):
    job = await cancelled_while_it_hangs(desk, "by a moderator")
    ended = await desk.line.until(job, JobStatus.CANCELLED)
    assert ended.detail == "by a moderator"
    assert await left(desk, job) == ([], [])
