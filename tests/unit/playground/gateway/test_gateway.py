"""The gateway's protocol on one connection: hello, heartbeats, IDENTIFY, and what is refused."""

import asyncio
import json
from typing import Any

import aiohttp
import pytest
from discord.gateway import KeepAliveHandler

from playground.server import Playground
from tests.unit.playground.conftest import Login, Painter
from tests.unit.playground.gateway.wire import Dial, Wire, identity, open_wire


async def test_discord_py_logs_in_and_finds_the_guild(login: Login, painter: Painter):
    await login(painter)
    guild = painter.guilds[0]
    assert [channel.name for channel in guild.channels] == ["general", "age-restricted", "no-bots"]
    assert guild.me.id == painter.application_id


async def test_heartbeats_are_answered(dial: Dial):
    wire = await dial()
    await wire.send(1, None)
    assert (await wire.receive())["op"] == 11


async def test_discord_py_answers_a_heartbeat_the_server_asks_for(
    playground: Playground, login: Login, painter: Painter
):
    await login(painter)
    heard: list[int] = []
    playground.gateway.taps.append(
        lambda direction, _, frame: heard.append(frame["op"]) if direction == "in" else None
    )
    playground.gateway.request_heartbeat()
    async with asyncio.timeout(5):
        while not heard:
            await asyncio.sleep(0.02)
    assert heard == [1]


async def test_the_latency_is_not_a_whole_interval(
    playground: Playground, login: Login, painter: Painter, monkeypatch: pytest.MonkeyPatch
):
    playground.gateway.heartbeat_s = 0.5
    latencies: list[float] = []
    ack = KeepAliveHandler.ack

    def noting(handler: KeepAliveHandler) -> None:
        ack(handler)
        latencies.append(handler.latency)

    monkeypatch.setattr(KeepAliveHandler, "ack", noting)
    await login(painter)
    async with asyncio.timeout(10):
        while len(latencies) < 5:
            await asyncio.sleep(0.02)
    assert max(latencies) < 0.4
    assert painter.latency < 0.4


async def test_a_heartbeat_waits_for_its_answer_without_holding_up_other_frames(
    playground: Playground, dial: Dial
):
    wire = await dial()
    await wire.send(1, None)
    await wire.send(1, None)
    await wire.send(2, identity(playground))
    received = [(await wire.receive())["op"] for _ in range(4)]
    assert received == [0, 0, 11, 11]


async def test_a_heartbeat_may_be_the_last_a_client_says(dial: Dial):
    wire = await dial()
    await wire.send(1, None)
    await wire.send(2, {"token": "wrong", "intents": 0})
    assert await wire.close_code() == 4004


async def test_who_never_beats_is_hung_up_on():
    async with Playground(port=0, heartbeat_s=0.05) as impatient, aiohttp.ClientSession() as http:
        wire = await open_wire(http, impatient)
        assert await wire.close_code() == 4009


async def test_other_frames_are_no_heartbeats():
    async with Playground(port=0, heartbeat_s=0.1) as impatient, aiohttp.ClientSession() as http:
        wire = await open_wire(http, impatient)
        await wire.identify(impatient)

        async def chatter() -> None:
            while True:
                await wire.send(3, {"status": "idle", "activities": [], "since": 0, "afk": False})
                await asyncio.sleep(0.05)

        talking = asyncio.create_task(chatter())
        assert await wire.close_code() == 4009
        talking.cancel()
        await asyncio.gather(talking, return_exceptions=True)


