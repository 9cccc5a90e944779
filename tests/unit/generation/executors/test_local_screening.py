"""The local executor where pictures are looked at before anybody sees them."""

import asyncio
import io
import logging
import shutil
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path
from unittest import mock

import pytest
import pytest_asyncio
from PIL import Image

from generation.catalog import Catalog, ModelSpec, ToolSpec
from generation.errors import ExecutorUnavailable
from generation.executors.base import FailureKind, Work
from generation.executors.local import LocalExecutor
from generation.executors.local._process import WorkerProcess
from generation.inputs.store import InputImage
from generation.request import GenerationRequest
from tests.small_models.cache import small_repos
from tests.small_models.repos import serve_small_repos
from tests.support import png
from tests.unit.generation.executors.conformance import failed, painted, small
from tests.unit.generation.worker.test_screener import entry

pytestmark = pytest.mark.asyncio(loop_scope="module")

FOLDER = "Falconsai/nsfw_image_detection"


@pytest.fixture(scope="module")
def screener() -> ToolSpec:
    return entry(small_repos() / FOLDER)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def executor(environment: dict[str, str]) -> AsyncIterator[LocalExecutor]:
    executor = LocalExecutor("cpu", environment)
    await executor.start()
    yield executor
    await executor.close()


def screened(spec: ModelSpec, screener: ToolSpec | None, **fields: object) -> Work:
    """A small picture that has to be looked at."""
    work = small(spec)
    required = spec.model_copy(update={"screening": "required"})
    return replace(work, spec=required, screener=screener, **fields)  # pyright: ignore


def from_picture(spec: ModelSpec, screener: ToolSpec, color: tuple[int, int, int]) -> Work:
    """One that starts from a picture of one color."""
    file = io.BytesIO()
    Image.new("RGB", (64, 64), color).save(file, "PNG")
    image = InputImage(sha256="a" * 64, width=64, height=64)
    request = GenerationRequest.build(
        spec, "a red circle", seed=7, steps=4, image=image, strength=0.5
    ).model_copy(update={"width": 64, "height": 64})
    work = screened(spec, screener, image=file.getvalue(), unsafe_above=0.5)
    return replace(work, request=request)


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(60):
        while not holds():
            await asyncio.sleep(0.02)


async def test_a_picture_comes_with_its_score(
    executor: LocalExecutor, turbo: ModelSpec, screener: ToolSpec
) -> None:
    picture = await painted(executor, screened(turbo, screener))
    assert picture.screened_by == screener.name
    assert picture.unsafe is not None
    assert 0 <= picture.unsafe <= 1
    unseen = await painted(executor, small(turbo))
    assert (unseen.unsafe, unseen.screened_by) == (None, None)
    # What is said of a picture is no part of it.
    assert png.texts(picture.data)["easel"] == png.texts(unseen.data)["easel"]


async def test_without_anybody_who_looks_nothing_is_painted(
    executor: LocalExecutor, turbo: ModelSpec
) -> None:
    failure = await failed(executor, screened(turbo, None))
    assert failure.kind is FailureKind.TOOL_UNAVAILABLE
    assert "Nobody on this host can look" in failure.message


async def test_an_unsafe_picture_that_was_brought_is_refused_before_anything_is_painted(
    executor: LocalExecutor, turbo: ModelSpec, screener: ToolSpec
) -> None:
    failure = await failed(executor, from_picture(turbo, screener, (255, 0, 0)))
    assert failure.kind is FailureKind.UNSAFE_INPUT
    assert "may not be shown here" in failure.message
    picture = await painted(executor, from_picture(turbo, screener, (0, 80, 255)))
    assert picture.unsafe is not None


async def test_a_classifier_that_is_broken_costs_the_picture_and_nothing_else(
    executor: LocalExecutor, turbo: ModelSpec, screener: ToolSpec, tmp_path: Path
) -> None:
    folder = shutil.copytree(small_repos() / FOLDER, tmp_path / "broken")
    (folder / "model.safetensors").write_bytes(b"nonsense")
    failure = await failed(executor, screened(turbo, entry(folder)))
    assert failure.kind is FailureKind.TOOL_UNAVAILABLE
    assert "damaged" in failure.message
    await painted(executor, screened(turbo, screener))


