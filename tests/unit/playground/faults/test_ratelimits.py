"""Rate limits: buckets, the global limit, and how discord.py keeps to them."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import discord
import pytest

from playground.clock import Clock
from playground.ratelimits.buckets import RateLimits, Verdict
from playground.seed import AGE_RESTRICTED_ID, GENERAL_ID
from playground.server import Playground
from tests.unit.playground.faults.conftest import said

POST = "POST /channels/*/messages"
MESSAGES = "/channels/{channel_id}/messages"


@pytest.fixture
def limits() -> RateLimits:
    return RateLimits(Clock())


def post(limits: RateLimits, channel: int = 1, who: str = "bot") -> Verdict:
    return limits.count(who, "POST", MESSAGES, f"/channels/{channel}/messages", enforce=True)


def test_they_are_generous(limits: RateLimits):
    assert all(post(limits).retry_after is None for _ in range(50))


def test_a_limit_that_is_set_is_held(limits: RateLimits):
    limits.set(POST, requests=1, seconds=5)
    first, second = post(limits), post(limits)
    assert first.retry_after is None
    assert first.headers["X-RateLimit-Remaining"] == "0"
    assert second.retry_after == pytest.approx(5, abs=0.1)
    assert second.headers["Retry-After"] == "5"
    assert second.headers["X-RateLimit-Scope"] == "user"
    assert second.headers["X-RateLimit-Bucket"] == first.headers["X-RateLimit-Bucket"]


def test_a_window_ends_by_the_clock():
    clock = Clock()
    limits = RateLimits(clock)
    limits.set(POST, requests=1, seconds=5)
    post(limits)
    clock.advance(5)
    assert post(limits).retry_after is None


def test_each_channel_has_a_bucket_of_its_own_and_all_the_same_hash(limits: RateLimits):
    limits.set(POST, requests=1, seconds=5)
    one, other = post(limits, 1), post(limits, 2)
    assert other.retry_after is None
    assert one.headers["X-RateLimit-Bucket"] == other.headers["X-RateLimit-Bucket"]


def test_each_interaction_has_a_bucket_of_its_own(limits: RateLimits):
    limits.set("POST /webhooks/*", requests=1, seconds=5)
    template = "/webhooks/{application_id}/{token}"
    for token in ("a", "b"):
        verdict = limits.count("bot", "POST", template, f"/webhooks/1/{token}", enforce=True)
        assert verdict.retry_after is None
    again = limits.count("bot", "POST", template, "/webhooks/1/a", enforce=True)
    assert again.retry_after


def test_routes_that_share_a_bucket_tell_the_same_hash(limits: RateLimits):
    path = "/channels/1/messages/2/reactions/x/@me"
    put, delete = (limits.count("bot", m, "", path, enforce=True) for m in ("PUT", "DELETE"))
    assert put.headers["X-RateLimit-Bucket"] == delete.headers["X-RateLimit-Bucket"]
    assert delete.headers["X-RateLimit-Remaining"] == "48"


def test_a_pattern_of_many_routes_is_one_bucket(limits: RateLimits):
    limits.set("* /channels/**", requests=1, seconds=5)
    limits.count("bot", "GET", "/channels/{channel_id}", "/channels/1", enforce=True)
    assert post(limits).retry_after


def test_whom_a_limit_is_not_held_against_takes_nothing_from_others(limits: RateLimits):
    limits.set(POST, requests=1, seconds=5)
    for _ in range(3):
        path = "/channels/1/messages"
        verdict = limits.count("a person", "POST", MESSAGES, path, enforce=False)
        assert verdict.retry_after is None
    assert post(limits).retry_after is None


def test_a_shared_limit_says_so(limits: RateLimits):
    limits.set(POST, requests=1, seconds=5, scope="shared")
    post(limits)
    assert post(limits).headers["X-RateLimit-Scope"] == "shared"


def test_the_global_limit_is_held_over_all_routes(limits: RateLimits):
    limits.set_global(requests=2, seconds=1)
    post(limits, 1)
    post(limits, 2)
    verdict = post(limits, 3)
    assert verdict.is_global
    assert verdict.headers["X-RateLimit-Scope"] == "global"
    assert verdict.headers["X-RateLimit-Global"] == "true"
    assert "X-RateLimit-Bucket" not in verdict.headers


@pytest.mark.parametrize("path", ["/webhooks/1/token", "/interactions/1/token/callback"])
def test_webhooks_and_callbacks_are_exempt_from_the_global_limit(limits: RateLimits, path: str):
    limits.set_global(requests=1, seconds=1)
    post(limits)
    assert limits.count("bot", "POST", "", path, enforce=True).retry_after is None


def test_fifty_requests_a_second_are_the_global_limit(limits: RateLimits):
    verdicts = [post(limits, channel) for channel in range(51)]
    assert [v.is_global for v in verdicts] == [False] * 50 + [True]


def test_the_observed_limits_can_be_used(limits: RateLimits):
    limits.use_observed()
    assert [post(limits).retry_after is None for _ in range(6)] == [True] * 5 + [False]
    limits.reset()
    assert post(limits).retry_after is None


@pytest.mark.parametrize("numbers", [{"requests": 0, "seconds": 1}, {"requests": 1, "seconds": 0}])
def test_a_limit_that_lets_nothing_pass_is_refused(limits: RateLimits, numbers: dict[str, Any]):
    with pytest.raises(ValueError, match="request"):
        limits.set(POST, **numbers)
    with pytest.raises(ValueError, match="request"):
        limits.set_global(**numbers)


# --- on the wire ---


@pytest.fixture
async def http(playground: Playground) -> AsyncIterator[aiohttp.ClientSession]:
    headers = {"Authorization": f"Bot {playground.bot_token}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        yield session


async def test_a_429_is_discords(playground: Playground, http: aiohttp.ClientSession):
    playground.ratelimits.set("GET /users/@me", requests=1, seconds=5)
    url = f"{playground.api_url}/users/@me"
    async with http.get(url) as response:
        assert response.status == 200
        assert response.headers["X-RateLimit-Limit"] == "1"
    async with http.get(url) as response:
        assert response.status == 429
        body = await response.json()
        assert response.headers["Via"]
    assert body == {
        "message": "You are being rate limited.",
        "retry_after": pytest.approx(5, abs=0.2),
        "global": False,
    }


async def test_a_refusal_has_the_headers_too(playground: Playground, http: aiohttp.ClientSession):
    async with http.get(f"{playground.api_url}/channels/5") as response:
        assert response.status == 404
        assert "X-RateLimit-Remaining" in response.headers


async def test_discord_py_waits_until_the_window_ends(
    playground: Playground, general: discord.PartialMessageable, naps: list[float]
):
    playground.ratelimits.set(POST, requests=1, seconds=5)
    await general.send("one")
    await general.send("two")
    assert said(playground) == ["one", "two"]
    assert naps[0] == pytest.approx(5, abs=0.2)
    assert playground.invalid_requests.count == 0


async def test_discord_py_waits_for_a_global_limit(
    playground: Playground, client: discord.Client, naps: list[float]
):
    playground.ratelimits.set_global(requests=1, seconds=5)
    for channel in (GENERAL_ID, AGE_RESTRICTED_ID):
        await client.fetch_channel(channel)
    assert len(naps) == 1
    assert playground.invalid_requests.count == 1


WRONG = [
    ({}, "route"),
    ({"route": "x", "requests": 1, "seconds": 1}, "route"),
    ({"route": POST, "seconds": 1}, "requests"),
    ({"route": POST, "requests": 1}, "seconds"),
    ({"route": POST, "requests": 1, "seconds": "1"}, "seconds"),
    ({"route": POST, "requests": 1, "seconds": 0}, "seconds"),
    ({"route": POST, "requests": 1, "seconds": 1, "scope": "x"}, "scope"),
    ({"global": 5}, "global"),
    ({"global": {"requests": 0, "seconds": 1}}, "global"),
    ({"invalid_requests": {}}, "invalid_requests"),
]


@pytest.mark.parametrize(("document", "field"), WRONG, ids=[f"{d} {f}" for d, f in WRONG])
async def test_a_wrong_document_is_refused_by_its_field(
    playground: Playground, http: aiohttp.ClientSession, document: dict[str, Any], field: str
):
    url = f"{playground.url}/playground/ratelimits"
    async with http.post(url, json=document) as response:
        assert response.status == 400
        assert field in (await response.json())["errors"]


async def test_limits_are_set_told_and_reset_by_route(
    playground: Playground, http: aiohttp.ClientSession
):
    url = f"{playground.url}/playground/ratelimits"
    limit = {"route": POST, "requests": 1, "seconds": 5}
    document = {**limit, "global": {"requests": 7, "seconds": 1}, "invalid_requests": {"limit": 3}}
    async with http.post(url, json=document) as response:
        told = await response.json()
    assert told["limits"] == [{**limit, "scope": "user"}]
    assert told["global"]["requests"] == 7
    assert told["invalid_requests"]["limit"] == 3
    async with http.delete(url) as response:
        assert response.status == 204
    async with http.post(url, json={"observed": True}) as response:
        assert POST in [each["route"] for each in (await response.json())["limits"]]
    playground.ratelimits.reset()
    async with http.get(url) as response:
        assert (await response.json())["limits"] == []
