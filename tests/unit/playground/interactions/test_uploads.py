"""Files that people send with commands and forms: on the CDN only if what they are for is taken."""

import discord
import pytest
from discord import ui

from playground.client import Member, Refused, Upload
from playground.server import Playground
from tests.unit.playground.conftest import Login, Painter, png

MINE = Upload("mine.png", png(10, 20))


class Sending(ui.Modal, title="Send"):
    """A form that asks for a file."""

    file = ui.Label(text="File", component=ui.FileUpload(custom_id="file"))

    async def on_submit(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message("done")


@pytest.fixture
async def bot(login: Login, painter: Painter) -> Painter:
    @painter.tree.command()
    async def vary(
        interaction: discord.Interaction,
        start: discord.Attachment,
        steps: discord.app_commands.Range[int, 1, 8] = 4,
    ) -> None:
        """Take a picture."""
        await interaction.response.send_message(start.url)

    @painter.tree.command()
    async def send(interaction: discord.Interaction) -> None:
        """Open a form."""
        await interaction.response.send_modal(Sending())

    return await login(painter)


def stored(playground: Playground) -> list[str]:
    """The names of the files on the CDN."""
    return [each.attachment.filename for each in playground.services.cdn._files.values()]


async def test_the_file_of_a_command_is_on_the_cdn(
    playground: Playground, bot: Painter, member: Member
):
    sent = await member.command("vary", member.channel("general"), start=MINE)
    await sent.response()
    assert stored(playground) == ["mine.png"]


async def test_a_refused_command_leaves_no_file(
    playground: Playground, bot: Painter, member: Member
):
    with pytest.raises(Refused) as refused:
        await member.command("vary", member.channel("general"), start=MINE, steps=99)
    assert refused.value.code == 50035
    assert stored(playground) == []


async def test_a_refused_form_leaves_no_file_and_the_next_try_does(
    playground: Playground, bot: Painter, member: Member
):
    modal = await (await member.command("send", member.channel("general"))).modal()
    body = {
        "type": 5,
        "application_id": member.application_id,
        "channel_id": modal["channel_id"],
        "guild_id": member.guilds[0]["id"],
        "session_id": "a",
        "data": {"id": modal["id"], "custom_id": modal["custom_id"]},
    }
    data = body["data"]
    data["components"] = [{"custom_id": "file", "values": [0, 1]}]
    with pytest.raises(Refused):
        await member.api("POST", "/interactions", body, {0: MINE, 1: MINE})
    assert stored(playground) == []
    data["components"] = [{"custom_id": "file", "values": [0]}]
    await member.api("POST", "/interactions", body, {0: MINE})
    assert stored(playground) == ["mine.png"]
