"""Threads: started, joined, written in, archived and locked."""

from typing import Any

import discord
import pytest

from playground import permissions, seed
from playground.client import Json, Member, Refused
from playground.server import Playground
from playground.world import Channel, Guild, User
from tests.unit.playground.conftest import Login, Painter, Watcher
from tests.unit.playground.guilds.conftest import code_of

GENERAL = str(seed.GENERAL_ID)


async def start(member: Member, **body: Any) -> Json:
    return await member.api(
        "POST", f"/channels/{GENERAL}/threads", {"name": "a thread", "type": 11, **body}
    )


# --- starting ---


async def test_a_thread_on_its_own_is_told_in_its_channel(watcher: Watcher, member: Member):
    made = await start(member)
    seen: discord.Thread = await watcher.heard("thread_create")
    assert (seen.name, seen.parent_id, seen.owner_id) == (
        "a thread",
        seed.GENERAL_ID,
        int(member.id),
    )
    (told,) = await member.messages(GENERAL)
    assert (told["type"], told["content"]) == (18, "a thread")
    assert told["message_reference"]["channel_id"] == made["id"]


async def test_a_thread_of_a_message_has_its_id_and_begins_with_it(
    watcher: Watcher, member: Member
):
    said = await member.say(GENERAL, "let us talk")
    path = f"/channels/{GENERAL}/messages/{said['id']}/threads"
    made = await member.api("POST", path, {"name": "talk", "auto_archive_duration": 60})
    assert made["id"] == said["id"]
    assert made["thread_metadata"]["auto_archive_duration"] == 60
    assert (await watcher.heard("thread_create")).id == int(said["id"])
    shown = await member.message(GENERAL, said["id"])
    assert shown["flags"] & 32
    assert shown["thread"]["name"] == "talk"
    (first,) = await member.messages(made["id"])
    assert first["type"] == 21
    assert first["referenced_message"]["content"] == "let us talk"
    assert await code_of(member, "POST", path, {"name": "again"}) == 160004


async def test_discord_py_starts_threads(watcher: Watcher):
    channel = watcher.get_channel(seed.GENERAL_ID)
    assert isinstance(channel, discord.TextChannel)
    posted = await channel.send("hello")
    made = await posted.create_thread(name="below")
    await made.send("first")
    private = await channel.create_thread(name="secret", type=discord.ChannelType.public_thread)
    assert {each.id for each in await channel.guild.active_threads()} == {made.id, private.id}


async def test_without_a_type_a_thread_is_private(
    playground: Playground, guild: Guild, member: Member
):
    assert await code_of(member, "POST", f"/channels/{GENERAL}/threads", {"name": "x"}) == 50013
    everyone = guild.roles[guild.id]
    rights = everyone.permissions | permissions.CREATE_PRIVATE_THREADS
    playground.guilds.roles.edit(guild, everyone, permissions=rights)
    made = await member.api("POST", f"/channels/{GENERAL}/threads", {"name": "x"})
    assert made["type"] == 12
    assert made["thread_metadata"]["invitable"] is True


async def test_a_private_thread_is_seen_by_who_was_added(
    playground: Playground, general: Channel, mel: User, member: Member, other: Member
):
    thread = playground.guilds.threads.start(general, "secret", mel, private=True)
    assert await code_of(other, "GET", f"/channels/{thread.id}") == 50001
    await member.api("PUT", f"/channels/{thread.id}/thread-members/{other.id}")
    seen = await other.wait_for(lambda e: e.name == "THREAD_CREATE")
    assert seen.data["id"] == str(thread.id)
    await other.api("GET", f"/channels/{thread.id}")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"auto_archive_duration": 61}, "auto_archive_duration"),
        ({"type": 10}, "type"),
        ({"rate_limit_per_user": -1}, "rate_limit_per_user"),
    ],
)
async def test_a_wrong_thread_is_refused(member: Member, body: Json, field: str):
    with pytest.raises(Refused) as caught:
        await start(member, **body)
    assert field in caught.value.body["errors"]


