"""A sheet that is cancelled keeps what is painted, unless a moderator did it."""

import asyncio
import json
from collections.abc import Sequence

import pytest

from bot.database import Database
from generation.executors.base import (
    ExecutorEvent,
    Failed,
    FailureKind,
    Work,
)
from generation.job import Job, JobStatus
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


async def test_what_a_moderator_cancels_leaves_nothing_to_show(desk: Desk):
    executor = stopping_at(3)
    async with desk.line.dispatching(executor, drawer=desk.drawer) as dispatcher:
        job = await desk.ask()
        await until_stuck(executor)
        assert await dispatcher.cancel(job.id, "by a moderator")
        ended = await desk.line.until(job, JobStatus.GENERATED, JobStatus.CANCELLED)
    assert (ended.status, ended.detail) == (JobStatus.CANCELLED, "by a moderator")


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
