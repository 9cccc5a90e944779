"""Invalid requests are counted, and too many of them ban the bot."""

from collections.abc import AsyncIterator

import aiohttp
import discord
import pytest

from playground.client import Member
from playground.clock import Clock
from playground.ratelimits.invalid_requests import InvalidRequests
from playground.server import Playground


@pytest.fixture
async def http(playground: Playground) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(headers={"Authorization": "Bot wrong"}) as session:
        yield session


async def knock(playground: Playground, http: aiohttp.ClientSession) -> aiohttp.ClientResponse:
    async with http.get(f"{playground.api_url}/users/@me") as response:
        await response.read()
        return response


@pytest.mark.parametrize(
    ("status", "scope", "count"),
    [(401, None, 1), (403, None, 1), (429, "user", 1), (429, "shared", 0), (404, None, 0)],
)
def test_what_counts(status: int, scope: str | None, count: int):
    invalid = InvalidRequests(Clock())
    invalid.note(status, scope)
    assert invalid.count == count


def test_the_count_ends_with_its_window():
    clock = Clock()
    invalid = InvalidRequests(clock)
    invalid.note(401, None)
    clock.advance(600)
    assert invalid.count == 0


def test_ten_thousand_are_too_many():
    invalid = InvalidRequests(Clock())
    for _ in range(9_999):
        invalid.note(403, None)
    assert invalid.banned_for_s is None
    invalid.note(403, None)
    assert invalid.banned_for_s == pytest.approx(600, abs=1)


async def test_the_state_tells_the_count(playground: Playground, http: aiohttp.ClientSession):
    assert playground.state["invalid_requests"] == 0
    assert (await knock(playground, http)).status == 401
    assert playground.state["invalid_requests"] == 1


async def test_too_many_are_banned_by_cloudflare_until_the_window_ends(
    playground: Playground, http: aiohttp.ClientSession, client: discord.Client
):
    playground.invalid_requests.limit = 2
    for _ in range(2):
        await knock(playground, http)
    banned = await knock(playground, http)
    assert (banned.status, banned.content_type) == (429, "text/html")
    assert "Via" not in banned.headers
    # The right token does not help.
    with pytest.raises(discord.HTTPException) as raised:
        await client.application_info()
    assert raised.value.status == 429
    playground.clock.advance(600)
    assert await client.application_info()


async def test_what_a_fault_makes_up_counts_too(playground: Playground, client: discord.Client):
    playground.faults.add("GET /oauth2/**", status=403)
    with pytest.raises(discord.Forbidden):
        await client.application_info()
    assert playground.invalid_requests.count == 1


async def test_people_are_neither_counted_nor_banned(
    playground: Playground, http: aiohttp.ClientSession, member: Member
):
    playground.invalid_requests.limit = 1
    await knock(playground, http)
    assert await member.messages(member.channel("general")) == []
    assert playground.invalid_requests.count == 1


async def test_a_reset_of_the_limits_lifts_the_ban(
    playground: Playground, http: aiohttp.ClientSession
):
    playground.invalid_requests.limit = 1
    assert (await knock(playground, http)).status == 401
    assert (await knock(playground, http)).status == 429
    playground.ratelimits.reset()
    assert (await knock(playground, http)).status == 401
