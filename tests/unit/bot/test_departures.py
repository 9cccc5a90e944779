"""Whose jobs end when a guild is found gone."""

import asyncio
import dataclasses
import datetime
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any
from unittest import mock

import discord
import pytest
from discord.ext import commands

from bot.database import Database
from bot.departures import Departures
from bot.studio import Studio
from generation.dispatcher import Dispatcher
from generation.events import JobEvents
from generation.job import Job, JobStatus
from tests.support.executors import ScriptedExecutor
from tests.support.jobs import make_job, make_origin, make_request
from tests.support.line import Line

GUILD = 10  # of every job here
OTHER = 11
ELSEWHERE = 1 << 22  # of two shards, the second has it


class Host:
    """discord.py's own state, as the gateway's events leave it, and two jobs: one an hour old."""

    def __init__(self, shards: int) -> None:
        self.client = commands.AutoShardedBot(
            (), intents=discord.Intents(guilds=True), max_messages=None, guild_ready_timeout=0.01
        )
        self.shards = shards
        self.state = self.client._connection
        self.state.shard_count = self.client.shard_count = shards
        self.state.shard_ids = range(shards)
        studio = mock.create_autospec(Studio, instance=True)
        studio.dispatcher = mock.create_autospec(Dispatcher, instance=True)
        studio.dispatcher.cancel_all.side_effect = self.cancel_all
        studio.events = JobEvents()
        self.left: list[Callable[[Job], bool]] = []
        self.departures = Departures(self.client, studio, self.left.append)
        for event in self.departures.events:
            self.client.add_listener(event)
        self.readies = 0
        self.client.add_listener(self.on_ready)
        now = time.time()
        self.jobs = [dataclasses.replace(make_job(n), queued_at=now - 3600 * n) for n in (0, 1)]
        self.ended: set[int] = set()

    async def on_ready(self) -> None:
        self.readies += 1

    async def cancel_all(self, concerns: Callable[[Job], bool], detail: str) -> int:
        assert detail == "with its guild"
        self.ended |= {job.id for job in self.jobs if concerns(job)}
        return 0

    def guild(self, guild_id: int) -> discord.Guild:
        guild = self.client.get_guild(guild_id)
        assert guild is not None
        return guild

    def create(self, **guild: Any) -> None:
        """A guild was joined, or (`unavailable=False`) became available."""
        created: Any = guild
        self.state.parse_guild_create(created)

    def resume(self, shard: int = 0) -> None:
        """Its session goes on."""
        told: Any = {"__shard_id__": shard}
        self.state.parse_resumed(told)

    async def ready(self, *guilds: int, shard: int = 0, available: bool = True) -> set[int]:
        """A new session of a shard, whose guilds may have an outage; which jobs have ended."""
        told: Any = {
            "shard": [shard, self.shards],
            "user": {"id": "9", "username": "easel", "discriminator": "0", "avatar": None},
            "application": {"id": "9", "flags": 0},
            "guilds": [{"id": str(each), "unavailable": True} for each in guilds],
        }
        self.state.parse_ready(told)
        for each in guilds if available else ():
            self.create(id=str(each), unavailable=False)
        return await self.settled()

    async def lose(self, shard: int = 0) -> None:
        """As discord.py says it before every RESUME and every new session."""
        self.client.dispatch("shard_disconnect", shard)
        await asyncio.sleep(0)

    async def settled(self) -> set[int]:
        """Which jobs have ended once all events were heard."""
        await asyncio.sleep(0.05)
        return self.ended


@pytest.fixture
def shards() -> int:
    return 1


@pytest.fixture
async def host(shards: int) -> AsyncIterator[Host]:
    host = Host(shards)
    await host.client._async_setup_hook()
    yield host
    await host.client.http.close()


async def test_where_easel_is_nothing_ends(host: Host):
    assert await host.ready(GUILD) == set()
    assert host.readies == 1


async def test_a_guild_that_was_left_while_the_session_was_lost_takes_its_jobs_along(host: Host):
    await host.ready(GUILD, OTHER)
    await host.lose()
    assert await host.ready(OTHER) == {0, 1}
    assert [guild.id for guild in host.client.guilds] == [OTHER]
    (concerns,) = [each for each in host.left if each(host.jobs[0])]
    assert concerns(host.jobs[1])


async def test_so_does_one_that_easel_had_joined_since_it_was_connected(host: Host):
    await host.ready(OTHER)
    host.create(id=str(GUILD))
    await host.lose()
    await host.lose()  # the first try to connect failed
    assert await host.ready(OTHER) == {0, 1}


async def test_a_new_session_of_the_same_guilds_ends_nothing(host: Host):
    await host.ready(GUILD, OTHER)
    for _ in range(2):
        await host.lose()
        assert await host.ready(OTHER, GUILD) == set()
    assert len(host.client.guilds) == 2


async def test_a_guild_with_an_outage_is_still_there(host: Host):
    await host.ready(GUILD)
    host.state.parse_guild_delete({"id": GUILD, "unavailable": True})
    await host.lose()
    assert await host.ready(GUILD, available=False) == set()
    assert host.guild(GUILD).unavailable


async def test_a_session_that_goes_on_ends_nothing(host: Host):
    await host.ready(GUILD)
    before = host.guild(GUILD)
    await host.lose()
    host.resume()
    assert await host.settled() == set()
    assert host.guild(GUILD) is before


async def test_what_a_session_that_goes_on_tells_afterward_is_heard(host: Host):
    await host.ready(GUILD)
    await host.lose()
    host.resume()
    host.state.parse_guild_delete({"id": GUILD})
    assert await host.settled() == {0, 1}


