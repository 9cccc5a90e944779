"""The record of the bot's exchanges, held against Discord's own OpenAPI document."""

import asyncio
import contextlib
import io
import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import discord
import pytest
from discord import app_commands

from playground.client import Member
from playground.seed import GENERAL_ID
from playground.server import Playground
from tests.unit.playground.conftest import Login, Painter, png

# Beside the checkout, where the project keeps what several checkouts share.
CHECK = Path(__file__).parents[3].parent / "shared" / "discord-api" / "check.py"


@pytest.fixture
def trace(tmp_path: Path) -> Path:
    return tmp_path / "trace.jsonl"


@pytest.fixture
async def playground(trace: Path) -> AsyncIterator[Playground]:
    async with Playground(port=0, trace=trace) as running:
        yield running


def picture() -> discord.File:
    return discord.File(io.BytesIO(png()), "a.png", description="a picture")


class Buttons(discord.ui.View):
    """Every component of version 1."""

    def __init__(self) -> None:
        super().__init__(timeout=None)
        self.add_item(discord.ui.Button(label="Docs", url="https://example.com"))
        for kind in (discord.ui.UserSelect, discord.ui.RoleSelect, discord.ui.ChannelSelect):
            self.add_item(kind(custom_id=kind.__name__))

    @discord.ui.button(label="Go", custom_id="go", emoji="🎨")
    async def go(self, interaction: discord.Interaction, button: object) -> None:
        await interaction.response.edit_message(content="gone", view=self)

    @discord.ui.select(custom_id="s", options=[discord.SelectOption(label="a", description="b")])
    async def choose(self, interaction: discord.Interaction, select: object) -> None:
        await interaction.response.defer()
        await interaction.followup.send("chosen", ephemeral=True)


def layout() -> discord.ui.LayoutView:
    """Every component of version 2."""
    view = discord.ui.LayoutView()
    thumbnail = discord.ui.Thumbnail("attachment://a.png", description="small")
    view.add_item(
        discord.ui.Container(
            discord.ui.Section(discord.ui.TextDisplay("text"), accessory=thumbnail),
            discord.ui.MediaGallery(discord.MediaGalleryItem("https://example.com/b.png")),
            discord.ui.Separator(),
            discord.ui.File("attachment://a.png"),
            accent_color=0xFF0000,
        )
    )
    return view


def rich() -> discord.Embed:
    embed = discord.Embed(title="t", description="d", color=1, timestamp=discord.utils.utcnow())
    embed.set_image(url="attachment://a.png").set_footer(text="f").set_author(name="a")
    return embed.add_field(name="n", value="v")


def add_commands(tree: app_commands.CommandTree) -> None:
    @tree.command(nsfw=True)
    @app_commands.choices(style=[app_commands.Choice(name="Oil", value="oil")])
    async def paint(
        interaction: discord.Interaction,
        prompt: app_commands.Range[str, 1, 300],
        style: str = "oil",
        strength: app_commands.Range[float, 0, 1] = 0.5,
        fast: bool = False,
        image: discord.Attachment | None = None,
        channel: discord.TextChannel | None = None,
    ) -> None:
        """Defer, edit twice, follow up, delete."""
        await interaction.response.defer()
        await interaction.edit_original_response(embed=rich(), attachments=[picture()])
        await interaction.edit_original_response(content="done", embeds=[], attachments=[])
        message = await interaction.followup.send("more", file=picture(), wait=True)
        await interaction.original_response()
        await message.edit(content="less")
        await message.delete()

    @paint.autocomplete("prompt")
    async def complete(interaction: discord.Interaction, now: str) -> list[app_commands.Choice]:
        return [app_commands.Choice(name=now or "-", value=now or "-")]

    @tree.command()
    @app_commands.default_permissions(manage_guild=True)
    @app_commands.guild_only()
    async def show(interaction: discord.Interaction) -> None:
        """Answer at once."""
        await interaction.response.send_message("hi", embed=rich(), file=picture(), view=Buttons())

    @tree.command()
    async def form(interaction: discord.Interaction) -> None:
        """Open a form."""
        modal = discord.ui.Modal(title="F", custom_id="f")
        modal.add_item(discord.ui.TextInput(label="L", custom_id="i", max_length=10, default="x"))
        await interaction.response.send_modal(modal)

    @tree.context_menu(name="Paint this")
    async def this(interaction: discord.Interaction, message: discord.Message) -> None:
        await interaction.response.send_message("no", ephemeral=True)


async def use_everything(bot: Painter, owner: Member) -> None:
    adults = owner.channel("age-restricted")
    await owner.autocomplete("paint", adults, "prompt", prompt="")
    painting = await owner.command("paint", adults, prompt="x", strength=0.25, fast=True)
    await owner.wait_for(lambda e: e.name == "MESSAGE_DELETE")
    assert (await painting.response())["embeds"]
    shown = await (await owner.command("show", owner.channel("general"))).response()
    await (await owner.press(shown, "go")).update()
    await (await owner.press(shown, "s", ["a"])).response()
    await (await owner.command("form", owner.channel("general"))).modal()


