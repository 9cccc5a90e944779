"""The intake admits, or says why not; what it admits is on disk."""

import asyncio

import pytest

from generation.errors import IntakeFull, RequestRefused
from generation.job import JobStatus
from generation.queue import Forecast
from tests.support.jobs import make_origin, make_request
from tests.support.line import Line


async def test_admitted_means_committed_and_in_line(line: Line):
    job = await line.intake.submit(make_request(seed=7), make_origin())
    stored = await line.store.get(job.id)
    assert stored == job
    assert job.status is JobStatus.QUEUED
    assert line.queue.forecast(job.id) == Forecast(1, 0.0)
    assert line.kinds(job) == ["JobQueued"]


async def test_a_member_may_only_have_so_many_waiting(line: Line):
    for number in range(3):
        await line.intake.submit(make_request(), make_origin(1, 100 + 10 * number))
    with pytest.raises(IntakeFull, match="You have 3 pictures waiting; 3 are allowed"):
        await line.intake.submit(make_request(), make_origin(1, 900))
    await line.intake.submit(make_request(), make_origin(2, 901))
    assert len(line.queue) == 4


async def test_limits_hold_for_requests_that_come_at_once(line: Line):
    answers = await asyncio.gather(
        *(line.intake.submit(make_request(), make_origin(1, 100 + 10 * n)) for n in range(10)),
        return_exceptions=True,
    )
    assert sum(isinstance(answer, IntakeFull) for answer in answers) == 7
    assert len(line.queue) == 3


async def test_the_queue_as_a_whole_may_be_full(line: Line):
    for number in range(5):
        await line.intake.submit(make_request(), make_origin(number, 100 + 10 * number))
    with pytest.raises(IntakeFull, match="full: 5 pictures wait"):
        await line.intake.submit(make_request(), make_origin(9, 900))


async def test_after_closing_nothing_is_admitted(line: Line):
    line.intake.close()
    with pytest.raises(IntakeFull, match="about to restart"):
        await line.intake.submit(make_request(), make_origin())
    assert len(line.queue) == 0


async def test_a_model_this_host_does_not_run_is_refused(line: Line):
    request = make_request().model_copy(update={"model": "gone"})
    with pytest.raises(RequestRefused, match="gone is not available"):
        await line.intake.submit(request, make_origin())


async def test_an_interaction_that_comes_twice_makes_one_job(line: Line):
    await line.intake.submit(make_request(), make_origin(1, 100))
    with pytest.raises(Exception, match="UNIQUE"):
        await line.intake.submit(make_request(), make_origin(1, 100))
    assert len(line.queue) == 1