@pytest.mark.parametrize("shards", [2])
async def test_of_several_shards_only_the_one_with_a_new_session_is_asked(host: Host):
    await host.ready(GUILD)
    await host.ready(ELSEWHERE, shard=1)
    await host.lose(1)
    assert await host.ready(shard=1) == set()
    assert [guild.id for guild in host.client.guilds] == [GUILD]
    await host.lose(0)
    assert await host.ready() == {0, 1}


@pytest.mark.parametrize("shards", [2])
async def test_one_shard_s_new_session_is_enough_to_notice(host: Host):
    """discord.py calls the bot ready only when all shards have begun anew."""
    await host.ready(GUILD, OTHER)
    await host.ready(ELSEWHERE, shard=1)
    await host.lose()
    assert await host.ready(OTHER) == {0, 1}
    assert host.readies == 1
    assert [guild.id for guild in host.client.guilds] == [OTHER, ELSEWHERE]


async def test_where_only_the_commands_are_what_can_be_answered_goes_on(host: Host):
    """As a guild that took the commands without the bot: it is never among the client's."""
    assert await host.ready(OTHER) == {1}
    host.ended.clear()
    await host.lose()
    assert await host.ready(OTHER) == {1}


async def test_direct_messages_belong_to_no_guild_that_could_go(host: Host):
    host.jobs = [
        dataclasses.replace(job, origin=dataclasses.replace(job.origin, guild_id=None))
        for job in host.jobs
        if job.origin
    ]
    assert await host.ready() == set()


async def test_what_is_painted_already_is_told_that_its_guild_is_gone(host: Host):
    await host.departures.on_guild_remove(mock.create_autospec(discord.Guild, id=GUILD))
    (concerns,) = host.left
    assert [job.id for job in host.jobs if concerns(job)] == [0, 1]
    await host.departures.on_guild_remove(mock.create_autospec(discord.Guild, id=GUILD + 1))
    assert not host.left[1](host.jobs[0])


class TestWhatIsNotInLineYet:
    """Asked for before the departure, and committed after it."""

    @pytest.fixture
    async def line(self, tmp_path: Path) -> AsyncIterator[Line]:
        async with Database.open(tmp_path) as database:
            self.database = database
            yield Line.build(database, tmp_path)

    def depart(self, line: Line, dispatcher: Dispatcher) -> Departures:
        studio = mock.create_autospec(Studio, instance=True)
        studio.dispatcher, studio.events = dispatcher, line.events
        client = mock.create_autospec(discord.Client, instance=True)
        self.left: list[Callable[[Job], bool]] = []
        return Departures(client, studio, self.left.append)

    async def test_a_row_that_waits_for_its_commit_ends_with_its_guild(self, line: Line):
        executor = ScriptedExecutor()
        async with line.dispatching(executor) as dispatcher:
            departures = self.depart(line, dispatcher)
            async with self.database.transaction():  # as while another program has a lock
                asking = asyncio.create_task(line.intake.submit(make_request(), make_origin()))
                await asyncio.sleep(0.05)
                await departures.on_guild_remove(mock.create_autospec(discord.Guild, id=GUILD))
            job = await asking
            ended = await line.until(job, JobStatus.CANCELLED, JobStatus.GENERATED)
        assert (ended.status, ended.detail) == (JobStatus.CANCELLED, "with its guild")
        assert [concerns(job) for concerns in self.left] == [True, True]  # there is a board now

    async def test_so_does_a_request_that_was_not_even_admitted(self, line: Line):
        async with line.dispatching() as dispatcher:
            departures = self.depart(line, dispatcher)
            channel = mock.create_autospec(discord.TextChannel, id=20)
            await departures.on_guild_channel_delete(channel)
            job = await line.intake.submit(make_request(), make_origin())
            ended = await line.until(job, JobStatus.CANCELLED)
        assert ended.detail == "with its channel"
        assert not self.left  # the guild is there: it may be shown in direct messages

    async def test_what_is_asked_for_once_easel_is_back_is_painted(self, line: Line):
        async with line.dispatching(ScriptedExecutor()) as dispatcher:
            departures = self.depart(line, dispatcher)
            await departures.on_guild_remove(mock.create_autospec(discord.Guild, id=GUILD))
            later = discord.utils.utcnow() + datetime.timedelta(seconds=1)
            origin = make_origin(interaction_id=discord.utils.time_snowflake(later))
            job = await line.intake.submit(make_request(), origin)
            await line.until(job, JobStatus.GENERATED)

    async def test_so_it_is_where_the_hosts_clock_is_ahead(self, line: Line):
        """By that the request, which came after, is older than the departure."""
        async with line.dispatching(ScriptedExecutor()) as dispatcher:
            departures = self.depart(line, dispatcher)
            guild = mock.create_autospec(discord.Guild, id=GUILD)
            await departures.on_guild_remove(guild)
            await departures.on_guild_join(guild)
            job = await line.intake.submit(make_request(), make_origin())
            await line.until(job, JobStatus.GENERATED)

    async def test_a_message_may_have_another_thread_with_the_same_id(self, line: Line):
        async with line.dispatching(ScriptedExecutor()) as dispatcher:
            departures = self.depart(line, dispatcher)
            thread = mock.create_autospec(discord.RawThreadDeleteEvent, thread_id=20)
            await departures.on_raw_thread_delete(thread)
            later = discord.utils.utcnow() + datetime.timedelta(seconds=1)
            origin = make_origin(interaction_id=discord.utils.time_snowflake(later))
            job = await line.intake.submit(make_request(), origin)
            await line.until(job, JobStatus.GENERATED)
