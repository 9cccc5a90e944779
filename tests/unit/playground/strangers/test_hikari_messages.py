"""Messages in channels and DMs, sent and read by hikari, and what else it fetches."""

import hikari
import pytest

from playground import seed
from playground.client import Member, Upload
from playground.server import Playground
from tests.unit.playground.conftest import png
from tests.unit.playground.strangers.conftest import Stranger


async def test_a_message_with_files_is_posted(stranger: Stranger, member: Member):
    sent = await stranger.rest.create_message(
        seed.GENERAL_ID,
        "two files",
        attachments=[hikari.Bytes(png(64, 32), "star.png"), hikari.Bytes(b"recipe", "recipe.txt")],
    )
    assert [each.filename for each in sent.attachments] == ["star.png", "recipe.txt"]
    event = await member.wait_for(lambda e: e.name == "MESSAGE_CREATE")
    assert event.data["id"] == str(sent.id)
    files = [await member.download(each) for each in event.data["attachments"]]
    assert files == [png(64, 32), b"recipe"]


async def test_an_edit_keeps_one_file_and_adds_another(stranger: Stranger, member: Member):
    sent = await stranger.rest.create_message(
        seed.GENERAL_ID,
        "before",
        attachments=[hikari.Bytes(b"one", "one.txt"), hikari.Bytes(b"two", "two.txt")],
    )
    edited = await sent.edit(
        "after", attachments=[sent.attachments[1], hikari.Bytes(b"three", "three.txt")]
    )
    assert edited.edited_timestamp is not None
    seen = await member.message(member.channel("general"), str(sent.id))
    assert seen["content"] == "after"
    assert [each["filename"] for each in seen["attachments"]] == ["two.txt", "three.txt"]


async def test_an_edit_with_none_takes_the_files_away(stranger: Stranger, member: Member):
    sent = await stranger.rest.create_message(
        seed.GENERAL_ID, "a file", attachment=hikari.Bytes(b"one", "one.txt")
    )
    await sent.edit(attachment=None)
    seen = await member.message(member.channel("general"), str(sent.id))
    assert (seen["content"], seen["attachments"]) == ("a file", [])


async def test_a_reply_names_what_it_answers(stranger: Stranger, member: Member):
    said = await member.say(member.channel("general"), "paint me a star")
    question = await stranger.rest.fetch_message(seed.GENERAL_ID, int(said["id"]))
    answer = await question.respond("yes", reply=True)
    assert answer.referenced_message is not None
    assert answer.referenced_message.content == "paint me a star"
    seen = await member.message(member.channel("general"), str(answer.id))
    assert seen["message_reference"]["message_id"] == said["id"]


async def test_what_a_member_says_arrives_with_its_file(stranger: Stranger, member: Member):
    event = stranger.next(hikari.DMMessageCreateEvent)
    await member.say(member.dm_channel_id, "look", Upload("look.png", png(8, 8)))
    message = (await event).message
    assert (message.content, message.author.id) == ("look", seed.MEMBER_ID)
    assert await message.attachments[0].read() == png(8, 8)


async def test_an_edit_and_a_deletion_arrive(stranger: Stranger, member: Member):
    general = member.channel("general")
    said = await member.say(general, "befroe")
    path = f"/channels/{general}/messages/{said['id']}"
    updated = stranger.next(hikari.GuildMessageUpdateEvent)
    await member.api("PATCH", path, {"content": "before"})
    assert (await updated).message_id == int(said["id"])
    deleted = stranger.next(hikari.GuildMessageDeleteEvent)
    await member.api("DELETE", path)
    assert (await deleted).message_id == int(said["id"])


async def test_history_is_read_page_by_page(stranger: Stranger, member: Member):
    general = member.channel("general")
    said = [(await member.say(general, f"number {index}"))["id"] for index in range(5)]
    newest = await stranger.rest.fetch_messages(seed.GENERAL_ID).limit(2)
    assert [message.content for message in newest] == ["number 4", "number 3"]
    before = stranger.rest.fetch_messages(seed.GENERAL_ID, before=int(said[2]))
    assert [message.content async for message in before] == ["number 1", "number 0"]
    after = stranger.rest.fetch_messages(seed.GENERAL_ID, after=int(said[2]))
    assert [message.content async for message in after] == ["number 3", "number 4"]


async def test_a_deleted_message_is_gone_for_both(stranger: Stranger, member: Member):
    sent = await stranger.rest.create_message(seed.GENERAL_ID, "oops")
    await sent.delete()
    assert await member.messages(member.channel("general")) == []
    with pytest.raises(hikari.NotFoundError) as refused:
        await stranger.rest.fetch_message(seed.GENERAL_ID, sent.id)
    assert refused.value.code == 10008


async def test_a_refused_body_names_its_fields(stranger: Stranger):
    with pytest.raises(hikari.BadRequestError) as refused:
        await stranger.rest.create_message(seed.GENERAL_ID, "x" * 2001)
    assert refused.value.code == 50035
    assert refused.value.errors is not None
    assert "content" in refused.value.errors


async def test_a_channel_it_may_not_post_in_is_forbidden(stranger: Stranger):
    with pytest.raises(hikari.ForbiddenError) as refused:
        await stranger.rest.create_message(seed.FORBIDDEN_ID, "hello")
    assert refused.value.code == 50013


async def test_a_dm_is_opened_and_written_to(stranger: Stranger, member: Member):
    channel = await stranger.rest.create_dm_channel(seed.MEMBER_ID)
    assert (str(channel.id), channel.recipient.username) == (member.dm_channel_id, "mel")
    await channel.send("your picture", attachment=hikari.Bytes(png(), "star.png"))
    messages = await member.messages(member.dm_channel_id)
    assert [message["content"] for message in messages] == ["your picture"]


async def test_members_see_it_typing(stranger: Stranger, member: Member):
    await stranger.rest.trigger_typing(seed.GENERAL_ID)
    event = await member.wait_for(lambda e: e.name == "TYPING_START")
    assert event.data["user_id"] == member.application_id


async def test_guild_channels_roles_and_members_are_fetched(
    playground: Playground, stranger: Stranger
):
    guild = await stranger.rest.fetch_guild(seed.GUILD_ID)
    assert (guild.name, guild.owner_id) == ("Playground", seed.OWNER_ID)
    its_own = playground.services.world.guilds[seed.GUILD_ID]
    assert guild.approximate_member_count == len(its_own.members)
    channels = await stranger.rest.fetch_guild_channels(guild)
    assert {"general", "age-restricted"} <= {channel.name for channel in channels}
    restricted = await stranger.rest.fetch_channel(seed.AGE_RESTRICTED_ID)
    assert isinstance(restricted, hikari.GuildTextChannel)
    assert restricted.is_nsfw
    roles = await stranger.rest.fetch_roles(guild)
    assert {role.name for role in roles} >= {"@everyone", "Easel"}
    names = [member.username async for member in stranger.rest.fetch_members(guild)]
    assert {"owner", "mel", "robin", "Easel"} <= set(names)
    mel = await stranger.rest.fetch_member(guild, seed.MEMBER_ID)
    assert mel.display_name == "Mel Member"


async def test_what_a_guild_does_not_have_is_an_empty_list(stranger: Stranger):
    assert await stranger.rest.fetch_guild_stickers(seed.GUILD_ID) == []
    assert await stranger.rest.fetch_application_emojis(stranger.application_id) == []
