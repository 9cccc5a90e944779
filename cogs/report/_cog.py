"""The cog of /report."""

import discord
from discord import app_commands
from discord.ext import commands

from bot.client import EaselBot
from bot.errors import in_words, on_component_error, tell_privately
from bot.numbers import picture_number, shown_number
from bot.places import may_read
from bot.reporting import hand_over, hand_over_orphan, still_shows
from bot.studio import Studio
from generation.errors import RequestRefused
from generation.job import Job, Posted
from generation.safety.reports import LONGEST_REASON
from generation.sheets.store import PartStatus

from . import _form

_NO_PICTURE = "There is no picture of Easel's in this message."
_UNKNOWN = (
    "There is no such picture where you can see it. Take the number under the picture, or open the"
    " menu of its message: Apps → Report picture."
)
_TAKEN = "Thank you. The host was told, with the picture and its recipe."
_MODERATOR = "A moderator can delete the message."
_ORPHAN = f"Nothing is stored of it any more. The host was told. {_MODERATOR}"
_LOGGED = (
    "Thank you. The host has no channel for reports that works, so it was written into the host's"
    " log. If it is urgent, tell an admin here as well."
)


class ReportCommands(commands.Cog):
    """Brings what members hold against a picture to the host."""

    def __init__(self, bot: EaselBot) -> None:
        """Rows come from the bot's studio."""
        self._bot = bot
        self._menu = app_commands.ContextMenu(
            name="Report picture",
            callback=self._from_menu,
            allowed_contexts=app_commands.AppCommandContext(
                guild=True, dm_channel=True, private_channel=False
            ),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
        )

    async def cog_load(self) -> None:
        """Menus of messages are no part of a cog for discord.py."""
        self._bot.tree.add_command(self._menu)

    async def cog_unload(self) -> None:
        """Take it back."""
        self._bot.tree.remove_command(self._menu.name, type=self._menu.type)

    @app_commands.command()
    @app_commands.allowed_installs(guilds=True, users=False)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=False)
    @app_commands.describe(
        picture="The number under the picture",
        reason="What is wrong with it",
    )
    async def report(
        self,
        interaction: discord.Interaction,
        picture: str,
        reason: app_commands.Range[str, 1, LONGEST_REASON],
    ) -> None:
        """Report a picture to the host of this bot."""
        await interaction.response.defer(ephemeral=True, thinking=True)
        number = picture_number(picture)
        job = None if number is None else await self._bot.studio.store.get(number)
        if job is None or not await self._may_see(interaction, job):
            await interaction.edit_original_response(content=_UNKNOWN)
            return
        await interaction.edit_original_response(
            content=await self._take(interaction, job, reason, None)
        )

    @commands.Cog.listener()
    async def on_interaction(self, interaction: discord.Interaction) -> None:
        """Take forms in; other interactions are none of its business."""
        filled = _form.filled(interaction)
        if filled is None:
            return
        try:
            await interaction.response.defer(ephemeral=True, thinking=True)
            job = await self._bot.studio.store.get(filled.job_id)
            answer = _NO_PICTURE
            if job is None:
                answer = await self._take_orphan(interaction, filled)
            elif await _is_painted(self._bot.studio, job):
                answer = await self._take(interaction, job, filled.reason, filled.seen)
            await interaction.edit_original_response(content=answer)
        except Exception as error:
            await on_component_error(interaction, error)

    async def _from_menu(self, interaction: discord.Interaction, message: discord.Message) -> None:
        """Whoever sees a message may report what is in it."""
        number = None
        if self._bot.user is not None and message.author.id == self._bot.user.id:
            number = shown_number(message)
        if number is None:
            await tell_privately(interaction, _NO_PICTURE)
            return
        await interaction.response.send_modal(_form.of(number, message))

    async def _take(
        self, interaction: discord.Interaction, job: Job, reason: str, seen: Posted | None
    ) -> str:
        """What to tell the member."""
        try:
            report = await self._bot.studio.safety.reports.add(
                job, interaction.user.id, reason.strip(), seen
            )
        except RequestRefused as refusal:
            return in_words(refusal)
        handed_over = await hand_over(self._bot, job, report, interaction.user.id)
        return _TAKEN if handed_over else _LOGGED

    async def _take_orphan(self, interaction: discord.Interaction, filled: _form.Filled) -> str:
        """What to tell the member, where nothing is stored of the picture in that message."""
        if not await still_shows(self._bot, filled.seen, filled.job_id):
            return _NO_PICTURE
        try:
            handed_over = await hand_over_orphan(
                self._bot, filled.job_id, filled.seen, interaction, filled.reason.strip()
            )
        except RequestRefused as refusal:
            return in_words(refusal)
        return _ORPHAN if handed_over else f"{_LOGGED}\n{_MODERATOR}"

    async def _may_see(self, interaction: discord.Interaction, job: Job) -> bool:
        origin = job.origin
        if origin is None or not await _is_painted(self._bot.studio, job):
            return False
        if origin.user_id == interaction.user.id:
            return True
        return origin.guild_id == interaction.guild_id and may_read(interaction, origin)


async def _is_painted(studio: Studio, job: Job) -> bool:
    """Whether there is, or was, something to see; the host's own pictures were never posted.

    Of several pictures on one each can be taken out, whatever became of the whole.
    """
    if job.origin is None:
        return False
    if job.generated_at is not None or job.picture is not None:
        return True
    results = await studio.parts.of(job.id) if job.request.parts else {}
    return any(each.status is PartStatus.PAINTED for each in results.values())
