"""How discord.py's main client meets faults of the API."""

import asyncio

import aiohttp
import discord
import discord.http
import pytest
from yarl import URL

from playground.seed import GENERAL_ID
from playground.server import Playground
from tests.unit.playground.faults.conftest import said

POST = "POST /channels/*/messages"
General = discord.PartialMessageable


@pytest.mark.parametrize("status", [500, 502, 504, 524])
async def test_these_statuses_are_tried_again_after_a_second(
    playground: Playground, general: General, naps: list[float], status: int
):
    fault = playground.faults.add(POST, status=status)
    await general.send("hi")
    assert (said(playground), naps, fault.struck) == (["hi"], [1], 1)


@pytest.mark.parametrize("status", [501, 503])
async def test_other_server_errors_are_raised_at_once(
    playground: Playground, general: General, naps: list[float], status: int
):
    playground.faults.add(POST, status=status)
    with pytest.raises(discord.DiscordServerError) as raised:
        await general.send("hi")
    assert (raised.value.status, naps, said(playground)) == (status, [], [])


async def test_the_fifth_failure_is_the_last(
    playground: Playground, general: General, naps: list[float]
):
    fault = playground.faults.add(POST, always=True, status=500)
    with pytest.raises(discord.DiscordServerError):
        await general.send("hi")
    assert (fault.struck, naps) == (5, [1, 3, 5, 7, 9])


@pytest.mark.parametrize(
    ("code", "status", "kind"),
    [
        (50001, 403, discord.Forbidden),
        (50013, 403, discord.Forbidden),
        (50007, 403, discord.Forbidden),
        (10003, 404, discord.NotFound),
        (160005, 403, discord.Forbidden),
        (40005, 413, discord.HTTPException),
    ],
)
async def test_a_known_code_brings_its_status_and_is_raised(
    playground: Playground, general: General, code: int, status: int, kind: type[Exception]
):
    playground.faults.add(POST, code=code)
    with pytest.raises(kind) as raised:
        await general.send("hi")
    assert isinstance(raised.value, discord.HTTPException)
    assert (raised.value.code, raised.value.status) == (code, status)


async def test_a_body_of_ones_own_is_what_the_client_reads(
    playground: Playground, general: General
):
    playground.faults.add(POST, status=400, body={"code": 7, "message": "no"})
    with pytest.raises(discord.HTTPException, match="no") as raised:
        await general.send("hi")
    assert raised.value.code == 7


async def test_a_wrong_token_is_a_failed_login(playground: Playground, client: discord.Client):
    playground.faults.add("GET /users/@me", status=401)
    async with discord.Client(intents=discord.Intents.none()) as another:
        with pytest.raises(discord.LoginFailure):
            await another.login(playground.bot_token)


async def test_a_429_is_waited_for(playground: Playground, general: General, naps: list[float]):
    playground.faults.add(POST, status=429, retry_after=2.5)
    await general.send("hi")
    assert (said(playground), naps) == (["hi"], [2.5])


@pytest.mark.parametrize("html", [True, "<p>Enough.</p>"])
async def test_a_429_of_cloudflare_is_raised_at_once(
    playground: Playground, general: General, naps: list[float], html: str | bool
):
    playground.faults.add(POST, status=429, html=html)
    with pytest.raises(discord.HTTPException) as raised:
        await general.send("hi")
    assert (raised.value.status, naps) == (429, [])
    assert "<" in raised.value.text
    assert "Via" not in raised.value.response.headers


