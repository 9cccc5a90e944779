"""Which provider paints, what is asked of the hub for that, and when."""

import logging

import pytest

from generation.catalog import Catalog, ModelSpec
from generation.executors.base import FailureKind
from tests.unit.generation.executors.conformance import failed, painted
from tests.unit.generation.executors.endpoint import (
    SPEC,
    TOKEN,
    Endpoint,
    StartHosted,
    asks,
    offer,
)

pytestmark = pytest.mark.asyncio(loop_scope="module")

OTHER: ModelSpec = SPEC.model_copy(update={"name": "other", "repo": "some/other"})
LOCAL = Catalog.load()["demo"]


async def test_the_hub_is_asked_once_a_model_and_not_with_each_job(
    start_hosted: StartHosted, hub: Endpoint
) -> None:
    hub.offers = [offer("together")]
    executor = await start_hosted(endpoint=None)
    assert await executor.unserved([SPEC, OTHER, LOCAL]) == {}
    for _ in range(3):
        await painted(executor, asks("png"))
    assert hub.hub_asked == 2
    assert hub.bodies[-1]["model"] == "zb/tti"


@pytest.mark.parametrize(
    ("offers", "provider"),
    [
        ([], "auto"),
        ([offer("together", task="text-to-video")], "auto"),
        ([offer("nobody-knows-it")], "auto"),
        ([offer("together")], "fal-ai"),
    ],
)
async def test_a_model_that_nobody_paints_is_named_with_a_remedy(
    start_hosted: StartHosted, hub: Endpoint, offers: list[dict[str, str]], provider: str
) -> None:
    hub.offers = offers
    executor = await start_hosted(endpoint=None, provider=provider)
    unserved = await executor.unserved([SPEC, LOCAL])
    assert list(unserved) == ["zb-tech"]
    assert "ZB-Tech/Text-to-Image is not offered by" in unserved["zb-tech"]
    assert "EASEL_HOSTED_PROVIDER" in unserved["zb-tech"]
    assert "EASEL_HOSTED_ENDPOINT" in unserved["zb-tech"]


@pytest.mark.parametrize(
    ("offers", "chosen"),
    [
        ([offer("nscale"), offer("together")], "nscale"),
        ([offer("nscale", status="error"), offer("together")], "together"),
        ([offer("nscale", status="error")], "nscale"),
        ([offer("nobody-knows-it"), offer("together")], "together"),
    ],
)
async def test_the_first_that_works_paints(
    start_hosted: StartHosted, hub: Endpoint, offers: list[dict[str, str]], chosen: str
) -> None:
    hub.offers = offers
    picture = await painted(await start_hosted(endpoint=None), asks("png"))
    assert picture.device == f"Hugging Face ({chosen})"


async def test_the_provider_that_the_host_names_paints(
    start_hosted: StartHosted, hub: Endpoint
) -> None:
    hub.offers = [offer("together"), offer("nscale")]
    executor = await start_hosted(endpoint=None, provider="nscale")
    assert executor.device == "Hugging Face (nscale)"
    assert (await painted(executor, asks("png"))).device == "Hugging Face (nscale)"


@pytest.mark.parametrize("trouble", ["503", "hang", "html"])
async def test_a_hub_that_can_not_say_costs_no_model_and_is_asked_again_later(
    start_hosted: StartHosted,
    hub: Endpoint,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    trouble: str,
) -> None:
    monkeypatch.setattr("generation.executors.hosted._client._HUB_LIMIT_S", 0.3)
    hub.offers = trouble
    executor = await start_hosted(endpoint=None)
    with caplog.at_level(logging.WARNING):
        assert await executor.unserved([SPEC]) == {}
    assert "zb-tech can't be asked of the hub now. It is offered" in caplog.text
    assert TOKEN not in caplog.text
    hub.offers = [offer("together")]
    await painted(executor, asks("png"))


async def test_a_hub_that_nobody_reaches_costs_no_model(
    start_hosted: StartHosted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.ENDPOINT", "http://127.0.0.1:9")
    assert await (await start_hosted(endpoint=None)).unserved([SPEC]) == {}


@pytest.mark.parametrize(
    ("status", "remedy"), [("401", "HF_TOKEN"), ("404", "no ZB-Tech/Text-to-Image")]
)
async def test_a_token_or_repo_that_the_hub_does_not_know_is_told(
    start_hosted: StartHosted, hub: Endpoint, status: str, remedy: str
) -> None:
    hub.offers = status
    unserved = await (await start_hosted(endpoint=None)).unserved([SPEC])
    assert remedy in unserved["zb-tech"]
    assert TOKEN not in unserved["zb-tech"]


async def test_of_an_endpoint_of_the_hosts_own_nothing_is_asked(
    start_hosted: StartHosted, hub: Endpoint
) -> None:
    hub.offers = []
    executor = await start_hosted()
    assert await executor.unserved([SPEC]) == {}
    await painted(executor, asks("png"))
    assert hub.hub_asked == 0


async def test_a_model_that_a_provider_took_away_is_asked_for_anew(
    start_hosted: StartHosted, hub: Endpoint
) -> None:
    hub.offers = [offer("together")]
    executor = await start_hosted(endpoint=None)
    await executor.unserved([SPEC])
    hub.offers = [offer("nscale")]
    assert (await failed(executor, asks("410"))).kind is FailureKind.MODEL_UNAVAILABLE
    assert (await painted(executor, asks("png"))).device == "Hugging Face (nscale)"
    assert hub.hub_asked == 2


async def test_the_token_goes_to_the_hub_and_to_the_provider(
    start_hosted: StartHosted, hub: Endpoint
) -> None:
    hub.offers = [offer("together")]
    await painted(await start_hosted(endpoint=None), asks("png"))
    assert hub.headers[-1]["authorization"] == f"Bearer {TOKEN}"
    assert hub.hub_headers[-1]["authorization"] == f"Bearer {TOKEN}"
