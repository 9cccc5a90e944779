"""The hosted executor against an endpoint on loopback, and against no provider at all."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
import pytest_asyncio

from generation.catalog import Catalog, ModelSpec
from generation.errors import ExecutorUnavailable
from generation.executors.base import FailureKind, Work
from generation.executors.hosted import HostedExecutor
from generation.executors.hosted._errors import explain
from generation.imaging.process import ImagingProcess
from generation.request import GenerationRequest
from tests.support import png
from tests.unit.generation.executors.conformance import (
    ExecutorConformance,
    Works,
    failed,
    painted,
    renumbered,
)
from tests.unit.generation.executors.endpoint import TOKEN, Endpoint, serve_endpoint

pytestmark = pytest.mark.asyncio(loop_scope="module")

SPEC = Catalog.load()["zb-tech"]


def asks(prompt: str, spec: ModelSpec = SPEC, **options: object) -> Work:
    """A small picture; the endpoint does what the prompt says."""
    request = GenerationRequest.build(spec, prompt, seed=7)
    changes = {"width": 128, "height": 64, **options}
    return renumbered(Work(0, 1, spec, request.model_copy(update=changes)))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def endpoint() -> AsyncIterator[Endpoint]:
    async with serve_endpoint() as endpoint:
        yield endpoint


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def imaging(environment: dict[str, str]) -> AsyncIterator[ImagingProcess]:
    imaging = ImagingProcess(environment)
    yield imaging
    await imaging.close()


@pytest.fixture
def make_executor(endpoint: Endpoint, imaging: ImagingProcess) -> Callable[..., HostedExecutor]:
    def make(**options: object) -> HostedExecutor:
        return HostedExecutor(TOKEN, endpoint.url, imaging, **options)  # pyright: ignore

    return make


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def executor(endpoint: Endpoint, imaging: ImagingProcess) -> AsyncIterator[HostedExecutor]:
    executor = HostedExecutor(TOKEN, endpoint.url, imaging)
    await executor.start()
    yield executor
    await executor.close()


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


@pytest.mark.parametrize(
    ("prompt", "kind", "remedy"),
    [
        ("400", FailureKind.REFUSED, "Try other words"),
        ("401", FailureKind.REFUSED, "has to set a valid Hugging Face token"),
        ("402", FailureKind.REFUSED, "settings/billing"),
        ("403", FailureKind.REFUSED, "accept the model's terms"),
        ("404", FailureKind.MODEL_UNAVAILABLE, "check the model's entry"),
        ("410", FailureKind.MODEL_UNAVAILABLE, "Choose another model"),
        ("422", FailureKind.REFUSED, "Try other words"),
        ("429", FailureKind.BUSY, "Try again in a few minutes"),
        ("500", FailureKind.BUSY, "Try again in a minute"),
        ("503", FailureKind.BUSY, "Try again in a minute"),
        ("html", FailureKind.BAD_PICTURE, "Try again"),
        ("json", FailureKind.BAD_PICTURE, "Try again"),
        ("truncated", FailureKind.BAD_PICTURE, "Try again"),
        ("gif", FailureKind.BAD_PICTURE, "Try again"),
    ],
)
async def test_what_the_api_answers_is_told_in_plain_words(
    executor: HostedExecutor,
    caplog: pytest.LogCaptureFixture,
    prompt: str,
    kind: FailureKind,
    remedy: str,
) -> None:
    with caplog.at_level(logging.DEBUG):
        failure = await failed(executor, asks(prompt))
    assert failure.kind is kind
    assert remedy in failure.message
    assert TOKEN not in failure.message + failure.detail + caplog.text


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
    endpoint: Endpoint, imaging: ImagingProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_TOKEN", "hf_of_somebody_else")
    executor = HostedExecutor(None, endpoint.url, imaging)
    await executor.start()
    await painted(executor, asks("png"))
    assert "authorization" not in endpoint.headers[-1]
    await executor.close()


async def test_an_api_that_hangs_is_given_up_in_time(
    make_executor: Callable[..., HostedExecutor],
) -> None:
    executor = make_executor(timeout_s=0.5)
    await executor.start()
    failure = await failed(executor, asks("hang"))
    assert failure.kind is FailureKind.TIMED_OUT
    await executor.close()


async def test_an_api_that_refuses_connections_is_told_as_such(imaging: ImagingProcess) -> None:
    executor = HostedExecutor(TOKEN, "http://127.0.0.1:9/paint", imaging)
    await executor.start()
    failure = await failed(executor, asks("png"))
    assert failure.kind is FailureKind.BUSY
    assert "can't be reached" in failure.message
    await executor.close()


async def test_looking_up_a_provider_does_not_hold_the_loop(
    imaging: ImagingProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The look-up is made to block for a while, and then finds nobody."""
    import time

    def nobody(model: str) -> list[object]:
        time.sleep(0.5)
        return []

    monkeypatch.setattr(
        "huggingface_hub.inference._providers._fetch_inference_provider_mapping", nobody
    )
    executor = HostedExecutor(TOKEN, None, imaging)
    await executor.start()
    running = asyncio.create_task(failed(executor, asks("png")))
    lag = 0.0
    while not running.done():
        before = time.monotonic()
        await asyncio.sleep(0.01)
        lag = max(lag, time.monotonic() - before)
    failure = await running
    assert failure.kind is FailureKind.MODEL_UNAVAILABLE
    assert "No provider of the hosted API offers ZB-Tech Text-to-Image" in failure.message
    assert lag < 0.3
    await executor.close()


async def test_a_provider_is_asked_in_its_own_way(
    endpoint: Endpoint, imaging: ImagingProcess, monkeypatch: pytest.MonkeyPatch
) -> None:
    from huggingface_hub.hf_api import InferenceProviderMapping

    offer = InferenceProviderMapping(
        provider="together",
        hf_model_id=SPEC.repo,
        providerId="zb/tti",
        status="live",
        task="text-to-image",
    )
    for module in ("", "._common"):
        name = f"huggingface_hub.inference._providers{module}._fetch_inference_provider_mapping"
        monkeypatch.setattr(name, lambda model: [offer])
    router = endpoint.url.replace("/paint", "/{provider}")
    monkeypatch.setattr("huggingface_hub.constants.INFERENCE_PROXY_TEMPLATE", router)
    executor = HostedExecutor(TOKEN, None, imaging)
    await executor.start()
    assert executor.device == "Hugging Face (auto)"
    picture = await painted(executor, asks("a red circle", num_inference_steps=23))
    assert (picture.width, picture.height) == (128, 64)
    assert endpoint.bodies[-1]["model"] == "zb/tti"
    assert endpoint.bodies[-1]["steps"] == 23
    await executor.close()


async def test_four_are_painted_at_once(executor: HostedExecutor) -> None:
    assert executor.capacity == 4
    pictures = await asyncio.gather(*(painted(executor, asks("png", seed=n)) for n in range(4)))
    assert len({picture.data for picture in pictures}) == 4


async def test_neither_token_nor_endpoint_is_no_hosted_api(imaging: ImagingProcess) -> None:
    with pytest.raises(ExecutorUnavailable, match="needs a Hugging Face token"):
        await HostedExecutor(None, None, imaging).start()


async def test_the_endpoint_is_not_named_to_members(executor: HostedExecutor) -> None:
    assert executor.device == "Hosted endpoint"


async def test_other_errors_are_bugs_and_keep_the_token_to_themselves() -> None:
    failure = explain(AttributeError(f"what is {TOKEN}"), SPEC, TOKEN)
    assert failure.kind is FailureKind.INTERNAL
    assert failure.detail == "AttributeError: what is (token)"
