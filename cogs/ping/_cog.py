"""The cog of /ping."""

import math

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import EaselBot


class Ping(commands.Cog):
    """Tells how the bot is doing."""

    def __init__(self, bot: EaselBot) -> None:
        """Latency comes from the client, the rest from its studio."""
        self._bot = bot

    @app_commands.command()
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def ping(self, interaction: discord.Interaction) -> None:
        """Show the connection's latency, how many pictures wait, and what paints them."""
        studio = self._bot.studio
        waiting = len(studio.queue)
        devices = ", ".join(executor.device for executor in studio.executors)
        await interaction.response.send_message(
            f"Gateway latency: {_milliseconds(self._bot.latency)}\n"
            f"Waiting: {waiting} picture{'' if waiting == 1 else 's'}\n"
            f"Painting on: {devices}",
            ephemeral=True,
        )


def _milliseconds(latency_s: float) -> str:
    # Not a number until the first heartbeat was answered.
    return f"{latency_s * 1000:.0f} ms" if math.isfinite(latency_s) else "not measured yet"
