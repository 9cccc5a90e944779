"""Every local entry on a CUDA device, from small repos: in its own precision, and in 4 bits."""

import json
import os
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from generation.catalog import Catalog
from generation.executors.base import Failed, FailureKind, Finished
from generation.executors.local import LocalExecutor
from tests.small_models.repos import serve_small_repos
from tests.support import png
from tests.unit.generation.executors.conformance import follow, small

pytestmark = [pytest.mark.gpu, pytest.mark.asyncio(loop_scope="module")]

CATALOG = Catalog.load()
LOCAL = [name for name, spec in CATALOG.items() if spec.executor == "local"]
TOKEN = "hf_someone"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def executor(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[LocalExecutor]:
    passed_on = ("PATH", "LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES", "NVIDIA_VISIBLE_DEVICES")
    environment = {name: os.environ[name] for name in passed_on if name in os.environ}
    async with serve_small_repos() as hub:
        hub.tokens[TOKEN] = set(hub.gated)
        environment |= {
            "HOME": str(tmp_path_factory.mktemp("home")),
            "HF_ENDPOINT": hub.url,
            "HF_TOKEN": TOKEN,
        }
        executor = LocalExecutor("auto", environment)
        await executor.start()
        if not executor.has_gpu:
            await executor.close()
            pytest.skip("no CUDA device")
        yield executor
        await executor.close()


@pytest.mark.parametrize("name", LOCAL)
async def test_an_entry_paints_in_its_own_precision(executor: LocalExecutor, name: str) -> None:
    spec = CATALOG[name]
    final = (await follow(executor, small(spec, steps=spec.steps.default)))[-1]
    if isinstance(final, Failed):
        # The one thing that may be missing is the library for 4 bits, and that is said.
        assert spec.quantization is not None
        assert final.kind is FailureKind.MODEL_UNAVAILABLE
        assert "its extra `quantized`" in final.message
        return
    assert isinstance(final, Finished)
    recipe = json.loads(png.texts(final.picture.data)["easel"])
    assert recipe["dtype"] == (spec.dtype or "float16")
    always = spec.quantization is not None and spec.quantization.always
    assert not always or recipe["memory"] == "4 bits"
