"""A small model, executors of both kinds, and the environment of children in tests."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from generation.catalog import Catalog, ModelSpec
from generation.executors.base import Work
from generation.executors.hosted import HostedExecutor, Retries
from generation.executors.local import LocalExecutor
from generation.imaging.process import ImagingProcess
from tests.small_models.cache import small_turbo_folder
from tests.unit.generation.executors.conformance import Works, small, unseen
from tests.unit.generation.executors.endpoint import (
    TOKEN,
    Endpoint,
    StartHosted,
    serve_endpoint,
)


@pytest.fixture(scope="session")
def small_turbo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small model in SDXL-Turbo's layout."""
    return small_turbo_folder(tmp_path_factory)


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What children get: a hub that refuses every connection, and a cache of their own."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path_factory.mktemp("home")),
        "HF_ENDPOINT": "http://127.0.0.1:9",
    }


@pytest.fixture(scope="session")
def turbo(small_turbo: Path) -> ModelSpec:
    """SDXL-Turbo's own entry, with the small model's folder."""
    spec = Catalog.load()["sdxl-turbo"].model_copy(update={"repo": str(small_turbo), "vae": None})
    return unseen(spec)


@pytest_asyncio.fixture(scope="package", loop_scope="package")
async def local(environment: dict[str, str]) -> AsyncIterator[LocalExecutor]:
    """One for the whole package: a worker takes seconds to start."""
    executor = LocalExecutor("cpu", environment, cancel_grace_s=4)
    await executor.start()
    yield executor
    await executor.close()


@pytest.fixture
def local_works(turbo: ModelSpec) -> Works:
    """Works for the local executor."""
    return Works(
        quick=small(turbo),
        slow=small(turbo, side=512, steps=500),
        failing=small(turbo.model_copy(update={"repo": "/nowhere", "title": "Nowhere"})),
    )


@pytest.fixture
def painting(local: LocalExecutor) -> Callable[[Work], Awaitable[None]]:
    """Wait until the local executor has the first step of a work behind it."""

    async def wait(work: Work) -> None:
        async with asyncio.timeout(30):
            while not any(
                work in run.batch.works and run.steps_done for run in local._runs.values()
            ):
                await asyncio.sleep(0.01)

    return wait


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def endpoint() -> AsyncIterator[Endpoint]:
    """A hosted API, its providers and its hub."""
    async with serve_endpoint() as endpoint:
        yield endpoint


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def imaging(environment: dict[str, str]) -> AsyncIterator[ImagingProcess]:
    """What hosted executors need beside it."""
    imaging = ImagingProcess(environment)
    yield imaging
    await imaging.close()


@pytest.fixture
def make_hosted(endpoint: Endpoint, imaging: ImagingProcess) -> Callable[..., HostedExecutor]:
    """Makes one that asks that API, without long pauses, and never leaves a model alone."""

    def make(**options: object) -> HostedExecutor:
        given = {"token": TOKEN, "endpoint": endpoint.url, "imaging": imaging}
        quick = {"retries": Retries(first_s=0.01), "trips_after": 1_000_000}
        return HostedExecutor(**{**given, **quick, **options})  # pyright: ignore

    return make


@pytest_asyncio.fixture(loop_scope="module")
async def start_hosted(make_hosted: Callable[..., HostedExecutor]) -> AsyncIterator[StartHosted]:
    """The same, started; each is closed at the end."""
    executors: list[HostedExecutor] = []

    async def start(**options: object) -> HostedExecutor:
        executors.append(executor := make_hosted(**options))
        await executor.start()
        return executor

    yield start
    for executor in executors:
        await executor.close()


@pytest.fixture
def hub(endpoint: Endpoint, monkeypatch: pytest.MonkeyPatch) -> Endpoint:
    """The hub of this process is there, and so are the providers behind it."""
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", endpoint.host)
    router = f"{endpoint.host}/{{provider}}"
    monkeypatch.setattr("huggingface_hub.constants.INFERENCE_PROXY_TEMPLATE", router)
    endpoint.hub_headers.clear()
    return endpoint
