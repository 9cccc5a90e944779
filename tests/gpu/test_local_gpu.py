"""The local executor on a CUDA device: fp16, and the same promises as on a CPU."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from generation.catalog import Catalog, ModelSpec
from generation.executors.base import Work
from generation.executors.local import LocalExecutor
from generation.request import GenerationRequest
from tests.small_models.cache import small_turbo_folder
from tests.support import png
from tests.unit.generation.executors.conformance import painted, renumbered

pytestmark = [pytest.mark.gpu, pytest.mark.asyncio(loop_scope="module")]


@pytest.fixture(scope="module")
def turbo(tmp_path_factory: pytest.TempPathFactory) -> ModelSpec:
    folder: Path = small_turbo_folder(tmp_path_factory)
    return Catalog.load()["sdxl-turbo"].model_copy(update={"repo": str(folder), "vae": None})


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    passed_on = ("PATH", "LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES", "NVIDIA_VISIBLE_DEVICES")
    environment = {name: os.environ[name] for name in passed_on if name in os.environ}
    return {**environment, "HOME": str(tmp_path_factory.mktemp("home"))}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def executor(environment: dict[str, str]) -> AsyncIterator[LocalExecutor]:
    executor = LocalExecutor("auto", environment)
    await executor.start()
    if not executor.has_gpu:
        await executor.close()
        pytest.skip("no CUDA device")
    yield executor
    await executor.close()


def work(spec: ModelSpec, steps: int = 1) -> Work:
    request = GenerationRequest.build(spec, "a red circle", seed=7, steps=steps)
    return renumbered(Work(0, 1, spec, request))


async def test_the_gpu_is_found_and_named(executor: LocalExecutor) -> None:
    assert executor.has_gpu
    assert executor.device not in {"auto", "CPU"}


@pytest.mark.parametrize("steps", [1, 4])
async def test_turbo_paints_in_half_precision(
    executor: LocalExecutor, turbo: ModelSpec, steps: int
) -> None:
    picture = await painted(executor, work(turbo, steps))
    assert png.size(picture.data) == (512, 512)
    assert '"dtype":"float16"' in png.texts(picture.data)["easel"]
    assert '"device":"cuda"' in png.texts(picture.data)["easel"]


async def test_the_same_request_is_the_same_bytes_in_another_worker(
    executor: LocalExecutor, turbo: ModelSpec, environment: dict[str, str]
) -> None:
    first = await painted(executor, work(turbo))
    other = LocalExecutor("cuda:0", environment)
    await other.start()
    second = await painted(other, work(turbo))
    await other.close()
    assert first.data == second.data
