"""Silences, and the taps by which every frame can be watched."""

import asyncio
import logging
from typing import Any

import pytest

from playground.client import Member
from playground.gateway.connection import ACK_DELAY_S
from playground.gateway.session import Session
from playground.server import Playground
from tests.unit.playground.conftest import Login, Painter
from tests.unit.playground.gateway.wire import Dial, Wire

Json = dict[str, Any]


async def nothing_arrives(wire: Wire) -> bool:
    """Whether a heartbeat stays unanswered for longer than its answer takes."""
    await wire.send(1, None)
    waiting = asyncio.create_task(wire.receive())
    done, _ = await asyncio.wait({waiting}, timeout=ACK_DELAY_S * 4)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    return not done


async def test_in_a_silence_no_frame_leaves(playground: Playground, dial: Dial):
    wire = await dial()
    await wire.identify(playground)
    await wire.event("GUILD_CREATE")
    playground.gateway.silence(None)
    playground.gateway.to_bot("NEWS", {}, None)
    assert await nothing_arrives(wire)
    assert not wire.socket.closed


async def test_after_a_silence_what_was_held_back_arrives_in_order(
    playground: Playground, dial: Dial
):
    wire = await dial()
    await wire.identify(playground)
    await wire.event("GUILD_CREATE")
    playground.gateway.silence(None)
    for number in range(3):
        playground.gateway.to_bot("NEWS", {"number": number}, None)
    playground.gateway.silence(0)
    playground.gateway.to_bot("NEWS", {"number": 3}, None)
    assert [(await wire.receive())["d"]["number"] for _ in range(4)] == [0, 1, 2, 3]


async def test_a_silence_ends_by_the_playgrounds_clock(playground: Playground, dial: Dial):
    wire = await dial()
    await wire.identify(playground)
    await wire.event("GUILD_CREATE")
    playground.gateway.silence(60)
    playground.gateway.to_bot("NEWS", {}, None)
    assert await nothing_arrives(wire)
    playground.clock.advance(61)
    assert (await wire.receive())["t"] == "NEWS"


async def test_a_second_silence_replaces_the_first(playground: Playground, dial: Dial):
    wire = await dial()
    await wire.identify(playground)
    await wire.event("GUILD_CREATE")
    playground.gateway.silence(10)
    playground.gateway.silence(60)
    playground.clock.advance(11)
    assert await nothing_arrives(wire)


async def test_who_hangs_up_in_a_silence_finds_what_was_held_back_by_resume(
    playground: Playground, dial: Dial
):
    wire = await dial()
    session_id = (await wire.identify(playground))["session_id"]
    await wire.event("GUILD_CREATE")
    playground.gateway.silence(None)
    playground.gateway.to_bot("NEWS", {}, None)
    await wire.socket.close(code=4000)
    again = await dial()
    await again.resume(playground, session_id, 2)
    assert await nothing_arrives(again)
    playground.gateway.silence(0)
    assert [(await again.receive())["t"] for _ in range(2)] == ["NEWS", "RESUMED"]


async def test_a_silent_connection_can_still_be_closed(playground: Playground, dial: Dial):
    wire = await dial()
    await wire.identify(playground)
    playground.gateway.silence(None)
    playground.gateway.close(4000)
    assert await wire.close_code() == 4000


async def test_people_are_spoken_to_while_the_bot_is_not(
    playground: Playground, dial: Dial, member: Member
):
    wire = await dial()
    await wire.identify(playground)
    playground.gateway.silence(None)
    await member.say(member.channel("general"), "hello")
    await member.wait_for(lambda event: event.name == "MESSAGE_CREATE")


async def test_a_silence_ends_with_the_playground():
    async with Playground(port=0) as playground:
        playground.gateway.silence(3600)
    lasting = [task for task in asyncio.all_tasks() if "silence" in task.get_name()]
    assert all(task.cancelling() for task in lasting)


async def test_discord_py_takes_a_silent_gateway_for_dead_and_resumes(
    playground: Playground, login: Login, painter: Painter, member: Member
):
    playground.gateway.heartbeat_s = 0.1
    painter._connection.heartbeat_timeout = 0.5
    await login(painter)
    left = asyncio.Event()
    playground.gateway.on_presence.append(lambda online: None if online else left.set())
    playground.gateway.silence(None)
    await member.say(member.channel("general"), "said in the silence")
    await asyncio.wait_for(left.wait(), 10)
    playground.gateway.silence(0)
    async with asyncio.timeout(10):
        while not (painter.resumes and painter.seen):
            await asyncio.sleep(0.02)
    assert len(painter.seen) == 1


async def test_one_shard_can_be_cut_alone(playground: Playground, dial: Dial):
    wires = [await dial(), await dial()]
    for number, wire in enumerate(wires):
        await wire.identify(playground, shard=[number, 2])
    playground.gateway.close(4000, shard=1)
    assert await wires[1].close_code() == 4000
    playground.gateway.to_bot("NEWS", {}, None)
    assert await wires[0].event("NEWS") == {}


async def test_taps_see_every_frame_with_its_direction_and_session(
    playground: Playground, dial: Dial
):
    seen: list[tuple[str, str | None, int]] = []

    def tap(direction: str, session: Session | None, frame: Json) -> None:
        seen.append((direction, session.user.username if session else None, frame["op"]))

    playground.gateway.taps.append(tap)
    wire = await dial()
    await wire.identify(playground)
    await wire.event("GUILD_CREATE")
    await wire.send(1, None)
    await wire.receive()
    assert seen == [
        ("out", None, 10),
        ("in", None, 2),
        ("out", "Easel", 0),
        ("out", "Easel", 0),
        ("in", "Easel", 1),
        ("out", "Easel", 11),
    ]


@pytest.mark.parametrize("op", [2, 6])
async def test_taps_see_no_token(playground: Playground, dial: Dial, op: int):
    seen: list[Json] = []
    playground.gateway.taps.append(lambda _, __, frame: seen.append(frame))
    wire = await dial()
    await wire.send(op, {"token": playground.bot_token, "session_id": "x", "seq": 1, "intents": 0})
    await wire.receive()
    assert [frame["d"]["token"] for frame in seen if frame["op"] == op] == ["[redacted]"]
    assert playground.bot_token not in repr(seen)


async def test_what_a_silence_holds_back_is_not_seen_by_taps(playground: Playground, dial: Dial):
    wire = await dial()
    await wire.identify(playground)
    await wire.event("GUILD_CREATE")
    seen: list[str] = []
    playground.gateway.taps.append(lambda _, __, frame: seen.append(frame["t"]))
    playground.gateway.silence(None)
    playground.gateway.to_bot("NEWS", {}, None)
    await asyncio.sleep(0)
    assert seen == []
    playground.gateway.silence(0)
    await wire.event("NEWS")
    assert seen == ["NEWS"]


async def test_a_tap_that_fails_is_logged_and_disturbs_nobody(
    playground: Playground, dial: Dial, caplog: pytest.LogCaptureFixture
):
    def broken(*_: Any) -> None:
        raise RuntimeError("broken tap")

    playground.gateway.taps.append(broken)
    with caplog.at_level(logging.ERROR):
        wire = await dial()
        assert (await wire.identify(playground))["v"] == 10
    assert "broken tap" in caplog.text