async def test_there_are_no_threads_in_dms_and_in_threads(member: Member, thread: Channel):
    body = {"name": "x", "type": 11}
    for place in (member.dm_channel_id, thread.id):
        assert await code_of(member, "POST", f"/channels/{place}/threads", body) == 50024


async def test_a_bot_that_logs_in_knows_the_active_threads(
    thread: Channel, painter: Painter, login: Login
):
    await login(painter)
    seen = painter.get_channel(thread.id)
    assert isinstance(seen, discord.Thread)


# --- members ---


async def test_joining_and_leaving_is_told(watcher: Watcher, thread: Channel, other: Member):
    assert (await watcher.heard("thread_member_join")).id == seed.MEMBER_ID  # who started it
    await other.api("PUT", f"/channels/{thread.id}/thread-members/@me")
    assert (await watcher.heard("thread_member_join")).id == int(other.id)
    listed = await other.api("GET", f"/channels/{thread.id}/thread-members?with_member=true")
    assert [each["member"]["user"]["username"] for each in listed] == ["mel", "robin"]
    await other.api("DELETE", f"/channels/{thread.id}/thread-members/@me")
    assert (await watcher.heard("thread_member_remove")).id == int(other.id)
    path = f"/channels/{thread.id}/thread-members/{other.id}"
    assert await code_of(other, "GET", path) == 10007


async def test_the_bot_joins_and_is_removed(
    watcher: Watcher, thread: Channel, owner: Member, member: Member
):
    seen = await watcher.fetch_channel(thread.id)
    assert isinstance(seen, discord.Thread)
    await seen.join()
    assert (await watcher.heard("thread_join")).id == thread.id
    path = f"/channels/{thread.id}/thread-members/{watcher.application_id}"
    assert await code_of(member, "DELETE", path) == 50013
    await owner.api("DELETE", path)
    await watcher.heard("thread_remove")


async def test_who_writes_in_a_thread_joins_it(thread: Channel, other: Member):
    await other.say(str(thread.id), "me too")
    await other.api("GET", f"/channels/{thread.id}/thread-members/@me")


# --- gone ---


async def test_a_deleted_thread_leaves_no_mark(
    playground: Playground, watcher: Watcher, owner: Member, member: Member
):
    said = await member.say(GENERAL, "let us talk")
    path = f"/channels/{GENERAL}/messages/{said['id']}/threads"
    made = await member.api("POST", path, {"name": "talk"})
    assert await code_of(member, "DELETE", f"/channels/{made['id']}") == 50013
    await owner.api("DELETE", f"/channels/{made['id']}")
    assert (await watcher.heard("thread_delete")).id == int(made["id"])
    assert await code_of(member, "GET", f"/channels/{made['id']}") == 10003
    assert "thread" not in await member.message(GENERAL, said["id"])


async def test_with_its_channel_a_thread_is_gone(
    playground: Playground, general: Channel, thread: Channel, watcher: Watcher, member: Member
):
    playground.guilds.channels.delete(general)
    await watcher.heard("guild_channel_delete")
    assert await code_of(member, "GET", f"/channels/{thread.id}") == 10003
    seen = watcher.get_guild(seed.GUILD_ID)
    assert seen is not None
    assert not seen.threads


async def test_a_channel_that_comes_into_sight_brings_its_threads(
    playground: Playground, guild: Guild, general: Channel, thread: Channel, member: Member
):
    channels = playground.guilds.channels
    channels.allow(general, guild.id, deny=permissions.VIEW_CHANNEL)
    mark = member.mark()
    channels.disallow(general, guild.id)
    synced = await member.wait_for(lambda e: e.name == "THREAD_LIST_SYNC", since=mark)
    assert [each["id"] for each in synced.data["threads"]] == [str(thread.id)]
    assert synced.data["members"][0]["user_id"] == member.id