async def test_it_is_made_ready_at_the_start(
    environment: dict[str, str],
    turbo: ModelSpec,
    screener: ToolSpec,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    executor = LocalExecutor("cpu", environment)
    await executor.start()
    try:
        assert executor.blindness() is not None  # as long as nobody has said who looks
        executor.screen_with(screener)
        assert executor.blindness() is None
        await until(lambda: "is ready to look at pictures" in caplog.text)
        assert executor.blindness() is None
        assert executor.holds(screener.name)
        await painted(executor, screened(turbo, screener))
    finally:
        await executor.close()


@pytest.mark.long
async def test_unless_it_is_wanted_at_once_the_first_that_needs_it_brings_it(
    environment: dict[str, str], turbo: ModelSpec, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    tool = Catalog.load().tools["nsfw-detection"]
    async with serve_small_repos() as hub:
        places = {"HF_ENDPOINT": hub.url, "HF_HOME": str(tmp_path)}
        executor = LocalExecutor("cpu", environment | places)
        await executor.start()
        try:
            executor.screen_with(tool, at_once=False)
            await until(lambda: any(asked.repo == FOLDER for asked in hub.asked))
            picture = await painted(executor, small(turbo))  # by now it has looked
            assert picture.unsafe is None
            assert not hub.fetched
            assert executor.blindness() is None
            assert not executor.can_look()
            assert (await painted(executor, screened(turbo, tool))).unsafe is not None
            assert hub.fetched
            assert executor.can_look()
            assert "is ready to look at pictures" in caplog.text
            # The next worker finds it here.
            fetched = [*hub.fetched]
            (await executor._workers.live()).kill()
            assert (await painted(executor, screened(turbo, tool))).unsafe is not None
            assert [*hub.fetched] == fetched
        finally:
            await executor.close()


@pytest.mark.long
async def test_one_that_is_out_of_reach_is_no_alarm_where_nobody_wants_it_yet(
    environment: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    executor = LocalExecutor("cpu", environment)
    await executor.start()
    try:
        executor.screen_with(Catalog.load().tools["nsfw-detection"], at_once=False)
        await until(lambda: executor.blindness() is not None)
        (record,) = [each for each in caplog.records if "No picture can be" in each.getMessage()]
        assert record.levelno == logging.INFO
    finally:
        await executor.close()


@pytest.mark.long
async def test_one_that_can_not_be_had_is_told_and_the_rest_goes_on(
    environment: dict[str, str],
    turbo: ModelSpec,
    screener: ToolSpec,
    caplog: pytest.LogCaptureFixture,
    tmp_path: Path,
) -> None:
    folder = tmp_path / "not-yet"
    executor = LocalExecutor("cpu", environment)
    await executor.start()
    try:
        executor.screen_with(entry(folder))
        await until(lambda: executor.blindness() is not None)
        assert "can't be used on this host just now" in str(executor.blindness())
        assert "python -m bot models download not-yet" in caplog.text
        await painted(executor, small(turbo))
        # It is there now, and a minute later it is found.
        shutil.copytree(small_repos() / FOLDER, folder)
        executor._workers.sight._asked_at -= 61
        await until(lambda: executor.blindness() is None)
        await painted(executor, screened(turbo, entry(folder)))
    finally:
        await executor.close()


@pytest.mark.long
async def test_a_worker_that_dies_while_it_fetches_it_leaves_that_to_the_next(
    environment: dict[str, str],
    screener: ToolSpec,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO)
    executor = LocalExecutor("cpu", environment)
    await executor.start()
    try:
        executor.screen_with(screener)
        (await executor._workers.live()).kill()
        await until(lambda: "is ready to look at pictures" in caplog.text)
    finally:
        await executor.close()


async def test_a_download_that_ended_with_its_worker_keeps_nobody_waiting(
    environment: dict[str, str], screener: ToolSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    executor = LocalExecutor("cpu", environment)
    await executor.start()
    try:
        sight = executor._workers.sight
        sight.tool = screener
        sight.learn({"done": 1, "total": 2})
        assert "still being downloaded" in str(executor.blindness())
        # Nor is there a next one: its job is to spawn that.
        none = ExecutorUnavailable("no memory")
        monkeypatch.setattr(WorkerProcess, "spawn", mock.AsyncMock(side_effect=none))
        (await executor._workers.live()).kill()
        await until(lambda: executor.blindness() is None)
    finally:
        await executor.close()
