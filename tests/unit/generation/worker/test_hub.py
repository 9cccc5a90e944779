"""Models from the hub: what is fetched, what is kept, and what is said where it can't be had."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from generation.catalog import Catalog, ModelSpec
from generation.executors.base import FailureKind, Work
from generation.executors.local import LocalExecutor
from generation.request import GenerationRequest
from generation.revisions import Revisions
from tests.small_models.cache import small_turbo_folder
from tests.small_models.hub import COMMIT, At, Fault, Hub, serve_hub
from tests.support import png
from tests.unit.generation.executors.conformance import failed, follow, painted, renumbered

pytestmark = pytest.mark.asyncio(loop_scope="module")

TURBO = Catalog.load()["sdxl-turbo"]

#: What stabilityai/sdxl-turbo holds beside what the pipeline needs: gigabytes.
SUPERFLUOUS = (
    "sd_xl_turbo_1.0.safetensors",
    "sd_xl_turbo_1.0_fp16.safetensors",
    "unet/diffusion_pytorch_model.safetensors",
    "vae/model.onnx",
    "unet/pytorch_model.bin",
)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hub(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Hub]:
    folder = tmp_path_factory.mktemp("hub")
    small = small_turbo_folder(tmp_path_factory)
    turbo = shutil.copytree(small, folder / "turbo")
    for name in SUPERFLUOUS:
        (turbo / name).write_bytes(b"not needed")
    plain = shutil.copytree(small, folder / "plain")
    for path in plain.rglob("*.safetensors"):
        path.rename(path.with_suffix(".bin"))
    async with serve_hub({"test/turbo": turbo, "test/plain": plain}) as hub:
        yield hub


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def environment(hub: Hub, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    return {"HOME": str(tmp_path_factory.mktemp("home")), "HF_ENDPOINT": hub.url}


@asynccontextmanager
async def another(
    environment: dict[str, str], revisions: Revisions | None = None
) -> AsyncIterator[LocalExecutor]:
    """An executor of its own: nothing is loaded yet, but what was downloaded is there."""
    executor = LocalExecutor("cpu", environment, revisions=revisions)
    await executor.start()
    try:
        yield executor
    finally:
        await executor.close()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def executor(environment: dict[str, str]) -> AsyncIterator[LocalExecutor]:
    async with another(environment) as executor:
        yield executor


def small(**changes: object) -> Work:
    """A small picture with Turbo's entry, from another repo."""
    spec: ModelSpec = TURBO.model_copy(update={"revision": None, "vae": None, **changes})
    request = GenerationRequest.build(spec, "a red circle", seed=7)
    size = {"width": 64, "height": 64}
    return renumbered(Work(0, 1, spec, request.model_copy(update=size)))


@pytest.mark.long
async def test_only_what_the_pipeline_needs_is_fetched(executor: LocalExecutor, hub: Hub) -> None:
    picture = await painted(executor, small(repo="test/turbo"))
    assert "unet/diffusion_pytorch_model.fp16.safetensors" in hub.fetched
    assert not hub.fetched & set(SUPERFLUOUS)
    # The entry pins no revision: the recipe tells which one it was.
    assert f'"revision":"{COMMIT}"' in png.texts(picture.data)["easel"]


@pytest.mark.parametrize("revision", [None, COMMIT])
@pytest.mark.long
async def test_what_is_here_is_painted_with_while_the_hub_is_down(
    executor: LocalExecutor, hub: Hub, environment: dict[str, str], revision: str | None
) -> None:
    await painted(executor, small(repo="test/turbo"))
    fetched = set(hub.fetched)
    hub.down = True
    try:
        async with another(environment) as fresh:
            await painted(fresh, small(repo="test/turbo", revision=revision))
    finally:
        hub.down = False
    assert hub.fetched == fetched


@pytest.mark.long
async def test_the_first_download_decides_which_commit_is_painted_with(
    hub: Hub, environment: dict[str, str], tmp_path: Path
) -> None:
    hub.repos["test/moving"] = hub.repos["test/turbo"]
    lock = tmp_path / "models.lock"
    async with another(environment, Revisions(lock)) as first:
        await painted(first, small(repo="test/moving"))
    hub.commits["test/moving"] = "f" * 40
    asked = len(hub.asked)
    async with another(environment, Revisions(lock)) as second:
        picture = await painted(second, small(repo="test/moving"))
    assert picture.revision == COMMIT
    assert len(hub.asked) == asked  # all of that commit is here: the hub need not be asked
    lock.unlink()
    async with another(environment, Revisions(lock)) as third:
        picture = await painted(third, small(repo="test/moving"))
    assert picture.revision == "f" * 40


@pytest.mark.long
async def test_what_came_damaged_is_thrown_away_and_downloaded_anew(
    executor: LocalExecutor, hub: Hub
) -> None:
    hub.repos["test/damaged"] = hub.repos["test/turbo"]
    hub.faults.append(Fault("test/damaged/vae/*.safetensors", corrupt=True, times=1))
    failure = await failed(executor, small(repo="test/damaged"))
    assert failure.kind is FailureKind.MODEL_UNAVAILABLE
    assert "SDXL-Turbo were damaged on their way" in failure.message
    await painted(executor, small(repo="test/damaged"))


@pytest.mark.parametrize(
    ("repo", "message"),
    [
        ("test/gated", "accept its terms at https://huggingface.co/test/gated"),
        ("test/private", "shows no model test/private to this host"),
        ("test/gone", "shows no model test/gone to this host"),
        ("test/busy", "Ask for SDXL-Turbo again in a few minutes"),
        ("test/broken", "can't deliver SDXL-Turbo just now (HTTP 500)"),
        ("test/plain", "SDXL-Turbo lacks files in the safetensors format"),
    ],
)
async def test_what_cannot_be_had_is_said_with_its_remedy(
    executor: LocalExecutor, repo: str, message: str
) -> None:
    failure = await failed(executor, small(repo=repo))
    assert failure.kind is FailureKind.MODEL_UNAVAILABLE
    assert message in failure.message


async def test_a_model_that_cannot_be_had_leaves_the_loaded_one_alone(
    executor: LocalExecutor,
) -> None:
    await painted(executor, small(repo="test/turbo"))
    await failed(executor, small(repo="test/gone"))
    events = await follow(executor, small(repo="test/turbo"))
    assert "Loading" not in {type(event).__name__ for event in events}


async def test_a_download_that_broke_off_is_taken_up_again(
    executor: LocalExecutor, hub: Hub, tmp_path: Path
) -> None:
    """One file's rest can't be had for a while: what was fetched before is not fetched again."""
    hub.repos["test/flaky"] = shutil.copytree(hub.repos["test/turbo"], tmp_path / "flaky")
    weights = "unet/diffusion_pytorch_model.fp16.safetensors"
    half = (hub.repos["test/flaky"] / weights).stat().st_size // 2
    hub.faults.append(Fault(f"test/flaky/{weights}", cut_after=half, times=1))
    hub.faults.append(Fault(f"test/flaky/{weights}", at=frozenset({At.BODY}), status=404))
    failure = await failed(executor, small(repo="test/flaky"))
    assert failure.kind is FailureKind.MODEL_UNAVAILABLE
    hub.faults.pop()
    hub.fetched.clear()
    await painted(executor, small(repo="test/flaky"))
    assert weights in hub.fetched
    assert "vae/diffusion_pytorch_model.fp16.safetensors" not in hub.fetched
    *_, again = [asked for asked in hub.bodies("test/flaky") if asked.name == weights]
    assert again.range is not None
    assert int(again.range.removeprefix("bytes=").removesuffix("-")) > half * 0.8
