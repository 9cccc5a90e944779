"""The hosted executor against an endpoint on loopback: what it sends, and what it makes of it."""

import asyncio
import json
from collections.abc import Awaitable, Callable

import pytest
import pytest_asyncio

from generation.errors import ExecutorUnavailable
from generation.executors.base import Work
from generation.executors.hosted import HostedExecutor
from generation.imaging.process import ImagingProcess
from tests.support import png
from tests.unit.generation.executors.conformance import (
    ExecutorConformance,
    Works,
    painted,
)
from tests.unit.generation.executors.endpoint import TOKEN, Endpoint, StartHosted, asks

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture
def make_executor(make_hosted: Callable[..., HostedExecutor]) -> Callable[..., HostedExecutor]:
    return make_hosted


@pytest_asyncio.fixture(loop_scope="module")
async def executor(start_hosted: StartHosted) -> HostedExecutor:
    return await start_hosted()


@pytest.fixture
def works() -> Works:
    return Works(quick=asks("png"), slow=asks("hang"), failing=asks("503"))


@pytest.fixture
def started(endpoint: Endpoint) -> Callable[[Work], Awaitable[None]]:
    before = len(endpoint.bodies)

    async def wait(work: Work) -> None:
        async with asyncio.timeout(10):
            while len(endpoint.bodies) == before:
                await asyncio.sleep(0.01)

    return wait


class TestConformance(ExecutorConformance):
    """The hosted executor is one."""


@pytest.mark.parametrize("encoding", ["png", "jpeg", "webp"])
async def test_whatever_comes_is_posted_as_png_with_its_recipe(
    executor: HostedExecutor, encoding: str
) -> None:
    picture = await painted(executor, asks(encoding, negative_prompt="dull"))
    texts = png.texts(picture.data)
    recipe = json.loads(texts["easel"])
    assert recipe["model"] == "zb-tech"
    assert recipe["repo"] == "ZB-Tech/Text-to-Image"
    assert (recipe["seed"], recipe["negative_prompt"]) == (7, "dull")
    assert "trainedAlgorithmicMedia" in texts["XML:com.adobe.xmp"]
    assert b"somebody else" not in picture.data
    assert "127.0.0.1" not in texts["easel"]


async def test_a_picture_of_another_size_is_told_as_it_is(executor: HostedExecutor) -> None:
    picture = await painted(executor, asks("other size"))
    assert (picture.width, picture.height) == (96, 64) == png.size(picture.data)
    recipe = json.loads(png.texts(picture.data)["easel"])
    assert (recipe["width"], recipe["height"]) == (96, 64)


async def test_all_options_and_the_token_are_sent(
    executor: HostedExecutor, endpoint: Endpoint
) -> None:
    work = asks("png", negative_prompt="dull", num_inference_steps=23, guidance_scale=4.5)
    await painted(executor, work)
    assert endpoint.bodies[-1] == {
        "inputs": "png",
        "parameters": {
            "negative_prompt": "dull",
            "width": 128,
            "height": 64,
            "num_inference_steps": 23,
            "guidance_scale": 4.5,
            "seed": 7,
        },
    }
    assert endpoint.headers[-1]["authorization"] == f"Bearer {TOKEN}"


async def test_without_a_token_of_ours_none_is_sent(
    endpoint: Endpoint, start_hosted: StartHosted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_of_somebody_else")
    await painted(await start_hosted(token=None), asks("png"))
    assert "authorization" not in endpoint.headers[-1]


async def test_four_are_painted_at_once(executor: HostedExecutor) -> None:
    assert executor.capacity == 4
    pictures = await asyncio.gather(*(painted(executor, asks("png", seed=n)) for n in range(4)))
    assert len({picture.data for picture in pictures}) == 4


async def test_neither_token_nor_endpoint_is_no_hosted_api(imaging: ImagingProcess) -> None:
    with pytest.raises(ExecutorUnavailable, match="needs a Hugging Face token"):
        await HostedExecutor(None, None, imaging).start()


async def test_the_endpoint_is_not_named_to_members(executor: HostedExecutor) -> None:
    assert executor.device == "Hosted endpoint"


async def test_a_library_that_may_ask_nobody_is_no_hosted_api(
    start_hosted: StartHosted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    with pytest.raises(ExecutorUnavailable, match="HF_HUB_OFFLINE is set"):
        await start_hosted()
