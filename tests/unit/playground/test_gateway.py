"""The gateway as discord.py and a bare websocket see it."""

import asyncio
import json
import zlib
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from discord.gateway import KeepAliveHandler

from playground.client import Member
from playground.server import Playground
from tests.unit.playground.conftest import Login, Painter


class Wire:
    """A bare websocket, plain or zlib-stream."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket
        self._inflate = zlib.decompressobj()
        self.compressed = False

    async def receive(self) -> dict[str, Any]:
        message = await self.socket.receive(timeout=5)
        if message.type is aiohttp.WSMsgType.BINARY:
            assert message.data.endswith(b"\0\0\xff\xff")
            self.compressed = True
            return json.loads(self._inflate.decompress(message.data))
        assert message.type is aiohttp.WSMsgType.TEXT, message
        return json.loads(message.data)

    async def send(self, op: int, data: Any) -> None:
        await self.socket.send_json({"op": op, "d": data})

    async def close_code(self) -> int | None:
        """Read on until the server hangs up."""
        async for _ in self.socket:
            pass
        return self.socket.close_code


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def dial(http: aiohttp.ClientSession, playground: Playground, query: str = "v=10") -> Wire:
    wire = Wire(await http.ws_connect(f"{playground.gateway_url}/?{query}&encoding=json"))
    assert (await wire.receive())["op"] == 10
    return wire


def identity(playground: Playground, **fields: Any) -> dict[str, Any]:
    return {"token": playground.bot_token, "intents": 1 | 1 << 9, "properties": {}, **fields}


async def test_discord_py_logs_in_and_finds_the_guild(login: Login, painter: Painter):
    await login(painter)
    guild = painter.guilds[0]
    assert [channel.name for channel in guild.channels] == ["general", "age-restricted", "no-bots"]
    assert guild.me.id == painter.application_id


async def test_frames_are_compressed_as_one_stream(
    http: aiohttp.ClientSession, playground: Playground
):
    wire = await dial(http, playground, "v=10&compress=zlib-stream")
    await wire.send(2, identity(playground))
    assert (await wire.receive())["t"] == "READY"
    assert (await wire.receive())["t"] == "GUILD_CREATE"
    assert wire.compressed


async def test_heartbeats_go_both_ways(
    http: aiohttp.ClientSession, playground: Playground, login: Login, painter: Painter
):
    wire = await dial(http, playground)
    await wire.send(1, None)
    assert (await wire.receive())["op"] == 11
    await login(painter)
    playground.gateway.request_heartbeat()
    playground.gateway.close(4000)
    async with asyncio.timeout(10):
        while not painter.resumes:
            await asyncio.sleep(0.02)


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
    http: aiohttp.ClientSession, playground: Playground
):
    wire = await dial(http, playground)
    await wire.send(1, None)
    await wire.send(1, None)
    await wire.send(2, identity(playground))
    received = [(await wire.receive())["op"] for _ in range(4)]
    assert received == [0, 0, 11, 11]


async def test_a_heartbeat_may_be_the_last_a_client_says(
    http: aiohttp.ClientSession, playground: Playground
):
    wire = await dial(http, playground)
    await wire.send(1, None)
    await wire.send(2, {"token": "wrong", "intents": 0})
    assert await wire.close_code() == 4004


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ({"op": 2, "d": {"token": "wrong", "intents": 0}}, 4004),
        ({"op": 6, "d": {"token": "wrong", "session_id": "x", "seq": 1}}, 4004),
        ({"op": 8, "d": {}}, 4003),
        ({"nonsense": 1}, 4002),
        ({"op": 2, "d": {"token": "", "intents": -1}}, 4004),
    ],
)
async def test_broken_protocol_is_hung_up_on_with_its_code(
    http: aiohttp.ClientSession, playground: Playground, frame: dict[str, Any], code: int
):
    wire = await dial(http, playground)
    await wire.socket.send_json(frame)
    assert await wire.close_code() == code


@pytest.mark.parametrize(
    ("fields", "code"), [({"intents": 1 << 30}, 4013), ({"shard": [2, 2]}, 4010)]
)
async def test_a_wrong_identity_is_refused(
    http: aiohttp.ClientSession, playground: Playground, fields: dict[str, Any], code: int
):
    wire = await dial(http, playground)
    await wire.send(2, identity(playground, **fields))
    assert await wire.close_code() == code


async def test_a_second_identify_and_an_unknown_opcode_are_refused(
    http: aiohttp.ClientSession, playground: Playground
):
    for op, code in ((2, 4005), (99, 4001)):
        wire = await dial(http, playground)
        await wire.send(2, identity(playground))
        await wire.send(op, identity(playground))
        assert await wire.close_code() == code


async def test_an_unknown_session_has_to_identify_anew(
    http: aiohttp.ClientSession, playground: Playground
):
    wire = await dial(http, playground)
    await wire.send(6, {"token": playground.bot_token, "session_id": "gone", "seq": 3})
    assert await wire.receive() == {"op": 9, "d": False, "s": None, "t": None}
    await wire.send(2, identity(playground))
    assert (await wire.receive())["t"] == "READY"


async def test_resume_replays_what_was_missed_in_order(
    http: aiohttp.ClientSession, playground: Playground, member: Member
):
    wire = await dial(http, playground)
    await wire.send(2, identity(playground))
    ready = await wire.receive()
    last = (await wire.receive())["s"]
    playground.gateway.close(4000)
    assert await wire.close_code() == 4000
    for number in range(3):
        await member.say(member.channel("general"), f"message {number}")
    again = await dial(http, playground)
    session_id = ready["d"]["session_id"]
    await again.send(6, {"token": playground.bot_token, "session_id": session_id, "seq": last})
    events = [await again.receive() for _ in range(4)]
    assert [event["t"] for event in events] == ["MESSAGE_CREATE"] * 3 + ["RESUMED"]
    assert [event["s"] for event in events] == [last + 1, last + 2, last + 3, last + 4]
    assert events[3]["d"] == {"_trace": ["playground"]}


async def test_who_never_beats_is_hung_up_on(http: aiohttp.ClientSession):
    async with Playground(port=0, heartbeat_s=0.05) as impatient:
        wire = await dial(http, impatient)
        assert await wire.close_code() == 4009


async def test_who_missed_too_much_cannot_resume(
    http: aiohttp.ClientSession, playground: Playground, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("playground.gateway.session.BUFFERED_EVENTS", 2)
    wire = await dial(http, playground)
    await wire.send(2, identity(playground))
    session_id = (await wire.receive())["d"]["session_id"]
    playground.gateway.close(4000)
    await wire.close_code()
    for number in range(3):
        playground.gateway.to_bot("NEWS", {"number": number}, None)
    again = await dial(http, playground)
    await again.send(6, {"token": playground.bot_token, "session_id": session_id, "seq": 2})
    assert (await again.receive())["op"] == 9


async def test_two_shards_share_the_work(http: aiohttp.ClientSession, playground: Playground):
    """The guild's events go to one of them, direct messages to the first."""
    guild_id = int(playground.state["guilds"][0]["id"])
    of_guild = (guild_id >> 22) % 2
    for number in (0, 1):
        wire = await dial(http, playground)
        await wire.send(2, identity(playground, shard=[number, 2]))
        ready = (await wire.receive())["d"]
        assert ready["shard"] == [number, 2]
        assert len(ready["guilds"]) == (number == of_guild)


