"""Which jobs are painted together, and what becomes of each."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from generation.batching import Batching
from generation.executors.base import (
    Batch,
    Cancelled,
    Failed,
    FailureKind,
    Finished,
    Painted,
    Progress,
    Work,
)
from generation.job import Job, JobStatus
from generation.queue import JobQueue
from generation.request import GenerationRequest
from generation.timings import Prediction
from tests.support.executors import PICTURE, ScriptedExecutor
from tests.support.jobs import CATALOG, DEMO, WITH_LORAS, make_job, make_origin, make_request
from tests.support.line import Line

LIMIT = DEMO.batch_limit


def job_of(job_id: int, user_id: int = 1, **changes: Any) -> Job:
    job = make_job(job_id, user_id=user_id)
    return replace(job, request=make_request(**changes))  # pyright: ignore[reportArgumentType]


async def batches(jobs: list[Job]) -> list[list[int]]:
    queue = JobQueue(lambda _: Prediction(1.0, measured=True), batching=Batching(CATALOG))
    for job in jobs:
        queue.put("local", job)
    taken = []
    while len(queue):
        taken.append([job.id for job in await queue.get("local")])
    return taken


async def test_those_that_differ_in_words_alone_go_together_up_to_the_limit():
    jobs = [job_of(number, prompt=f"circle {number}") for number in range(1, LIMIT + 2)]
    assert await batches(jobs) == [[*range(1, LIMIT + 1)], [LIMIT + 1]]


@pytest.mark.parametrize(
    "changes",
    [{"seed": 1}, {"steps": 7}, {"guidance": 2.0}, {"negative_prompt": "blur"}],
    ids=lambda changes: next(iter(changes)),
)
async def test_what_differs_in_more_or_names_its_seed_goes_alone(changes: dict[str, Any]):
    jobs = [job_of(1), job_of(2, **changes), job_of(3, user_id=2)]
    assert sorted(map(sorted, await batches(jobs))) == [[1, 3], [2]]


async def test_pictures_with_different_loras_are_painted_apart():
    prompts = ["a fox <lora:grain:1>", "a fox", "a cat <lora:grain:1>", "a fox <lora:grain:0.5>"]
    jobs = [
        replace(make_job(number, user_id=number), request=GenerationRequest.build(WITH_LORAS, text))
        for number, text in enumerate(prompts, start=1)
    ]
    assert sorted(await batches(jobs)) == [[1, 3], [2], [4]]


async def test_one_that_was_tried_before_goes_alone():
    jobs = [replace(job_of(1), attempts=1), job_of(2, user_id=2), job_of(3, user_id=3)]
    assert await batches(jobs) == [[1], [2, 3]]


async def test_nobody_overtakes_their_own_requests_to_join_a_batch():
    jobs = [job_of(1), job_of(2, user_id=2, seed=7), job_of(3, user_id=2)]
    assert await batches(jobs) == [[1], [2], [3]]


async def test_a_batch_is_filled_in_the_order_of_turns():
    jobs = [job_of(number) for number in (1, 2, 3, 4, 5)] + [job_of(6, user_id=2)]
    assert (await batches(jobs))[0][:2] == [1, 6]


async def submit(line: Line, count: int, **options: object) -> list[Job]:
    requests = (make_request(f"circle {n}", **options) for n in range(count))
    return [
        await line.intake.submit(request, make_origin(n + 1, 100 * (n + 1)))
        for n, request in enumerate(requests)
    ]


async def test_each_of_a_batch_ends_in_its_own_way(line: Line):
    ends = {
        0: Finished(PICTURE),
        1: Failed(FailureKind.BAD_PICTURE, "Nothing to see."),
        2: Cancelled(),
    }
    executor = ScriptedExecutor(
        lambda work: [Progress(1, 2), ends[int(work.request.prompt.split()[1])]]
    )
    jobs = await submit(line, 3)
    async with line.dispatching(executor):
        await line.until(jobs[0], JobStatus.GENERATED)
        await line.until(jobs[1], JobStatus.FAILED)
        await line.until(jobs[2], JobStatus.CANCELLED)
    assert executor.batches == [[job.id for job in jobs]]


async def test_when_a_worker_dies_each_of_its_batch_is_tried_again_alone_and_in_order(line: Line):
    def script(work: Work):
        if work.attempt == 1 or work.request.prompt == "circle 1":
            return [Failed(FailureKind.WORKER_DIED, "The worker ended.", "SIGKILL")]
        return [Finished(PICTURE)]

    executor = ScriptedExecutor(script)
    jobs = await submit(line, 3)
    async with line.dispatching(executor):
        await line.until(jobs[0], JobStatus.GENERATED)
        await line.until(jobs[1], JobStatus.FAILED)
        await line.until(jobs[2], JobStatus.GENERATED)
    first, *again = executor.batches
    assert first == [job.id for job in jobs]
    assert again == [[job.id] for job in jobs]


async def test_one_members_batch_that_died_keeps_its_order(line: Line):
    def script(work: Work):
        died = Failed(FailureKind.WORKER_DIED, "The worker ended.", "SIGKILL")
        return [died if work.attempt == 1 else Finished(PICTURE)]

    executor = ScriptedExecutor(script)
    jobs = [
        await line.intake.submit(make_request(f"circle {n}"), make_origin(1, 100 + 10 * n))
        for n in range(3)
    ]
    async with line.dispatching(executor):
        await line.until(jobs[-1], JobStatus.GENERATED)
    assert executor.batches == [[job.id for job in jobs], *([job.id] for job in jobs)]


async def test_the_next_batch_begins_when_the_device_is_free_not_when_the_picture_is_kept(
    line: Line,
):
    executor = ScriptedExecutor(lambda _: [Painted(), Finished(PICTURE)])
    jobs = await submit(line, 2, seed=7)
    stored = asyncio.Event()
    save = line.pictures.save

    async def save_slowly(job_id: int, data: bytes):
        await stored.wait()
        return await save(job_id, data)

    line.pictures.save = save_slowly  # type: ignore[method-assign]
    async with line.dispatching(executor):
        await line.until(jobs[1], JobStatus.RUNNING)
        async with asyncio.timeout(5):
            while len(executor.works) < 2:
                await asyncio.sleep(0.01)
        stored.set()
        for job in jobs:
            await line.until(job, JobStatus.GENERATED)


async def test_a_few_pictures_at_most_are_on_their_way_from_the_device(line: Line):
    executor = ScriptedExecutor(lambda _: [Painted(), Finished(PICTURE)])
    never = asyncio.Event()

    async def save_never(job_id: int, data: bytes):
        await never.wait()

    line.pictures.save = save_never  # type: ignore[method-assign, assignment]
    jobs = await submit(line, 5, seed=7)
    async with line.dispatching(executor):
        await line.until(jobs[3], JobStatus.RUNNING)
        await asyncio.sleep(0.1)
        assert len(executor.works) == 4


async def test_the_deadline_is_generous_to_what_is_foretold(line: Line):
    seen: list[Batch] = []

    class Watched(ScriptedExecutor):
        def run(self, batch: Batch):
            seen.append(batch)
            return super().run(batch)

    slow = replace(PICTURE, seconds=30.0)
    async with line.dispatching(Watched(lambda _: [Finished(slow)])):
        for number in range(2):
            job = await line.intake.submit(make_request(), make_origin(number, 100 * number + 1))
            await line.until(job, JobStatus.GENERATED)
    assert seen[0].deadline_s is None
    assert seen[1].deadline_s == pytest.approx(300.0)


async def test_a_quick_picture_still_has_a_minute(line: Line):
    seen: list[float | None] = []

    class Watched(ScriptedExecutor):
        def run(self, batch: Batch):
            seen.append(batch.deadline_s)
            return super().run(batch)

    async with line.dispatching(Watched()):
        for number in range(2):
            job = await line.intake.submit(make_request(), make_origin(number, 100 * number + 1))
            await line.until(job, JobStatus.GENERATED)
    assert seen == [None, 60.0]


async def test_two_devices_share_one_queue(line: Line):
    devices = ScriptedExecutor(), ScriptedExecutor()
    for device in devices:
        device.gate.clear()
    jobs = await submit(line, 3, seed=7)
    async with line.dispatching(*devices):
        await line.until(jobs[1], JobStatus.RUNNING)
        assert sorted(len(device.works) for device in devices) == [1, 1]
        for device in devices:
            device.gate.set()
        for job in jobs:
            await line.until(job, JobStatus.GENERATED)


async def test_a_cancelled_part_can_not_be_cancelled_again_while_the_others_go_on(line: Line):
    executor = ScriptedExecutor(
        lambda work: [Cancelled()] if work.request.prompt == "circle 0" else [Progress(1, 2)] * 9
    )
    jobs = await submit(line, 2)
    async with line.dispatching(executor) as dispatcher:
        await line.until(jobs[0], JobStatus.CANCELLED)
        executor.gate.clear()
        assert not await dispatcher.cancel(jobs[0].id)


async def test_who_cancels_while_the_worker_dies_gets_no_second_attempt(line: Line, monkeypatch):
    executor = ScriptedExecutor(lambda _: [Failed(FailureKind.WORKER_DIED, "gone")])
    requeue = line.store.requeue
    async with line.dispatching(executor) as dispatcher:

        async def requeue_during_a_cancel(job_id: int, *, charged: bool) -> Job:
            assert await dispatcher.cancel(job_id)
            return await requeue(job_id, charged=charged)

        monkeypatch.setattr(line.store, "requeue", requeue_during_a_cancel)
        (job,) = await submit(line, 1)
        await line.until(job, JobStatus.CANCELLED)
    assert len(executor.works) == 1
