"""While disk or database take nothing, jobs wait: none is told as failed, none is forgotten."""

import asyncio
import errno
import logging
from pathlib import Path

import pytest

from bot.database import DatabaseBusy
from generation import slot
from generation.executors.base import Failed, FailureKind, Finished, Work
from generation.job import Job, JobStatus
from generation.storage import remedied
from tests.support.disk import FULL, Disk
from tests.support.executors import PICTURE, ScriptedExecutor
from tests.support.jobs import make_origin, make_request
from tests.support.line import Line

DIED = Failed(FailureKind.WORKER_DIED, "gone", "SIGSEGV")


def dies_first(work: Work) -> list[Failed | Finished]:
    return [DIED] if work.attempt == 1 else [Finished(PICTURE)]


async def test_a_cancel_counts_though_the_start_could_not_be_written(line: Line, monkeypatch, disk):
    executor = ScriptedExecutor()
    async with line.dispatching(executor) as dispatcher:

        async def start(job_id: int) -> Job:
            assert await dispatcher.cancel(job_id)
            raise FULL

        monkeypatch.setattr(line.store, "start", start)
        job = await line.intake.submit(make_request(), make_origin())
        await line.until(job, JobStatus.CANCELLED)
    assert executor.works == []
    assert line.kinds(job)[-1] == "JobCancelled"


async def test_what_can_not_be_started_stays_in_line_however_long(line: Line, monkeypatch, disk):
    monkeypatch.setattr(slot, "PATIENCE_S", 0.0)
    disk.refuses(line.store, "start")
    disk.refuses(line.store, "fail")
    async with line.dispatching(ScriptedExecutor()) as dispatcher:
        job = await line.intake.submit(make_request(), make_origin())
        await disk.was_asked_often()
        assert "JobFailed" not in line.kinds(job)
        assert len(line.queue) + len(dispatcher.running()) == 1
        disk.room.set()
        done = await line.until(job, JobStatus.GENERATED)
    assert done.attempts == 1


async def test_a_batch_that_can_not_be_started_keeps_its_order(line: Line, disk: Disk):
    disk.refuses(line.store, "start")
    executor = ScriptedExecutor()
    jobs = [await line.intake.submit(make_request(), make_origin(1, 100 + n)) for n in range(3)]
    async with line.dispatching(executor):
        async with asyncio.timeout(5):
            await disk.refused.wait()
        disk.room.set()
        for job in jobs:
            await line.until(job, JobStatus.GENERATED)
    assert [work.job_id for work in executor.works] == [job.id for job in jobs]


@pytest.mark.parametrize(
    ("write", "script", "end"),
    [
        ("finish", lambda _: [Finished(PICTURE)], JobStatus.GENERATED),
        ("fail", lambda _: [Failed(FailureKind.BAD_PICTURE, "black")], JobStatus.FAILED),
        ("fail", lambda _: [RuntimeError("a bug")], JobStatus.FAILED),
        ("requeue", dies_first, JobStatus.GENERATED),
    ],
)
async def test_how_an_attempt_ended_is_written_once_there_is_room(
    line: Line, disk: Disk, write: str, script, end: JobStatus
):
    disk.refuses(line.store, write)
    async with line.dispatching(ScriptedExecutor(script)):
        job = await line.intake.submit(make_request(), make_origin())
        await disk.was_asked_often()
        assert not {"JobFailed", "JobGenerated"} & set(line.kinds(job))
        disk.room.set()
        await line.until(job, end)
    assert len({"JobFailed", "JobGenerated"} & set(line.kinds(job))) == 1


async def test_a_picture_is_kept_until_there_is_room_for_it(line: Line, disk: Disk):
    disk.refuses(line.pictures, "save", OSError(errno.ENOSPC, "No space left on device"))
    executor = ScriptedExecutor()
    async with line.dispatching(executor):
        job = await line.intake.submit(make_request(), make_origin())
        await disk.was_asked_often()
        disk.room.set()
        await line.until(job, JobStatus.GENERATED)
    assert len(executor.works) == 1


async def test_a_picture_without_room_can_be_cancelled(line: Line, disk: Disk):
    disk.refuses(line.pictures, "save", OSError(errno.ENOSPC, "No space left on device"))
    async with line.dispatching(ScriptedExecutor()) as dispatcher:
        job = await line.intake.submit(make_request(), make_origin())
        await disk.was_asked_often()
        assert await dispatcher.cancel(job.id)
        await line.until(job, JobStatus.CANCELLED)


async def test_what_runs_stops_though_nothing_can_be_written(line: Line, disk: Disk):
    disk.refuses(line.store, "ask_cancel")
    executor = ScriptedExecutor()
    executor.gate.clear()
    async with line.dispatching(executor) as dispatcher:
        job = await line.intake.submit(make_request(), make_origin())
        await line.until(job, JobStatus.RUNNING)
        assert await dispatcher.cancel(job.id)
        await line.until(job, JobStatus.CANCELLED)


