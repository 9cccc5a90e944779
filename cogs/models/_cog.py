"""The cog of /models."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import EaselBot

from . import _form
from ._controls import page_view
from ._shelf import Shelf


class Models(commands.Cog):
    """Shows what may be painted with."""

    def __init__(self, bot: EaselBot) -> None:
        """The catalog comes from the bot's studio."""
        self._studio = bot.studio

    @app_commands.command()
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def models(self, interaction: discord.Interaction) -> None:
        """Show the models that paint here, what each takes, and under which licence."""
        shelf = Shelf(self._studio)
        await interaction.response.send_message(
            embed=shelf.page(0), view=page_view(shelf, 0), ephemeral=True
        )

    @commands.Cog.listener()
    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Take in a form, also one that was opened before the last restart."""
        await _form.submitted(interaction)
