"""Forms of every kind of field: shown by discord.py, filled in by a person."""

import asyncio
from typing import Any

import discord
import pytest
from discord import ui

from playground.client import Member, Refused, Upload
from playground.client.parts import Json
from tests.unit.playground.conftest import Login, Painter, png


def choices(kind: type[Any]) -> list[Any]:
    """Options of a radio group or checkbox group."""
    return [kind(label=each, value=each) for each in ("oil", "ink", "chalk")]


class Form(ui.Modal, title="Paint"):
    """One of each kind that a modal may ask for."""

    about = ui.TextDisplay("What shall it be?")
    prompt = ui.Label(
        text="Prompt",
        component=ui.TextInput(custom_id="prompt", min_length=3, max_length=8),
    )
    notes = ui.Label(text="Notes", component=ui.TextInput(custom_id="notes", required=False))
    style = ui.Label(
        text="Style",
        component=ui.RadioGroup(custom_id="style", options=choices(discord.RadioGroupOption)),
    )
    extras = ui.Label(
        text="Extras",
        component=ui.CheckboxGroup(
            custom_id="extras", options=choices(discord.CheckboxGroupOption), max_values=2
        ),
    )
    heard: discord.Interaction | None = None

    async def on_submit(self, interaction: discord.Interaction) -> None:
        Form.heard = interaction
        await interaction.response.send_message("done")


class Uploads(ui.Modal, title="Send"):
    """A form that asks for files, people and a tick."""

    files = ui.Label(text="Files", component=ui.FileUpload(custom_id="files", max_values=2))
    friend = ui.Label(text="Friend", component=ui.UserSelect(custom_id="friend"))
    sure = ui.Label(text="Sure?", component=ui.Checkbox(custom_id="sure"))
    heard: discord.Interaction | None = None

    async def on_submit(self, interaction: discord.Interaction) -> None:
        Uploads.heard = interaction
        await interaction.response.send_message("done")


@pytest.fixture
async def bot(login: Login, painter: Painter) -> Painter:
    @painter.tree.command()
    async def form(interaction: discord.Interaction) -> None:
        """Open the form of texts and choices."""
        await interaction.response.send_modal(Form())

    @painter.tree.command()
    async def uploads(interaction: discord.Interaction) -> None:
        """Open the form of files."""
        await interaction.response.send_modal(Uploads())

    return await login(painter)


async def opened(member: Member, name: str) -> Json:
    """A form as the member sees it."""
    return await (await member.command(name, member.channel("general"))).modal()


def body(member: Member, modal: Json, fields: list[Json]) -> Json:
    """What Discord's client sends for a filled-in form."""
    return {
        "type": 5,
        "application_id": member.application_id,
        "channel_id": modal["channel_id"],
        "guild_id": member.guilds[0]["id"],
        "session_id": "a",
        "data": {"id": modal["id"], "custom_id": modal["custom_id"], "components": fields},
    }


def filled(**values: Any) -> list[Json]:
    """Healthy values of the form of texts and choices, but for those given."""
    good: Json = {"prompt": "circle", "notes": "", "style": "oil", "extras": ["ink"], **values}
    return [
        {"custom_id": key, "values" if isinstance(value, list) else "value": value}
        for key, value in good.items()
    ]


async def test_a_form_of_texts_and_choices_arrives(bot: Painter, member: Member):
    modal = await opened(member, "form")
    sent = await member.submit_modal(modal, prompt="circle", style="oil", extras=["ink", "chalk"])
    await sent.response()
    assert Form.heard is not None
    data: Any = Form.heard.data
    inner = [each.get("component", {}) for each in data["components"]]
    values = {each["custom_id"]: each.get("value", each.get("values")) for each in inner if each}
    expected = {"prompt": "circle", "notes": "", "style": "oil", "extras": ["ink", "chalk"]}
    assert values == expected


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"prompt": ""}, "BASE_TYPE_REQUIRED"),
        ({"prompt": "xy"}, "BASE_TYPE_BAD_LENGTH"),
        ({"prompt": "x" * 9}, "BASE_TYPE_BAD_LENGTH"),
        ({"prompt": 7}, "STRING_TYPE_CONVERT"),
        ({"style": "gold"}, "BASE_TYPE_CHOICES"),
        ({"style": ""}, "BASE_TYPE_REQUIRED"),
        ({"extras": ["gold"]}, "BASE_TYPE_CHOICES"),
        ({"extras": ["oil", "ink", "chalk"]}, "BASE_TYPE_BAD_LENGTH"),
        ({"extras": ["oil", "oil"]}, "SET_TYPE_ALREADY_CONTAINS_VALUE"),
        ({"nowhere": "a"}, "COMPONENT_VALIDATION_FAILED"),
    ],
)
async def test_a_wrong_value_is_refused_and_the_form_stays_open(
    bot: Painter, member: Member, values: dict[str, Any], code: str
):
    modal = await opened(member, "form")
    with pytest.raises(Refused) as refused:
        await member.api("POST", "/interactions", body(member, modal, filled(**values)))
    assert (refused.value.status, refused.value.code) == (400, 50035)
    assert code in str(refused.value.body["errors"]["data"]["components"])
    await member.api("POST", "/interactions", body(member, modal, filled()))


async def test_files_and_people_of_a_form_are_resolved(bot: Painter, member: Member):
    modal = await opened(member, "uploads")
    fields = [
        {"custom_id": "files", "values": [0]},
        {"custom_id": "friend", "values": [member.id]},
        {"custom_id": "sure", "value": True},
    ]
    upload = {0: Upload("mine.png", png(10, 20))}
    await member.api("POST", "/interactions", body(member, modal, fields), upload)
    async with asyncio.timeout(5):
        while Uploads.heard is None:
            await asyncio.sleep(0.01)
    data: Any = Uploads.heard.data
    (file,) = data["resolved"]["attachments"].values()
    assert (file["filename"], file["width"], file["height"]) == ("mine.png", 10, 20)
    assert list(data["resolved"]["users"]) == [member.id]
    label = data["components"][0]["component"]
    assert label["values"] == [file["id"]]
    assert data["components"][2]["component"]["value"] is True


async def test_a_form_wants_the_files_it_asks_for(bot: Painter, member: Member):
    modal = await opened(member, "uploads")
    fields = [{"custom_id": "friend", "values": [member.id]}]
    with pytest.raises(Refused) as refused:
        await member.api("POST", "/interactions", body(member, modal, fields))
    assert "BASE_TYPE_BAD_LENGTH" in str(refused.value.body["errors"])