async def test_that_what_runs_is_to_be_cancelled_is_noted_once_there_is_room(
    line: Line, disk: Disk
):
    disk.refuses(line.store, "ask_cancel")
    executor = ScriptedExecutor()
    executor.hears = False
    executor.gate.clear()
    async with line.dispatching(executor) as dispatcher:
        job = await line.intake.submit(make_request(), make_origin())
        await line.until(job, JobStatus.RUNNING)
        assert await dispatcher.cancel(job.id, "by a moderator")
        disk.room.set()
        async with asyncio.timeout(5):
            while (running := await line.store.get(job.id)) and running.cancel_asked_at is None:
                await asyncio.sleep(0.01)
        assert running is not None
        assert running.cancel_asked_by == "by a moderator"


async def test_all_of_a_kind_are_cancelled_though_the_disk_is_full_for_a_while(
    line: Line, disk: Disk
):
    disk.refuses(line.store, "cancel")
    disk.refuses(line.store, "ask_cancel")
    executor = ScriptedExecutor()
    executor.gate.clear()
    async with line.dispatching(executor) as dispatcher:
        jobs = [
            await line.intake.submit(make_request(seed=n), make_origin(1, 100 * n))
            for n in (1, 2, 3)
        ]
        other = await line.intake.submit(make_request(seed=4), make_origin(2, 400))
        await line.until(jobs[0], JobStatus.RUNNING)
        async with asyncio.timeout(5):
            ended = await dispatcher.cancel_all(lambda job: job.id != other.id, "with its guild")
        assert ended == 3
        executor.gate.set()
        await disk.was_asked_often()
        assert not any("JobCancelled" in line.kinds(job) for job in jobs)
        disk.room.set()
        rows = [await line.until(job, JobStatus.CANCELLED) for job in jobs]
        await line.until(other, JobStatus.GENERATED)
    assert {row.detail for row in rows} == {"with its guild"}
    assert [line.kinds(job)[-1] for job in jobs] == ["JobCancelled"] * 3
    assert [work.job_id for work in executor.works] == [jobs[0].id, other.id]


async def test_a_picture_to_start_from_that_can_not_be_read_now_is_waited_for(
    line: Line, disk: Disk
):
    image = await line.inputs.save(b"a picture", 64, 64)
    disk.refuses(line.inputs, "load", OSError(errno.EIO, "Input/output error"))
    async with line.dispatching(ScriptedExecutor()):
        job = await line.intake.submit(make_request(image=image), make_origin())
        await disk.was_asked_often()
        assert "JobFailed" not in line.kinds(job)
        disk.room.set()
        done = await line.until(job, JobStatus.GENERATED, JobStatus.FAILED)
    assert (done.status, done.attempts) == (JobStatus.GENERATED, 1)


async def test_what_is_painted_is_not_told_as_failed_where_its_time_can_not_be_kept(
    line: Line, disk: Disk, caplog
):
    disk.refuses(line.timings, "learn")
    disk.refuses(line.store, "fail")
    async with line.dispatching(ScriptedExecutor()) as dispatcher:
        job = await line.intake.submit(make_request(), make_origin())
        await line.until(job, JobStatus.GENERATED)
        await disk.was_asked_often()
        assert dispatcher.running() == []
    assert line.kinds(job)[-1] == "JobGenerated"
    told = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert [record.getMessage() for record in told] == [
        f"How long job {job.id} took is not kept: {FULL}"
    ]


async def test_a_stop_without_room_ends_quietly_and_the_next_start_takes_it_up(
    line: Line, disk: Disk
):
    disk.refuses(line.store, "requeue")
    executor = ScriptedExecutor()
    executor.gate.clear()
    async with line.dispatching(executor) as dispatcher:
        job = await line.intake.submit(make_request(), make_origin())
        await line.until(job, JobStatus.RUNNING)
        (attempt,) = [each for each in asyncio.all_tasks() if each.get_name() == f"local: {job.id}"]
    assert disk.refused.is_set()
    assert attempt.cancelled()
    assert dispatcher.running() == []
    assert [(each.id, each.status) for each in await line.store.recover()] == [
        (job.id, JobStatus.QUEUED)
    ]


@pytest.mark.parametrize("write", ["start", "finish"])
async def test_the_host_reads_lines_with_a_remedy_and_no_traceback(
    line: Line, disk: Disk, caplog, write: str
):
    disk.refuses(line.store, write, DatabaseBusy(Path("easel.sqlite")))
    async with line.dispatching(ScriptedExecutor()):
        job = await line.intake.submit(make_request(), make_origin())
        await disk.was_asked_often()
        disk.room.set()
        await line.until(job, JobStatus.GENERATED)
    told = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert told
    assert all("Close whatever has it open" in record.getMessage() for record in told)
    assert not any(record.exc_info for record in told)


@pytest.mark.parametrize(
    ("number", "remedy"),
    [
        (errno.ENOSPC, "free some space"),
        (errno.EDQUOT, "free some space"),
        (errno.EACCES, "to user "),
        (errno.EIO, "the system's log"),
    ],
)
def test_each_refusal_of_the_disk_has_its_remedy(number: int, remedy: str):
    assert remedy in remedied(OSError(number, "as the system says it", "/data/pictures/7.png"))
