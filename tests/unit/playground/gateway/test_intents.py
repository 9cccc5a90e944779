"""What a bot hears of, by the intents it asked for and those its application has."""

import asyncio
from typing import Any

import discord
import pytest

from playground.client import Member
from playground.gateway.protocol import Intents
from playground.server import Playground
from playground.world import User
from tests.unit.playground.conftest import Login, Painter
from tests.unit.playground.gateway.wire import Dial, Wire, identity

CONTENT = ("content", "embeds", "attachments", "components")


async def heard(wire: Wire, playground: Playground) -> list[str]:
    """The names of all events up to a mark that is set now."""
    playground.gateway.to_bot("MARK", {}, None)
    names: list[str] = []
    while (frame := await wire.receive())["t"] != "MARK":
        names.append(frame["t"])
    return names


@pytest.mark.parametrize(
    ("intent", "flag"),
    [
        (Intents.GUILD_PRESENCES, 1 << 13),
        (Intents.GUILD_MEMBERS, 1 << 15),
        (Intents.MESSAGE_CONTENT, 1 << 19),
    ],
)
async def test_a_privileged_intent_has_to_be_switched_on(
    playground: Playground, dial: Dial, intent: Intents, flag: int
):
    playground.services.world.application.flags &= ~flag
    wire = await dial()
    await wire.send(2, identity(playground, intents=int(intent)))
    assert await wire.close_code() == 4014


async def test_a_verified_application_has_its_privileged_intents_by_other_flags(
    playground: Playground, dial: Dial
):
    playground.services.world.application.flags = 1 << 12 | 1 << 14 | 1 << 18
    wire = await dial()
    asked = Intents.GUILD_PRESENCES | Intents.GUILD_MEMBERS | Intents.MESSAGE_CONTENT
    assert (await wire.identify(playground, intents=int(asked)))["v"] == 10


async def test_discord_py_says_which_intents_are_missing(
    playground: Playground, login: Login, painter: Painter
):
    playground.services.world.application.flags = 0
    painter._connection._intents = discord.Intents.all()
    with pytest.raises(discord.PrivilegedIntentsRequired):
        await login(painter)


async def test_without_any_intent_a_bot_hears_only_what_needs_none(
    playground: Playground, dial: Dial, member: Member
):
    wire = await dial()
    await wire.identify(playground, intents=0)
    await member.say(member.channel("general"), "hello")
    await member.say(member.dm_channel_id, "hello")
    await member.api("POST", f"/channels/{member.channel('general')}/typing")
    assert await heard(wire, playground) == []


@pytest.mark.parametrize(
    ("intents", "expected"),
    [
        (Intents.GUILDS, ["GUILD_CREATE"]),
        (Intents.GUILD_MESSAGES, ["MESSAGE_CREATE"]),
        (Intents.DIRECT_MESSAGES, ["MESSAGE_CREATE"]),
        (Intents.GUILD_MESSAGE_TYPING, ["TYPING_START"]),
        (Intents.DIRECT_MESSAGE_TYPING, ["TYPING_START"]),
    ],
)
async def test_each_intent_brings_its_own_events(
    playground: Playground, dial: Dial, member: Member, intents: Intents, expected: list[str]
):
    wire = await dial()
    await wire.identify(playground, intents=int(intents))
    for channel_id in (member.channel("general"), member.dm_channel_id):
        await member.say(channel_id, "hello")
        await member.api("POST", f"/channels/{channel_id}/typing")
    assert await heard(wire, playground) == expected


async def test_typing_in_a_guild_says_which_member_types(
    playground: Playground, dial: Dial, member: Member
):
    wire = await dial()
    await wire.identify(playground, intents=int(Intents.GUILD_MESSAGE_TYPING))
    await member.api("POST", f"/channels/{member.channel('general')}/typing")
    assert (await wire.event("TYPING_START"))["member"]["user"]["id"] == member.id