async def test_a_session_that_its_client_closed_cannot_be_resumed(
    http: aiohttp.ClientSession, playground: Playground
):
    wire = await dial(http, playground)
    await wire.send(2, identity(playground))
    session_id = (await wire.receive())["d"]["session_id"]
    await wire.socket.close(code=1000)
    again = await dial(http, playground)
    await again.send(6, {"token": playground.bot_token, "session_id": session_id, "seq": 1})
    assert (await again.receive())["op"] == 9


async def test_an_old_session_is_forgotten(http: aiohttp.ClientSession, playground: Playground):
    wire = await dial(http, playground)
    await wire.send(2, identity(playground))
    session_id = (await wire.receive())["d"]["session_id"]
    playground.gateway.close(4000)
    await wire.close_code()
    playground.clock.advance(3600)
    again = await dial(http, playground)
    await again.send(6, {"token": playground.bot_token, "session_id": session_id, "seq": 1})
    assert (await again.receive())["op"] == 9


@pytest.mark.parametrize("cut", ["close 1000", "close 4000", "close 4009", "op 7", "op 9"])
async def test_discord_py_resumes_after_any_cut(
    playground: Playground, login: Login, painter: Painter, member: Member, cut: str
):
    await login(painter)
    gateway = playground.gateway
    match cut.split():
        case ["close", code]:
            gateway.close(int(code))
        case ["op", "7"]:
            gateway.reconnect()
        case _:
            gateway.invalidate(resumable=True)
    await member.say(member.channel("general"), "said while it was away")
    async with asyncio.timeout(10):
        while not (painter.resumes and painter.seen):
            await asyncio.sleep(0.02)
    assert len(painter.seen) == 1


async def test_discord_py_identifies_anew_after_an_invalid_session(
    playground: Playground, login: Login, painter: Painter
):
    await login(painter)
    painter.is_ready_again.clear()
    playground.gateway.invalidate(resumable=False)
    await asyncio.wait_for(painter.is_ready_again.wait(), 15)
    assert painter.resumes == 0


async def test_people_see_the_bot_come_and_go(
    playground: Playground, login: Login, painter: Painter, member: Member
):
    assert not playground.state["bot_online"]
    await login(painter)
    assert playground.state["bot_online"]
    await painter.close()

    def is_presence(status: str):
        return lambda e: e.name == "PRESENCE_UPDATE" and e.data["status"] == status

    came = await member.wait_for(is_presence("online"))
    await member.wait_for(is_presence("offline"))
    assert came.data["user"] == {"id": playground.state["bot"]["id"]}
    assert not playground.state["bot_online"]


async def test_without_the_content_intent_a_bot_reads_only_what_is_meant_for_it(
    playground: Playground, login: Login, painter: Painter, member: Member
):
    await login(painter)
    bot_id = playground.state["bot"]["id"]
    await member.say(member.channel("general"), "not for you")
    await member.say(member.channel("general"), f"<@{bot_id}> for you")
    await member.say(member.dm_channel_id, "in private")
    async with asyncio.timeout(5):
        while len(painter.seen) < 3:
            await asyncio.sleep(0.02)
    assert [message.content for message in painter.seen] == [
        "",
        f"<@{bot_id}> for you",
        "in private",
    ]


async def test_members_can_be_asked_for(http: aiohttp.ClientSession, playground: Playground):
    wire = await dial(http, playground)
    await wire.send(2, identity(playground))
    await wire.receive()
    guild = (await wire.receive())["d"]
    assert guild["member_count"] == 4
    assert len(guild["members"]) == 1  # itself: it has no members intent
    await wire.send(8, {"guild_id": guild["id"], "query": "", "limit": 0, "nonce": "n"})
    chunk = (await wire.receive())["d"]
    assert (len(chunk["members"]), chunk["nonce"]) == (4, "n")
