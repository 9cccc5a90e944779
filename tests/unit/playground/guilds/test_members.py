"""Members: who joins and leaves a guild, under which name, and who may only read."""

import discord
import pytest

from playground import seed
from playground.client import Member, Refused
from playground.server import Playground
from playground.world import Guild
from tests.unit.playground.conftest import Login, Painter, Watcher


async def test_people_come_and_go(playground: Playground, guild: Guild, watcher: Watcher):
    nina = playground.guilds.person("nina")
    playground.guilds.members.join(guild, nina)
    joined: discord.Member = await watcher.heard("member_join")
    assert (joined.name, joined.display_name) == ("nina", "Nina")
    playground.guilds.members.kick(guild, nina)
    assert (await watcher.heard("member_remove")).id == nina.id


async def test_without_the_intent_a_bot_hears_of_its_own_changes_only(
    playground: Playground, guild: Guild, painter: Painter, login: Login
):
    await login(painter)
    members = playground.guilds.members
    members.rename(guild, playground.world.user(seed.MEMBER_ID), "Melody")
    members.rename(guild, playground.world.bot, "Brush")
    seen = await painter.wait_for("member_update", timeout=5)
    assert seen[1].nick == "Brush"


async def test_a_banned_user_cannot_come_back_until_unbanned(
    playground: Playground, guild: Guild, watcher: Watcher, owner: Member, other: Member
):
    said = await other.say(str(seed.GENERAL_ID), "spam")
    ban = f"/guilds/{guild.id}/bans/{other.id}"
    await owner.api("PUT", ban, {"delete_message_seconds": 60})
    deleted: discord.RawBulkMessageDeleteEvent = await watcher.heard("raw_bulk_message_delete")
    assert deleted.message_ids == {int(said["id"])}
    assert (await owner.api("GET", ban))["user"]["id"] == other.id
    robin = playground.world.user(int(other.id))
    with pytest.raises(Exception, match="40007"):
        playground.guilds.members.join(guild, robin)
    await owner.api("DELETE", ban)
    assert (await watcher.heard("member_unban")).id == robin.id
    playground.guilds.members.join(guild, robin)
    assert (await watcher.heard("member_join")).id == robin.id


async def test_a_nickname_is_changed_by_oneself_or_by_who_stands_higher(
    guild: Guild, watcher: Watcher, owner: Member, member: Member
):
    own = await member.api("PATCH", f"/guilds/{guild.id}/members/@me", {"nick": "Melody"})
    assert own["nick"] == "Melody"
    assert (await watcher.heard("member_update")).nick == "Melody"
    path = f"/guilds/{guild.id}/members/{member.id}"
    assert (await owner.api("PATCH", path, {"nick": None}))["nick"] is None
    with pytest.raises(Refused) as refused:
        await member.api("PATCH", f"/guilds/{guild.id}/members/{owner.id}", {"nick": "x"})
    assert refused.value.code == 50013


async def test_who_is_timed_out_may_neither_write_nor_use_commands(
    playground: Playground, guild: Guild, watcher: Watcher, owner: Member, member: Member
):
    until = playground.clock.isoformat(playground.clock.now() + 60)
    path = f"/guilds/{guild.id}/members/{member.id}"
    await owner.api("PATCH", path, {"communication_disabled_until": until})
    assert (await watcher.heard("member_update")).is_timed_out()
    with pytest.raises(Refused) as unsaid:
        await member.say(str(seed.GENERAL_ID), "let me speak")
    body = {"type": 2, "channel_id": str(seed.GENERAL_ID), "session_id": "x", "data": {}}
    with pytest.raises(Refused) as unused:
        await member.api("POST", "/interactions", {**body, "application_id": member.application_id})
    assert unsaid.value.code == unused.value.code == 50013
    playground.clock.advance(61)
    await member.say(str(seed.GENERAL_ID), "again")


async def test_a_time_out_lasts_28_days_at_most(
    playground: Playground, guild: Guild, owner: Member, member: Member
):
    until = playground.clock.isoformat(playground.clock.now() + 29 * 24 * 3600)
    path = f"/guilds/{guild.id}/members/{member.id}"
    with pytest.raises(Refused) as refused:
        await owner.api("PATCH", path, {"communication_disabled_until": until})
    assert "communication_disabled_until" in refused.value.body["errors"]
