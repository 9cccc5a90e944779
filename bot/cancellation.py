"""Cancelling for somebody: who may, and what they are told."""

import logging

import discord

from bot.studio import Studio
from generation.job import Job, Origin

log = logging.getLogger(__name__)

#: The detail of a job that not its owner ended.
BY_MODERATOR = "by a moderator"


async def cancel(interaction: discord.Interaction, job_id: int) -> str | None:
    """Cancel a job as its owner or a moderator; what to tell them where that can't be done."""
    studio: Studio = interaction.client.studio  # type: ignore[attr-defined]
    job = await studio.store.get(job_id)
    if job is None or not _may(interaction, job):
        return "Only who asked for a picture, or a moderator, can cancel it."
    own = job.origin is not None and job.origin.user_id == interaction.user.id
    if not await studio.dispatcher.cancel(job_id, None if own else BY_MODERATOR):
        return "There is nothing left to cancel: it has ended already."
    interaction.client.delivery.say_cancelling(job_id)  # type: ignore[attr-defined]
    log.info("Job %s is cancelled by user %s", job_id, interaction.user.id)
    return None


def _may(interaction: discord.Interaction, job: Job) -> bool:
    origin = job.origin
    if origin is None:
        return False
    if origin.user_id == interaction.user.id:
        return True
    return moderates(interaction, origin)


def moderates(interaction: discord.Interaction, origin: Origin) -> bool:
    """Whether they may manage messages where a picture was asked for, or in the whole guild.

    The interaction's own permissions are those in its channel, which may be another one.
    """
    if interaction.guild_id is None or origin.guild_id != interaction.guild_id:
        return False
    if origin.channel_id == interaction.channel_id and interaction.permissions.manage_messages:
        return True
    guild, member = interaction.guild, interaction.user
    if guild is None or not isinstance(member, discord.Member):
        return False
    if member.guild_permissions.manage_messages:
        return True
    channel = guild.get_channel_or_thread(origin.channel_id)
    if isinstance(channel, discord.Thread):
        channel = channel.parent  # a thread's rights to manage are its parent's
    return channel is not None and channel.permissions_for(member).manage_messages
