"""When a guild, channel or thread is gone, so is whoever waited there: their jobs are ended.

What was asked for there may not be in line yet then: its row may wait for a locked database, or a
picture that its member brought may still be on its way. It is ended as soon as it is in line.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import discord

from bot.studio import Studio
from generation.events import JobEvent, JobQueued
from generation.job import Job

log = logging.getLogger(__name__)

Concerns = Callable[[Job], bool]

#: Discord forgets an interaction's token then.
_TOKEN_LIFE_S = 15 * 60.0


@dataclass(frozen=True, slots=True)
class _Departure:
    """A guild, channel or thread that is gone."""

    id: int
    detail: str  # of the jobs that end with it
    is_guild: bool
    at: float = field(default_factory=time.time)

    def concerns(self, job: Job) -> bool:
        """Whether the job was asked for there."""
        if job.origin is None:
            return False
        return self.id == (job.origin.guild_id if self.is_guild else job.origin.channel_id)

    def came_after(self, job: Job) -> bool:
        """Whether the job was asked for there, and before.

        Easel may be back in a guild, and a message have a new thread with the id of its old one.
        """
        if job.origin is None or not self.concerns(job):
            return False
        asked_at = discord.utils.snowflake_time(job.origin.interaction_id).timestamp()
        return asked_at <= self.at


class Departures:
    """Handlers of the gateway's events; `events` names them for a client."""

    def __init__(
        self, client: discord.Client, studio: Studio, leave: Callable[[Concerns], None]
    ) -> None:
        """Ends jobs of this studio, by what this client is told.

        `leave` is told of those whose guild is gone: what is painted already finds no other place.
        """
        self._client = client
        self._studio = studio
        self._leave = leave
        self._lost: dict[int, list[discord.Guild]] = {}  # of each shard without a session
        self._departures: list[_Departure] = []  # the latest
        self._ending: set[asyncio.Task[None]] = set()
        studio.events.subscribe(self._on_event)
        self.events = (
            self.on_ready,
            self.on_shard_disconnect,
            self.on_shard_resumed,
            self.on_shard_connect,
            self.on_guild_remove,
            self.on_guild_join,
            self.on_guild_channel_delete,
            self.on_raw_thread_delete,
        )

    async def on_ready(self) -> None:
        """Guilds may have gone while Easel was not running. Those that have an outage are named.

        One that took Easel's commands alone, without its bot, never was among them: what was asked
        for there can be answered as long as its token lives.
        """
        there = {guild.id for guild in self._client.guilds}

        def concerns(job: Job) -> bool:
            guild_id = job.origin.guild_id if job.origin else None
            if guild_id is None or guild_id in there:
                return False
            return time.time() - job.queued_at >= _TOKEN_LIFE_S

        await self._end_left(concerns)

    async def on_shard_disconnect(self, shard_id: int) -> None:
        """Keep in mind which guilds it had: its next session may be a new one."""
        self._lost[shard_id] = [each for each in self._client.guilds if each.shard_id == shard_id]

    async def on_shard_resumed(self, shard_id: int) -> None:
        """Its session goes on, and tells of all that happened meanwhile."""
        self._lost.pop(shard_id, None)

    async def on_shard_connect(self, shard_id: int) -> None:
        """A new session names the guilds that are there, and none that was left before it.

        discord.py has made a new object of each that is named, also of those with an outage, and
        of the others it keeps the old one for good.
        """
        for guild in self._lost.pop(shard_id, ()):
            if self._client.get_guild(guild.id) is guild:
                # As the old session would have told it; it ends with `on_guild_remove`.
                self._client._connection.parse_guild_delete({"id": guild.id})

    async def on_guild_remove(self, guild: discord.Guild) -> None:
        """Easel was removed from a guild. An outage comes as another event, and ends nothing."""
        departure = _Departure(guild.id, "with its guild", is_guild=True)
        self._note(departure)
        await self._end_left(departure.concerns)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Easel is in a guild, perhaps again: Discord's clock is not the host's."""
        self._departures = [
            each for each in self._departures if not (each.is_guild and each.id == guild.id)
        ]

    async def on_guild_channel_delete(self, channel: discord.abc.GuildChannel) -> None:
        """A channel was deleted."""
        await self._end_in(channel.id, "with its channel")

    async def on_raw_thread_delete(self, event: discord.RawThreadDeleteEvent) -> None:
        """A thread was deleted."""
        await self._end_in(event.thread_id, "with its thread")

    async def _end_left(self, concerns: Concerns) -> None:
        self._leave(concerns)
        await self._end(concerns, "with its guild")

    async def _end_in(self, channel_id: int, detail: str) -> None:
        departure = _Departure(channel_id, detail, is_guild=False)
        self._note(departure)
        await self._end(departure.concerns, detail)

    async def _end(self, concerns: Concerns, detail: str) -> None:
        ended = await self._studio.dispatcher.cancel_all(concerns, detail)
        if ended:
            log.info("Ended %d jobs %s", ended, detail)

    def _note(self, departure: _Departure) -> None:
        """From now on, whatever was asked for before ends as soon as it is in line."""
        recent = [each for each in self._departures if departure.at - each.at < _TOKEN_LIFE_S]
        self._departures = [*recent, departure]

    def _on_event(self, event: JobEvent) -> None:
        if not isinstance(event, JobQueued):
            return
        for departure in self._departures:
            if departure.came_after(event.job):
                ending = self._end_late(event.job.id, departure)
                # Not at once: those who show it may not have heard of it yet.
                task = asyncio.create_task(ending, name=f"departure-{event.job.id}")
                self._ending.add(task)
                task.add_done_callback(self._ending.discard)
                return

    async def _end_late(self, job_id: int, departure: _Departure) -> None:
        def concerns(job: Job) -> bool:
            return job.id == job_id

        try:
            if departure.is_guild:
                await self._end_left(concerns)
            else:
                await self._end(concerns, departure.detail)
        except Exception:
            log.exception("Job %s did not end %s", job_id, departure.detail)
