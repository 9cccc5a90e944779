"""The queue: whose turn it is in each lane, whatever comes and goes."""

import asyncio
from dataclasses import replace
from functools import partial

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from generation.catalog import ExecutorName
from generation.job import Job
from generation.queue import PASSED_OVER_S, Forecast, JobQueue
from generation.timings import Prediction
from tests.support.jobs import make_job


def job_of(job_id: int, user_id: int = 1, *, guild_id: int | None = 10, model: str = "demo") -> Job:
    job = make_job(job_id, user_id=user_id)
    assert job.origin is not None
    return replace(
        job,
        origin=replace(job.origin, guild_id=guild_id),
        request=job.request.model_copy(update={"model": model}),
    )


class Hours:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def measured(seconds: float):
    return lambda _: Prediction(seconds, measured=True)


async def taken(queue: JobQueue, count: int, *holds: str) -> list[int]:
    taken = [await queue.get("local", lambda model: model in holds) for _ in range(count)]
    return [job.id for batch in taken for job in batch]


async def test_a_waiter_gets_the_job_that_comes():
    queue = JobQueue()
    waiter = asyncio.create_task(queue.get("local"))
    await asyncio.sleep(0)
    queue.put("hosted", make_job(1))
    queue.put("local", make_job(2))
    assert [job.id for job in await waiter] == [2]


async def test_two_waiters_get_one_job_each():
    queue = JobQueue()
    waiters = [asyncio.create_task(queue.get("hosted")) for _ in range(2)]
    await asyncio.sleep(0)
    queue.put("hosted", make_job(1))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert sum(waiter.done() for waiter in waiters) == 1
    queue.put("hosted", make_job(2))
    batches = await asyncio.gather(*waiters)
    assert sorted(job.id for batch in batches for job in batch) == [1, 2]


async def test_a_cancelled_waiter_loses_no_job():
    queue = JobQueue()
    waiter = asyncio.create_task(queue.get("local"))
    await asyncio.sleep(0)
    queue.put("local", make_job(1))
    waiter.cancel()
    await asyncio.gather(waiter, return_exceptions=True)
    assert len(queue) == 1 or not waiter.cancelled()


async def test_fifty_of_one_member_delay_another_by_one():
    queue = JobQueue()
    for number in range(1, 51):
        queue.put("local", job_of(number, user_id=1))
    await taken(queue, 1)
    queue.put("local", job_of(100, user_id=2))
    assert await taken(queue, 1) == [100]


async def test_a_small_guild_is_not_crowded_out():
    queue = JobQueue()
    for number in range(1, 11):
        queue.put("local", job_of(number, user_id=number, guild_id=10))
    for number in range(11, 14):
        queue.put("local", job_of(number, user_id=99, guild_id=20))
    assert {11, 12, 13} <= set(await taken(queue, 6))


async def test_in_direct_messages_members_take_turns():
    queue = JobQueue()
    for number in range(1, 11):
        queue.put("local", job_of(number, user_id=1, guild_id=None))
    queue.put("local", job_of(11, user_id=2, guild_id=None))
    assert 11 in await taken(queue, 2)


async def test_all_direct_messages_together_are_like_one_guild():
    queue = JobQueue()
    for user in (1, 2, 3):
        for number in range(10):
            queue.put("local", job_of(100 * user + number, user_id=user, guild_id=None))
    for number in range(10):
        queue.put("local", job_of(number + 1, user_id=10 + number))
    of_the_guild = [number for number in await taken(queue, 20) if number <= 10]
    assert len(of_the_guild) == 10


async def test_the_first_picture_of_each_in_a_guild_waits_for_one_of_fifty_at_most():
    queue = JobQueue(measured(1.0))
    for number in range(1, 51):
        queue.put("local", job_of(number, user_id=1))
    assert await taken(queue, 1) == [1]
    for user in range(2, 11):
        queue.put("local", job_of(100 * user, user_id=user))
    assert set(await taken(queue, 10)) >= {100 * user for user in range(2, 11)}


async def test_the_loaded_model_is_preferred():
    queue = JobQueue()
    queue.put("local", job_of(1, user_id=1, model="turbo"))
    queue.put("local", job_of(2, user_id=2, model="demo"))
    queue.put("local", job_of(3, user_id=3, model="demo"))
    assert await taken(queue, 3, "demo") == [2, 3, 1]


