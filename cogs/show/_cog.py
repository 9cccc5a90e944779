"""The cog of /show."""

import logging

import discord
from discord import app_commands
from discord.ext import commands

from bot.again import bring, bring_part
from bot.askers import asker_of
from bot.client import EaselBot
from bot.database import DatabaseError
from bot.errors import in_words, tell_privately
from bot.numbers import picture_number
from bot.places import may_post_pictures
from bot.presentation.look import CHOICES
from bot.presentation.text import subject
from bot.reposts import Showing
from bot.sheets import bring_failed, bring_sheet
from generation.errors import RequestRefused
from generation.job import Job, JobStatus
from generation.sheets.values import MOST

log = logging.getLogger(__name__)

_NOT_YOURS = (
    "You have no such picture. Choose one from the list, or take the number under a picture."
)
_CANCELLED = "It was cancelled before it was painted."
_UNDER_WAY = "It is not painted yet. /queue tells where it is."
#: Of a picture whose words are refused where all would read them.
_ALONE = "Leave `private` out, and you see it here alone."


class Show(commands.Cog):
    """Brings back what a member had painted."""

    def __init__(self, bot: EaselBot) -> None:
        """Rows and pictures come from the bot's studio."""
        self._studio = bot.studio

    @app_commands.command()
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    @app_commands.describe(
        picture="Which of your pictures: its number, or one from the list",
        private="Whether only you see it; yes when left out",
        part="Which of several side by side; all of them when left out",
    )
    async def show(
        self,
        interaction: discord.Interaction,
        picture: str,
        private: bool = True,
        part: app_commands.Range[int, 1, MOST] | None = None,
    ) -> None:
        """Show a picture of yours again, with its recipe."""
        private = private or not may_post_pictures(interaction)
        showing = Showing(interaction, self._studio, private=private)
        await showing.promise()
        number = picture_number(picture)
        job = None if number is None else await self._studio.store.get(number)
        if job is None or job.origin is None or job.origin.user_id != interaction.user.id:
            await interaction.edit_original_response(content=_NOT_YOURS)
        elif not showing.private and (why := self._refusal(interaction, job)) is not None:
            await tell_privately(interaction, why)
        else:
            async with showing.of(job, part):
                await self._bring(interaction, job, part, private=showing.private)

    async def _bring(
        self, interaction: discord.Interaction, job: Job, part: int | None, *, private: bool
    ) -> None:
        """Show what there is of it, as the answer to a deferred interaction."""
        if part is not None:
            await bring_part(interaction, self._studio, job, part, private=private)
        elif job.status is JobStatus.FAILED:
            await bring_failed(interaction, self._studio, job)
        elif job.generated_at is None:
            cancelled = job.status is JobStatus.CANCELLED
            await interaction.edit_original_response(
                content=_CANCELLED if cancelled else _UNDER_WAY
            )
        elif job.request.parts:
            await bring_sheet(interaction, self._studio, job, private=private)
        else:
            await bring(interaction, self._studio, job, private=private)

    def _refusal(self, interaction: discord.Interaction, job: Job) -> str | None:
        """Why its words may not stand where all in a guild read them; None where they may.

        They may have been asked for elsewhere, or before the guild refused them.
        """
        if interaction.guild_id is None:
            return None
        try:
            self._studio.safety.words.check(job.request, asker_of(interaction))
        except RequestRefused as refusal:
            return in_words(RequestRefused(refusal.field, refusal.limit, _ALONE))
        return None

    @show.autocomplete("picture")
    async def _complete_picture(
        self, interaction: discord.Interaction, current: str
    ) -> list[app_commands.Choice[str]]:
        having = current.strip().removeprefix("#")
        try:
            jobs = await self._studio.store.painted_for(interaction.user.id, having, CHOICES)
        except DatabaseError as error:  # here nobody can be told; who sends the command is
            log.error("A list of pictures can't be read: %s", error)
            return []
        return [
            app_commands.Choice(name=f"#{job.id} {subject(job.request)}"[:100], value=str(job.id))
            for job in jobs
        ]
