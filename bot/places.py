"""Places on Discord, and what Easel may do in them."""

import logging
from collections.abc import Mapping
from typing import TYPE_CHECKING

import discord

from bot.calls import calling
from generation.job import Origin

if TYPE_CHECKING:
    from bot.client import EaselBot

log = logging.getLogger(__name__)

#: What Easel needs in a guild, by discord.py's names and by those that Discord shows.
NEEDED: Mapping[str, str] = {
    "view_channel": "View Channels",
    "send_messages": "Send Messages",
    "send_messages_in_threads": "Send Messages in Threads",
    "attach_files": "Attach Files",
    "embed_links": "Embed Links",
    "read_message_history": "Read Message History",
}


def invitation(application_id: int | str, guild_id: int | str | None = None) -> str:
    """The address at which a bot is taken into a guild, or given there what it needs."""
    needed = discord.Permissions(**dict.fromkeys(NEEDED, True))
    address = (
        "https://discord.com/oauth2/authorize?scope=bot+applications.commands"
        f"&client_id={application_id}&permissions={needed.value}"
    )
    return f"{address}&guild_id={guild_id}" if guild_id else address


def lacking(granted: discord.Permissions) -> list[str]:
    """What of it is not granted, by Discord's names."""
    if granted.administrator:
        return []
    return [shown for name, shown in NEEDED.items() if not getattr(granted, name)]


def may_post_pictures(interaction: discord.Interaction) -> bool:
    """Whether a picture may be posted where an interaction came from, for all to see.

    In direct messages that goes without saying, and Discord does not say it. In a guild where it
    may not, the answer is private: an interaction's answer would get past the guild's
    rules, but later edits by the bot's own right would not.
    """
    if interaction.guild_id is None:
        return True
    granted = interaction.app_permissions
    needed = granted.view_channel and granted.embed_links and granted.attach_files
    if isinstance(interaction.channel, discord.Thread):
        return needed and granted.send_messages_in_threads
    return needed and granted.send_messages


def is_private(interaction: discord.Interaction) -> bool:
    """Whether what a button brings is for whoever pressed it alone.

    So it is where the message is under which it stands, and where nothing may be posted.
    """
    message = interaction.message
    return (message is not None and message.flags.ephemeral) or not may_post_pictures(interaction)


async def is_age_restricted(client: "EaselBot", guild_id: int, channel_id: int) -> bool:
    """Whether a guild's channel is age-restricted now; a thread is what its channel is.

    By what the gateway told. Where it has not told of the channel, such as before it is connected,
    or could not tell what has become of it since, Discord is asked. What Easel may not look at is
    what the gateway told last; where that is nothing, and where it is gone, it counts as open.
    Raises TROUBLE.
    """
    try:
        channel = await _channel(client, guild_id, channel_id)
        if isinstance(channel, discord.Thread):
            channel = await _channel(client, guild_id, channel.parent_id)
    except (discord.Forbidden, discord.NotFound, discord.InvalidData) as error:
        log.info("Channel %s counts as open: %s", channel_id, error)
        return False
    is_nsfw = getattr(channel, "is_nsfw", None)  # a category has none, and neither has a message
    return is_nsfw is not None and is_nsfw()


async def _channel(client: "EaselBot", guild_id: int, channel_id: int) -> object:
    guild = client.get_guild(guild_id)
    known = None if guild is None else guild.get_channel_or_thread(channel_id)
    if guild is not None and known is not None and client.hears_of(guild):
        return known
    try:
        async with calling():
            return await client.fetch_channel(channel_id)
    except discord.Forbidden as error:
        if known is None:
            raise
        # Who took Easel's right to look at it has not opened it by that.
        log.info("Channel %s counts as what it was: %s", channel_id, error)
        return known


def may_read(interaction: discord.Interaction, origin: Origin) -> bool:
    """Whether whoever started an interaction can read where a picture was asked for."""
    guild, member = interaction.guild, interaction.user
    if origin.private or guild is None or not isinstance(member, discord.Member):
        return False
    if origin.channel_id == interaction.channel_id:
        return True
    channel = guild.get_channel(origin.channel_id)  # of a thread it is not known who is in it
    return channel is not None and channel.permissions_for(member).view_channel
