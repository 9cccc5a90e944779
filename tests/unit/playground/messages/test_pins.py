"""Pins, and the deleting of many messages at once."""

from typing import Any

import discord
import pytest

from playground import permissions, seed
from playground.client import Member, Refused
from playground.server import Playground
from playground.world import Guild
from tests.unit.playground.conftest import Watcher

GENERAL = str(seed.GENERAL_ID)
DAY_S = 24 * 3600


@pytest.fixture
def cleaning(playground: Playground, guild: Guild) -> None:
    """Let the bot manage messages."""
    role = playground.guilds.roles.create(guild, "Cleaner", permissions.MANAGE_MESSAGES)
    playground.guilds.members.give(guild, playground.world.bot, role.id)


def channel_of(watcher: Watcher) -> discord.TextChannel:
    channel = watcher.get_channel(seed.GENERAL_ID)
    assert isinstance(channel, discord.TextChannel)
    return channel


async def say(member: Member, count: int) -> list[discord.Object]:
    said = [await member.say(GENERAL, f"message {number}") for number in range(count)]
    return [discord.Object(int(each["id"])) for each in said]


@pytest.mark.usefixtures("cleaning")
async def test_many_are_deleted_at_once_and_told_of_at_once(watcher: Watcher, member: Member):
    said = await say(member, 3)
    await channel_of(watcher).delete_messages(said[:2])
    gone: discord.RawBulkMessageDeleteEvent = await watcher.heard("raw_bulk_message_delete")
    assert gone.message_ids == {each.id for each in said[:2]}
    assert [each["id"] for each in await member.messages(GENERAL)] == [str(said[2].id)]


async def test_to_delete_many_needs_the_right(watcher: Watcher, member: Member):
    with pytest.raises(discord.Forbidden) as caught:
        await channel_of(watcher).delete_messages(await say(member, 2))
    assert caught.value.code == 50013


@pytest.mark.usefixtures("cleaning")
async def test_old_messages_are_not_deleted_in_bulk(
    playground: Playground, watcher: Watcher, member: Member
):
    said = await say(member, 2)
    playground.clock.advance(15 * DAY_S)
    with pytest.raises(discord.HTTPException) as caught:
        await channel_of(watcher).delete_messages(said)
    assert (caught.value.status, caught.value.code) == (400, 50034)


@pytest.mark.usefixtures("cleaning")
@pytest.mark.parametrize("named", [None, [], ["1"], ["1", "1"], [str(n) for n in range(101)]])
async def test_from_2_to_100_are_deleted_in_bulk(watcher: Watcher, named: Any):
    with pytest.raises(discord.HTTPException) as caught:
        await watcher.http.delete_messages(GENERAL, named)
    assert caught.value.code == 50035


async def test_a_pin_is_told_of_and_listed(watcher: Watcher, owner: Member, member: Member):
    said = await member.say(GENERAL, "remember this")
    path = f"/channels/{GENERAL}/messages/pins/{said['id']}"
    with pytest.raises(Refused) as caught:
        await member.api("PUT", path)
    assert caught.value.code == 50013
    await owner.api("PUT", path)
    await owner.api("PUT", path)  # twice is once
    assert await watcher.heard("guild_channel_pins_update") is not None
    assert [pin.content async for pin in channel_of(watcher).pins()] == ["remember this"]
    assert (await member.message(GENERAL, said["id"]))["pinned"] is True
    told = [each for each in await member.messages(GENERAL) if each["type"] == 6]
    assert [each["message_reference"]["message_id"] for each in told] == [said["id"]]
    await owner.api("DELETE", path)
    assert await member.api("GET", f"/channels/{GENERAL}/pins") == []


async def test_in_a_dm_both_may_pin(member: Member):
    said = await member.say(member.dm_channel_id, "remember this")
    await member.api("PUT", f"/channels/{member.dm_channel_id}/messages/pins/{said['id']}")
    page = await member.api("GET", f"/channels/{member.dm_channel_id}/messages/pins")
    assert [each["message"]["id"] for each in page["items"]] == [said["id"]]
    assert not page["has_more"]