async def test_a_global_429_holds_up_all_other_requests(
    playground: Playground,
    general: General,
    client: discord.Client,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(discord.http, "asyncio", asyncio)
    limit = playground.faults.add(POST, status=429, retry_after=0.3, is_global=True)
    other = playground.faults.add("GET /channels/*", always=True, delay=0.001)
    sending = asyncio.create_task(general.send("hi"))
    while not limit.struck:
        await asyncio.sleep(0.01)
    await asyncio.sleep(0.05)
    fetching = asyncio.create_task(client.fetch_channel(GENERAL_ID))
    await asyncio.sleep(0.1)
    assert other.matched == 0
    await asyncio.gather(sending, fetching)
    assert other.matched == 1


async def test_a_request_cut_before_is_not_carried_out(playground: Playground, general: General):
    playground.faults.add(POST, drop="before")
    with pytest.raises(aiohttp.ClientConnectionError):
        await general.send("hi")
    assert said(playground) == []


async def test_a_lost_answer_and_the_same_nonce_make_one_message(
    playground: Playground, general: General
):
    playground.faults.add(POST, drop="after")
    with pytest.raises(aiohttp.ClientConnectionError):
        await general.send("hi", nonce=7)
    assert said(playground) == ["hi"]
    await general.send("hi", nonce=7)
    assert said(playground) == ["hi"]


async def test_a_retry_after_the_commit_carries_its_nonce(
    playground: Playground, general: General, naps: list[float]
):
    fault = playground.faults.add(POST, drop="after", status=502)
    await general.send("hi")
    assert (said(playground), fault.struck, naps) == (["hi"], 1, [1])


async def test_a_forgotten_nonce_posts_again(playground: Playground, general: General):
    await general.send("hi", nonce=7)
    playground.clock.advance(10 * 60)
    await general.send("hi", nonce=7)
    assert said(playground) == ["hi", "hi"]


async def test_aiohttp_itself_repeats_a_cut_get(playground: Playground, client: discord.Client):
    fault = playground.faults.add("GET /channels/*", drop="before")
    assert await client.fetch_channel(GENERAL_ID)
    assert fault.struck == 1


@pytest.mark.parametrize("written", ["@original", "%40original"])
async def test_a_percent_sign_does_not_hide_a_request(playground: Playground, written: str):
    fault = playground.faults.add("GET /webhooks/*/messages/@original", status=503)
    url = f"{playground.api_url}/webhooks/1/token/messages/{written}"
    async with aiohttp.ClientSession() as http, http.get(URL(url, encoded=True)) as response:
        assert response.status == 503
    assert fault.struck == 1


async def test_a_delayed_request_is_carried_out_later(playground: Playground, general: General):
    playground.faults.add(POST, delay=0.2)
    loop = asyncio.get_running_loop()
    began = loop.time()
    await general.send("hi")
    assert loop.time() - began >= 0.2
    assert said(playground) == ["hi"]


async def test_an_error_may_come_late_too(playground: Playground, general: General):
    playground.faults.add(POST, delay=0.1, status=503)
    loop = asyncio.get_running_loop()
    began = loop.time()
    with pytest.raises(discord.DiscordServerError):
        await general.send("hi")
    assert loop.time() - began >= 0.1
    assert said(playground) == []


async def test_the_end_of_the_server_does_not_wait_for_a_delay(general: General):
    async with Playground(port=0) as other, aiohttp.ClientSession() as http:
        other.faults.add("* /**", always=True, delay=600)
        asking = asyncio.create_task(http.get(f"{other.api_url}/gateway", headers=_bot(other)))
        while not other.faults.list()[0].struck:
            await asyncio.sleep(0.01)
        loop = asyncio.get_running_loop()
        began = loop.time()
        await other.close()
        assert loop.time() - began < 1.5
        await asyncio.gather(asking, return_exceptions=True)


async def test_a_url_is_dead_after_a_day(playground: Playground, general: General):
    message = await general.send(file=discord.File(__file__, "a.txt"))
    assert await message.attachments[0].read()
    playground.clock.advance(24 * 3600 + 1)
    with pytest.raises(discord.NotFound):
        await message.attachments[0].read()
    again = await general.fetch_message(message.id)
    assert await again.attachments[0].read()


def _bot(playground: Playground) -> dict[str, str]:
    return {"Authorization": f"Bot {playground.bot_token}"}
