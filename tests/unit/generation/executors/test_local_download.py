"""A model that is downloaded before it paints: what is told of it, and how long it may take."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from generation.catalog import Catalog
from generation.executors.base import Failed, FailureKind, Finished, Loading, Work
from generation.executors.local import LocalExecutor
from generation.request import GenerationRequest
from tests.small_models.cache import small_turbo_folder
from tests.small_models.hub import At, Fault, Hub, serve_hub
from tests.unit.generation.executors.conformance import follow, renumbered

pytestmark = pytest.mark.asyncio(loop_scope="module")

UNET = "unet/diffusion_pytorch_model.fp16.safetensors"
PATIENCE_S = 5.0


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def hub(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Hub]:
    folder = small_turbo_folder(tmp_path_factory)
    async with serve_hub({"test/slow": folder, "test/still": folder}) as hub:
        yield hub


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def executor(
    hub: Hub, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[LocalExecutor]:
    environment = {"HOME": str(tmp_path_factory.mktemp("home")), "HF_ENDPOINT": hub.url}
    executor = LocalExecutor("cpu", environment, load_timeout_s=PATIENCE_S)
    await executor.start()
    # Its imports, on a machine that may be busy, are not what is tested.
    await executor._workers.ready()
    yield executor
    await executor.close()


def work(repo: str) -> Work:
    """A small picture with Turbo's entry, from another repo."""
    own = {"repo": repo, "revision": None, "vae": None}
    spec = Catalog.load()["sdxl-turbo"].model_copy(update=own)
    request = GenerationRequest.build(spec, "a red circle", seed=7)
    return renumbered(Work(0, 1, spec, request.model_copy(update={"width": 64, "height": 64})))


def size(hub: Hub) -> int:
    return (hub.repos["test/slow"] / UNET).stat().st_size


@pytest.mark.long
async def test_it_is_told_how_far_it_is_and_slowness_alone_ends_nothing(
    executor: LocalExecutor, hub: Hub
) -> None:
    pace = size(hub) / (2 * PATIENCE_S)
    hub.faults.append(Fault(f"test/slow/{UNET}", bytes_per_second=pace))
    events = await follow(executor, work("test/slow"))
    assert isinstance(events[-1], Finished)
    told = [event for event in events if isinstance(event, Loading) and event.total]
    done = [event.done for event in told if event.done is not None]
    assert len(done) == len(told) > 5
    assert done == sorted(done)
    (total,) = {event.total for event in told}
    assert total is not None
    assert size(hub) < total < 1.5 * size(hub)
    assert done[-1] < total
    # What is left is to load it.
    assert events[events.index(told[-1]) + 1] == Loading()


@pytest.mark.long  # a worker is started anew
async def test_one_that_stands_still_is_ended_and_goes_on_the_next_time(
    executor: LocalExecutor, hub: Hub
) -> None:
    half = size(hub) // 2
    hub.faults += [
        Fault(f"test/still/{UNET}", cut_after=half, times=1),
        Fault(f"test/still/{UNET}", bytes_per_second=0.01),
    ]
    failure = (await follow(executor, work("test/still")))[-1]
    assert isinstance(failure, Failed)
    assert failure.kind is FailureKind.TIMED_OUT
    assert "SDXL-Turbo took too long to load" in failure.message
    hub.faults.clear()
    assert isinstance((await follow(executor, work("test/still")))[-1], Finished)
    *_, last = [asked for asked in hub.bodies("test/still") if asked.name == UNET]
    assert last.at is At.BODY
    assert last.range is not None
    assert int(last.range.removeprefix("bytes=").removesuffix("-")) > half * 0.8