async def test_a_member_s_own_order_is_kept_whatever_is_loaded():
    queue = JobQueue()
    queue.put("local", job_of(1, model="turbo"))
    queue.put("local", job_of(2, model="demo"))
    assert await taken(queue, 2, "demo") == [1, 2]


async def test_who_needs_another_model_is_passed_over_for_a_while_only():
    hours = Hours()
    queue = JobQueue(now=hours)
    queue.put("local", job_of(1, user_id=1, model="turbo"))
    for number in range(2, 100):
        queue.put("local", job_of(number, user_id=number, model="demo"))
    assert await taken(queue, 2, "demo") == [2, 3]
    hours.now += PASSED_OVER_S
    assert await taken(queue, 1, "demo") == [1]


async def test_the_bound_holds_also_where_other_turns_come_in_between():
    """Two guilds, each with one job of another model and a long line of the loaded one's."""
    hours = Hours()
    queue = JobQueue(measured(1.0), hours)
    for guild in (10, 20):
        queue.put("local", job_of(guild, user_id=guild, guild_id=guild, model="turbo"))
        for number in range(1, 200):
            user = 1000 * guild + number
            queue.put("local", job_of(user, user_id=user, guild_id=guild, model="demo"))
    waits: dict[int, float] = {}
    while len(waits) < 2:
        (number,) = await taken(queue, 1, "demo")
        hours.now += 1
        queue.settle(number, 1.0)
        if number in (10, 20):
            waits[number] = hours.now
    assert max(waits.values()) <= PASSED_OVER_S + 5


async def test_a_guess_is_corrected_by_what_a_job_really_took():
    queue = JobQueue(lambda _: Prediction(31.0, measured=False))
    for number in (1, 2, 3, 4):
        queue.put("local", job_of(number, user_id=1))
    queue.put("local", job_of(11, user_id=2))
    queue.put("local", job_of(12, user_id=2))
    assert await taken(queue, 1) == [1]
    queue.settle(1, seconds=1.0)
    assert await taken(queue, 3) == [11, 2, 12]


async def test_what_is_measured_while_a_job_waits_counts_for_its_forecast_and_its_cost():
    known = Prediction(100.0, measured=False)
    queue = JobQueue(lambda _: known)
    for number in (1, 2, 3):
        queue.put("local", job_of(number, user_id=number))
    assert await taken(queue, 1) == [1]
    known = Prediction(2.0, measured=True)
    queue.settle(1, seconds=2.0)
    assert queue.forecast(3) == Forecast(2, 2.0)


async def test_a_job_that_came_to_nothing_costs_no_more_than_its_time():
    hours = Hours()
    queue = JobQueue(measured(10.0), hours)
    for number in (1, 2, 3):
        queue.put("local", job_of(number, user_id=1))
    for number in (11, 12):
        queue.put("local", job_of(number, user_id=2))
    assert await taken(queue, 2) == [1, 11]
    hours.now += 1
    queue.settle(1)
    queue.settle(11, 15.0)
    assert await taken(queue, 3) == [2, 3, 12]


async def test_who_had_what_is_forgotten_when_nothing_is_left_to_do():
    queue = JobQueue(measured(1.0))
    for number in range(1, 31):
        queue.put("local", job_of(number, user_id=number, guild_id=number))
        assert await taken(queue, 1) == [number]
        queue.settle(number, 1.0)
    assert not queue._lanes["local"].line._groups


async def test_what_a_job_really_took_is_charged():
    queue = JobQueue(measured(1.0))
    for number in (1, 2):
        queue.put("local", job_of(number, user_id=1))
    for number in (11, 12, 13, 14):
        queue.put("local", job_of(number, user_id=2))
    assert await taken(queue, 1) == [1]
    queue.settle(1, seconds=3.0)
    assert await taken(queue, 4) == [11, 12, 13, 2]


async def test_one_that_had_its_time_in_vain_comes_back_behind_the_next_one():
    hours = Hours()
    queue = JobQueue(measured(1.0), hours)
    queue.put("local", job_of(1, user_id=1))
    queue.put("local", job_of(2, user_id=1))
    queue.put("local", job_of(11, user_id=2))
    assert await taken(queue, 1) == [1]
    hours.now += 60
    queue.settle(1)
    queue.put("local", job_of(1, user_id=1), again=True)
    assert await taken(queue, 3) == [11, 1, 2]


