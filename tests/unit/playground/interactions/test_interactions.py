"""Interactions from both sides: a discord.py bot and a member."""

import asyncio
import io
from typing import Any

import aiohttp
import discord
import pytest
from discord import app_commands

from playground.client import InteractionFailed, Member, Refused, Upload, pictures
from playground.server import Playground
from tests.unit.playground.conftest import Login, Painter, png


def picture(name: str = "circle.png") -> discord.File:
    return discord.File(io.BytesIO(png()), name)


class Again(discord.ui.View):
    """A button that updates its message, one that opens a form, and a select."""

    def __init__(self) -> None:
        super().__init__(timeout=None)

    @discord.ui.button(label="Again", custom_id="again")
    async def again(self, interaction: discord.Interaction, button: object) -> None:
        await interaction.response.edit_message(content="again")

    @discord.ui.button(label="Later", custom_id="later")
    async def later(self, interaction: discord.Interaction, button: object) -> None:
        await interaction.response.defer()
        await interaction.edit_original_response(content="later")
        await interaction.followup.send("and more", ephemeral=True)

    @discord.ui.button(label="Edit", custom_id="edit")
    async def edit(self, interaction: discord.Interaction, button: object) -> None:
        await interaction.response.send_modal(Form())

    @discord.ui.button(label="Off", custom_id="off", disabled=True)
    async def off(self, interaction: discord.Interaction, button: object) -> None:
        raise AssertionError

    @discord.ui.select(
        custom_id="style",
        placeholder="Style",
        options=[discord.SelectOption(label=name) for name in ("oil", "ink")],
    )
    async def style(self, interaction: discord.Interaction, select: discord.ui.Select) -> None:
        await interaction.response.send_message(f"in {select.values[0]}", ephemeral=True)


class Form(discord.ui.Modal, title="Edit"):
    """A form with an old text input and a new labeled one."""

    prompt = discord.ui.TextInput(label="Prompt", custom_id="prompt", default="a circle")
    size = discord.ui.Label(
        text="Size",
        component=discord.ui.Select(
            custom_id="size", options=[discord.SelectOption(label="big")], required=False
        ),
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        assert isinstance(self.size.component, discord.ui.Select)
        sizes = ",".join(self.size.component.values)
        if interaction.message is None:
            await interaction.response.send_message(f"{self.prompt.value} {sizes}")
        else:
            await interaction.response.edit_message(content=f"{self.prompt.value} {sizes}")


@pytest.fixture
async def bot(login: Login, painter: Painter) -> Painter:
    """A bot with a command for each way to answer."""
    tree = painter.tree
    painter.kept: list[discord.Interaction] = []  # type: ignore[attr-defined]

    @tree.command()
    async def imagine(
        interaction: discord.Interaction,
        prompt: app_commands.Range[str, 2, 20],
        seed: app_commands.Range[int, 0, 100] | None = None,
        image: discord.Attachment | None = None,
        friend: discord.Member | None = None,
    ) -> None:
        """Defer, then show a picture."""
        await interaction.response.defer()
        painter.kept.append(interaction)  # type: ignore[attr-defined]
        sizes = f" {image.width}x{image.height}" if image else ""
        content = f"{prompt} {seed}{sizes} {friend or ''}".strip()
        await interaction.edit_original_response(content=content, attachments=[picture()])

    @imagine.autocomplete("prompt")
    async def complete(
        interaction: discord.Interaction, current: str
    ) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=current + " circle", value=current + " circle")]

    @tree.command()
    async def whisper(interaction: discord.Interaction) -> None:
        """Defer for one pair of eyes."""
        await interaction.response.defer(ephemeral=True)
        await interaction.followup.send("psst")
        await interaction.followup.send("aloud")

    @tree.command()
    async def buttons(interaction: discord.Interaction) -> None:
        """Answer at once, with components."""
        embed = discord.Embed(title="Paint").set_image(url="attachment://circle.png")
        await interaction.response.send_message(embed=embed, file=picture(), view=Again())

    @tree.command()
    async def form(interaction: discord.Interaction) -> None:
        """Open a form."""
        await interaction.response.send_modal(Form())

    @tree.command()
    async def silent(interaction: discord.Interaction) -> None:
        """Do not answer."""
        painter.kept.append(interaction)  # type: ignore[attr-defined]

    group = app_commands.Group(name="settings", description="Settings.")

    @group.command(name="model")
    async def model(interaction: discord.Interaction, name: str) -> None:
        """A subcommand."""
        await interaction.response.send_message(f"model {name}")

    tree.add_command(group)
    return await login(painter)


