"""How discord.py meets faults of the gateway, told by POST /playground/gateway."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import discord
import pytest

from playground import seed
from playground.messages.drafts import Draft
from playground.server import Playground
from tests.unit.playground.conftest import Login, Painter

Do = Callable[..., Awaitable[int]]


@pytest.fixture
async def do(playground: Playground) -> AsyncIterator[Do]:
    """Do something to the gateway; how many connections it met."""
    async with aiohttp.ClientSession() as http:

        async def do(what: str, **fields: Any) -> int:
            url = f"{playground.url}/playground/gateway"
            async with http.post(url, json={"do": what, **fields}) as response:
                response.raise_for_status()
                return (await response.json())["connections"]

        yield do


@pytest.fixture(autouse=True)
def no_naps(painter: Painter, monkeypatch: pytest.MonkeyPatch) -> None:
    """discord.py waits 5 seconds before it identifies again."""

    async def at_once(shard_id: int | None, *, initial: bool = False) -> None:
        return None

    monkeypatch.setattr(painter, "before_identify_hook", at_once)


async def until(fact: Callable[[], Any]) -> None:
    async with asyncio.timeout(10):
        while not fact():
            await asyncio.sleep(0.02)


CUTS = [
    {"what": "close", "code": 4000},
    {"what": "close", "code": 1000},
    {"what": "close"},
    {"what": "reconnect"},
    {"what": "reconnect", "shard": 0},
    {"what": "invalidate", "resumable": True},
    {"what": "invalidate"},
]


@pytest.mark.parametrize("cut", CUTS, ids=str)
async def test_the_client_resumes(login: Login, painter: Painter, do: Do, cut: dict[str, Any]):
    await login(painter)
    assert await do(**cut) == 1
    await until(lambda: painter.resumes)


async def test_an_invalid_session_that_is_not_resumable_is_begun_anew(
    login: Login, painter: Painter, do: Do
):
    await login(painter)
    painter.is_ready_again.clear()
    assert await do("invalidate", resumable=False) == 1
    await until(painter.is_ready_again.is_set)
    assert painter.resumes == 0


@pytest.mark.parametrize(
    ("code", "error"),
    [(4004, discord.ConnectionClosed), (4014, discord.PrivilegedIntentsRequired)],
)
async def test_a_fatal_close_ends_the_client(
    playground: Playground, painter: Painter, do: Do, code: int, error: type[Exception]
):
    running = asyncio.create_task(painter.start(playground.bot_token))
    await until(painter.is_ready_again.is_set)
    await do("close", code=code)
    with pytest.raises(error):
        await asyncio.wait_for(running, 10)
    await painter.close()


async def test_who_hears_nothing_notices_and_comes_back(
    playground: Playground, login: Login, painter: Painter, do: Do
):
    playground.gateway.heartbeat_s = 0.2
    painter._connection.heartbeat_timeout = 0.6
    await login(painter)
    left: list[bool] = []
    playground.gateway.on_presence.append(left.append)
    assert await do("silence", seconds=None) == 1
    await until(lambda: False in left)
    await do("silence", seconds=0)
    painter.is_ready_again.clear()
    await until(lambda: painter.resumes or painter.is_ready_again.is_set())


async def test_a_silence_without_seconds_lasts_half_a_minute(
    playground: Playground, login: Login, painter: Painter, do: Do
):
    await login(painter)
    assert await do("silence") == 1
    general = playground.world.channels[seed.GENERAL_ID]
    playground.services.board.post(general, playground.world.people[0], Draft(frozenset(), "hi"))
    playground.clock.advance(29)
    await asyncio.sleep(0.05)
    assert painter.seen == []
    playground.clock.advance(1)
    await until(lambda: painter.seen)


@pytest.mark.parametrize("what", ["close", "reconnect", "invalidate"])
async def test_what_is_done_to_another_shard_meets_nobody(
    login: Login, painter: Painter, do: Do, what: str
):
    await login(painter)
    assert await do(what, shard=7) == 0


async def test_a_heartbeat_can_be_asked_for(
    playground: Playground, login: Login, painter: Painter, do: Do
):
    await login(painter)
    beats: list[Any] = []
    playground.gateway.taps.append(lambda way, _, frame: beats.append((way, frame["op"])))
    await do("request_heartbeat")
    await until(lambda: ("in", 1) in beats)


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({}, "do"),
        ({"do": "explode"}, "do"),
        ({"do": "close", "code": 999}, "code"),
        ({"do": "close", "code": 1006}, "code"),
        ({"do": "close", "code": "4000"}, "code"),
        ({"do": "invalidate", "resumable": 1}, "resumable"),
        ({"do": "silence", "seconds": -1}, "seconds"),
        ({"do": "silence", "seconds": "long"}, "seconds"),
        ({"do": "close", "cod": 4000}, "cod"),
        ({"do": "close", "shard": "0"}, "shard"),
        ({"do": "close", "shard": -1}, "shard"),
        ({"do": "close", "seconds": 1}, "seconds"),
        ({"do": "reconnect", "code": 4000}, "code"),
        ({"do": "request_heartbeat", "shard": 0}, "shard"),
        ({"do": "silence", "resumable": True}, "resumable"),
    ],
)
async def test_a_refusal_names_the_field(
    playground: Playground, document: dict[str, Any], field: str
):
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{playground.url}/playground/gateway", json=document) as response,
    ):
        assert response.status == 400
        assert field in (await response.json())["errors"]
