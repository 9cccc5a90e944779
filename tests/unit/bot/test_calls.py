"""A call of Discord through discord.py: how long an answer may take, and those nobody can read."""

import asyncio
import io
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import aiohttp
import discord
import pytest
from aiohttp import web
from discord.http import Route

from bot import calls
from bot.calls import calling
from bot.delivery._answers import Next, after, may_be_done

VIA = {"Via": "1.1 google"}
JSON = {"Content-Type": "application/json"}
ME = b'{"id": "1", "username": "easel", "discriminator": "0", "avatar": null}'


@dataclass
class Api:
    """Discord's API, and a client that calls it."""

    client: discord.Client
    answers: list[web.Response] = field(default_factory=list)
    silences: list[float] = field(default_factory=list)  # before each
    asked: int = 0

    async def by_token(self, file: discord.File | None = None) -> None:
        webhook = discord.Webhook.partial(1, "token", client=self.client)
        async with calling():
            await webhook.edit_message(5, content="x", attachments=[file] if file else [])

    async def by_right(self) -> None:
        message = self.client.get_partial_messageable(2).get_partial_message(3)
        async with calling():
            await message.edit(content="x")


@pytest.fixture
async def api(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Api]:
    async def answer(request: web.Request) -> web.Response:
        if request.path.endswith("/users/@me"):
            return web.Response(body=ME, headers=JSON)
        api.asked += 1
        await request.read()
        if api.silences:
            await asyncio.sleep(api.silences.pop(0))
        return api.answers.pop(0)

    trace = aiohttp.TraceConfig()
    calls.watch(trace)
    client = discord.Client(intents=discord.Intents.none(), http_trace=trace)
    api = Api(client)
    app = web.Application(client_max_size=2**24)
    app.router.add_route("*", "/{any:.*}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    monkeypatch.setattr(Route, "BASE", f"http://127.0.0.1:{runner.addresses[0][1]}")
    async with client:
        await client.http.static_login("token")
        yield api
    await runner.cleanup()


def page() -> web.Response:
    return web.Response(status=429, text="<h1>1015</h1>", content_type="text/html", headers=VIA)


def limited(seconds: float) -> web.Response:
    body = json.dumps({"retry_after": seconds, "global": True}).encode()
    return web.Response(status=429, body=body, headers=VIA | JSON)


@pytest.mark.parametrize(
    ("answer", "status", "done"),
    [
        (page(), 429, False),
        (web.Response(status=429, body=b"{}", headers=VIA | JSON), 429, False),
        (web.Response(status=502, headers=JSON), 502, True),
        (web.Response(status=503, body=b'{"message": "50', headers=JSON), 503, True),
    ],
)
@pytest.mark.parametrize("by", [Api.by_token, Api.by_right])
async def test_an_error_that_can_not_be_read_is_that_error(
    api: Api, answer: web.Response, status: int, done: bool, by
):
    api.answers = [web.Response(status=status, body=answer.body, headers=answer.headers)]
    with pytest.raises(discord.HTTPException) as raised:
        await by(api)
    assert raised.value.status == status
    assert after(raised.value) is Next.LATER
    assert may_be_done(raised.value) is done


@pytest.mark.parametrize("status", [400, 404])
async def test_of_one_whose_status_leaves_open_what_follows_nothing_follows(api: Api, status: int):
    api.answers = [web.Response(status=status, headers=JSON)]
    with pytest.raises(ValueError, match="char"):
        await api.by_right()


async def test_what_was_done_and_can_not_be_read_is_nothing_that_discord_refuses(api: Api):
    api.answers = [web.Response(body=b'{"id": "1", "cha', headers=JSON)]
    with pytest.raises(ValueError, match="char"):
        await api.by_right()


@pytest.mark.parametrize("by", [Api.by_token, Api.by_right])
async def test_no_answer_is_given_up_and_counts_as_lost(
    api: Api, monkeypatch: pytest.MonkeyPatch, by
):
    monkeypatch.setattr(calls, "ANSWER_S", 0.2)
    api.silences = [30.0]
    async with asyncio.timeout(5):
        with pytest.raises(TimeoutError, match="Discord has not answered") as raised:
            await by(api)
    assert after(raised.value) is Next.LATER
    assert may_be_done(raised.value)


async def test_a_rate_limit_may_take_longer_than_any_answer(
    api: Api, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(calls, "ANSWER_S", 1.0)
    api.answers = [limited(1.5), web.Response(status=404, body=b"{}", headers=JSON)]
    with pytest.raises(discord.NotFound):
        await api.by_right()
    assert api.asked == 2


async def test_with_more_to_send_there_is_more_time(api: Api, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(calls, "ANSWER_S", 1.0)
    monkeypatch.setattr(calls, "_SLOWEST_LINE", 2**20)
    api.silences = [2.0]
    api.answers = [web.Response(status=404, body=b"{}", headers=JSON)]
    with pytest.raises(discord.NotFound):
        await api.by_token(discord.File(io.BytesIO(b"x" * 2**22), "easel-1.png"))


async def test_outside_nothing_is_timed(api: Api, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(calls, "ANSWER_S", 0.1)
    api.silences = [0.5]
    api.answers = [web.Response(status=404, body=b"{}", headers=JSON)]
    with pytest.raises(discord.NotFound):
        await api.client.get_partial_messageable(2).get_partial_message(3).edit(content="x")


async def test_what_is_wrong_on_our_side_stays_that():
    with pytest.raises(TypeError):
        async with calling():
            raise TypeError