async def read_everything(bot: Painter, owner: Member) -> None:
    await bot.application_info()
    guild = await bot.fetch_guild(int(owner.guilds[0]["id"]))
    await guild.fetch_channels()
    await guild.fetch_roles()
    await guild.fetch_member(int(owner.id))
    general = await bot.fetch_channel(int(owner.channel("general")))
    assert isinstance(general, discord.TextChannel)
    async with general.typing():
        posted = await general.send("hi", embed=rich(), file=picture())
    await general.send(view=layout(), file=picture())
    await posted.reply("re")
    await posted.edit(content="ho", attachments=[])
    assert [message async for message in general.history(limit=5)]
    assert await general.fetch_message(posted.id)
    await posted.delete()
    person = await bot.fetch_user(int(owner.id))
    await person.send("in private")
    forbidden = await bot.fetch_channel(int(owner.channel("no-bots")))
    assert isinstance(forbidden, discord.TextChannel)
    with pytest.raises(discord.Forbidden):
        await forbidden.send("no")
    await bot.tree.sync(guild=guild)
    await bot.tree.fetch_commands()


@pytest.mark.skipif(not CHECK.exists(), reason="Discord's OpenAPI document is not beside this")
async def test_all_that_a_client_exchanges_fits_discords_document(
    login: Login, painter: Painter, owner: Member, trace: Path
):
    add_commands(painter.tree)
    await login(painter)
    await use_everything(painter, owner)
    await read_everything(painter, owner)
    code, output = await check(trace)
    assert "do not fit" not in output, output
    assert code == 0, output


async def test_only_the_bots_exchanges_are_recorded(
    login: Login, painter: Painter, member: Member, trace: Path
):
    await login(painter)
    await member.say(member.channel("general"), "mine")
    lines = [json.loads(line) for line in trace.read_text().splitlines()]
    assert {line["path"] for line in lines} >= {"/users/@me", "/gateway/bot"}
    assert not any(line["path"].endswith("/messages") for line in lines)
    assert all({"method", "path", "status", "request", "response"} == set(line) for line in lines)


@pytest.mark.skipif(not CHECK.exists(), reason="Discord's OpenAPI document is not beside this")
async def test_what_faults_did_is_no_misfit(playground: Playground, trace: Path):
    headers = {"Authorization": f"Bot {playground.bot_token}"}
    async with aiohttp.ClientSession(headers=headers) as http:
        deeds: list[dict[str, Any]] = [{"status": 200, "body": [1]}, {"drop": "before"}]
        for do in [*deeds, {"drop": "after"}]:
            playground.faults.add("GET /users/@me", **do)
            with contextlib.suppress(aiohttp.ClientConnectionError):
                await http.get(f"{playground.api_url}/users/@me")
    code, output = await check(trace)
    assert code == 0, output
    assert "do not fit" not in output, output


async def check(trace: Path) -> tuple[int | None, str]:
    """The exit code and output of Discord's document held against a trace."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, str(CHECK), str(trace), stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()
    return process.returncode, output.decode()


def lines(trace: Path, path: str) -> list[dict[str, Any]]:
    written = [json.loads(line) for line in trace.read_text().splitlines()]
    return [line for line in written if line["path"] == path]


@pytest.mark.parametrize(
    ("do", "status", "is_discords"),
    [
        ({"status": 503, "body": {"made": "up"}}, 503, False),
        ({"drop": "before"}, 0, False),
        ({"drop": "after"}, 200, True),
        ({"drop": "after", "status": 502}, 200, True),
        ({"delay": 0.001}, 200, True),
    ],
    ids=str,
)
async def test_what_a_fault_made_up_is_not_recorded_as_discords(
    playground: Playground, trace: Path, do: dict[str, Any], status: int, is_discords: bool
):
    playground.faults.add("POST /channels/*/messages", **do)
    path = f"/channels/{GENERAL_ID}/messages"
    headers = {"Authorization": f"Bot {playground.bot_token}"}
    async with aiohttp.ClientSession(headers=headers) as http:
        with contextlib.suppress(aiohttp.ClientConnectionError):
            await http.post(playground.api_url + path, json={"content": "hi"})
    (line,) = lines(trace, path)
    assert line["fault"] is True
    assert (line["status"], line["request"]) == (status, {"content": "hi"})
    assert (line["response"] is not None) == is_discords


async def test_every_playground_may_record_in_one_file_besides_its_own(
    tmp_path: Path, trace: Path, monkeypatch: pytest.MonkeyPatch
):
    common = tmp_path / "all.jsonl"
    monkeypatch.setattr("playground.trace.DEFAULT_PATH", common)
    async with (
        Playground(port=0, trace=trace) as one,
        Playground(port=0) as two,
        aiohttp.ClientSession() as http,
    ):
        for each in (one, two):
            headers = {"Authorization": f"Bot {each.bot_token}"}
            await http.get(f"{each.api_url}/users/@me", headers=headers)
    assert (len(lines(common, "/users/@me")), len(lines(trace, "/users/@me"))) == (2, 1)
