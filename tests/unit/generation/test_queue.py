"""The queue keeps order in each lane, whatever comes and goes."""

import asyncio
from collections import deque

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from generation.job import Job
from generation.queue import JobQueue
from tests.support.jobs import make_job


async def test_a_waiter_gets_the_job_that_comes():
    queue = JobQueue()
    waiter = asyncio.create_task(queue.get("local"))
    await asyncio.sleep(0)
    queue.put("hosted", make_job(1))
    queue.put("local", make_job(2))
    assert (await waiter).id == 2


async def test_two_waiters_get_one_job_each():
    queue = JobQueue()
    waiters = [asyncio.create_task(queue.get("hosted")) for _ in range(2)]
    await asyncio.sleep(0)
    queue.put("hosted", make_job(1))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    assert sum(waiter.done() for waiter in waiters) == 1
    queue.put("hosted", make_job(2))
    assert sorted([(await waiter).id for waiter in waiters]) == [1, 2]


async def test_a_cancelled_waiter_loses_no_job():
    queue = JobQueue()
    waiter = asyncio.create_task(queue.get("local"))
    await asyncio.sleep(0)
    queue.put("local", make_job(1))
    waiter.cancel()
    await asyncio.gather(waiter, return_exceptions=True)
    assert len(queue) == 1 or not waiter.cancelled()


class QueueMachine(RuleBasedStateMachine):
    """Against a plain deque a lane."""

    def __init__(self) -> None:
        super().__init__()
        self.queue = JobQueue()
        self.model: dict[str, deque[Job]] = {"local": deque(), "hosted": deque()}
        self.next_id = 1

    @rule(lane=st.sampled_from(["local", "hosted"]), first=st.booleans(), user=st.integers(1, 3))
    def put(self, lane, first: bool, user: int) -> None:
        job = make_job(self.next_id, user_id=user)
        self.next_id += 1
        self.queue.put(lane, job, first=first)
        (self.model[lane].appendleft if first else self.model[lane].append)(job)

    @precondition(lambda self: self.model["local"])
    @rule()
    def get(self) -> None:
        assert asyncio.run(self.queue.get("local")) is self.model["local"].popleft()

    @rule(job_id=st.integers(1, 30))
    def remove(self, job_id: int) -> None:
        removed = self.queue.remove(job_id)
        for lane in self.model.values():
            for job in tuple(lane):
                if job.id == job_id:
                    assert removed is job
                    lane.remove(job)
                    return
        assert removed is None

    @invariant()
    def counts_and_places_agree(self) -> None:
        assert len(self.queue) == sum(map(len, self.model.values()))
        for lane in self.model.values():
            for place, job in enumerate(lane, start=1):
                assert self.queue.place(job.id) == place
        for user in (1, 2, 3):
            expected = sum(
                job.origin is not None and job.origin.user_id == user
                for lane in self.model.values()
                for job in lane
            )
            assert self.queue.waiting_of(user) == expected
        assert self.queue.place(10_000) is None


QueueMachine.TestCase.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)
TestQueueMachine = QueueMachine.TestCase
