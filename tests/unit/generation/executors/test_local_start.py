"""A worker that said hello but is not ready yet: what the run that has to wait for it tells."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest

from generation.catalog import Catalog
from generation.executors.base import Batch, Cancelled, Failed, FailureKind, Finished, Loading
from generation.executors.local import LocalExecutor, _process
from generation.processes.frames import HEADER_LIMIT
from tests.unit.generation.executors.conformance import follow, small

WORK = small(Catalog.load()["sdxl-turbo"])

Started = Callable[..., AbstractAsyncContextManager[LocalExecutor]]


@pytest.fixture
def started(environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Started:
    """A started executor whose worker is the child of that name."""
    monkeypatch.setattr(_process, "_MODULE", "tests.unit.generation.worker.children")

    @asynccontextmanager
    async def start(how: str, **limits: Any) -> AsyncIterator[LocalExecutor]:
        executor = LocalExecutor(how, environment, **limits)
        await executor.start()
        try:
            yield executor
        finally:
            await executor.close()

    return start


async def test_its_getting_ready_is_told_as_loading_and_not_counted(started: Started) -> None:
    async with started("slow", job_timeout_s=1) as executor:
        loading, finished = await follow(executor, WORK)  # told once, though the model loads too
        assert loading == Loading()
        assert isinstance(finished, Finished)
        assert finished.picture.seconds < 0.7


async def test_cancelling_meanwhile_is_heeded_at_once_and_costs_no_worker(
    started: Started,
) -> None:
    async with started("slow") as executor:
        worker = executor._workers._worker
        events = executor.run(Batch((WORK,)))
        assert await anext(events) == (WORK.job_id, Loading())
        final = asyncio.create_task(anext(events))
        await asyncio.sleep(0.05)
        async with asyncio.timeout(0.5):
            await executor.cancel(WORK.job_id)
            assert await final == (WORK.job_id, Cancelled())
        assert executor._workers._worker is worker
        assert worker is not None
        assert not worker.gone


@pytest.mark.long
async def test_one_that_never_gets_ready_is_ended(started: Started) -> None:
    async with started("never ready", start_timeout_s=3) as executor:
        worker = executor._workers._worker
        final = (await follow(executor, WORK))[-1]
        assert isinstance(final, Failed)
        assert final.kind is FailureKind.DEVICE_UNAVAILABLE
        assert "not ready within 3 s" in final.detail
        assert worker is not None
        assert worker.gone


@pytest.mark.long
async def test_one_that_says_nothing_any_more_is_ended(started: Started) -> None:
    async with started("slow", silence_s=2) as executor:
        worker = await executor._workers.ready()  # the last that this child says by itself
        assert not worker.gone
        async with asyncio.timeout(10):
            await worker.wait()
        assert worker.gone


async def test_one_that_ends_before_it_is_ready_is_not_the_jobs_death(started: Started) -> None:
    async with started("dies early") as executor:
        final = (await follow(executor, WORK))[-1]
    assert isinstance(final, Failed)
    assert final.kind is FailureKind.DEVICE_UNAVAILABLE
    assert "exit status 3" in final.detail


async def test_none_that_can_be_spawned_is_not_the_jobs_death(
    started: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with started("slow") as executor:
        worker = executor._workers._worker
        assert worker is not None
        monkeypatch.setattr(_process, "_MODULE", "no.such.module")
        await worker.end(0)
        final = (await follow(executor, WORK))[-1]
    assert isinstance(final, Failed)
    assert final.kind is FailureKind.DEVICE_UNAVAILABLE
    assert final.message.startswith("Painting doesn't work on this host just now.")


@pytest.mark.parametrize(("gpu", "says"), [({"HAS_GPU": "1"}, "The GPU is gone."), ({}, None)])
async def test_a_worker_on_a_gpu_is_not_replaced_with_one_on_the_processor(
    environment: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    gpu: dict[str, str],
    says: str | None,
) -> None:
    """With the device left to Easel; where there never was a GPU nothing is asked of one."""
    monkeypatch.setattr(_process, "_MODULE", "tests.unit.generation.worker.children")
    executor = LocalExecutor("auto", {**environment, **gpu})
    await executor.start()
    try:
        worker = executor._workers._worker
        assert worker is not None
        await worker.end(0)
        final = (await follow(executor, WORK))[-1]
        if says is None:
            assert isinstance(final, Finished)
        else:
            assert isinstance(final, Failed)
            assert (final.kind, final.detail) == (FailureKind.DEVICE_UNAVAILABLE, says)
    finally:
        await executor.close()


async def test_a_prompt_too_long_to_be_handed_over_costs_its_run_alone(started: Started) -> None:
    async with started("slow") as executor:
        worker = executor._workers._worker
        await follow(executor, WORK)
        request = WORK.request.model_copy(update={"prompt": "x" * HEADER_LIMIT})
        async with asyncio.timeout(1):
            final = (await follow(executor, replace(WORK, request=request)))[-1]
            assert isinstance(final, Failed)
            assert final.kind is FailureKind.INTERNAL
            assert isinstance((await follow(executor, WORK))[-1], Finished)
        assert executor._workers._worker is worker
