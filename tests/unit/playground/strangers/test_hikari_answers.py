"""How hikari answers: deferred, with files, privately, and to buttons, selects and forms."""

import hikari
import pytest

from playground import seed
from playground.client import Member, find_component
from playground.client.parts import walk
from tests.unit.playground.conftest import png
from tests.unit.playground.strangers.conftest import Stranger

Response = hikari.ResponseType
EPHEMERAL, LOADING, COMPONENTS_V2 = 1 << 6, 1 << 7, 1 << 15


def buttons(rest: hikari.api.RESTClient) -> hikari.api.MessageActionRowBuilder:
    row = rest.build_message_action_row()
    row.add_interactive_button(hikari.ButtonStyle.PRIMARY, "again", label="Again", emoji="🔁")
    row.add_interactive_button(hikari.ButtonStyle.SECONDARY, "edit", label="Edit")
    row.add_link_button("https://example.org", label="Read")
    return row


async def asked(stranger: Stranger, member: Member) -> hikari.CommandInteraction:
    """An interaction that a member began and nobody has answered yet."""
    await stranger.command()
    event = stranger.next(hikari.CommandInteractionCreateEvent)
    await member.command("imagine", member.channel("general"))
    return (await event).interaction


async def shown_with_buttons(stranger: Stranger, member: Member) -> dict[str, object]:
    """A message of the bot's with buttons, as the member sees it."""
    interaction = await asked(stranger, member)
    response = await interaction.create_initial_response(
        Response.MESSAGE_CREATE, "painted", component=buttons(stranger.rest)
    )
    assert response.interaction.response_message_id
    return await member.message(
        member.channel("general"), str(response.interaction.response_message_id)
    )


async def pressed(
    stranger: Stranger, member: Member, message: dict[str, object], name: str
) -> hikari.ComponentInteraction:
    event = stranger.next(hikari.ComponentInteractionCreateEvent)
    await member.press(message, name)
    return (await event).interaction


async def test_a_deferred_answer_is_edited_with_a_file(stranger: Stranger, member: Member):
    interaction = await asked(stranger, member)
    deferred = await interaction.create_initial_response(Response.DEFERRED_MESSAGE_CREATE)
    assert deferred.interaction.response_message_loading
    edited = await interaction.edit_initial_response(
        "a star", attachment=hikari.Bytes(png(64, 32), "star.png", spoiler=False)
    )
    read = edited.attachments[0]
    assert (read.filename, read.media_type) == ("star.png", "image/png")
    assert (read.width, read.height) == (64, 32)
    assert await read.read() == png(64, 32)
    seen = await member.message(member.channel("general"), str(edited.id))
    assert (seen["content"], seen["flags"] & LOADING) == ("a star", 0)
    assert await member.download(seen["attachments"][0]) == png(64, 32)
    assert (await interaction.fetch_initial_response()).id == edited.id


async def test_an_embed_shows_the_file_it_came_with(stranger: Stranger, member: Member):
    interaction = await asked(stranger, member)
    await interaction.create_initial_response(Response.DEFERRED_MESSAGE_CREATE)
    embed = hikari.Embed(title="A star", color=0xFF0000).set_image(
        hikari.Bytes(png(64, 32), "star.png")
    )
    edited = await interaction.edit_initial_response(embed=embed)
    assert edited.attachments == []
    image = edited.embeds[0].image
    assert image is not None
    assert (image.width, image.height) == (64, 32)
    seen = await member.message(member.channel("general"), str(edited.id))
    assert seen["embeds"][0]["color"] == 0xFF0000
    assert await image.read() == await member.download(seen["embeds"][0]["image"]) == png(64, 32)


async def test_an_answer_is_deleted(stranger: Stranger, member: Member):
    interaction = await asked(stranger, member)
    await interaction.create_initial_response(Response.MESSAGE_CREATE, "oops")
    await interaction.delete_initial_response()
    assert await member.messages(member.channel("general")) == []
    with pytest.raises(hikari.NotFoundError):
        await interaction.fetch_initial_response()


async def test_a_follow_up_is_private(stranger: Stranger, member: Member, other: Member):
    interaction = await asked(stranger, member)
    await interaction.create_initial_response(Response.MESSAGE_CREATE, "for all")
    private = await interaction.execute("for you", flags=hikari.MessageFlag.EPHEMERAL)
    assert private.flags & hikari.MessageFlag.EPHEMERAL
    general = member.channel("general")
    assert (await member.message(general, str(private.id)))["content"] == "for you"
    assert [m["content"] for m in await other.messages(general)] == ["for all"]


async def test_a_follow_up_is_edited_with_a_file_and_deleted(stranger: Stranger, member: Member):
    interaction = await asked(stranger, member)
    await interaction.create_initial_response(Response.MESSAGE_CREATE, "first")
    further = await interaction.execute("second", attachment=hikari.Bytes(b"one", "one.txt"))
    edited = await interaction.edit_message(
        further, attachments=[*further.attachments, hikari.Bytes(b"two", "two.txt")]
    )
    assert [each.filename for each in edited.attachments] == ["one.txt", "two.txt"]
    seen = await member.message(member.channel("general"), str(further.id))
    assert [await member.download(each) for each in seen["attachments"]] == [b"one", b"two"]
    await interaction.delete_message(further)
    assert len(await member.messages(member.channel("general"))) == 1


