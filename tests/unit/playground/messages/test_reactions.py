"""Reactions: given, taken back and cleared, by people and by the bot."""

from urllib.parse import quote

import discord
import pytest

from playground import permissions, seed
from playground.client import Json, Member, Refused
from playground.server import Playground
from playground.world import Channel, Guild
from tests.unit.playground.conftest import Watcher

GENERAL = str(seed.GENERAL_ID)
STAR, HEART = "⭐", "❤️"


def path(message: Json, emoji: str, who: str = "/@me") -> str:
    channel = message["channel_id"]
    return f"/channels/{channel}/messages/{message['id']}/reactions/{quote(emoji, safe='')}{who}"


async def react(member: Member, message: Json, emoji: str = STAR) -> None:
    await member.api("PUT", path(message, emoji))


async def refused(member: Member, method: str, where: str) -> int | None:
    with pytest.raises(Refused) as caught:
        await member.api(method, where)
    return caught.value.code


async def test_a_reaction_is_told_and_counted(watcher: Watcher, member: Member, other: Member):
    said = await member.say(GENERAL, "look")
    await react(member, said)
    seen: discord.RawReactionActionEvent = await watcher.heard("raw_reaction_add")
    assert (seen.emoji.name, seen.user_id, seen.message_id) == (
        STAR,
        int(member.id),
        int(said["id"]),
    )
    assert seen.member is not None
    assert seen.message_author_id == int(member.id)
    await react(other, said)
    await react(other, said)  # twice is once
    shown = (await member.message(GENERAL, said["id"]))["reactions"]
    assert [(each["emoji"]["name"], each["count"], each["me"]) for each in shown] == [
        (STAR, 2, True)
    ]


async def test_me_is_whoever_looks(watcher: Watcher, member: Member):
    said = await member.say(GENERAL, "look")
    await react(member, said)
    message = await watcher.get_partial_messageable(seed.GENERAL_ID).fetch_message(int(said["id"]))
    assert not message.reactions[0].me
    await message.add_reaction(STAR)
    message = await message.fetch()
    assert (message.reactions[0].me, message.reactions[0].count) == (True, 2)
    assert {user.id async for user in message.reactions[0].users()} == {
        int(member.id),
        watcher.application_id,
    }


async def test_the_last_one_taken_back_is_gone(watcher: Watcher, member: Member):
    said = await member.say(GENERAL, "look")
    await react(member, said)
    await member.api("DELETE", path(said, STAR))
    assert (await watcher.heard("raw_reaction_remove")).user_id == int(member.id)
    assert "reactions" not in await member.message(GENERAL, said["id"])


async def test_only_who_manages_messages_takes_others_reactions(
    watcher: Watcher, owner: Member, member: Member, other: Member
):
    said = await member.say(GENERAL, "look")
    await react(other, said)
    await react(other, said, HEART)
    theirs = path(said, STAR, f"/{other.id}")
    assert await refused(member, "DELETE", theirs) == 50013
    await owner.api("DELETE", theirs)
    assert (await watcher.heard("raw_reaction_remove")).user_id == int(other.id)
    await owner.api("DELETE", path(said, HEART, ""))
    assert (await watcher.heard("raw_reaction_clear_emoji")).emoji.name == HEART
    await react(other, said)
    await owner.api("DELETE", f"/channels/{GENERAL}/messages/{said['id']}/reactions")
    assert (await watcher.heard("raw_reaction_clear")).message_id == int(said["id"])
    assert "reactions" not in await member.message(GENERAL, said["id"])


async def test_in_a_dm_reactions_have_no_guild(watcher: Watcher, member: Member):
    said = await member.say(member.dm_channel_id, "look")
    await react(member, said)
    seen: discord.RawReactionActionEvent = await watcher.heard("raw_reaction_add")
    assert (seen.guild_id, seen.member) == (None, None)


@pytest.mark.parametrize("emoji", [STAR, HEART, "👍🏽", "🇩🇪", "3️⃣", "👩‍👩‍👧", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "©️"])
async def test_emojis_of_every_make_are_known(member: Member, emoji: str):
    said = await member.say(GENERAL, "look")
    await react(member, said, emoji)
    shown = await member.message(GENERAL, said["id"])
    assert shown["reactions"][0]["emoji"] == {"id": None, "name": emoji}


