"""A picture that its member wants to see again: for whom that is, and where it may be removed."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import discord

from bot.errors import TROUBLE, tell_privately
from bot.studio import Studio
from generation.job import Job, Posted

log = logging.getLogger(__name__)

_BARRED = "The host has barred you from painting, so this is shown to you alone."
_BARRED_SINCE = (
    "The host has barred you from painting, so this is not posted for all to see. `/show` brings it"
    " for you alone."
)
_REMOVED = "The host has removed the picture."


class Barred(Exception):
    """Who wants all to see a picture was barred since it was promised: it is not posted."""


class Showing:
    """The answer to who wants to see a picture again, from its promise on."""

    def __init__(self, interaction: discord.Interaction, studio: Studio, *, private: bool) -> None:
        """For all to see, unless `private` or the member is barred."""
        self._interaction = interaction
        self._studio = studio
        self._barred = not private and studio.safety.bars.find(interaction.user.id) is not None
        #: Whether the member alone sees it.
        self.private = private or self._barred
        self._place: Posted | None = None  # known for what all see

    async def promise(self) -> None:
        """Defer: Discord waits three seconds at most."""
        answer = await self._interaction.response.defer(thinking=True, ephemeral=self.private)
        if self.private:
            return
        message_id = answer.message_id if answer else None
        if message_id is None:
            # Discord did not say which message it made of the defer.
            message_id = (await self._interaction.original_response()).id
        assert self._interaction.channel_id is not None  # commands and buttons have one
        self._place = Posted(self._interaction.channel_id, message_id)

    @asynccontextmanager
    async def of(self, job: Job, part: int | None) -> AsyncIterator[None]:
        """While it is edited in: the job, or one of several pictures that it is.

        What all see is noted first, so that no picture stands where the host can't remove it, also
        where the process ends in between. Where Barred is raised within, its member alone is told
        why it is not there. Raises the database's errors.
        """
        if self._place is not None:
            await self._studio.safety.reposts.note(job, part, self._place)
        try:
            yield
        except Barred:
            await tell_privately(self._interaction, _BARRED_SINCE)
            return
        if self._place is not None and job.removed_sha256 is None:
            await self._remove_if_removed(job)
        if self._barred:
            await self._interaction.followup.send(_BARRED, ephemeral=True)

    async def _remove_if_removed(self, job: Job) -> None:
        """The host may have removed it when it was read from the disk and not yet posted."""
        now = await self._studio.store.get(job.id)
        if now is None or now.removed_sha256 is None:
            return
        try:
            await self._interaction.edit_original_response(
                content=_REMOVED, embed=None, attachments=[], view=None
            )
        except discord.NotFound:
            return  # that removed the message too
        except TROUBLE as error:
            log.warning("Job %s: its removed picture stays where it was shown: %s", job.id, error)