async def test_an_answer_given_twice_is_refused(stranger: Stranger, member: Member):
    interaction = await asked(stranger, member)
    await interaction.create_initial_response(Response.MESSAGE_CREATE, "once")
    with pytest.raises(hikari.BadRequestError) as refused:
        await interaction.create_initial_response(Response.MESSAGE_CREATE, "twice")
    assert refused.value.code == 40060


async def test_buttons_are_read_back_as_they_were_built(stranger: Stranger, member: Member):
    shown = await shown_with_buttons(stranger, member)
    assert find_component(shown, "Again")["emoji"]["name"] == "🔁"
    read = await stranger.rest.fetch_message(seed.GENERAL_ID, int(str(shown["id"])))
    row = read.components[0]
    assert isinstance(row, hikari.ActionRowComponent)
    first, _, link = row
    assert isinstance(first, hikari.ButtonComponent)
    assert (first.custom_id, first.label) == ("again", "Again")
    assert isinstance(link, hikari.ButtonComponent)
    assert link.url == "https://example.org"


async def test_a_button_updates_its_message(stranger: Stranger, member: Member):
    shown = await shown_with_buttons(stranger, member)
    interaction = await pressed(stranger, member, shown, "Again")
    assert (interaction.custom_id, interaction.message.id) == ("again", int(str(shown["id"])))
    await interaction.create_initial_response(
        Response.MESSAGE_UPDATE, "painted again", component=None
    )
    seen = await member.message(member.channel("general"), str(shown["id"]))
    assert (seen["content"], seen["components"]) == ("painted again", [])


async def test_a_button_is_acknowledged_now_and_its_message_edited_later(
    stranger: Stranger, member: Member
):
    shown = await shown_with_buttons(stranger, member)
    interaction = await pressed(stranger, member, shown, "Again")
    await interaction.create_initial_response(Response.DEFERRED_MESSAGE_UPDATE)
    await interaction.edit_initial_response("later", attachment=hikari.Bytes(png(), "star.png"))
    seen = await member.message(member.channel("general"), str(shown["id"]))
    assert seen["content"] == "later"
    assert find_component(seen, "Again")
    assert await member.download(seen["attachments"][0]) == png()


async def test_selects_carry_values_and_what_they_mean(stranger: Stranger, member: Member):
    interaction = await asked(stranger, member)
    styles = stranger.rest.build_message_action_row()
    styles.add_text_menu("style", placeholder="Style").add_option("Ink", "ink")
    people = stranger.rest.build_message_action_row()
    people.add_select_menu(hikari.ComponentType.USER_SELECT_MENU, "whom", placeholder="Whom")
    sent = await interaction.create_initial_response(
        Response.MESSAGE_CREATE, "choose", components=[styles, people]
    )
    assert sent.interaction.response_message_id
    shown = await member.message(
        member.channel("general"), str(sent.interaction.response_message_id)
    )
    for name, value in (("Style", "ink"), ("Whom", str(seed.OWNER_ID))):
        event = stranger.next(hikari.ComponentInteractionCreateEvent)
        await member.press(shown, name, [value])
        chosen = (await event).interaction
        assert list(chosen.values) == [value]
        await chosen.create_initial_response(Response.DEFERRED_MESSAGE_UPDATE)
    assert chosen.resolved is not None
    assert chosen.resolved.users[hikari.Snowflake(seed.OWNER_ID)].username == "owner"


async def test_a_form_is_shown_filled_in_and_answered(stranger: Stranger, member: Member):
    shown = await shown_with_buttons(stranger, member)
    event = stranger.next(hikari.ComponentInteractionCreateEvent)
    opened = await member.press(shown, "Edit")
    row = stranger.rest.build_modal_action_row()
    row.add_text_input("prompt", "Prompt", value="a circle", min_length=1, max_length=100)
    await (await event).interaction.create_modal_response("Edit", "form", component=row)
    modal = await opened.modal()
    assert (modal["title"], modal["custom_id"]) == ("Edit", "form")
    assert [c["value"] for c in walk(modal["components"]) if "value" in c] == ["a circle"]

    sent = stranger.next(hikari.ModalInteractionCreateEvent)
    await member.submit_modal(modal, prompt="a star")
    form = (await sent).interaction
    field = form.components[0][0]
    assert isinstance(field, hikari.TextInputComponent)
    assert (form.custom_id, field.custom_id, field.value) == ("form", "prompt", "a star")
    assert form.message is not None
    await form.create_initial_response(Response.MESSAGE_UPDATE, field.value)
    seen = await member.message(member.channel("general"), str(shown["id"]))
    assert seen["content"] == "a star"


async def test_components_v2_show_text_and_a_picture(stranger: Stranger, member: Member):
    interaction = await asked(stranger, member)
    await interaction.create_initial_response(Response.DEFERRED_MESSAGE_CREATE)
    container = hikari.impl.ContainerComponentBuilder(accent_color=hikari.Color(0x00FF00))
    container.add_text_display("# A star")
    gallery = hikari.impl.MediaGalleryComponentBuilder()
    gallery.add_media_gallery_item(hikari.Bytes(png(64, 32), "star.png"))
    container.add_component(gallery)
    edited = await interaction.edit_initial_response(components=[container])
    assert edited.flags & hikari.MessageFlag.IS_COMPONENTS_V2
    seen = await member.message(member.channel("general"), str(edited.id))
    assert seen["flags"] & COMPONENTS_V2
    media = next(c for c in walk(seen["components"]) if "items" in c)["items"][0]["media"]
    assert await member.download(media) == png(64, 32)