@pytest.mark.parametrize("emoji", ["x", "star", "star:123", "⭐⭐", ":star:", "⭐ "])
async def test_an_unknown_emoji_is_refused(member: Member, emoji: str):
    said = await member.say(GENERAL, "look")
    assert await refused(member, "PUT", path(said, emoji)) == 10014


async def test_a_guilds_own_emoji_is_told_with_its_id(
    playground: Playground, guild: Guild, watcher: Watcher, member: Member
):
    emoji = playground.guilds.emojis.add(guild, "easel")
    assert (await watcher.heard("guild_emojis_update"))[0].name == "easel"
    said = await member.say(GENERAL, "look")
    await react(member, said, emoji)
    seen: discord.RawReactionActionEvent = await watcher.heard("raw_reaction_add")
    assert (seen.emoji.name, str(seen.emoji.id)) == ("easel", emoji.partition(":")[2])
    assert (await member.api("GET", f"/guilds/{guild.id}/emojis"))[0]["name"] == "easel"


async def test_another_guilds_emoji_needs_a_right(
    playground: Playground, guild: Guild, general: Channel, member: Member
):
    owner = playground.world.user(seed.OWNER_ID)
    elsewhere = playground.guilds.create("Elsewhere", owner)
    emoji = playground.guilds.emojis.add(elsewhere, "foreign")
    said = await member.say(GENERAL, "look")
    await react(member, said, emoji)
    await member.api("DELETE", path(said, emoji))
    playground.guilds.channels.allow(general, guild.id, deny=permissions.USE_EXTERNAL_EMOJIS)
    assert await refused(member, "PUT", path(said, emoji)) == 10014


async def test_the_21st_emoji_is_refused(member: Member):
    said = await member.say(GENERAL, "look")
    for number in range(20):
        await react(member, said, chr(0x1F600 + number))
    assert await refused(member, "PUT", path(said, STAR)) == 30010
    await react(member, said, chr(0x1F600))


async def test_joining_in_needs_no_right_but_a_new_emoji_does(
    playground: Playground, guild: Guild, general: Channel, member: Member, other: Member
):
    said = await member.say(GENERAL, "look")
    await react(member, said)
    playground.guilds.channels.allow(general, guild.id, deny=permissions.ADD_REACTIONS)
    await react(other, said)
    assert await refused(other, "PUT", path(said, HEART)) == 50013


async def test_who_may_not_read_may_not_react(
    playground: Playground, guild: Guild, general: Channel, member: Member
):
    said = await member.say(GENERAL, "look")
    playground.guilds.channels.allow(general, guild.id, deny=permissions.READ_MESSAGE_HISTORY)
    assert await refused(member, "PUT", path(said, STAR)) == 50013


async def test_who_is_timed_out_may_not_even_join_in(
    playground: Playground, guild: Guild, member: Member, other: Member
):
    said = await member.say(GENERAL, "look")
    await react(member, said)
    robin = playground.world.user(int(other.id))
    playground.guilds.members.time_out(guild, robin, 60)
    assert await refused(other, "PUT", path(said, STAR)) == 50013


async def test_a_message_that_is_not_there_cannot_be_reacted_to(member: Member):
    gone = {"channel_id": GENERAL, "id": "1"}
    assert await refused(member, "PUT", path(gone, STAR)) == 10008


async def test_discords_client_names_the_kind_of_reaction(member: Member):
    said = await member.say(GENERAL, "look")
    await member.api("PUT", path(said, STAR, "/0/@me?location=Message"))
    assert (await member.message(GENERAL, said["id"]))["reactions"][0]["count"] == 1
    await member.api("DELETE", path(said, STAR, "/0/@me"))
    assert "reactions" not in await member.message(GENERAL, said["id"])


async def test_an_edit_leaves_ones_own_reaction_marked(member: Member, other: Member):
    said = await member.say(GENERAL, "look")
    await react(other, said)
    await member.api("PATCH", f"/channels/{GENERAL}/messages/{said['id']}", {"content": "see"})
    for looker, own in ((member, False), (other, True)):
        edited = await looker.wait_for(lambda e: e.name == "MESSAGE_UPDATE")
        assert edited.data["reactions"][0]["me"] is own
