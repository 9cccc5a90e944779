"""Commands that hikari registers, and their options as it reads them."""

from typing import Any

import hikari
import pytest

from playground import seed
from playground.client import Member, Refused, Upload
from tests.unit.playground.conftest import png
from tests.unit.playground.strangers.conftest import PATIENCE_S, Stranger

Option = hikari.CommandOption
Kind = hikari.OptionType
SIZES = [
    hikari.CommandChoice(name="Square", value="1:1"),
    hikari.CommandChoice(name="Wide", value="16:9"),
]
EVERY_KIND = [
    Option(type=Kind.STRING, name="prompt", description="d", is_required=True, max_length=100),
    Option(type=Kind.STRING, name="size", description="d", choices=SIZES),
    Option(type=Kind.INTEGER, name="seed", description="d", min_value=0, max_value=2**32),
    Option(type=Kind.FLOAT, name="guidance", description="d", min_value=0.5, max_value=20.0),
    Option(type=Kind.BOOLEAN, name="private", description="d"),
    Option(type=Kind.USER, name="user", description="d"),
    Option(
        type=Kind.CHANNEL,
        name="channel",
        description="d",
        channel_types=[hikari.ChannelType.GUILD_TEXT],
    ),
    Option(type=Kind.ROLE, name="role", description="d"),
    Option(type=Kind.MENTIONABLE, name="whom", description="d"),
    Option(type=Kind.ATTACHMENT, name="start", description="d"),
    Option(type=Kind.STRING, name="style", description="d", autocomplete=True),
]


async def used(stranger: Stranger, member: Member, **options: Any) -> hikari.CommandInteraction:
    """The interaction that hikari reads when a member uses the command."""
    await stranger.command(EVERY_KIND)
    event = stranger.next(hikari.CommandInteractionCreateEvent)
    await member.command("imagine", member.channel("general"), prompt="a star", **options)
    interaction = (await event).interaction
    await interaction.create_initial_response(hikari.ResponseType.MESSAGE_CREATE, "seen")
    return interaction


def values(interaction: hikari.CommandInteraction) -> dict[str, Any]:
    return {option.name: option.value for option in interaction.options or ()}


async def test_a_command_comes_back_as_it_was_registered(stranger: Stranger):
    made = await stranger.command(EVERY_KIND)
    fetched = await stranger.rest.fetch_application_commands(stranger.application_id)
    assert [command.id for command in fetched] == [made.id]
    command = fetched[0]
    assert isinstance(command, hikari.SlashCommand)
    assert command.options is not None
    by_name = {option.name: option for option in command.options}
    assert list(by_name) == [option.name for option in EVERY_KIND]
    assert by_name["prompt"].is_required
    assert by_name["prompt"].max_length == 100
    assert by_name["size"].choices == SIZES
    assert (by_name["seed"].min_value, by_name["seed"].max_value) == (0, 2**32)
    assert by_name["guidance"].min_value == 0.5
    assert by_name["channel"].channel_types == [hikari.ChannelType.GUILD_TEXT]
    assert by_name["style"].autocomplete


async def test_commands_are_replaced_changed_and_deleted(stranger: Stranger):
    app = stranger.application_id
    await stranger.command(name="old")
    builders = [
        stranger.rest.slash_command_builder("imagine", "Paint."),
        stranger.rest.context_menu_command_builder(hikari.CommandType.MESSAGE, "Paint this"),
    ]
    made = await stranger.rest.set_application_commands(app, builders)
    assert sorted(command.name for command in made) == ["Paint this", "imagine"]
    imagine = next(command for command in made if command.name == "imagine")
    edited = await stranger.rest.edit_application_command(app, imagine, description="Paint!")
    assert isinstance(edited, hikari.SlashCommand)
    assert edited.description == "Paint!"
    await stranger.rest.delete_application_command(app, imagine)
    with pytest.raises(hikari.NotFoundError, match="Unknown application command"):
        await stranger.rest.fetch_application_command(app, imagine)


async def test_a_command_of_a_guild_is_offered_there_alone(stranger: Stranger, member: Member):
    await stranger.rest.create_slash_command(
        stranger.application_id, "here", "Paint.", guild=seed.GUILD_ID
    )
    in_guild = await member.commands(member.channel("general"))
    assert [command["name"] for command in in_guild] == ["here"]
    assert await member.commands(member.dm_channel_id) == []


async def test_plain_options_arrive_with_their_types(stranger: Stranger, member: Member):
    interaction = await used(
        stranger, member, size="16:9", seed=2**32, guidance=7.5, private=True, style="ink"
    )
    assert values(interaction) == {
        "prompt": "a star",
        "size": "16:9",
        "seed": 2**32,
        "guidance": 7.5,
        "private": True,
        "style": "ink",
    }


