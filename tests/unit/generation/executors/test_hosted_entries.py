"""An entry's own provider or endpoint paints it, whatever the host's settings say of others."""

import pytest

from generation.catalog import ModelSpec
from generation.errors import ExecutorUnavailable
from tests.unit.generation.executors.conformance import painted
from tests.unit.generation.executors.endpoint import SPEC, Endpoint, StartHosted, asks, offer

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOWHERE = "http://127.0.0.1:9"


def own(**fields: str) -> ModelSpec:
    return SPEC.model_copy(update={"name": "own", **fields})


async def test_its_endpoint_paints_it_and_the_hosts_one_does_not(
    start_hosted: StartHosted, endpoint: Endpoint
) -> None:
    spec = own(endpoint=endpoint.url)
    picture = await painted(await start_hosted(endpoint=NOWHERE), asks("png", spec))
    assert picture.device == "Hosted endpoint"


async def test_two_entries_of_one_repo_are_each_asked_of_their_own_endpoint(
    start_hosted: StartHosted, endpoint: Endpoint
) -> None:
    executor = await start_hosted(endpoint=NOWHERE)
    await painted(executor, asks("png", own(endpoint=endpoint.url)))
    hosts = own(name="other", endpoint=f"{endpoint.url}/")
    assert executor._client is not None
    assert executor._client.endpoint_of(hosts) == f"{endpoint.url}/"
    assert executor._client.endpoint_of(SPEC) == NOWHERE


async def test_its_provider_paints_it_though_the_host_has_an_endpoint(
    start_hosted: StartHosted, hub: Endpoint
) -> None:
    hub.offers = [offer("together"), offer("nscale")]
    executor = await start_hosted(endpoint=NOWHERE, provider="together")
    spec = own(provider="nscale")
    assert await executor.unserved([SPEC, spec]) == {}
    assert (await painted(executor, asks("png", spec))).device == "Hugging Face (nscale)"


async def test_each_entry_of_a_repo_has_the_provider_it_names(
    start_hosted: StartHosted, hub: Endpoint
) -> None:
    hub.offers = [offer("together"), offer("nscale")]
    executor = await start_hosted(endpoint=None)
    assert (await painted(executor, asks("png"))).device == "Hugging Face (together)"
    spec = own(provider="nscale")
    assert (await painted(executor, asks("png", spec))).device == "Hugging Face (nscale)"


async def test_one_whose_provider_does_not_offer_it_is_not_offered(
    start_hosted: StartHosted, hub: Endpoint
) -> None:
    hub.offers = [offer("together")]
    unserved = await (await start_hosted(endpoint=None)).unserved([SPEC, own(provider="nscale")])
    assert list(unserved) == ["own"]
    assert "ZB-Tech/Text-to-Image is not offered by nscale" in unserved["own"]


async def test_without_a_token_only_those_with_an_endpoint_are_offered(
    start_hosted: StartHosted, hub: Endpoint
) -> None:
    asked = hub.hub_asked
    executor = await start_hosted(token=None, endpoint=None, has_endpoints=True)
    spec = own(endpoint=hub.url)
    unserved = await executor.unserved([SPEC, spec])
    assert list(unserved) == ["zb-tech"]
    assert "HF_TOKEN" in unserved["zb-tech"]
    assert hub.hub_asked == asked
    await painted(executor, asks("png", spec))
    assert "authorization" not in hub.headers[-1]


async def test_without_a_token_and_without_any_endpoint_there_is_nobody_to_ask(
    start_hosted: StartHosted,
) -> None:
    with pytest.raises(ExecutorUnavailable, match="needs a Hugging Face token"):
        await start_hosted(token=None, endpoint=None)
