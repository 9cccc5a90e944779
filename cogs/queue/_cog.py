"""The cog of /queue and /cancel."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.askers import asker_of
from bot.cancellation import cancel
from bot.client import EaselBot
from bot.numbers import picture_number

from ._lines import ALL, cancel_choices, others_jobs, overview, own_jobs


class Queue(commands.Cog):
    """Shows the line, and takes jobs out of it."""

    def __init__(self, bot: EaselBot) -> None:
        """Line and dispatcher come from the bot's studio."""
        self._studio = bot.studio

    @app_commands.command()
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    async def queue(self, interaction: discord.Interaction) -> None:
        """Show how many pictures wait, when yours will be painted, and how many you have left."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        quotas = await self._studio.quotas.read(asker_of(interaction))
        text = overview(self._studio, interaction.user.id, quotas)
        await interaction.edit_original_response(content=text)

    @app_commands.command()
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    @app_commands.describe(picture="Which of your pictures; when left out, the only one there is")
    async def cancel(self, interaction: discord.Interaction, picture: str | None = None) -> None:
        """Cancel a picture of yours that waits or is being painted."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        answer = await self._cancel(interaction, picture)
        await interaction.edit_original_response(content=answer)

    async def _cancel(self, interaction: discord.Interaction, picture: str | None) -> str:
        """What came of it."""
        own = [each.job.id for each in own_jobs(self._studio, interaction.user.id)]
        if picture is None and len(own) > 1:
            return f"You have {len(own)} pictures on their way. Name one, or choose “{ALL}”."
        wanted = own
        if picture is not None and picture != ALL:
            number = picture_number(picture)
            if number is None:
                return "Choose the picture from the list, or name it by its number, such as #12."
            wanted = [number]
        if not wanted:
            return "None of your pictures is waiting or being painted."
        # The last in line first, what is being painted last of all: the device it frees would only
        # begin, and charge, the next of those that are to end.
        hindrances = [await cancel(interaction, job_id) for job_id in reversed(wanted)]
        ended = hindrances.count(None)
        if not ended:
            return next(each for each in hindrances if each)
        return f"Cancelled {ended} picture{'' if ended == 1 else 's'}."

    @cancel.autocomplete("picture")
    async def _complete_picture(
        self, interaction: discord.Interaction, current: str
    ) -> list[app_commands.Choice[str]]:
        own = own_jobs(self._studio, interaction.user.id)
        others = others_jobs(self._studio, interaction, current)
        return cancel_choices(own, current, others)
