"""A bot that a test makes post and answer whatever it wants to see on the page."""

import asyncio
import io
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import discord
from discord import app_commands
from PIL import Image

from playground.server import Playground

Modal = Callable[[], discord.ui.Modal]


class Actor(discord.Client):
    """Posts what a test says. `got` is what the commands received; `modal` is what /form opens."""

    def __init__(self) -> None:
        super().__init__(intents=discord.Intents.default())
        self.tree = app_commands.CommandTree(self)
        self.got: list[str] = []
        self.modal: Modal | None = None
        self.is_there = asyncio.Event()
        for command in _commands(self):
            self.tree.add_command(command)

    async def setup_hook(self) -> None:
        """Register the commands."""
        await self.tree.sync()

    async def on_ready(self) -> None:
        """All guilds are known."""
        self.is_there.set()

    @property
    def general(self) -> discord.TextChannel:
        """#general, where the tests play."""
        return self.channel("general")

    def channel(self, name: str) -> discord.TextChannel:
        """A channel by its name."""
        return next(each for each in self.guilds[0].text_channels if each.name == name)


@asynccontextmanager
async def started(playground: Playground) -> AsyncIterator[Actor]:
    """The bot, logged in; discord.py's addresses have to point to the playground already."""
    bot = Actor()
    bot._connection.guild_ready_timeout = 0.05
    running = asyncio.create_task(bot.start(playground.bot_token))
    try:
        async with asyncio.timeout(20):
            await bot.is_there.wait()
        yield bot
    finally:
        await bot.close()
        await asyncio.gather(running, return_exceptions=True)


def picture(
    name: str = "red.png", size: tuple[int, int] = (320, 200), *, alt: str | None = None
) -> discord.File:
    """A red picture."""
    data = io.BytesIO()
    Image.new("RGB", size, "#e04a3f").save(data, "PNG")
    data.seek(0)
    return discord.File(data, name, description=alt)


def row_of(*items: discord.ui.Item[Any]) -> discord.ui.View:
    """A view of some items that stays."""
    view = discord.ui.View(timeout=None)
    for item in items:
        view.add_item(item)
    return view


def calling(
    item: discord.ui.Item[Any], callback: Callable[[discord.Interaction], Awaitable[object]]
) -> discord.ui.Item[Any]:
    """An item that calls back when it is used."""
    item.callback = callback  # type: ignore[method-assign]
    return item


def _commands(
    bot: Actor,
) -> list[app_commands.Command[Any, ..., Any] | app_commands.ContextMenu]:
    @app_commands.command(description="Whisper to the one who asks")
    async def whisper(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("only for you: psst", ephemeral=True)

    @app_commands.command(description="Think without end")
    async def think(interaction: discord.Interaction) -> None:
        await interaction.response.defer()

    @app_commands.command(description="Never answer")
    async def silent(interaction: discord.Interaction) -> None:
        pass

    @app_commands.command(description="Open the form of the test")
    async def form(interaction: discord.Interaction) -> None:
        assert bot.modal is not None
        await interaction.response.send_modal(bot.modal())

    @app_commands.context_menu(name="Vary this")
    async def vary(interaction: discord.Interaction, message: discord.Message) -> None:
        bot.got.append(f"vary {message.content}")
        await interaction.response.send_message(f"Varied {message.content}")

    @app_commands.context_menu(name="Gallery of")
    async def gallery(interaction: discord.Interaction, user: discord.User) -> None:
        bot.got.append(f"gallery {user.name}")
        await interaction.response.send_message(f"Gallery of {user.name}", ephemeral=True)

    return [whisper, think, silent, form, vary, gallery]
