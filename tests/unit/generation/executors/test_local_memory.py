"""A worker that runs out of memory: what its next life knows, and what counts as painting."""

import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from generation.catalog import Catalog
from generation.executors.base import Batch, Failed, FailureKind, Finished, Told
from generation.executors.local import LocalExecutor, _process
from tests.unit.generation.executors.conformance import failed, painted, small

WORK = small(Catalog.load()["sdxl-turbo"])

LOADING: Any = {"kind": "loading"}
LOADED: Any = {"kind": "loaded"}
FINISHED: Any = {
    "kind": "finished",
    "width": 64,
    "height": 64,
    "revision": None,
    "remarks": [],
}
TOO_LITTLE: Any = {
    "kind": "failed",
    "failure": "out_of_memory",
    "message": "Too little memory.",
    "detail": "",
}

Playing = Callable[..., AbstractAsyncContextManager[LocalExecutor]]


def scarce(level: int, room: int | None = None) -> Any:
    return {"kind": "scarce", "level": level, "room": room}


@pytest.fixture
def playing(
    environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Playing:
    """A started executor whose workers send these frames, and wait these seconds, at a level."""
    monkeypatch.setattr(_process, "_MODULE", "tests.unit.generation.worker.children")

    @asynccontextmanager
    async def start(script: dict[int, list[Any]], **limits: Any) -> AsyncIterator[LocalExecutor]:
        home = {**environment, "HOME": str(tmp_path)}
        executor = LocalExecutor(json.dumps(script), home, **limits)
        await executor.start()
        try:
            yield executor
        finally:
            await executor.close()

    return start


async def test_each_new_worker_begins_where_the_one_before_it_failed(
    playing: Playing, tmp_path: Path
) -> None:
    script = {
        0: [scarce(1), LOADING, LOADED, scarce(2), TOO_LITTLE],
        2: [LOADING, LOADED, scarce(3), TOO_LITTLE],
        3: [LOADING, LOADED, FINISHED],
    }
    async with playing(script) as executor:
        for _ in range(2):
            assert (await failed(executor, WORK)).kind is FailureKind.OUT_OF_MEMORY
        await painted(executor, WORK)
        other = WORK.spec.model_copy(update={"revision": "0" * 40})
        await failed(executor, small(other))
    assert (tmp_path / "asked").read_text().splitlines() == ["0 None", "2 None", "3 None", "0 None"]


async def test_how_many_pixels_fit_at_once_is_remembered_and_only_ever_less(
    playing: Playing, tmp_path: Path
) -> None:
    script = {0: [scarce(0, 9000), scarce(0, 5000), scarce(0, 7000), FINISHED]}
    async with playing(script) as executor:
        await painted(executor, WORK)
        await painted(executor, WORK)
    assert (tmp_path / "asked").read_text().splitlines() == ["0 None", "0 5000"]


async def test_only_the_try_that_succeeded_counts_as_painting(playing: Playing) -> None:
    script = {0: [LOADING, 0.3, LOADED, 0.4, scarce(1), LOADING, 0.3, LOADED, 0.1, FINISHED]}
    async with playing(script) as executor:
        assert 0.05 <= (await painted(executor, WORK)).seconds < 0.3


async def test_a_batch_painted_again_in_parts_counts_from_there(playing: Playing) -> None:
    async with playing({0: [0.5, scarce(0, 4096), 0.1, FINISHED]}) as executor:
        assert 0.05 <= (await painted(executor, WORK)).seconds < 0.4


async def ends_of(executor: LocalExecutor, batch: Batch) -> Told:
    return [told async for told in executor.run(batch)][-1]


async def test_once_memory_is_scarce_the_deadline_of_full_speed_is_none(playing: Playing) -> None:
    script = {0: [scarce(1), LOADING, LOADED, 1, FINISHED], 1: [1, FINISHED]}
    async with playing(script) as executor:
        batch = Batch((WORK,), deadline_s=0.5)
        for _ in range(2):  # the second begins with the cheaper setting at once
            assert isinstance((await ends_of(executor, batch)).event, Finished)


@pytest.mark.parametrize("loads", [True, False])
async def test_a_model_that_saves_memory_for_others_has_no_deadline_of_full_speed(
    playing: Playing, tmp_path: Path, loads: bool
) -> None:
    level = {"kind": "level", "level": 2}
    begins = [LOADING, level, LOADED] if loads else [level]
    async with playing({0: [*begins, 1, FINISHED]}) as executor:
        for _ in range(2):
            ended = await ends_of(executor, Batch((WORK,), deadline_s=0.5))
            assert isinstance(ended.event, Finished)
    # The next worker may find that memory free.
    assert (tmp_path / "asked").read_text().splitlines() == ["0 None", "0 None"]


async def test_what_it_saves_is_told_once_for_a_run(playing: Playing) -> None:
    level = {"kind": "level", "level": 2}
    async with playing({0: [level, *[0.3, level] * 8, FINISHED]}, job_timeout_s=1) as executor:
        failure = await failed(executor, WORK)
    assert failure.kind is FailureKind.TIMED_OUT


async def test_scarce_memory_leaves_the_limit_of_a_job(playing: Playing) -> None:
    script = {0: [scarce(1), LOADING, LOADED, 60]}
    async with playing(script, job_timeout_s=0.5) as executor:
        assert (await failed(executor, WORK)).kind is FailureKind.TIMED_OUT


async def test_loading_that_takes_too_long_says_so_and_names_the_model(playing: Playing) -> None:
    async with playing({0: [LOADING, 60]}, load_timeout_s=0.5) as executor:
        failure = await failed(executor, WORK)
    assert failure.kind is FailureKind.TIMED_OUT
    assert failure.message == (
        "SDXL-Turbo took too long to load and was stopped: this host's download or its disk is"
        " slow. Try again later."
    )


async def test_painting_that_takes_too_long_after_loading_says_so(playing: Playing) -> None:
    async with playing({0: [LOADING, LOADED, 60]}, job_timeout_s=0.5) as executor:
        failure = await failed(executor, WORK)
    assert isinstance(failure, Failed)
    assert failure.message.startswith("Painting took too long")
