"""Sessions: resumed after any cut, invalidated, forgotten."""

import asyncio

import pytest

from playground.client import Member
from playground.server import Playground
from tests.unit.playground.conftest import Login, Painter
from tests.unit.playground.gateway.wire import Dial, identity


async def test_an_unknown_session_has_to_identify_anew(playground: Playground, dial: Dial):
    wire = await dial()
    await wire.resume(playground, "gone", 3)
    assert await wire.receive() == {"op": 9, "d": False, "s": None, "t": None}
    await wire.send(2, identity(playground))
    assert (await wire.receive())["t"] == "READY"


async def test_resume_replays_what_was_missed_in_order(
    playground: Playground, dial: Dial, member: Member
):
    wire = await dial()
    session_id = (await wire.identify(playground))["session_id"]
    last = (await wire.receive())["s"]
    playground.gateway.close(4000)
    assert await wire.close_code() == 4000
    for number in range(3):
        await member.say(member.channel("general"), f"message {number}")
    again = await dial()
    await again.resume(playground, session_id, last)
    events = [await again.receive() for _ in range(4)]
    assert [event["t"] for event in events] == ["MESSAGE_CREATE"] * 3 + ["RESUMED"]
    assert [event["s"] for event in events] == [last + 1, last + 2, last + 3, last + 4]
    assert events[3]["d"] == {"_trace": ["playground"]}


async def test_who_missed_too_much_cannot_resume(
    playground: Playground, dial: Dial, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("playground.gateway.session.BUFFERED_EVENTS", 2)
    wire = await dial()
    session_id = (await wire.identify(playground))["session_id"]
    playground.gateway.close(4000)
    await wire.close_code()
    for number in range(3):
        playground.gateway.to_bot("NEWS", {"number": number}, None)
    again = await dial()
    await again.resume(playground, session_id, 2)
    assert (await again.receive())["op"] == 9


@pytest.mark.parametrize("sequence", [99, -1])
async def test_a_number_that_was_never_sent_ends_the_session(
    playground: Playground, dial: Dial, sequence: int
):
    wire = await dial()
    session_id = (await wire.identify(playground))["session_id"]
    again = await dial()
    await again.resume(playground, session_id, sequence)
    assert await again.close_code() == 4007
    third = await dial()
    await third.resume(playground, session_id, 1)
    assert (await third.receive())["op"] == 9


@pytest.mark.parametrize("code", [1000, 1001])
async def test_a_session_that_its_client_closed_cannot_be_resumed(
    playground: Playground, dial: Dial, code: int
):
    wire = await dial()
    session_id = (await wire.identify(playground))["session_id"]
    await wire.socket.close(code=code)
    again = await dial()
    await again.resume(playground, session_id, 1)
    assert (await again.receive())["op"] == 9


@pytest.mark.parametrize(("later_s", "op"), [(290, 0), (310, 9)])
async def test_a_session_is_kept_for_five_minutes(
    playground: Playground, dial: Dial, later_s: float, op: int
):
    wire = await dial()
    session_id = (await wire.identify(playground))["session_id"]
    playground.gateway.close(4000)
    await wire.close_code()
    playground.clock.advance(later_s)
    again = await dial()
    await again.resume(playground, session_id, 2)
    assert (await again.receive())["op"] == op


async def test_nobody_resumes_the_session_of_somebody_else(
    playground: Playground, dial: Dial, member: Member
):
    wire = await dial()
    session_id = member.ready["session_id"]
    await wire.resume(playground, session_id, 1)
    assert (await wire.receive())["d"] is False


async def test_whoever_resumes_takes_the_session_from_the_socket_before(
    playground: Playground, dial: Dial
):
    wire = await dial()
    session_id = (await wire.identify(playground))["session_id"]
    again = await dial()
    await again.resume(playground, session_id, 2)
    assert (await again.receive())["t"] == "RESUMED"
    assert await wire.close_code() == 4000
    playground.gateway.to_bot("NEWS", {}, None)
    assert (await again.receive())["t"] == "NEWS"


@pytest.mark.parametrize(
    "cut", ["close 1000", "close 1001", "close 4000", "close 4008", "close 4009", "op 7", "op 9"]
)
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
    playground: Playground, login: Login, painter: Painter, monkeypatch: pytest.MonkeyPatch
):
    async def at_once(*_: object, **__: object) -> None:
        """Without discord.py's five seconds before it identifies again."""

    monkeypatch.setattr(painter, "before_identify_hook", at_once)
    await login(painter)
    painter.is_ready_again.clear()
    playground.gateway.invalidate(resumable=False)
    await asyncio.wait_for(painter.is_ready_again.wait(), 15)
    assert painter.resumes == 0


@pytest.mark.parametrize("code", [4004, 4010, 4011, 4012, 4013, 4014])
async def test_discord_py_ends_after_a_fatal_code(
    playground: Playground, login: Login, painter: Painter, code: int
):
    await login(painter)
    playground.gateway.close(code)
    async with asyncio.timeout(5):
        while not painter.is_closed():
            await asyncio.sleep(0.02)
    assert not playground.gateway.bot_online
