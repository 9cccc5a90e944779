"""The cog of /privacy and /delete-my-data."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import EaselBot

from ._button import EraseButton
from ._notice import ASK, notice


class Privacy(commands.Cog):
    """Tells members what is stored of them, and deletes it."""

    def __init__(self, bot: EaselBot) -> None:
        """The settings in force are the bot's."""
        self._bot = bot

    @app_commands.command()
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def privacy(self, interaction: discord.Interaction) -> None:
        """Show what Easel stores of you, how long, who sees it and how to delete it."""
        embed = notice(self._bot.settings, self._bot.studio)
        await interaction.response.send_message(embed=embed, ephemeral=True)

    @app_commands.command(name="delete-my-data")
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def delete_my_data(self, interaction: discord.Interaction) -> None:
        """Delete all that Easel has stored of you; it asks once more before."""
        view = discord.ui.View(timeout=None).add_item(EraseButton(interaction.user.id))
        await interaction.response.send_message(ASK, view=view, ephemeral=True)
