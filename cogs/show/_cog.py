"""The cog of /show."""

import io
import logging

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import EaselBot
from bot.database import DatabaseError
from bot.files import FILE_LIMIT, File, UnfitForPlace, fitting
from bot.numbers import picture_number
from bot.places import may_post_pictures
from bot.presentation import embeds
from bot.presentation.look import CHOICES
from generation.job import Job, JobStatus
from generation.request import remarks
from generation.storage import remedied

log = logging.getLogger(__name__)

_NOT_YOURS = (
    "You have no such picture. Choose one from the list, or take the number under a picture."
)
_GONE = (
    "The picture itself is not kept any more. The same options and seed paint it again,"
    " or one that is nearly the same."
)
_UNREADABLE = "The host's disk does not give the picture out just now. Tell the host; it is kept."
_CANCELLED = "It was cancelled before it was painted."
_UNDER_WAY = "It is not painted yet. /queue tells where it is."


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
    )
    async def show(
        self, interaction: discord.Interaction, picture: str, private: bool = True
    ) -> None:
        """Show a picture of yours again, with its recipe."""
        private = private or not may_post_pictures(interaction)
        await interaction.response.defer(ephemeral=private, thinking=True)
        number = picture_number(picture)
        job = None if number is None else await self._studio.store.get(number)
        if job is None or job.origin is None or job.origin.user_id != interaction.user.id:
            await interaction.edit_original_response(content=_NOT_YOURS)
        elif job.status is JobStatus.FAILED:
            embed = embeds.failed(job, job.notice or "It came to nothing.")
            await interaction.edit_original_response(embed=embed)
        elif job.generated_at is None:
            cancelled = job.status is JobStatus.CANCELLED
            await interaction.edit_original_response(
                content=_CANCELLED if cancelled else _UNDER_WAY
            )
        else:
            await self._bring(interaction, job)

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
            app_commands.Choice(name=f"#{job.id} {job.request.prompt}"[:100], value=str(job.id))
            for job in jobs
        ]

    async def _bring(self, interaction: discord.Interaction, job: Job) -> None:
        # A model that is not offered any more has painted it all the same.
        spec = self._studio.whole_catalog.get(job.request.model)
        notes = [*job.remarks, *(remarks(spec, job.request) if spec else ())]
        file = await self._file(job, interaction.filesize_limit or FILE_LIMIT, notes)
        title, licence = (spec.title, spec.licence) if spec else (job.request.model, None)
        embed = embeds.finished(job, title, notes, licence)
        files = [discord.File(io.BytesIO(file.data), file.name)] if file else []
        await interaction.edit_original_response(embed=embed, attachments=files)

    async def _file(self, job: Job, limit: int, notes: list[str]) -> File | None:
        """The picture, if it is kept and fits; what there is to say of it goes to the notes."""
        if job.picture is None:
            notes.append(_GONE)
            return None
        try:
            data = await self._studio.pictures.load(job.picture)
            file = await fitting(self._studio.imaging, job.id, data, limit)
        except (FileNotFoundError, ValueError):
            notes.append(_GONE)
            return None
        except OSError as error:
            log.error("The picture of job %s can't be read: %s", job.id, remedied(error))
            notes.append(_UNREADABLE)
            return None
        except UnfitForPlace as error:
            notes.append(str(error))
            return None
        if file.remark:
            notes.append(file.remark)
        return file
