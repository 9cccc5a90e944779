"""The intake admits, or says why not; what it admits is on disk."""

import asyncio

import pytest

from generation.errors import IntakeFull, RequestRefused
from generation.job import JobStatus
from generation.limits.layers import Limits, Subject, SubjectKind
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
    with pytest.raises(IntakeFull, match="You have 3 requests waiting; 3 are allowed"):
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


async def test_a_full_line_of_ones_own_tells_when_a_place_is_free(line: Line):
    await line.timings.learn(make_request(), "CPU", 20.0)
    for number in range(3):
        await line.intake.submit(make_request(seed=number), make_origin(1, 100 + 10 * number))
    line.queue.serves("local")
    (running,) = await line.queue.get("local")
    await line.intake.submit(make_request(), make_origin(1, 800))
    with pytest.raises(IntakeFull, match=r"being painted, about (19|20) s from now"):
        await line.intake.submit(make_request(), make_origin(1, 900))
    line.queue.settle(running.id)


async def test_a_guild_may_let_fewer_wait_there(line: Line):
    everyone = Subject(SubjectKind.EVERYONE, 10)
    await line.guild_limits.change(10, everyone, Limits(waiting=1))
    await line.intake.submit(make_request(), make_origin(1, 100, guild_id=11))
    await line.intake.submit(make_request(), make_origin(1, 110))
    with pytest.raises(IntakeFull, match="1 request waiting in this guild; 1 is allowed"):
        await line.intake.submit(make_request(), make_origin(1, 120))
    await line.intake.submit(make_request(), make_origin(1, 130, guild_id=11))


async def test_a_guild_can_t_let_more_wait_than_the_host_does(line: Line):
    await line.guild_limits.change(10, Subject(SubjectKind.MEMBER, 1), Limits(waiting=50))
    for number in range(3):
        await line.intake.submit(make_request(), make_origin(1, 100 + 10 * number))
    with pytest.raises(IntakeFull, match="3 are allowed"):
        await line.intake.submit(make_request(), make_origin(1, 900))


async def test_a_request_that_is_too_much_work_is_refused(line: Line):
    await line.guild_limits.change(
        10, Subject(SubjectKind.EVERYONE, 10), Limits(megapixel_steps=0.3)
    )
    with pytest.raises(RequestRefused, match=r"steps: .*0\.3 are allowed. Lower steps to 4"):
        await line.intake.submit(make_request(steps=8), make_origin())
    await line.intake.submit(make_request(steps=4), make_origin())


async def test_a_job_keeps_the_weight_its_member_had(line: Line):
    await line.guild_limits.change(10, Subject(SubjectKind.ROLE, 77), Limits(weight=2.5))
    plain = await line.intake.submit(make_request(), make_origin(1, 100))
    patron = await line.intake.submit(make_request(), make_origin(2, 200), roles=[77])
    elsewhere = await line.intake.submit(make_request(), make_origin(2, 300, guild_id=11), [77])
    await line.guild_limits.clear(10)
    rows = [await line.store.get(job.id) for job in (plain, patron, elsewhere)]
    assert [job.weight for job in rows if job] == [1.0, 2.5, 1.0]


async def test_a_weight_gives_more_turns(line: Line):
    line.intake._most_waiting = 20
    await line.guild_limits.change(10, Subject(SubjectKind.ROLE, 77), Limits(weight=2.0))
    for number in range(3):
        alone = make_request(seed=number)  # never in a batch
        await line.intake.submit(alone, make_origin(1, 100 + 10 * number))
        await line.intake.submit(alone, make_origin(2, 200 + 10 * number), roles=[77])
    turns = [job for _ in range(5) for job in await line.queue.get("local")]
    assert [job.origin.user_id for job in turns if job.origin] == [1, 2, 2, 1, 2]


async def test_the_queue_as_a_whole_may_be_full(line: Line):
    for number in range(5):
        await line.intake.submit(make_request(), make_origin(number, 100 + 10 * number))
    with pytest.raises(IntakeFull, match="full: 5 requests wait"):
        await line.intake.submit(make_request(), make_origin(9, 900))


async def test_a_full_queue_tells_when_a_place_is_likely_free(line: Line):
    await line.timings.learn(make_request(), "CPU", 20.0)
    line.queue.serves("local")
    await line.intake.submit(make_request(seed=1), make_origin(1, 100))
    await line.queue.get("local")
    for number in range(5):
        await line.intake.submit(make_request(), make_origin(number, 200 + 10 * number))
    with pytest.raises(IntakeFull, match=r"about (19|20) s from now: then a place is likely free"):
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
