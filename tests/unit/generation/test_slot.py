"""What tells a device that is out of order from one that works, and what tells neither."""

import asyncio

import pytest

from generation.errors import IllegalTransition
from generation.executors.base import Cancelled, Failed, FailureKind, Finished, Painted
from generation.job import Job, JobStatus
from generation.queue import Forecast
from generation.slot import Slot
from generation.timings import Prediction
from tests.support.executors import PICTURE, ScriptedExecutor
from tests.support.jobs import make_origin, make_request
from tests.support.line import Line


@pytest.fixture
def said(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What slots are told, in order."""
    heard: list[str] = []
    monkeypatch.setattr(Slot, "works", lambda _: heard.append("works"))
    monkeypatch.setattr(Slot, "fails", lambda _: heard.append("fails"))
    return heard


async def test_a_picture_says_that_it_works(line: Line, said):
    async with line.dispatching(ScriptedExecutor()):
        job = await line.intake.submit(make_request(), make_origin())
        await line.until(job, JobStatus.GENERATED)
    assert said == ["works"]


async def test_a_cancel_says_nothing_of_it(line: Line, said):
    async with line.dispatching(ScriptedExecutor(lambda _: [Cancelled()])):
        job = await line.intake.submit(make_request(), make_origin())
        await line.until(job, JobStatus.CANCELLED)
    assert said == []


async def test_no_wait_is_foretold_while_nothing_paints(line: Line, monkeypatch):
    monkeypatch.setattr(line.queue, "_predict", lambda _: Prediction(10.0, measured=True))
    monkeypatch.setattr("generation.slot._FIRST_PAUSE_S", 0.05)
    gone = Failed(FailureKind.DEVICE_UNAVAILABLE, "Painting doesn't work just now.")
    executor = ScriptedExecutor(lambda _: [gone])
    async with line.dispatching(executor):
        job = await line.intake.submit(make_request(), make_origin())
        async with asyncio.timeout(5):
            while (seen := line.queue.forecast(job.id)) is None or seen.seconds is not None:
                await asyncio.sleep(0.001)
        assert seen == Forecast(1, None)
        executor.script = lambda _: [Painted(), Finished(PICTURE)]
        await line.until(job, JobStatus.GENERATED)
        line.queue.put("local", job)
        assert line.queue.forecast(job.id) == Forecast(1, 0.0)


async def test_a_job_that_may_not_start_says_nothing_of_it(line: Line, said, monkeypatch):
    async def refuse(job_id: int) -> Job:
        raise IllegalTransition(f"job {job_id} has ended")

    monkeypatch.setattr(line.store, "start", refuse)
    async with line.dispatching(ScriptedExecutor()):
        job = await line.intake.submit(make_request(), make_origin())
        await line.until(job, JobStatus.FAILED)
    assert said == []
