"""A sheet whose disk or database fails on the way waits, and is not told as lost."""

import asyncio
import errno
import json
from collections.abc import Sequence

import pytest

from bot.database import Database, StorageFull
from generation.executors.base import (
    ExecutorEvent,
    Failed,
    FailureKind,
    Work,
)
from generation.job import JobStatus
from generation.sheets import drawer
from generation.sheets.sieve import Sieve
from generation.sheets.store import PartStatus
from tests.support.disk import Disk
from tests.support.executors import ScriptedExecutor

from .desk import (
    Desk,
    left_in_the_middle,
    paints,
    restarted,
    statuses,
    steps,
)


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
