"""Components: what discord.py sends is taken, numbered and shown again, and used by people."""

import io
from typing import Any

import discord
import pytest
from discord import ui

from playground.client import Member, Refused
from playground.components import find, numbered, walk
from tests.unit.playground.conftest import Login, Painter, png

BUTTON = {"type": 2, "style": 1, "label": "a", "custom_id": "a"}
TEXT = {"type": 10, "content": "a"}
TREE = [{"type": 17, "components": [{"type": 9, "components": [TEXT], "accessory": BUTTON}]}]


class Everything(ui.LayoutView):
    """One of each kind that a message may show."""

    def __init__(self) -> None:
        super().__init__(timeout=None)
        picture = "attachment://a.png"
        button: ui.Button[Any] = ui.Button(label="Again", custom_id="again", emoji="🎨")
        gallery = ui.MediaGallery(discord.MediaGalleryItem(picture, description="a circle"))
        thumbnail = ui.Thumbnail(picture, spoiler=True)
        shown = ui.Container(
            ui.Section("beside a button", accessory=button),
            ui.Section(ui.TextDisplay("one"), ui.TextDisplay("two"), accessory=thumbnail),
            ui.Separator(spacing=discord.SeparatorSpacing.large),
            gallery,
            ui.File("attachment://b.txt"),
            accent_color=discord.Color.red(),
        )
        self.add_item(shown)
        style: ui.Select[Any] = ui.Select(
            custom_id="style",
            options=[discord.SelectOption(label=each, emoji="🖌️") for each in ("oil", "ink")],
        )
        where: ui.ChannelSelect[Any] = ui.ChannelSelect(
            custom_id="where", channel_types=[discord.ChannelType.text], min_values=0
        )
        self.add_item(ui.ActionRow(style))
        self.add_item(ui.ActionRow(where))
        self.add_item(ui.ActionRow(ui.Button(label="Read", url="https://example.com")))


def files() -> list[discord.File]:
    """The files that Everything shows."""
    return [discord.File(io.BytesIO(png()), "a.png"), discord.File(io.BytesIO(b"text"), "b.txt")]


@pytest.fixture
async def posted(login: Login, painter: Painter, member: Member) -> discord.Message:
    await login(painter)
    general = await painter.fetch_channel(int(member.channel("general")))
    assert isinstance(general, discord.TextChannel)
    return await general.send(view=Everything(), files=files())


def test_every_component_gets_an_id_of_its_own():
    ids = [component["id"] for _, component in walk(numbered(TREE))]
    assert ids == [1, 2, 3, 4]


def test_ids_that_were_sent_stay_and_are_not_given_again():
    first, second = numbered([{**TEXT, "id": 1}, TEXT])
    assert (first["id"], second["id"]) == (1, 2)


def test_what_was_not_said_is_filled_in():
    (container,) = numbered(TREE)
    assert container["accent_color"] is None
    assert container["spoiler"] is False
    (select,) = numbered([{"type": 5, "custom_id": "a", "placeholder": None}])
    assert select == {"type": 5, "custom_id": "a", "id": 1, "min_values": 1, "max_values": 1}


def test_an_accessory_is_found_by_its_custom_id():
    found = find(TREE, "a")
    assert found is BUTTON


async def test_discord_py_sends_and_reads_every_kind(posted: discord.Message, member: Member):
    shown = await member.message(str(posted.channel.id), str(posted.id))
    assert shown["flags"] == 1 << 15
    kinds = {component["type"] for _, component in walk(shown["components"])}
    assert kinds == {1, 2, 3, 8, 9, 10, 11, 12, 13, 14, 17}
    assert shown["attachments"] == []  # components show them all
    again = ui.LayoutView.from_message(posted)
    assert len(list(again.walk_children())) == len(list(Everything().walk_children()))


async def test_a_message_with_components_v2_stays_one(posted: discord.Message, member: Member):
    path = f"/channels/{posted.channel.id}/messages/{posted.id}"
    await posted.edit(view=Everything(), attachments=posted.attachments or files())
    with pytest.raises(discord.HTTPException) as refused:
        await posted.edit(content="a")
    assert refused.value.code == 50035
    assert (await member.api("GET", path))["flags"] == 1 << 15


async def test_values_of_a_select_have_to_be_among_its_options(
    posted: discord.Message, member: Member
):
    shown = await member.message(str(posted.channel.id), str(posted.id))
    for name, values in (("style", ["gold"]), ("style", []), ("where", ["1"]), ("where", ["a"])):
        with pytest.raises(Refused) as refused:
            await member.press(shown, name, values)
        assert "values" in refused.value.body["errors"]["data"]


async def test_a_link_cannot_be_pressed(posted: discord.Message, member: Member):
    data = {"component_type": 2, "custom_id": "None"}
    body = {
        "type": 3,
        "application_id": member.application_id,
        "channel_id": str(posted.channel.id),
        "message_id": str(posted.id),
        "session_id": "a",
        "data": data,
    }
    with pytest.raises(Refused) as refused:
        await member.api("POST", "/interactions", body)
    assert refused.value.body["errors"]["data"]["custom_id"]