async def test_ids_arrive_with_what_they_mean(stranger: Stranger, member: Member):
    interaction = await used(
        stranger,
        member,
        user=str(seed.OWNER_ID),
        whom=str(seed.OWNER_ID),
        channel=str(seed.GENERAL_ID),
        role=str(seed.BOT_ROLE_ID),
    )
    given = values(interaction)
    assert given["user"] == given["whom"] == seed.OWNER_ID
    assert interaction.resolved is not None
    assert interaction.resolved.users[given["user"]].username == "owner"
    assert interaction.resolved.members[given["user"]].joined_at is not None
    assert interaction.resolved.channels[given["channel"]].name == "general"
    assert interaction.resolved.roles[given["role"]].name == "Easel"


async def test_an_attachment_is_fetched_from_its_url(stranger: Stranger, member: Member):
    interaction = await used(stranger, member, start=Upload("start.png", png(40, 30)))
    assert interaction.resolved is not None
    attachment = interaction.resolved.attachments[values(interaction)["start"]]
    assert (attachment.filename, attachment.media_type) == ("start.png", "image/png")
    assert (attachment.width, attachment.height) == (40, 30)
    assert await attachment.read() == png(40, 30)


async def test_the_interaction_says_who_where_and_with_which_rights(
    stranger: Stranger, member: Member
):
    interaction = await used(stranger, member)
    assert interaction.user.id == seed.MEMBER_ID
    assert (interaction.guild_id, interaction.channel.id) == (seed.GUILD_ID, seed.GENERAL_ID)
    assert interaction.member is not None
    assert interaction.member.permissions & hikari.Permissions.SEND_MESSAGES
    assert interaction.app_permissions is not None
    assert interaction.app_permissions & hikari.Permissions.ATTACH_FILES
    assert interaction.context is hikari.ApplicationContextType.GUILD
    assert interaction.attachment_size_limit == 10 * 2**20


async def test_in_a_dm_there_is_no_guild(stranger: Stranger, member: Member):
    await stranger.command()
    event = stranger.next(hikari.CommandInteractionCreateEvent)
    await member.command("imagine", member.dm_channel_id)
    interaction = (await event).interaction
    await interaction.create_initial_response(hikari.ResponseType.MESSAGE_CREATE, "seen")
    assert (interaction.guild_id, interaction.member) == (None, None)
    assert interaction.user.id == seed.MEMBER_ID
    assert interaction.context is hikari.ApplicationContextType.BOT_DM


async def test_a_value_outside_the_declared_range_is_refused(stranger: Stranger, member: Member):
    await stranger.command(EVERY_KIND)
    with pytest.raises(Refused) as refused:
        await member.command("imagine", member.channel("general"), prompt="a star", seed=2**32 + 1)
    assert refused.value.code == 50035


async def test_autocomplete_offers_what_hikari_answers(stranger: Stranger, member: Member):
    async def offer(interaction: hikari.AutocompleteInteraction) -> None:
        focused = next(option for option in interaction.options if option.is_focused)
        assert (focused.name, focused.value) == ("style", "in")
        await interaction.create_response([hikari.impl.AutocompleteChoiceBuilder("Ink", "ink")])

    stranger.on(hikari.AutocompleteInteractionCreateEvent, offer)
    await stranger.command(EVERY_KIND)
    choices = await member.autocomplete(
        "imagine", member.channel("general"), "style", PATIENCE_S, style="in"
    )
    assert choices == [{"name": "Ink", "value": "ink"}]


async def test_a_context_menu_brings_its_message(stranger: Stranger, member: Member):
    builder = stranger.rest.context_menu_command_builder(hikari.CommandType.MESSAGE, "Paint this")
    made = await stranger.rest.set_application_commands(stranger.application_id, [builder])
    said = await member.say(member.channel("general"), "a red star")
    event = stranger.next(hikari.CommandInteractionCreateEvent)
    data = {"id": str(made[0].id), "name": "Paint this", "type": 3, "target_id": said["id"]}
    body = {
        "type": 2,
        "application_id": member.application_id,
        "guild_id": str(seed.GUILD_ID),
        "channel_id": said["channel_id"],
        "session_id": member.ready["session_id"],
        "nonce": "1",
        "data": data,
    }
    await member.api("POST", "/interactions", body)
    interaction = (await event).interaction
    await interaction.create_initial_response(hikari.ResponseType.MESSAGE_CREATE, "seen")
    assert interaction.resolved is not None
    assert interaction.target_id is not None
    assert interaction.resolved.messages[interaction.target_id].content == "a red star"
