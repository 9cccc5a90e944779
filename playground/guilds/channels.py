"""Channels of guilds: made, changed, deleted; who may do what in them."""

from typing import Any

from playground.guilds.tools import Tools
from playground.world import GUILD_TEXT, Channel, Guild, Overwrite


class Channels:
    """The text channels of all guilds."""

    def __init__(self, tools: Tools) -> None:
        """Works on the channels of the guilds."""
        self._tools = tools
        self._news = tools.news

    def create(self, guild: Guild, name: str, **fields: Any) -> Channel:
        """A new text channel below the others; `fields` are further attributes of the Channel."""
        fields = {"position": len(guild.channels), **fields}
        channel = Channel(self._tools.ids.next(), GUILD_TEXT, name, guild, **fields)
        guild.channels[channel.id] = self._tools.world.channels[channel.id] = channel
        self._news.channel("CHANNEL_CREATE", channel)
        return channel

    def edit(self, channel: Channel, **changes: Any) -> Channel:
        """Change attributes of a channel (CHANNEL_UPDATE)."""
        if channel.guild is None:
            raise ValueError("A DM cannot be edited.")
        with self._news.sight(channel.guild):
            for name, value in changes.items():
                setattr(channel, name, value)
        for thread in channel.guild.threads.values():
            if thread.thread is not None and thread.thread.parent is channel:
                thread.nsfw = channel.nsfw
        self._news.channel("CHANNEL_UPDATE", channel)
        return channel

    def allow(
        self, channel: Channel, who: int, *, allow: int = 0, deny: int = 0, member: bool = False
    ) -> None:
        """Let a role, or a member, do more or less in a channel than elsewhere."""
        others = [each for each in channel.overwrites if each.id != who]
        self.edit(channel, overwrites=[*others, Overwrite(who, member, allow, deny)])

    def disallow(self, channel: Channel, who: int) -> None:
        """Take back what `allow` said of a role or a member."""
        self.edit(channel, overwrites=[each for each in channel.overwrites if each.id != who])

    def delete(self, channel: Channel) -> None:
        """Remove a channel, its threads, messages and files (CHANNEL_DELETE)."""
        self._news.channel("CHANNEL_DELETE", channel)
        if channel.guild is not None:
            for thread in list(channel.guild.threads.values()):
                if thread.thread is not None and thread.thread.parent is channel:
                    self._tools.forget(thread)
        self._tools.forget(channel)
