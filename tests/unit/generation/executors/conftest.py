"""A small model, one local executor for all, and the environment of children in tests."""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from generation.catalog import Catalog, ModelSpec
from generation.executors.base import Work
from generation.executors.local import LocalExecutor
from tests.small_models.cache import small_turbo_folder
from tests.unit.generation.executors.conformance import Works, small


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
    return Catalog.load()["sdxl-turbo"].model_copy(update={"repo": str(small_turbo)})


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
