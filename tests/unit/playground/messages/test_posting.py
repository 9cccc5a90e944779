"""Who may post what where: slow mode, DMs, rights, AutoMod."""

import io
from collections.abc import Callable
from typing import Any

import discord
import pytest

from playground import permissions, seed
from playground.client import Member, Refused, Upload
from playground.server import Playground
from playground.world import Channel, Guild, User
from tests.unit.playground.conftest import Watcher, png

GENERAL = str(seed.GENERAL_ID)


async def refused(member: Member, content: str = "hello", *uploads: Upload, **body: Any) -> Refused:
    with pytest.raises(Refused) as caught:
        await member.say(body.pop("channel", GENERAL), content, *uploads, **body)
    return caught.value


# --- slow mode ---


async def test_slow_mode_lets_a_person_post_once_in_a_span(
    playground: Playground, general: Channel, member: Member
):
    playground.guilds.channels.edit(general, slow_mode_s=10)
    await member.say(GENERAL, "one")
    fault = await refused(member)
    assert (fault.status, fault.code) == (429, 20016)
    assert 9 < fault.body["retry_after"] <= 10
    playground.clock.advance(10)
    await member.say(GENERAL, "two")


async def test_slow_mode_is_each_persons_own(
    playground: Playground, general: Channel, member: Member, other: Member
):
    playground.guilds.channels.edit(general, slow_mode_s=10)
    await member.say(GENERAL, "one")
    await other.say(GENERAL, "two")


async def test_deleting_the_message_does_not_shorten_slow_mode(
    playground: Playground, general: Channel, member: Member
):
    playground.guilds.channels.edit(general, slow_mode_s=10)
    said = await member.say(GENERAL, "one")
    await member.api("DELETE", f"/channels/{GENERAL}/messages/{said['id']}")
    assert (await refused(member)).code == 20016


async def test_a_bot_knows_no_slow_mode(playground: Playground, general: Channel, watcher: Watcher):
    playground.guilds.channels.edit(general, slow_mode_s=10)
    channel = watcher.get_partial_messageable(general.id)
    await channel.send("one")
    await channel.send("two")


@pytest.mark.parametrize(
    ("right", "spared"),
    [
        (permissions.BYPASS_SLOWMODE, True),
        # Until 2026-02-23 these did too.
        (permissions.MANAGE_MESSAGES | permissions.MANAGE_CHANNELS, False),
    ],
)
async def test_slow_mode_is_bypassed_by_its_own_right_alone(
    playground: Playground,
    guild: Guild,
    general: Channel,
    mel: User,
    member: Member,
    right: int,
    spared: bool,
):
    role = playground.guilds.roles.create(guild, "Fast", right)
    playground.guilds.members.give(guild, mel, role.id)
    playground.guilds.channels.edit(general, slow_mode_s=10)
    await member.say(GENERAL, "one")
    if spared:
        await member.say(GENERAL, "two")
    else:
        assert (await refused(member)).code == 20016


# --- rights ---


@pytest.mark.parametrize(
    ("taken", "send", "code"),
    [
        (permissions.VIEW_CHANNEL, {"content": "x"}, 50001),
        (permissions.SEND_MESSAGES, {"content": "x"}, 50013),
        (permissions.EMBED_LINKS, {"embed": discord.Embed(title="x")}, 50013),
        (permissions.ATTACH_FILES, {"file": True}, 50013),
    ],
    ids=["unseen", "no writing", "no embeds", "no files"],
)
async def test_the_bot_lacks_a_right(
    playground: Playground,
    general: Channel,
    watcher: Watcher,
    taken: int,
    send: dict[str, Any],
    code: int,
):
    if "file" in send:
        send = {"file": discord.File(io.BytesIO(png()), "a.png")}
    playground.guilds.channels.allow(general, seed.BOT_ROLE_ID, deny=taken)
    with pytest.raises(discord.Forbidden) as caught:
        await watcher.get_partial_messageable(general.id).send(**send)
    assert caught.value.code == code


async def test_what_one_may_not_read_one_may_not_answer(
    playground: Playground, guild: Guild, general: Channel, member: Member
):
    said = await member.say(GENERAL, "one")
    playground.guilds.channels.allow(general, guild.id, deny=permissions.READ_MESSAGE_HISTORY)
    fault = await refused(member, message_reference={"message_id": said["id"]})
    assert fault.code == 160002


# --- DMs ---


async def test_closed_dms_refuse_the_bot_and_not_their_owner(
    mel: User, watcher: Watcher, member: Member
):
    mel.takes_dms = False
    user = await watcher.fetch_user(mel.id)
    with pytest.raises(discord.Forbidden) as caught:
        await user.send("psst")
    assert (caught.value.status, caught.value.code) == (403, 50007)
    await member.say(member.dm_channel_id, "you may listen")


def leave(playground: Playground, guild: Guild, mel: User) -> None:
    playground.guilds.members.leave(guild, mel)


def kick_the_bot(playground: Playground, guild: Guild, mel: User) -> None:
    playground.guilds.remove_bot(guild)


@pytest.mark.parametrize("part", [leave, kick_the_bot])
async def test_without_a_common_guild_there_are_no_dms(
    playground: Playground,
    guild: Guild,
    mel: User,
    watcher: Watcher,
    member: Member,
    part: Callable[[Playground, Guild, User], None],
):
    part(playground, guild, mel)
    user = await watcher.fetch_user(mel.id)
    with pytest.raises(discord.Forbidden) as caught:
        await user.send("psst")
    assert caught.value.code == 50278
    assert (await refused(member, channel=member.dm_channel_id)).code == 50278
    playground.world.installed_by.add(mel.id)
    await user.send("psst")
