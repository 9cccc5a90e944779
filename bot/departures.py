"""When a guild, channel or thread is gone, so is whoever waited there: their jobs are ended."""

import logging
from collections.abc import Callable

import discord

from bot.studio import Studio
from generation.job import Origin

log = logging.getLogger(__name__)


class Departures:
    """Handlers of the gateway's events; `events` names them for a client."""

    def __init__(self, client: discord.Client, studio: Studio) -> None:
        """Ends jobs of this studio, by what this client is told."""
        self._client = client
        self._studio = studio
        self.events = (
            self.on_ready,
            self.on_guild_remove,
            self.on_guild_channel_delete,
            self.on_raw_thread_delete,
        )

    async def on_ready(self) -> None:
        """Guilds may have gone while nobody listened. Those that have an outage are named."""
        there = {guild.id for guild in self._client.guilds}
        await self._end(
            lambda origin: origin.guild_id is not None and origin.guild_id not in there,
            "with its guild",
        )

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Easel was removed from a guild. An outage comes as another event, and ends nothing."""
        gone = guild.id
        await self._end(lambda origin: origin.guild_id == gone, "with its guild")

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """A channel was deleted."""
        gone = channel.id
        await self._end(lambda origin: origin.channel_id == gone, "with its channel")

    async def on_raw_thread_delete(self, event: discord.RawThreadDeleteEvent) -> None:
        """A thread was deleted."""
        gone = event.thread_id
        await self._end(lambda origin: origin.channel_id == gone, "with its thread")

    async def _end(self, concerns: Callable[[Origin], bool], detail: str) -> None:
        ended = await self._studio.dispatcher.cancel_all(
            lambda job: job.origin is not None and concerns(job.origin), detail
        )
        if ended:
            log.info("Ended %d jobs %s", ended, detail)
