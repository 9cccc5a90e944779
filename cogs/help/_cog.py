"""The cog of /help."""

from typing import Literal

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import EaselBot
from bot.errors import in_words, tell_privately
from bot.presentation.choices import model_choices
from generation.errors import RequestRefused

from ._pages import about_model, overview
from ._parameters import parameters


class Help(commands.Cog):
    """Explains Easel to whoever asks, and to nobody else."""

    def __init__(self, bot: EaselBot) -> None:
        """The commands come from the bot, the catalog from its studio."""
        self._bot = bot

    @app_commands.command(name="help")
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    @app_commands.describe(
        model="Tell what this model takes, in place of an overview",
        topic="Explain this, in place of an overview",
    )
    async def explain(
        self,
        interaction: discord.Interaction,
        model: str | None = None,
        topic: Literal["parameters"] | None = None,
    ) -> None:
        """Explain what Easel does, its commands, and how to write a prompt."""
        studio = self._bot.studio
        if topic == "parameters":
            embeds, files = parameters()
            await interaction.response.send_message(embeds=embeds, files=files, ephemeral=True)
            return
        if model is None:
            embed = overview(self._bot.tree, studio.default_model)
        else:
            try:
                embed = about_model(studio.catalog.find(model))
            except RequestRefused as refusal:
                await tell_privately(interaction, in_words(refusal))
                return
        await interaction.response.send_message(embed=embed, ephemeral=True)

    @explain.autocomplete("model")
    async def _complete_model(
        self, _interaction: discord.Interaction, current: str
    ) -> list[app_commands.Choice[str]]:
        studio = self._bot.studio
        return model_choices(studio.catalog, studio.default_model, current)
