"""A bot whose commands have options of every type, for the tests of the composer."""

import asyncio
from typing import Any

import discord
from discord import app_commands

Range = app_commands.Range


class EveryOptionBot(discord.Client):
    """Tells in `got` what each command received, as the names of what it received."""

    def __init__(self) -> None:
        super().__init__(intents=discord.Intents.default())
        self.tree = app_commands.CommandTree(self)
        self.got: list[dict[str, Any]] = []
        self.named: list[str] = []  # the commands, in the same order
        # What autocomplete was asked with, and what each question waits for before its answer.
        self.asked: list[str] = []
        self.holds: dict[str, asyncio.Event] = {}
        for command in _commands(self):
            self.tree.add_command(command)

    async def setup_hook(self) -> None:
        """Register the commands."""
        await self.tree.sync()

    async def note(self, interaction: discord.Interaction, **values: object) -> None:
        """Remember what came, and answer."""
        self.got.append({name: _plain(value) for name, value in values.items()})
        command = interaction.command
        assert command is not None
        await interaction.response.send_message(f"Took {command.qualified_name}")
        self.named.append(command.qualified_name)


async def answered(bot: EveryOptionBot, command: str, times: int = 1) -> None:
    """Wait until a command reached the bot in this test; the page may show earlier answers."""
    async with asyncio.timeout(10):
        while bot.named.count(command) < times:
            await asyncio.sleep(0.02)


def _plain(value: object) -> object:
    if isinstance(value, discord.Attachment):
        return value.filename, value.size
    if isinstance(value, discord.TextChannel):
        return f"#{value.name}"
    return str(value) if isinstance(value, discord.Member | discord.Role) else value


def _commands(
    bot: EveryOptionBot,
) -> list[app_commands.Command | app_commands.Group | app_commands.ContextMenu]:
    group = app_commands.Group(name="settings", description="How the bot paints here")
    inner = app_commands.Group(name="words", description="Words", parent=group)

    @group.command(description="Set the default number of steps")
    async def steps(interaction: discord.Interaction, value: Range[int, 1, 8]) -> None:
        await bot.note(interaction, value=value)

    @inner.command(description="Forbid a word")
    async def forbid(interaction: discord.Interaction, word: str, why: str | None = None) -> None:
        await bot.note(interaction, word=word, why=why)

    @app_commands.context_menu(name="Paint this")
    async def paint_this(interaction: discord.Interaction, message: discord.Message) -> None:
        await bot.note(interaction, message=message.content)

    return [*_painting(bot), *_picking(bot), group, paint_this]


def _painting(bot: EveryOptionBot) -> list[app_commands.Command]:
    async def models(_: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
        bot.asked.append(current)
        if current in bot.holds:
            await bot.holds[current].wait()
        if current == "broken":
            raise RuntimeError(current)
        return [app_commands.Choice(name=f"{current} large", value=f"model-{current}")]

    @app_commands.command(description="Paint a picture")
    @app_commands.describe(prompt="What is to be seen")
    @app_commands.choices(
        size=[
            app_commands.Choice(name="Square", value="512x512"),
            app_commands.Choice(name="Wide", value="768x512"),
        ]
    )
    @app_commands.autocomplete(model=models)
    async def imagine(
        interaction: discord.Interaction,
        prompt: Range[str, 2, 200],
        size: str | None = None,
        steps: Range[int, 1, 8] = 4,
        guidance: Range[float, 0.0, 9.5] = 1.0,
        tile: bool = False,
        model: str | None = None,
        start: discord.Attachment | None = None,
    ) -> None:
        given = {"prompt": prompt, "size": size, "steps": steps, "guidance": guidance}
        await bot.note(interaction, **given, tile=tile, model=model, start=start)

    @app_commands.command(description="Mix two pictures")
    async def mix(
        interaction: discord.Interaction, first: discord.Attachment, second: discord.Attachment
    ) -> None:
        await bot.note(interaction, first=first, second=second)

    @app_commands.command(description="Whether the bot is there")
    async def ping(interaction: discord.Interaction) -> None:
        await bot.note(interaction)

    return [imagine, mix, ping]


def _picking(bot: EveryOptionBot) -> list[app_commands.Command]:
    @app_commands.command(description="Give a picture to somebody")
    async def give(
        interaction: discord.Interaction,
        user: discord.Member,
        channel: discord.TextChannel | None = None,
        role: discord.Role | None = None,
        anybody: discord.Member | discord.Role | None = None,
    ) -> None:
        await bot.note(interaction, user=user, channel=channel, role=role, anybody=anybody)

    return [give]
