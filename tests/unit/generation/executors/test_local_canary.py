"""A device that broke: no work before a new worker has been seen to paint."""

import json
import logging
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from generation.catalog import Catalog
from generation.executors.base import FailureKind, Finished
from generation.executors.local import LocalExecutor, _process
from tests.unit.generation.executors.conformance import failed, follow, small

WRECK = small(Catalog.load()["sdxl-turbo"], prompt="a wreck")
SHIP = small(Catalog.load()["sdxl"], prompt="a ship")

Started = Callable[..., AbstractAsyncContextManager[LocalExecutor]]


@pytest.fixture
def started(
    environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Started:
    """A started executor whose workers answer so what they are asked, one after the other."""
    monkeypatch.setattr(_process, "_MODULE", "tests.unit.generation.worker.children")

    @asynccontextmanager
    async def start(*answers: str) -> AsyncIterator[LocalExecutor]:
        executor = LocalExecutor(json.dumps(answers), {**environment, "HOME": str(tmp_path)})
        await executor.start()
        try:
            yield executor
        finally:
            await executor.close()

    return start


@pytest.fixture
def asked(tmp_path: Path) -> Callable[[], list[str]]:
    """What the workers were asked: model, prompt and steps."""
    return lambda: (tmp_path / "asked").read_text().splitlines()


async def test_a_device_that_broke_is_tried_with_a_picture_before_new_work(
    started: Started, asked: Callable[[], list[str]]
) -> None:
    async with started("breaks", "internal", "paints", "paints") as executor:
        broken = await failed(executor, WRECK)
        assert broken.kind is FailureKind.WORKER_DIED
        assert "exit status 70" in broken.detail
        still_broken = await failed(executor, WRECK)
        assert still_broken.kind is FailureKind.DEVICE_UNAVAILABLE
        assert "does not paint since it broke: still broken" in still_broken.detail
        assert isinstance((await follow(executor, WRECK))[-1], Finished)
    canary = "sdxl-turbo a canary 1"
    assert asked() == ["sdxl-turbo a wreck 2", canary, canary, "sdxl-turbo a wreck 2"]


async def test_one_that_breaks_again_at_the_picture_is_not_there(started: Started) -> None:
    async with started("breaks", "breaks") as executor:
        await failed(executor, WRECK)
        assert (await failed(executor, WRECK)).kind is FailureKind.DEVICE_UNAVAILABLE


async def test_a_model_that_can_not_be_had_does_not_say_that_the_device_works(
    started: Started, asked: Callable[[], list[str]], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    async with started(
        "breaks", "model_unavailable", "model_unavailable", "paints", "paints", "paints"
    ) as executor:
        await failed(executor, WRECK)
        # Jobs of other models are not to wait for that one.
        assert (await failed(executor, WRECK)).kind is FailureKind.MODEL_UNAVAILABLE
        assert "the device works again" not in caplog.text
        await end_worker(executor)
        assert isinstance((await follow(executor, SHIP))[-1], Finished)
        assert "the device works again" in caplog.text
        await end_worker(executor)
        assert isinstance((await follow(executor, SHIP))[-1], Finished)
    assert [line.split()[2] for line in asked()] == [
        *("wreck", "canary", "wreck"),
        *("canary", "ship"),  # by the next worker it is tried again
        "ship",
    ]


async def test_a_model_that_breaks_the_device_does_not_keep_others_from_it(
    started: Started, asked: Callable[[], list[str]]
) -> None:
    async with started("paints", "breaks", "paints", "breaks", "paints", "paints") as executor:
        assert isinstance((await follow(executor, SHIP))[-1], Finished)
        for _ in range(2):
            assert (await failed(executor, WRECK)).kind is FailureKind.WORKER_DIED
        assert isinstance((await follow(executor, SHIP))[-1], Finished)
    ship, wreck = "sdxl a ship 2", "sdxl-turbo a wreck 2"
    canary = f"sdxl a canary {SHIP.spec.steps.min}"
    assert asked() == [ship, wreck, canary, wreck, canary, ship]


async def test_where_nothing_was_painted_yet_the_next_jobs_model_is_tried(
    started: Started, asked: Callable[[], list[str]]
) -> None:
    async with started("breaks", "paints", "paints") as executor:
        assert (await failed(executor, WRECK)).kind is FailureKind.WORKER_DIED
        assert isinstance((await follow(executor, SHIP))[-1], Finished)
    canary = f"sdxl a canary {SHIP.spec.steps.min}"
    assert asked() == ["sdxl-turbo a wreck 2", canary, "sdxl a ship 2"]


async def end_worker(executor: LocalExecutor) -> None:
    worker = executor._workers._worker
    assert worker is not None
    await worker.end(0)
