"""The cog of /upscale and /faces."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import EaselBot
from bot.finishing import mend, upscale
from bot.presentation.choices import TARGET_CHOICES, tool_choices


class Finish(commands.Cog):
    """Makes pictures larger, and mends faces."""

    def __init__(self, bot: EaselBot) -> None:
        """The tools come from the bot's studio."""
        self._studio = bot.studio

    @app_commands.command()
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    @app_commands.describe(
        image="The picture",
        model="What makes it larger; the host's default when left out",
        to="How large: 2048 pixels on the longer side when left out",
    )
    @app_commands.choices(to=TARGET_CHOICES)
    async def upscale(
        self,
        interaction: discord.Interaction,
        image: discord.Attachment,
        model: str | None = None,
        to: str | None = None,
    ) -> None:
        """Make a picture larger."""
        await upscale(interaction, image, model, to)

    @app_commands.command()
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    @app_commands.describe(
        image="The picture",
        strength="How far faces are mended: 0.1 hardly, 1 wholly; 1 when left out",
        model="What mends them; the host's default when left out",
    )
    async def faces(
        self,
        interaction: discord.Interaction,
        image: discord.Attachment,
        strength: app_commands.Range[float, 0.1, 1.0] | None = None,
        model: str | None = None,
    ) -> None:
        """Mend the faces in a picture."""
        await mend(interaction, image, strength, model)

    @upscale.autocomplete("model")
    async def _complete_upscaler(
        self, _interaction: discord.Interaction, current: str
    ) -> list[app_commands.Choice[str]]:
        return tool_choices(self._studio.catalog.tools.of_kind("upscaler"), current)

    @faces.autocomplete("model")
    async def _complete_restorer(
        self, _interaction: discord.Interaction, current: str
    ) -> list[app_commands.Choice[str]]:
        return tool_choices(self._studio.catalog.tools.of_kind("face_restorer"), current)
