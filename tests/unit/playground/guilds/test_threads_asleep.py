"""Archived and locked threads: what wakes them, and what is refused."""

import asyncio

import discord
import pytest

from playground import seed
from playground.client import Member, Refused
from playground.server import Playground
from playground.world import Channel, User
from tests.unit.playground.conftest import Login, Painter, Watcher
from tests.unit.playground.guilds.conftest import code_of

GENERAL = str(seed.GENERAL_ID)


async def test_a_message_wakes_a_thread(
    playground: Playground, watcher: Watcher, thread: Channel, other: Member
):
    playground.guilds.threads.archive(thread)
    asleep = await watcher.heard("raw_thread_update")
    assert asleep.data["thread_metadata"]["archived"]
    await other.say(str(thread.id), "wake up")
    awake = await watcher.heard("raw_thread_update")
    assert not awake.data["thread_metadata"]["archived"]


async def test_nothing_else_happens_in_an_archived_thread(
    playground: Playground, thread: Channel, member: Member
):
    said = await member.say(str(thread.id), "before")
    playground.guilds.threads.archive(thread)
    message = f"/channels/{thread.id}/messages/{said['id']}"
    for method, path, body in (
        ("PATCH", message, {"content": "after"}),
        ("PUT", message + "/reactions/%E2%AD%90/@me", None),
        ("PUT", f"/channels/{thread.id}/thread-members/@me", None),
        ("PATCH", f"/channels/{thread.id}", {"name": "another"}),
    ):
        assert await code_of(member, method, path, body) == 50083


async def test_an_archived_and_locked_thread_is_woken_by_its_managers_alone(
    playground: Playground, watcher: Watcher, thread: Channel, owner: Member, member: Member
):
    playground.guilds.threads.archive(thread, locked=True)
    with pytest.raises(Refused) as caught:
        await member.say(str(thread.id), "hello?")
    assert (caught.value.status, caught.value.code) == (403, 50083)
    with pytest.raises(discord.Forbidden) as refused:
        await watcher.get_partial_messageable(thread.id).send("hello?")
    assert refused.value.code == 50083
    await owner.say(str(thread.id), "hello")
    assert thread.thread is not None
    assert not thread.thread.archived


async def test_a_locked_thread_that_is_active_is_160005(
    playground: Playground, thread: Channel, other: Member
):
    playground.guilds.threads.edit(thread, locked=True)
    with pytest.raises(Refused) as caught:
        await other.say(str(thread.id), "hello?")
    assert caught.value.code == 160005


async def test_anybody_wakes_an_unlocked_thread_and_only_managers_lock_one(
    playground: Playground, thread: Channel, owner: Member, other: Member
):
    path = f"/channels/{thread.id}"
    playground.guilds.threads.archive(thread)
    woken = await other.api("PATCH", path, {"archived": False})
    assert not woken["thread_metadata"]["archived"]
    assert await code_of(other, "PATCH", path, {"locked": True}) == 50013
    locked = await owner.api("PATCH", path, {"locked": True, "archived": True})
    assert locked["thread_metadata"]["locked"]
    assert await code_of(other, "PATCH", path, {"archived": False}) == 50013


async def test_who_started_a_thread_renames_it(
    watcher: Watcher, thread: Channel, member: Member, other: Member
):
    path = f"/channels/{thread.id}"
    assert await code_of(other, "PATCH", path, {"name": "theirs"}) == 50013
    await member.api("PATCH", path, {"name": "mine"})
    assert (await watcher.heard("thread_update")).name == "mine"
    (told,) = await member.messages(str(thread.id))
    assert (told["type"], told["content"]) == (4, "mine")


async def test_archived_threads_are_listed(
    playground: Playground, general: Channel, thread: Channel, mel: User, member: Member
):
    threads = playground.guilds.threads
    private = threads.start(general, "secret", mel, private=True)
    active = threads.start(general, "busy", mel)
    threads.archive(thread)
    playground.clock.advance(1)
    threads.archive(private)
    public = await member.api("GET", f"/channels/{GENERAL}/threads/archived/public")
    assert [each["id"] for each in public["threads"]] == [str(thread.id)]
    assert [each["id"] for each in public["members"]] == [str(thread.id)]
    own = await member.api("GET", f"/channels/{GENERAL}/users/@me/threads/archived/private")
    assert [each["id"] for each in own["threads"]] == [str(private.id)]
    path = f"/channels/{GENERAL}/threads/archived/private"
    assert await code_of(member, "GET", path) == 50013
    left = await member.api("GET", f"/guilds/{seed.GUILD_ID}/threads/active")
    assert [each["id"] for each in left["threads"]] == [str(active.id)]


async def test_slow_mode_of_a_thread_is_its_own(thread: Channel, owner: Member, other: Member):
    await owner.api("PATCH", f"/channels/{thread.id}", {"rate_limit_per_user": 60})
    await other.say(str(thread.id), "one")
    with pytest.raises(Refused) as caught:
        await other.say(str(thread.id), "two")
    assert caught.value.code == 20016
    await other.say(GENERAL, "elsewhere")


async def test_an_answer_wakes_a_thread_and_is_refused_in_a_locked_one(
    playground: Playground, thread: Channel, painter: Painter, login: Login, member: Member
):
    codes: asyncio.Queue[int] = asyncio.Queue()

    @painter.tree.command(name="greet", description="Greets.")
    async def greet(interaction: discord.Interaction) -> None:
        playground.guilds.threads.archive(thread, locked=bool(codes.qsize()))
        try:
            await interaction.response.send_message("hello")
            codes.put_nowait(0)
        except discord.Forbidden as refused:
            codes.put_nowait(refused.code)

    await login(painter)
    answered = await member.command("greet", str(thread.id))
    assert (await answered.response())["content"] == "hello"
    assert thread.thread is not None
    assert not thread.thread.archived
    await member.command("greet", str(thread.id))
    while codes.qsize() < 2:
        await asyncio.sleep(0)
    assert [codes.get_nowait(), codes.get_nowait()] == [0, 50083]
