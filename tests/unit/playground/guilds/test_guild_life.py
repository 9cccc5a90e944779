"""Guilds come, go, fail and grow; what discord.py makes of it."""

import discord
import pytest

from playground import seed
from playground.client import Member, Refused
from playground.server import Playground
from playground.world import Guild
from tests.unit.playground.conftest import Login, Painter, Watcher


async def test_a_new_guild_is_joined_by_the_bot_and_its_people(
    playground: Playground, guild: Guild, watcher: Watcher, member: Member
):
    world = playground.world
    playground.guilds.create("Second", world.user(seed.OWNER_ID), [world.user(seed.MEMBER_ID)])
    joined: discord.Guild = await watcher.heard("guild_join")
    assert joined.name == "Second"
    assert [channel.name for channel in joined.text_channels] == ["general"]
    assert joined.me.top_role.name == "Easel"
    created = await member.wait_for(lambda e: e.name == "GUILD_CREATE")
    assert created.data["name"] == "Second"


async def test_a_guild_may_do_without_the_bot(playground: Playground, watcher: Watcher):
    owner = playground.world.user(seed.OWNER_ID)
    other = playground.guilds.create("Without", owner, with_bot=False)
    playground.guilds.add_bot(other)
    assert (await watcher.heard("guild_join")).id == other.id


async def test_leaving_a_guild_is_no_outage(
    playground: Playground, guild: Guild, watcher: Watcher, member: Member
):
    playground.guilds.remove_bot(guild)
    assert (await watcher.heard("guild_remove")).id == guild.id
    gone = await member.wait_for(lambda e: e.name == "GUILD_MEMBER_REMOVE")
    assert gone.data["user"]["id"] == str(watcher.application_id)
    with pytest.raises(discord.Forbidden) as refused:
        await watcher.fetch_channel(seed.GENERAL_ID)
    assert refused.value.code == 50001


async def test_an_outage_is_no_leaving(
    playground: Playground, guild: Guild, watcher: Watcher, member: Member
):
    playground.guilds.begin_outage(guild)
    assert (await watcher.heard("guild_unavailable")).id == guild.id
    lost = await member.wait_for(lambda e: e.name == "GUILD_DELETE")
    assert lost.data["unavailable"] is True
    await member.say(str(seed.GENERAL_ID), "is anybody there?")
    playground.guilds.end_outage(guild)
    assert (await watcher.heard("guild_available")).id == guild.id
    assert watcher.seen == []


async def test_who_logs_in_during_an_outage_waits_for_the_guild(
    playground: Playground, guild: Guild, painter: Painter, login: Login
):
    playground.guilds.begin_outage(guild)
    watcher = Watcher()
    watcher._connection.guild_ready_timeout = 0.05
    await login(watcher)
    (known,) = watcher.guilds
    assert known.unavailable
    playground.guilds.end_outage(guild)
    assert (await watcher.heard("guild_available")).name == "Playground"


async def test_the_bot_may_be_kicked_by_the_owner_and_leave_by_itself(
    guild: Guild, watcher: Watcher, owner: Member, playground: Playground
):
    await owner.api("DELETE", f"/guilds/{guild.id}/members/{watcher.application_id}")
    await watcher.heard("guild_remove")
    playground.guilds.add_bot(guild)
    again: discord.Guild = await watcher.heard("guild_join")
    await again.leave()
    await watcher.heard("guild_remove")


async def test_a_bot_that_comes_back_is_seen_online(
    playground: Playground, guild: Guild, watcher: Watcher, member: Member
):
    for _ in range(2):
        playground.guilds.remove_bot(guild)
        mark = member.mark()
        playground.guilds.add_bot(guild)
        await watcher.heard("guild_join")
        seen = await member.wait_for(lambda e: e.name == "PRESENCE_UPDATE", since=mark)
        assert seen.data["user"]["id"] == str(watcher.application_id)
        assert seen.data["status"] == "online"


async def test_an_owner_cannot_leave(guild: Guild, owner: Member, member: Member):
    with pytest.raises(Refused) as refused:
        await owner.api("DELETE", f"/users/@me/guilds/{guild.id}")
    assert refused.value.code == 50055
    await member.api("DELETE", f"/users/@me/guilds/{guild.id}")
    await member.wait_for(lambda e: e.name == "GUILD_DELETE")


async def test_a_deleted_guild_is_unknown(
    playground: Playground, guild: Guild, watcher: Watcher, owner: Member
):
    playground.guilds.delete(guild)
    await watcher.heard("guild_remove")
    with pytest.raises(Refused) as refused:
        await owner.api("GET", f"/guilds/{guild.id}")
    assert refused.value.code == 10004


async def test_boosts_are_told(playground: Playground, guild: Guild, watcher: Watcher):
    playground.guilds.boost(guild, 2)
    seen: discord.Guild = await watcher.heard("guild_update")
    assert (seen.premium_tier, seen.premium_subscription_count) == (2, 7)
    with pytest.raises(ValueError, match="0 to 3"):
        playground.guilds.boost(guild, 4)