async def test_who_missed_its_heartbeats_may_resume():
    async with Playground(port=0, heartbeat_s=0.05) as impatient, aiohttp.ClientSession() as http:
        wire = await open_wire(http, impatient)
        session_id = (await wire.identify(impatient))["session_id"]
        assert await wire.close_code() == 4009
        again = await open_wire(http, impatient)
        await again.resume(impatient, session_id, 2)
        assert (await again.receive())["t"] == "RESUMED"


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ({"op": 2, "d": {"token": "wrong", "intents": 0}}, 4004),
        ({"op": 6, "d": {"token": "wrong", "session_id": "x", "seq": 1}}, 4004),
        ({"op": 2, "d": {"token": "", "intents": -1}}, 4004),
        ({"op": 8, "d": {}}, 4003),
        ({"op": 2, "d": []}, 4002),
        ({"op": "2", "d": {}}, 4002),
        ({"nonsense": 1}, 4002),
        ([], 4002),
    ],
)
async def test_broken_protocol_is_hung_up_on_with_its_code(dial: Dial, frame: Any, code: int):
    wire = await dial()
    await wire.socket.send_json(frame)
    assert await wire.close_code() == code


@pytest.mark.parametrize("raw", [b"\x83t\0\0", b"not json", b"[" * 4000])
async def test_what_is_no_json_is_hung_up_on(dial: Dial, raw: bytes):
    wire = await dial()
    await wire.socket.send_bytes(raw)
    assert await wire.close_code() == 4002


@pytest.mark.parametrize(("size", "answer"), [(4096, 11), (4097, 4002)])
async def test_a_frame_has_at_most_4096_bytes(dial: Dial, size: int, answer: int):
    wire = await dial()
    empty = len(json.dumps({"op": 1, "d": ""}))
    await wire.socket.send_str(json.dumps({"op": 1, "d": "x" * (size - empty)}))
    if answer == 11:
        assert (await wire.receive())["op"] == 11
    else:
        assert await wire.close_code() == answer


async def beat(wire: Wire, times: int) -> None:
    """Send frames, and wait until all are taken."""
    for _ in range(times):
        await wire.send(1, None)
    for _ in range(times):
        assert (await wire.receive())["op"] == 11


async def test_the_121st_frame_of_a_minute_is_too_much(dial: Dial):
    wire = await dial()
    await beat(wire, 120)
    await wire.send(1, None)
    assert await wire.close_code() == 4008


async def test_a_minute_later_frames_are_taken_again(playground: Playground, dial: Dial):
    wire = await dial()
    await beat(wire, 120)
    playground.clock.advance(61)
    await beat(wire, 120)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"intents": 1 << 30}, 4013),
        ({"intents": 1 << 19}, 4013),
        ({"intents": True}, 4013),
        ({"intents": None}, 4013),
        ({"shard": [2, 2]}, 4010),
        ({"shard": [0, 0]}, 4010),
        ({"shard": [-1, 2]}, 4010),
        ({"shard": ["0", "1"]}, 4010),
        ({"shard": 0}, 4010),
    ],
)
async def test_a_wrong_identity_is_refused(
    playground: Playground, dial: Dial, fields: dict[str, Any], code: int
):
    wire = await dial()
    await wire.send(2, identity(playground, **fields))
    assert await wire.close_code() == code


@pytest.mark.parametrize(("op", "code"), [(2, 4005), (6, 4005), (99, 4001), (3, 4001), (8, 4001)])
async def test_a_session_is_hung_up_on_for_what_it_may_not_send(
    playground: Playground, dial: Dial, op: int, code: int
):
    wire = await dial()
    await wire.identify(playground)
    await wire.send(op, {"token": playground.bot_token, "status": "happy"})
    assert await wire.close_code() == code


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("v=8&encoding=json", 4012),
        ("v=10&encoding=etf", 4002),
        ("v=10&encoding=json&compress=gzip", 4002),
    ],
)
async def test_a_url_that_asks_for_something_else_is_refused(
    playground: Playground, query: str, code: int
):
    async with (
        aiohttp.ClientSession() as http,
        http.ws_connect(f"{playground.gateway_url}/?{query}") as socket,
    ):
        assert (await socket.receive(timeout=5)).type is aiohttp.WSMsgType.CLOSE
        assert socket.close_code == code