async def test_what_a_member_is_about_reaches_them_without_the_intent(
    playground: Playground, dial: Dial
):
    wire = await dial()
    await wire.identify(playground, intents=0)
    gateway, world = playground.gateway, playground.services.world
    guild = next(iter(world.guilds.values()))

    def update(user: User) -> None:
        about = {"user": {"id": str(user.id)}}
        gateway.to_guild(guild, "GUILD_MEMBER_UPDATE", about, Intents.GUILD_MEMBERS, about=user)

    update(world.people[0])
    update(world.bot)
    event = await wire.event("GUILD_MEMBER_UPDATE")
    assert event["user"]["id"] == str(world.bot.id)


async def message_seen(
    playground: Playground, dial: Dial, member: Member, body: dict[str, Any], intents: int
) -> dict[str, Any]:
    """A message as a bot hears of it that is posted by a member."""
    wire = await dial()
    await wire.identify(playground, intents=intents)
    await member.say(member.channel("general"), **{"content": "text", **body})
    return await wire.event("MESSAGE_CREATE")


async def test_without_the_content_intent_a_message_is_empty(
    playground: Playground, dial: Dial, member: Member
):
    seen = await message_seen(playground, dial, member, {}, int(Intents.GUILD_MESSAGES))
    assert [seen[key] for key in CONTENT] == ["", [], [], []]


async def test_with_the_content_intent_a_message_has_its_content(
    playground: Playground, dial: Dial, member: Member
):
    intents = int(Intents.GUILD_MESSAGES | Intents.MESSAGE_CONTENT)
    assert (await message_seen(playground, dial, member, {}, intents))["content"] == "text"


async def test_a_bot_reads_what_mentions_it_but_not_what_that_answers(
    playground: Playground, dial: Dial, member: Member, other: Member
):
    first = await other.say(other.channel("general"), "not for the bot")
    body = {
        "content": f"<@{playground.state['bot']['id']}> look",
        "message_reference": {"message_id": first["id"]},
    }
    seen = await message_seen(playground, dial, member, body, int(Intents.GUILD_MESSAGES))
    assert seen["content"].endswith("look")
    assert seen["referenced_message"]["content"] == ""


async def test_a_bot_reads_its_own_message_that_somebody_answers(
    playground: Playground, login: Login, painter: Painter, member: Member
):
    await login(painter)
    channel = painter.get_channel(int(member.channel("general")))
    mine = await channel.send("mine")  # type: ignore[union-attr]  # a text channel, as above
    await member.say(
        member.channel("general"),
        "not for you",
        message_reference={"message_id": str(mine.id)},
        allowed_mentions={"parse": [], "replied_user": False},
    )
    seen = await _next_seen(painter, 2)
    assert seen.content == ""
    assert seen.reference is not None
    assert seen.reference.resolved.content == "mine"  # type: ignore[union-attr]  # a message


async def test_a_bot_reads_its_dms(playground: Playground, dial: Dial, member: Member):
    wire = await dial()
    await wire.identify(playground, intents=int(Intents.DIRECT_MESSAGES))
    await member.say(member.dm_channel_id, "in private")
    assert (await wire.event("MESSAGE_CREATE"))["content"] == "in private"


async def test_an_edit_tells_no_more_than_the_message_did(
    playground: Playground, dial: Dial, member: Member
):
    posted = await member.say(member.channel("general"), "secret")
    wire = await dial()
    await wire.identify(playground)
    path = f"/channels/{posted['channel_id']}/messages/{posted['id']}"
    await member.api("PATCH", path, {"content": "another secret"})
    assert (await wire.event("MESSAGE_UPDATE"))["content"] == ""


async def _next_seen(painter: Painter, count: int) -> discord.Message:
    async with asyncio.timeout(5):
        while len(painter.seen) < count:
            await asyncio.sleep(0.02)
    return painter.seen[count - 1]