def kept(bot: Painter) -> list[discord.Interaction]:
    return bot.kept  # type: ignore[attr-defined]


async def test_a_deferred_answer_is_edited_with_a_file(bot: Painter, member: Member):
    painting = await member.command("imagine", member.channel("general"), prompt="red", seed=7)
    thinking = await painting.message()
    assert thinking["flags"] == 128
    assert thinking["content"] == ""
    message = await painting.picture()
    assert message["id"] == thinking["id"]
    assert (message["flags"], message["edited_timestamp"]) == (0, None)
    assert message["content"] == "red 7"
    (attachment,) = message["attachments"]
    assert (attachment["width"], attachment["height"]) == (64, 32)
    assert attachment["content_type"] == "image/png"
    assert await member.download(attachment) == png()
    metadata = message["interaction_metadata"]
    assert metadata["id"] == await painting.id()
    assert metadata["user"]["id"] == member.id
    assert message["type"] == 20


async def test_everybody_sees_a_public_answer(bot: Painter, member: Member, other: Member):
    painting = await member.command("imagine", member.channel("general"), prompt="red")
    message = await painting.picture()
    await other.wait_for(lambda e: e.name == "MESSAGE_UPDATE" and e.data["id"] == message["id"])
    assert (await other.messages(other.channel("general")))[0]["id"] == message["id"]
    assert not any(event.name.startswith("INTERACTION") for event in other.events)


async def test_an_ephemeral_answer_is_its_users_alone(bot: Painter, member: Member, other: Member):
    """Fixed at the defer: the first follow-up fills it, and only it is hidden."""
    general = member.channel("general")
    whisper = await member.command("whisper", general)
    aloud = await whisper.message(lambda m: m["content"] == "aloud")
    first, second = whisper.messages()
    assert (first["content"], first["flags"]) == ("psst", 64)
    assert (second["content"], second["flags"]) == ("aloud", 0)
    assert second["message_reference"]["message_id"] == first["id"]
    await other.wait_for(lambda e: e.name == "MESSAGE_CREATE" and e.data["id"] == aloud["id"])
    assert not any(event.data.get("id") == first["id"] for event in other.events)
    assert "psst" not in str(other.events)
    assert first["id"] not in {message["id"] for message in await other.messages(general)}
    with pytest.raises(Refused) as refused:
        await other.message(general, first["id"])
    assert refused.value.code == 10008
    channel = await bot.fetch_channel(int(general))
    assert isinstance(channel, discord.TextChannel)
    with pytest.raises(discord.NotFound):
        await channel.fetch_message(int(first["id"]))


async def test_who_does_not_answer_in_three_seconds_has_failed(
    playground: Playground, bot: Painter, member: Member
):
    silent = await member.command("silent", member.channel("general"))
    async with asyncio.timeout(5):
        while not kept(bot):
            await asyncio.sleep(0.01)
    playground.clock.advance(3)
    with pytest.raises(InteractionFailed):
        await silent.acknowledged()
    with pytest.raises(discord.NotFound) as refused:
        await kept(bot)[0].response.defer()
    assert refused.value.code == 10062


async def test_a_second_acknowledgment_is_refused(
    playground: Playground, bot: Painter, member: Member
):
    painting = await member.command("imagine", member.channel("general"), prompt="red")
    await painting.picture()
    interaction = kept(bot)[0]
    url = f"{playground.api_url}/interactions/{interaction.id}/{interaction.token}/callback"
    async with aiohttp.ClientSession() as http, http.post(url, json={"type": 5}) as response:
        assert response.status == 400
        assert (await response.json())["code"] == 40060


async def test_a_token_lives_for_fifteen_minutes(
    playground: Playground, bot: Painter, member: Member
):
    painting = await member.command("imagine", member.channel("general"), prompt="red")
    await painting.picture()
    playground.clock.advance(14 * 60)
    await kept(bot)[0].edit_original_response(content="still")
    playground.clock.advance(61)
    for call in (
        kept(bot)[0].edit_original_response(content="late"),
        kept(bot)[0].followup.send("late"),
        kept(bot)[0].delete_original_response(),
    ):
        with pytest.raises(discord.HTTPException) as refused:
            await call
        assert (refused.value.status, refused.value.code) == (401, 50027)


