"""The dispatcher takes jobs to executors and records what comes of them."""

import asyncio

import pytest

from generation.executors.base import Failed, FailureKind, Finished, Progress, Work
from generation.job import Job, JobStatus
from tests.support.executors import PICTURE, ScriptedExecutor
from tests.support.jobs import make_origin, make_request
from tests.support.line import Line


async def test_a_request_becomes_a_picture_on_disk(line: Line, tmp_path):
    async with line.dispatching(ScriptedExecutor()):
        job = await line.intake.submit(make_request(), make_origin())
        done = await line.until(job, JobStatus.GENERATED)
    assert line.kinds(job) == [
        "JobQueued",
        "JobStarted",
        "JobLoading",
        "JobProgress",
        "JobProgress",
        "JobGenerated",
    ]
    assert done.picture_path is not None
    assert (tmp_path / done.picture_path).read_bytes() == PICTURE.data
    assert done.device == "Test"
    assert done.revision == "b" * 40
    assert done.seconds == 0.5
    assert done.attempts == 1
    assert done.queued_at <= (done.started_at or 0) <= (done.generated_at or 0)


async def test_jobs_run_in_the_order_they_came(line: Line):
    executor = ScriptedExecutor()
    jobs = [await line.intake.submit(make_request(), make_origin(n, 100 * n)) for n in (1, 2, 3)]
    async with line.dispatching(executor):
        await line.until(jobs[-1], JobStatus.GENERATED)
    assert [work.job_id for work in executor.works] == [job.id for job in jobs]


async def test_a_failure_is_recorded_and_told(line: Line):
    failure = Failed(FailureKind.MODEL_UNAVAILABLE, "The weights can't be had.", "HTTP 404")
    async with line.dispatching(ScriptedExecutor(lambda _: [failure])):
        job = await line.intake.submit(make_request(), make_origin())
        failed = await line.until(job, JobStatus.FAILED)
    assert failed.failure == "model_unavailable"
    assert failed.detail == "HTTP 404"
    assert failed.origin is not None
    assert failed.origin.token is None
    assert line.seen[-1].message == "The weights can't be had."  # pyright: ignore


async def test_a_job_whose_worker_died_is_tried_once_more(line: Line):
    def script(work: Work):
        if work.attempt == 1:
            return [Progress(1, 2), Failed(FailureKind.WORKER_DIED, "gone", "SIGSEGV")]
        return [Finished(PICTURE)]

    async with line.dispatching(ScriptedExecutor(script)):
        job = await line.intake.submit(make_request(), make_origin())
        done = await line.until(job, JobStatus.GENERATED, JobStatus.FAILED)
    assert done.status is JobStatus.GENERATED
    assert done.attempts == 2


async def test_a_job_that_always_kills_its_worker_fails_and_the_next_one_runs(line: Line):
    def script(work: Work):
        if work.request.prompt == "poison":
            return [Failed(FailureKind.WORKER_DIED, "The worker ended twice.", "SIGKILL")]
        return [Finished(PICTURE)]

    executor = ScriptedExecutor(script)
    poison = await line.intake.submit(make_request("poison", seed=1), make_origin(1, 100))
    healthy = await line.intake.submit(make_request("a star", seed=2), make_origin(2, 200))
    async with line.dispatching(executor):
        await line.until(poison, JobStatus.FAILED)
        await line.until(healthy, JobStatus.GENERATED)
    assert [work.job_id for work in executor.works] == [poison.id, poison.id, healthy.id]


@pytest.mark.parametrize("script", [lambda _: [RuntimeError("bug")], lambda _: [Progress(1, 2)]])
async def test_an_executor_that_breaks_the_protocol_costs_one_job(line: Line, script, caplog):
    async with line.dispatching(ScriptedExecutor(script)):
        job = await line.intake.submit(make_request(), make_origin())
        failed = await line.until(job, JobStatus.FAILED)
        again = await line.intake.submit(make_request(), make_origin(2, 200))
        await line.until(again, JobStatus.FAILED)
    assert failed.failure == "internal"
    assert "bug" not in line.seen[-1].message  # pyright: ignore


async def test_a_waiting_job_is_cancelled_without_running(line: Line):
    executor = ScriptedExecutor()
    executor.gate.clear()
    async with line.dispatching(executor) as dispatcher:
        first = await line.intake.submit(make_request(), make_origin(1, 100))
        second = await line.intake.submit(make_request(), make_origin(2, 200))
        await line.until(first, JobStatus.RUNNING)
        assert await dispatcher.cancel(second.id)
        await line.until(second, JobStatus.CANCELLED)
        executor.gate.set()
        await line.until(first, JobStatus.GENERATED)
        assert not await dispatcher.cancel(first.id)
    assert [work.job_id for work in executor.works] == [first.id]


async def test_a_running_job_is_cancelled(line: Line):
    executor = ScriptedExecutor()
    executor.gate.clear()
    async with line.dispatching(executor) as dispatcher:
        job = await line.intake.submit(make_request(), make_origin())
        await line.until(job, JobStatus.RUNNING)
        assert await dispatcher.cancel(job.id)
        await line.until(job, JobStatus.CANCELLED)
    assert line.kinds(job)[-1] == "JobCancelled"


async def test_a_job_cancelled_before_its_executor_has_heard_of_it(line: Line, monkeypatch):
    executor = ScriptedExecutor()
    async with line.dispatching(executor) as dispatcher:
        start = line.store.start

        async def start_after_a_cancel(job_id: int) -> Job:
            assert await dispatcher.cancel(job_id)
            return await start(job_id)

        monkeypatch.setattr(line.store, "start", start_after_a_cancel)
        job = await line.intake.submit(make_request(), make_origin())
        await line.until(job, JobStatus.CANCELLED)
    assert executor.works == []


async def test_what_runs_when_the_process_ends_is_given_back_uncharged(line: Line):
    executor = ScriptedExecutor()
    executor.gate.clear()
    async with line.dispatching(executor):
        job = await line.intake.submit(make_request(), make_origin())
        await line.until(job, JobStatus.RUNNING)
    given_back = await line.store.get(job.id)
    assert given_back is not None
    assert given_back.status is JobStatus.QUEUED
    assert given_back.attempts == 0


async def test_as_many_run_at_once_as_the_executor_takes(line: Line):
    executor = ScriptedExecutor(capacity=3)
    executor.gate.clear()
    async with line.dispatching(executor):
        jobs = [
            await line.intake.submit(make_request(), make_origin(n, 100 * n)) for n in range(1, 5)
        ]
        for job in jobs[:3]:
            await line.until(job, JobStatus.RUNNING)
        await asyncio.sleep(0.05)
        assert len(executor.works) == 3
        executor.gate.set()
        await line.until(jobs[3], JobStatus.GENERATED)


async def test_draining_finishes_what_runs_and_leaves_what_waits(line: Line):
    executor = ScriptedExecutor(capacity=2)
    executor.gate.clear()
    async with line.dispatching(executor) as dispatcher:
        first = await line.intake.submit(make_request(), make_origin(1, 100))
        await line.until(first, JobStatus.RUNNING)
        dispatcher.drain()
        second = await line.intake.submit(make_request(), make_origin(2, 200))
        executor.gate.set()
        await line.until(first, JobStatus.GENERATED)
        await asyncio.sleep(0.05)
    waiting = await line.store.get(second.id)
    assert waiting is not None
    assert waiting.status is JobStatus.QUEUED
    assert [work.job_id for work in executor.works] == [first.id]
