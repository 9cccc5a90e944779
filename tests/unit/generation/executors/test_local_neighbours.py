"""Runs that share a worker: one is encoded while the next is painted, and either may kill it."""

import asyncio
import dataclasses
import json
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from generation.executors.base import (
    Batch,
    Cancelled,
    ExecutorEvent,
    Failed,
    FailureKind,
    Finished,
    Painted,
    Work,
)
from generation.executors.local import LocalExecutor, _process
from generation.job import Job, JobStatus
from generation.request import GenerationRequest
from tests.support.jobs import DEMO, make_origin
from tests.support.line import Line
from tests.unit.generation.executors.conformance import failed, follow, small

Started = Callable[..., AbstractAsyncContextManager[LocalExecutor]]
Asked = Callable[[], list[str]]


@pytest.fixture
def started(
    environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Started:
    """A started executor whose workers take so many seconds to paint and to encode."""
    monkeypatch.setattr(_process, "_MODULE", "tests.unit.generation.executors.neighbours")

    @asynccontextmanager
    async def start(
        *, paint: float = 0.1, encode: float = 0.5, **limits: float
    ) -> AsyncIterator[LocalExecutor]:
        how = json.dumps({"paint": paint, "encode": encode})
        home = {**environment, "HOME": str(tmp_path)}
        executor = LocalExecutor(how, home, **limits)  # pyright: ignore[reportArgumentType]
        await executor.start()
        try:
            yield executor
        finally:
            await executor.close()

    return start


@pytest.fixture
def asked(tmp_path: Path) -> Asked:
    """What the workers did, line by line."""
    asked = tmp_path / "asked"
    return lambda: asked.read_text().splitlines() if asked.exists() else []


def work(prompt: str, attempt: int = 1) -> Work:
    return dataclasses.replace(small(DEMO, prompt=prompt), attempt=attempt)


async def ends(executor: LocalExecutor, *works: Work) -> list[ExecutorEvent]:
    """The final events of works that are asked for one right after the other."""
    return [events[-1] for events in await asyncio.gather(*(follow(executor, w) for w in works))]


async def painted(line: Line, executor: LocalExecutor, prompts: Sequence[str]) -> list[Job]:
    """One job for each prompt, each of another member, when all have ended; by their order."""
    jobs: list[Job] = []
    for number, prompt in enumerate(prompts, start=1):
        # Those with the same words may be painted together, all others alone.
        seed = None if prompts.count(prompt) > 1 else number
        request = GenerationRequest.build(DEMO, prompt, seed=seed)
        jobs.append(await line.intake.submit(request, make_origin(number, 100 * number)))
    async with line.dispatching(executor):
        return [await line.until(job, JobStatus.GENERATED, JobStatus.FAILED) for job in jobs]


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not holds():
            await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    "prompts", [("a star", "poison 1", "poison 2"), ("a star",) * 2 + ("poison 1", "poison 2")]
)
async def test_what_is_painted_never_fails_for_what_kills_the_worker_after_it(
    line: Line, started: Started, prompts: Sequence[str]
) -> None:
    async with started() as executor:
        jobs = await painted(line, executor, prompts)
    for job in jobs:
        if "poison" in job.request.prompt:
            assert (job.status, job.failure, job.attempts) == (JobStatus.FAILED, "worker_died", 2)
        else:
            assert job.status is JobStatus.GENERATED


async def test_what_kills_the_worker_while_it_is_encoded_fails_and_nothing_that_is_painted_beside(
    line: Line, started: Started
) -> None:
    async with started(encode=0.15) as executor:
        jobs = await painted(line, executor, ("bomb", "a star", "a moon", "a sun"))
    bomb, *others = jobs
    assert (bomb.status, bomb.failure, bomb.attempts) == (JobStatus.FAILED, "worker_died", 2)
    assert [job.status for job in others] == [JobStatus.GENERATED] * 3


async def test_what_is_tried_again_has_the_worker_to_itself(started: Started, asked: Asked) -> None:
    async with started() as executor:
        again = work("a moon", attempt=2)
        events = await asyncio.gather(
            *(follow(executor, each) for each in (work("a star"), again, work("a sun")))
        )
    assert all(isinstance(told[-1], Finished) for told in events)
    # Nobody is told that the device is free as long as it is not.
    assert [Painted() in told for told in events] == [True, False, True]
    assert asked() == [
        *("paints a star", "has a star"),
        *("paints a moon", "has a moon"),
        *("paints a sun", "has a sun"),
    ]


async def test_what_waits_to_have_the_worker_to_itself_is_cancelled_at_once(
    started: Started, asked: Asked
) -> None:
    async with started(encode=1.5) as executor:
        first, again = work("a star"), work("a moon", attempt=2)
        both = asyncio.create_task(ends(executor, first, again))
        await until(lambda: asked() == ["paints a star"])
        await asyncio.sleep(0.3)  # it is painted, and the other one's turn
        await executor.cancel(again.job_id)
        one, other = await both
    assert isinstance(one, Finished)
    assert other == Cancelled()
    assert asked() == ["paints a star", "has a star"]


async def test_the_time_for_painting_counts_no_encoding(started: Started, asked: Asked) -> None:
    async with started(paint=0.7, encode=0.8, job_timeout_s=1.2) as executor:
        found = await ends(executor, work("a star"), work("a moon"))
    assert all(isinstance(event, Finished) for event in found), found


async def test_an_encoding_that_never_ends_is_over_its_time(started: Started) -> None:
    async with started(encode=600, job_timeout_s=0.5) as executor:
        assert (await failed(executor, work("a star"))).kind is FailureKind.TIMED_OUT


async def test_cancelling_what_is_encoded_does_not_end_the_worker_under_the_next(
    started: Started,
) -> None:
    async with started(paint=0.4, encode=0.9, cancel_grace_s=0.2) as executor:
        first, second = work("a star"), work("a moon")
        told: list[ExecutorEvent] = []

        async def follow_first() -> None:
            async for _, event in executor.run(Batch((first,))):
                told.append(event)
                if isinstance(event, Painted):
                    await executor.cancel(first.job_id)

        _, found = await asyncio.gather(follow_first(), ends(executor, second))
    assert told[-1] == Cancelled()
    assert isinstance(found[0], Finished)


async def test_a_device_that_broke_is_tried_also_where_its_worker_takes_long_to_die(
    started: Started, asked: Asked
) -> None:
    async with started() as executor:
        found = await ends(executor, work("a star"), work("breaks"))
        assert isinstance(found[1], Failed)
        await ends(executor, work("a moon"))
    assert asked()[-4:] == ["paints a canary", "has a canary", "paints a moon", "has a moon"]