async def test_without_an_answer_there_is_no_webhook(bot: Painter, member: Member):
    await member.command("silent", member.channel("general"))
    async with asyncio.timeout(5):
        while not kept(bot):
            await asyncio.sleep(0.01)
    with pytest.raises(discord.NotFound) as refused:
        await kept(bot)[0].followup.send("early")
    assert refused.value.code == 10015
    await kept(bot)[0].response.send_message("in time")


async def test_while_the_bot_is_away_interactions_fail_at_once(
    bot: Painter, member: Member, playground: Playground
):
    await bot.close()
    await member.wait_for(lambda e: e.name == "PRESENCE_UPDATE" and e.data["status"] == "offline")
    silent = await member.command("silent", member.channel("general"))
    with pytest.raises(InteractionFailed):
        await silent.acknowledged(timeout=1)


async def test_an_interaction_survives_a_cut_of_the_gateway(
    bot: Painter, member: Member, playground: Playground
):
    playground.gateway.close(4000)
    await asyncio.sleep(0.05)
    painting = await member.command("imagine", member.channel("general"), prompt="red")
    assert pictures(await painting.picture())


async def test_autocomplete(bot: Painter, member: Member):
    choices = await member.autocomplete(
        "imagine", member.channel("general"), "prompt", prompt="a red"
    )
    assert choices == [{"name": "a red circle", "value": "a red circle"}]


async def test_options_carry_files_and_members(bot: Painter, member: Member):
    painting = await member.command(
        "imagine",
        member.channel("general"),
        prompt="red",
        image=Upload("mine.bin", png(10, 20)),
        friend=member.id,
    )
    assert (await painting.picture())["content"] == "red None 10x20 mel"


async def test_subcommands(bot: Painter, member: Member):
    chosen = await member.command("settings model", member.channel("general"), name="demo")
    message = await chosen.response()
    assert message["content"] == "model demo"
    assert message["interaction_metadata"]["name"] == "settings model"


async def test_a_command_in_a_dm(bot: Painter, member: Member):
    painting = await member.command("imagine", member.dm_channel_id, prompt="red")
    message = await painting.picture()
    assert message["channel_id"] == member.dm_channel_id
    assert kept(bot)[0].context.dm_channel
    # Discord names only these there, and not that it may read and write.
    granted = kept(bot)[0].app_permissions
    assert granted.attach_files
    assert granted.embed_links
    assert not granted.send_messages


async def test_in_the_forbidden_channel_commands_work_and_say_so(bot: Painter, member: Member):
    painting = await member.command("imagine", member.channel("no-bots"), prompt="red")
    assert pictures(await painting.picture())
    assert not kept(bot)[0].app_permissions.send_messages
    assert kept(bot)[0].permissions.send_messages


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({}, "BASE_TYPE_REQUIRED"),
        ({"prompt": 7}, "STRING_TYPE_CONVERT"),
        ({"prompt": "x"}, "BASE_TYPE_BAD_LENGTH"),
        ({"prompt": "x" * 21}, "BASE_TYPE_BAD_LENGTH"),
        ({"prompt": "red", "seed": "7"}, "NUMBER_TYPE_COERCE"),
        ({"prompt": "red", "seed": 1.5}, "NUMBER_TYPE_COERCE"),
        ({"prompt": "red", "seed": -1}, "NUMBER_TYPE_MIN"),
        ({"prompt": "red", "seed": 101}, "NUMBER_TYPE_MAX"),
        ({"prompt": "red", "friend": "12345"}, "INTERACTION_APPLICATION_COMMAND_OPTION_NOT_FOUND"),
    ],
)
async def test_wrong_options_are_refused_before_the_bot_sees_them(
    bot: Painter, member: Member, options: dict[str, Any], code: str
):
    with pytest.raises(Refused) as refused:
        await member.command("imagine", member.channel("general"), **options)
    assert (refused.value.status, refused.value.code) == (400, 50035)
    assert code in str(refused.value.body["errors"]["data"]["options"])
    assert not kept(bot)


