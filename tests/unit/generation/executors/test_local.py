"""The local executor with a small model in SDXL-Turbo's layout, under Turbo's own catalog entry."""

import asyncio
import json
import logging
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from generation.catalog import Catalog, ModelSpec
from generation.executors.base import Batch, Finished, Loading, Picture, Progress, Work
from generation.executors.local import LocalExecutor
from generation.request import GenerationRequest
from tests.support import png
from tests.unit.generation.executors.conformance import (
    ExecutorConformance,
    Works,
    follow,
    painted,
    small,
)

ROOT = Path(__file__).parents[4]

pytestmark = pytest.mark.asyncio(loop_scope="package")


@pytest.fixture
def executor(local: LocalExecutor) -> LocalExecutor:
    return local


@pytest.fixture
def make_executor(environment: dict[str, str]) -> Callable[[], LocalExecutor]:
    return lambda: LocalExecutor("cpu", environment)


@pytest.fixture
def works(local_works: Works) -> Works:
    return local_works


@pytest.fixture
def started(painting: Callable[[Work], Awaitable[None]]) -> Callable[[Work], Awaitable[None]]:
    return painting


class TestConformance(ExecutorConformance):
    """The local executor is one."""


async def test_turbo_paints_as_its_entry_says(local: LocalExecutor, turbo: ModelSpec) -> None:
    request = GenerationRequest.build(turbo, "a red circle", seed=7)
    events = await follow(local, Work(1, 1, turbo, request))
    assert [event for event in events if isinstance(event, Progress)] == [Progress(1, 1)]
    assert isinstance(events[-1], Finished)
    assert (events[-1].picture.width, events[-1].picture.height) == (512, 512)


async def test_the_cpu_is_named_and_no_gpu(local: LocalExecutor) -> None:
    assert local.device == "CPU"
    assert not local.has_gpu


async def test_loading_is_told_once_and_what_fits_stays_loaded(
    local: LocalExecutor, turbo: ModelSpec, tmp_path: Path
) -> None:
    other = tmp_path / "copy"
    os.symlink(turbo.repo, other)
    copy = turbo.model_copy(update={"repo": str(other)})
    assert Loading() in await follow(local, small(copy))
    assert Loading() not in await follow(local, small(copy))
    await follow(local, small(turbo))
    assert Loading() not in await follow(local, small(copy))
    assert Loading() not in await follow(local, small(turbo))


@pytest.mark.parametrize(
    "changes",
    [
        {"seed": 8},
        {"prompt": "a blue square"},
        {"num_inference_steps": 3},
        {"guidance_scale": 3.0},
        {"guidance_scale": 3.0, "negative_prompt": "dull"},
    ],
)
async def test_every_option_makes_another_picture(
    local: LocalExecutor, turbo: ModelSpec, changes: dict[str, Any]
) -> None:
    spec = turbo.model_copy(update={"negative_prompt_above": 1.0})
    base: dict[str, Any] = {"guidance_scale": 3.0} if "negative_prompt" in changes else {}
    one = await painted(local, small(spec, **base))
    other = await painted(local, small(spec, **{**base, **changes}))
    assert pixels(one.data) != pixels(other.data)


def pixels(data: bytes) -> bytes:
    """The compressed pixels: the recipes differ anyway."""
    return b"".join(body for kind, body in png.chunks(data) if kind == "IDAT")


async def test_several_runs_at_once_take_turns(local: LocalExecutor, turbo: ModelSpec) -> None:
    works = [small(turbo, seed=seed) for seed in range(4)]
    pictures = await asyncio.gather(*(painted(local, work) for work in works))
    alone = [await painted(local, work) for work in works]
    assert [picture.data for picture in pictures] == [picture.data for picture in alone]


async def test_the_worker_leaves_right_of_way_to_the_bot(local: LocalExecutor) -> None:
    assert local._workers._worker is not None
    ours, its = (os.getpriority(os.PRIO_PROCESS, pid) for pid in (0, local._workers._worker.pid))
    assert its == min(19, ours + 5)


async def test_the_recipe_tells_what_was_really_used(
    local: LocalExecutor, turbo: ModelSpec
) -> None:
    data = (await painted(local, small(turbo))).data
    recipe = json.loads(png.texts(data)["easel"])
    assert recipe["scheduler"] == "EulerAncestralDiscreteScheduler"
    assert recipe["scheduler_options"] == {"timestep_spacing": "trailing"}
    assert (recipe["dtype"], recipe["device"]) == ("float32", "cpu")
    assert set(recipe["libraries"]) == {"compel", "diffusers", "torch", "transformers"}
    assert turbo.repo.encode() not in data


async def test_what_was_learned_of_memory_is_heeded(
    local: LocalExecutor, turbo: ModelSpec, tmp_path: Path
) -> None:
    other = tmp_path / "copy"
    os.symlink(turbo.repo, other)
    spec = turbo.model_copy(update={"repo": str(other)})
    assert made_with(await painted(local, small(spec))) == ("whole", 1)
    local._workers._lessons.learn(spec, 1, 64 * 64)
    told = [event async for _, event in local.run(Batch((small(spec), small(spec, seed=8))))]
    pictures = [event.picture for event in told if isinstance(event, Finished)]
    assert [made_with(picture) for picture in pictures] == 2 * [("16 bits", 1)]


def made_with(picture: Picture) -> tuple[str, int]:
    """How memory was saved, and how many were painted at once."""
    recipe = json.loads(png.texts(picture.data)["easel"])
    return recipe["memory"], recipe["batch"]


async def test_a_prompt_longer_than_the_tokenizer_takes_is_painted_and_nothing_said(
    local: LocalExecutor, turbo: ModelSpec, caplog: pytest.LogCaptureFixture
) -> None:
    """Libraries warn of it, one of them with the words that are left out."""
    prompt = " ".join(["red circle"] * 100)
    with caplog.at_level(logging.INFO):
        await painted(local, small(turbo, prompt=prompt))
        await asyncio.sleep(0.2)  # what the worker says takes another way than the picture
    assert "Token indices" not in caplog.text
    assert "was truncated" not in caplog.text
    assert "circle" not in caplog.text


async def test_the_demo_model_paints_under_its_own_entry(local: LocalExecutor) -> None:
    spec = Catalog.load()["demo"]
    if not (Path(spec.repo) / "model_index.json").is_file():
        pytest.skip("the demo model's weights are not there")
    request = GenerationRequest.build(spec, "a red circle", seed=7)
    picture = await painted(local, Work(1, 1, spec, request))
    assert (picture.width, picture.height) == (256, 256)