async def test_a_job_that_comes_back_was_not_charged():
    queue = JobQueue(measured(1.0))
    queue.put("local", job_of(1, user_id=1))
    queue.put("local", job_of(11, user_id=2))
    assert await taken(queue, 1) == [1]
    queue.put("local", job_of(1, user_id=1), again=True)
    assert await taken(queue, 1) == [1]


async def test_the_wait_is_foretold_from_what_is_before_and_what_runs():
    hours = Hours()
    queue = JobQueue(measured(10.0), hours)
    for number in (1, 2, 3):
        queue.put("local", job_of(number))
    await taken(queue, 1)
    hours.now += 4
    assert queue.forecast(1) is None
    assert queue.forecast(2) == Forecast(1, 6.0)
    assert queue.forecast(3) == Forecast(2, 16.0)


async def test_several_servers_share_the_wait():
    queue = JobQueue(measured(10.0))
    in_order = [True, True]
    for place in (0, 1):
        queue.serves("local", partial(in_order.__getitem__, place))
    for number in (1, 2, 3):
        queue.put("local", job_of(number))
    assert queue.forecast(3) == Forecast(3, 10.0)
    in_order[0] = False
    assert queue.forecast(3) == Forecast(3, 20.0)
    in_order[1] = False
    assert queue.forecast(3) == Forecast(3, None)


async def test_nothing_is_foretold_from_a_guess():
    queue = JobQueue()
    queue.put("local", job_of(1))
    queue.put("local", job_of(2))
    assert queue.forecast(1) == Forecast(1, 0.0)
    assert queue.forecast(2) == Forecast(2, None)


class QueueMachine(RuleBasedStateMachine):
    """Nothing is lost, nothing comes twice, and each member's jobs keep their order."""

    def __init__(self) -> None:
        super().__init__()
        self.queue = JobQueue()
        self.waiting: dict[int, tuple[ExecutorName, Job]] = {}
        self.running: dict[int, tuple[ExecutorName, Job]] = {}
        self.next_id = 1

    @rule(
        lane=st.sampled_from(["local", "hosted"]),
        user=st.integers(1, 3),
        guild=st.sampled_from([None, 10, 20]),
    )
    def put(self, lane: ExecutorName, user: int, guild: int | None) -> None:
        job = job_of(self.next_id, user_id=user, guild_id=guild)
        self.next_id += 1
        self.queue.put(lane, job)
        self.waiting[job.id] = (lane, job)

    @precondition(lambda self: any(lane == "local" for lane, _ in self.waiting.values()))
    @rule()
    def get(self) -> None:
        foretold = [i for i in self.waiting if (f := self.queue.forecast(i)) and f.place == 1]
        (job,) = asyncio.run(self.queue.get("local"))
        assert job.id in foretold
        assert self.waiting[job.id][0] == "local"
        assert job.origin is not None
        older = [
            other
            for lane, other in self.waiting.values()
            if lane == "local"
            and other.id < job.id
            and other.origin is not None
            and (other.origin.user_id, other.origin.guild_id)
            == (job.origin.user_id, job.origin.guild_id)
        ]
        assert not older
        self.running[job.id] = self.waiting.pop(job.id)

    @precondition(lambda self: self.running)
    @rule(data=st.data(), back=st.booleans())
    def end(self, data: st.DataObject, back: bool) -> None:
        job_id = data.draw(st.sampled_from(sorted(self.running)))
        lane, job = self.running.pop(job_id)
        if back:
            self.queue.put(lane, job, again=True)
            self.waiting[job_id] = (lane, job)
        else:
            self.queue.settle(job_id, 1.0)

    @rule(job_id=st.integers(1, 30))
    def remove(self, job_id: int) -> None:
        found = self.waiting.pop(job_id, None)
        assert self.queue.remove(job_id) is (found[1] if found else None)

    @invariant()
    def counts_and_places_agree(self) -> None:
        assert len(self.queue) == len(self.waiting)
        for lane in ("local", "hosted"):
            ids = [job_id for job_id, (where, _) in self.waiting.items() if where == lane]
            forecasts = [self.queue.forecast(job_id) for job_id in ids]
            assert sorted(f.place for f in forecasts if f) == [*range(1, len(ids) + 1)]
        for user in (1, 2, 3):
            jobs = [job for _, job in self.waiting.values()]
            expected = sum(job.origin is not None and job.origin.user_id == user for job in jobs)
            assert len(self.queue.jobs_of(user)) == expected
        assert self.queue.forecast(10_000) is None


QueueMachine.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestQueueMachine = QueueMachine.TestCase