async def test_an_unknown_option_or_type_is_refused(bot: Painter, member: Member):
    general = member.channel("general")
    (imagine,) = [c for c in await member.commands(general) if c["name"] == "imagine"]
    for option in ({"type": 3, "name": "nope", "value": ""}, {"type": 4, "name": "prompt"}):
        body = {
            "type": 2,
            "application_id": member.application_id,
            "session_id": member.ready["session_id"],
            "channel_id": general,
            "data": {"id": imagine["id"], "name": "imagine", "type": 1, "options": [option]},
        }
        with pytest.raises(Refused) as refused:
            await member.api("POST", "/interactions", body)
        assert refused.value.body["errors"]["data"]["options"]["0"]


async def test_components_update_their_message(bot: Painter, member: Member, other: Member):
    shown = await (await member.command("buttons", member.channel("general"))).response()
    assert shown["attachments"] == []  # the file is shown by the embed
    assert shown["embeds"][0]["image"]["width"] == 64
    assert [c["id"] for c in shown["components"]] == [1, 6]
    again = await other.press(shown, "Again")
    assert (await again.update())["content"] == "again"
    later = await other.press(shown, "later")
    assert (await later.update())["content"] == "later"
    more = await later.response()
    assert (more["content"], more["flags"]) == ("and more", 64)
    assert more["interaction_metadata"]["interacted_message_id"] == shown["id"]
    latest = await member.message(shown["channel_id"], shown["id"])
    assert latest["embeds"][0]["image"]["url"].startswith("http://127.0.0.1")


async def test_a_select_carries_its_values(bot: Painter, member: Member):
    shown = await (await member.command("buttons", member.channel("general"))).response()
    chosen = await member.press(shown, "Style", ["ink"])
    assert (await chosen.response())["content"] == "in ink"
    for values in (["gold"], [], ["oil", "ink"]):
        with pytest.raises(Refused):
            await member.press(shown, "style", values)


async def test_a_disabled_or_missing_component_cannot_be_used(bot: Painter, member: Member):
    shown = await (await member.command("buttons", member.channel("general"))).response()
    with pytest.raises(Refused):
        await member.press(shown, "Off")
    with pytest.raises(LookupError):
        await member.press(shown, "Nowhere")


async def test_a_form_is_filled_in_and_submitted_once(bot: Painter, member: Member):
    modal = await (await member.command("form", member.channel("general"))).modal()
    with pytest.raises(Refused) as refused:
        await member.submit_modal(modal, prompt="")
    assert "BASE_TYPE_REQUIRED" in str(refused.value.body["errors"])
    sent = await member.submit_modal(modal, prompt="a star", size=["big"])
    message = await sent.response()
    assert message["content"] == "a star big"
    metadata = message["interaction_metadata"]
    assert metadata["type"] == 5
    assert metadata["triggering_interaction_metadata"]["type"] == 2
    with pytest.raises(Refused) as refused:
        await member.submit_modal(modal)
    assert refused.value.code == 10062


async def test_a_form_opened_by_a_button_updates_the_buttons_message(bot: Painter, member: Member):
    shown = await (await member.command("buttons", member.channel("general"))).response()
    opened = await member.press(shown, "Edit")
    await member.submit_modal(await opened.modal())
    edited = await opened.update()
    assert (edited["id"], edited["content"]) == (shown["id"], "a circle ")


async def test_a_callback_that_does_not_fit_the_interaction_is_refused(
    playground: Playground, bot: Painter, member: Member
):
    await member.command("silent", member.channel("general"))
    async with asyncio.timeout(5):
        while not kept(bot):
            await asyncio.sleep(0.01)
    interaction = kept(bot)[0]
    url = f"{playground.api_url}/interactions/{interaction.id}/{interaction.token}/callback"
    async with aiohttp.ClientSession() as http:
        for body in ({"type": 7, "data": {}}, {"type": 8, "data": {"choices": []}}, {}):
            async with http.post(url, json=body) as response:
                assert response.status == 400
                assert "type" in (await response.json())["errors"]
        async with http.post(url, json={"type": 4, "data": {"content": ""}}) as response:
            assert (await response.json())["code"] == 50006
        async with http.post(url, json={"type": 4, "data": {"content": "fine"}}) as response:
            assert response.status == 204
