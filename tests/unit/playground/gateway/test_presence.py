"""Who is seen online, and as what."""

import asyncio
from typing import Any

import discord
import pytest

from playground.client import Member
from playground.client.parts import Predicate
from playground.server import Playground
from tests.unit.playground.conftest import Login, Painter
from tests.unit.playground.gateway.wire import GUILD_PRESENCES, GUILDS, Dial


def of_bot(playground: Playground, status: str) -> Predicate:
    """A predicate: the bot is seen so."""
    bot_id = playground.state["bot"]["id"]
    return lambda event: (
        event.name == "PRESENCE_UPDATE"
        and event.data["user"]["id"] == bot_id
        and event.data["status"] == status
    )


async def test_people_see_the_bot_come_and_go(
    playground: Playground, login: Login, painter: Painter, member: Member
):
    told: list[bool] = []
    playground.gateway.on_presence.append(told.append)
    assert not playground.state["bot_online"]
    await login(painter)
    assert playground.state["bot_online"]
    await painter.close()
    await member.wait_for(of_bot(playground, "online"))
    await member.wait_for(of_bot(playground, "offline"))
    assert not playground.state["bot_online"]
    assert told == [True, False]


async def test_people_see_the_status_and_the_activity_a_bot_takes_on(
    playground: Playground, login: Login, painter: Painter, member: Member
):
    await login(painter)
    await painter.change_presence(status=discord.Status.dnd, activity=discord.Game("with paint"))
    seen = await member.wait_for(of_bot(playground, "dnd"))
    (activity,) = seen.data["activities"]
    assert (activity["name"], activity["type"]) == ("with paint", 0)
    assert activity["created_at"] > 1_600_000_000_000


async def test_a_bot_may_begin_with_a_presence(playground: Playground, dial: Dial, member: Member):
    wire = await dial()
    presence = {"status": "idle", "activities": [{"name": "the news", "type": 3}], "afk": False}
    await wire.identify(playground, presence=presence)
    seen = await member.wait_for(of_bot(playground, "idle"))
    assert seen.data["activities"][0]["name"] == "the news"


async def test_who_is_invisible_is_seen_offline(playground: Playground, dial: Dial, member: Member):
    wire = await dial()
    await wire.identify(playground)
    await member.wait_for(of_bot(playground, "online"))
    await wire.send(3, {"status": "invisible", "activities": [], "since": None, "afk": False})
    seen = await member.wait_for(of_bot(playground, "offline"))
    assert seen.data["activities"] == []
    assert playground.gateway.bot_online


async def test_nothing_is_told_where_nothing_changed(
    playground: Playground, dial: Dial, member: Member
):
    wire = await dial()
    await wire.identify(playground)
    for _ in range(3):
        await wire.send(3, {"status": "online", "activities": [], "since": None, "afk": False})
    await wire.send(3, {"status": "idle", "activities": [], "since": None, "afk": False})
    await member.wait_for(of_bot(playground, "idle"))
    assert len([e for e in member.events if of_bot(playground, "online")(e)]) == 1


async def test_who_logs_in_later_finds_the_presence(playground: Playground, dial: Dial):
    wire = await dial()
    await wire.identify(playground, presence={"status": "dnd", "activities": []})
    async with await Member.connect(playground.url, 1) as late:
        presences = late.ready["guilds"][0]["presences"]
    bot_id = playground.state["bot"]["id"]
    assert [p["status"] for p in presences if p["user"]["id"] == bot_id] == ["dnd"]


async def test_a_bot_with_the_intent_sees_people_come(playground: Playground, dial: Dial):
    wire = await dial()
    await wire.identify(playground, intents=GUILDS | GUILD_PRESENCES)
    async with await Member.connect(playground.url, 1) as member:
        seen = await wire.event("PRESENCE_UPDATE")
        assert (seen["user"]["id"], seen["status"]) == (member.id, "online")
    assert (await wire.event("PRESENCE_UPDATE"))["status"] == "offline"


async def test_a_bot_without_the_intent_hears_of_no_presence(playground: Playground, dial: Dial):
    wire = await dial()
    await wire.identify(playground)
    assert (await wire.event("GUILD_CREATE"))["presences"] == []
    async with await Member.connect(playground.url, 1):
        pass
    playground.gateway.to_bot("MARK", {}, None)
    assert (await wire.receive())["t"] == "MARK"


@pytest.mark.parametrize(
    "presence",
    [
        None,
        {"status": "happy"},
        {"activities": 3},
        {"status": "idle", "activities": [{}]},
        {"status": "idle", "activities": [{"name": "x" * 129}]},
        {"status": "idle", "activities": [{"name": "x", "type": 6}]},
        {"status": "idle", "activities": [{"name": "x", "url": 3}]},
    ],
)
async def test_a_presence_that_is_none_ends_the_connection(
    playground: Playground, dial: Dial, presence: Any
):
    wire = await dial()
    await wire.identify(playground)
    await wire.send(3, presence)
    assert await wire.close_code() == 4001


async def test_a_resume_brings_the_presence_back(
    playground: Playground, login: Login, painter: Painter, member: Member
):
    await login(painter)
    await painter.change_presence(status=discord.Status.idle)
    await member.wait_for(of_bot(playground, "idle"))
    mark = member.mark()
    playground.gateway.close(4000)
    await member.wait_for(of_bot(playground, "offline"), since=mark)
    await member.wait_for(of_bot(playground, "idle"), since=mark)
    async with asyncio.timeout(5):
        while not painter.resumes:
            await asyncio.sleep(0.02)
