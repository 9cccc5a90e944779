"""What every executor keeps to, whatever is behind it: subclass `ExecutorConformance`."""

import asyncio
import io
import itertools
from collections.abc import Awaitable, Callable
from contextlib import aclosing

from PIL import Image

from generation.catalog import ModelSpec
from generation.executors.base import (
    Batch,
    Cancelled,
    Executor,
    ExecutorEvent,
    Failed,
    Finished,
    Loading,
    Picture,
    Progress,
    Work,
)
from generation.imaging.pixels import pixels_hash
from generation.request import GenerationRequest
from tests.support import png

_ids = itertools.count(1)

FINAL = (Finished, Failed, Cancelled)


class Works:
    """Works for one executor: a quick one, one that outlasts any test, one that fails."""

    def __init__(self, quick: Work, slow: Work, failing: Work) -> None:
        self._quick, self._slow, self._failing = quick, slow, failing

    def quick(self) -> Work:
        return renumbered(self._quick)

    def slow(self) -> Work:
        return renumbered(self._slow)

    def failing(self) -> Work:
        return renumbered(self._failing)


def small(spec: ModelSpec, *, side: int = 64, steps: int = 2, **options: object) -> Work:
    """A small picture, whatever the entry allows: an executor paints what it is given."""
    request = GenerationRequest.build(spec, "a red circle", seed=7)
    changes = {"width": side, "height": side, "num_inference_steps": steps, **options}
    return renumbered(Work(0, 1, spec, request.model_copy(update=changes)))


def renumbered(work: Work) -> Work:
    """The same work for a new job, at whose picture nobody has to look."""
    return Work(next(_ids), 1, unseen(work.spec), work.request)


def unseen(spec: ModelSpec) -> ModelSpec:
    """The same entry for hosts without a picture classifier."""
    return spec.model_copy(update={"screening": "none"})


async def follow(executor: Executor, work: Work) -> list[ExecutorEvent]:
    """All events of a run."""
    return [event async for _, event in executor.run(Batch((work,)))]


async def painted(executor: Executor, work: Work) -> Picture:
    """The picture of a run that must succeed."""
    final = (await follow(executor, work))[-1]
    assert isinstance(final, Finished), final
    return final.picture


async def failed(executor: Executor, work: Work) -> Failed:
    """The failure of a run that must fail."""
    final = (await follow(executor, work))[-1]
    assert isinstance(final, Failed), final
    return final


class ExecutorConformance:
    """Needs the fixtures `executor`, `works`, `started` and `make_executor` (not started yet).

    `started(work)` returns once the executor is at that work.
    """

    async def test_events_come_in_order_and_end_with_the_picture(
        self, executor: Executor, works: Works
    ) -> None:
        *before, last = await follow(executor, works.quick())
        assert isinstance(last, Finished)
        assert not any(isinstance(event, FINAL) for event in before)
        loading = [event for event in before if isinstance(event, Loading)]
        steps = [event.step for event in before if isinstance(event, Progress)]
        assert len(loading) <= 1
        assert before[: len(loading)] == loading
        assert steps == list(range(1, len(steps) + 1))

    async def test_the_picture_is_a_png_of_the_size_it_names(
        self, executor: Executor, works: Works
    ) -> None:
        picture = await painted(executor, works.quick())
        assert png.size(picture.data) == (picture.width, picture.height)
        image = Image.open(io.BytesIO(picture.data))
        assert picture.pixels == pixels_hash(image.size, image.tobytes())
        assert 0 < picture.seconds < 60
        assert picture.device == executor.device

    async def test_a_failure_is_an_event_and_the_next_run_works(
        self, executor: Executor, works: Works
    ) -> None:
        failure = await failed(executor, works.failing())
        assert failure.message.endswith(".")
        assert isinstance((await follow(executor, works.quick()))[-1], Finished)

    async def test_cancelling_ends_the_run_and_frees_the_device(
        self, executor: Executor, works: Works, started: Callable[[Work], Awaitable[None]]
    ) -> None:
        work = works.slow()
        following = asyncio.create_task(follow(executor, work))
        await started(work)
        async with asyncio.timeout(10):
            await executor.cancel(work.job_id)
            assert (await following)[-1] == Cancelled()
        assert isinstance((await follow(executor, works.quick()))[-1], Finished)

    async def test_cancelling_a_run_that_waits_for_its_turn_leaves_the_one_at_work_alone(
        self, executor: Executor, works: Works, started: Callable[[Work], Awaitable[None]]
    ) -> None:
        first, second = works.slow(), works.slow()
        runs = [asyncio.create_task(follow(executor, first))]
        await started(first)
        runs.append(asyncio.create_task(follow(executor, second)))
        await asyncio.sleep(0.05)
        async with asyncio.timeout(10):
            await executor.cancel(second.job_id)
            assert (await runs[1])[-1] == Cancelled()
        assert not runs[0].done()
        await executor.cancel(first.job_id)
        assert (await runs[0])[-1] == Cancelled()

    async def test_cancelling_an_unknown_job_changes_nothing(
        self, executor: Executor, works: Works
    ) -> None:
        work = works.quick()
        await executor.cancel(work.job_id)
        assert isinstance((await follow(executor, work))[-1], Finished)
        await executor.cancel(work.job_id)
        await executor.cancel(work.job_id + 1_000_000)

    async def test_closing_the_iterator_early_frees_the_device(
        self, executor: Executor, works: Works, started: Callable[[Work], Awaitable[None]]
    ) -> None:
        work = works.slow()

        async def leave() -> None:
            async with aclosing(executor.run(Batch((work,)))) as events:
                await anext(events)

        leaving = asyncio.create_task(leave())
        await started(work)
        leaving.cancel()
        await asyncio.gather(leaving, return_exceptions=True)
        async with asyncio.timeout(15):
            assert isinstance((await follow(executor, works.quick()))[-1], Finished)

    async def test_a_late_result_of_an_earlier_attempt_is_refused(
        self, executor: Executor, works: Works, started: Callable[[Work], Awaitable[None]]
    ) -> None:
        """The same job again, with another request: what comes is never of the first attempt."""
        first, other = works.slow(), works.quick()
        second = Work(first.job_id, 2, other.spec, other.request)
        leaving = asyncio.create_task(follow(executor, first))
        await started(first)
        leaving.cancel()
        picture = await painted(executor, second)
        assert (picture.width, picture.height) == (other.request.width, other.request.height)

    async def test_closing_ends_what_runs_and_may_be_repeated(
        self,
        make_executor: Callable[[], Executor],
        works: Works,
        started: Callable[[Work], Awaitable[None]],
    ) -> None:
        executor = make_executor()
        await executor.close()  # never started
        executor = make_executor()
        await executor.start()
        work = works.slow()
        following = asyncio.create_task(follow(executor, work))
        await asyncio.sleep(0.2)
        async with asyncio.timeout(5):
            await executor.close()
            assert isinstance((await following)[-1], Cancelled | Failed)
            await executor.close()
            assert isinstance((await follow(executor, works.quick()))[-1], Cancelled | Failed)
