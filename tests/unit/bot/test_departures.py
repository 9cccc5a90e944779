"""Whose jobs end when a guild is found gone."""

import dataclasses
import time
from collections.abc import Callable
from types import SimpleNamespace
from unittest import mock

import discord
import pytest

from bot.departures import Departures
from bot.studio import Studio
from generation.dispatcher import Dispatcher
from generation.job import Job
from tests.support.jobs import make_job

GUILD = 10  # of every job here


class Host:
    """Guilds that Easel is in, and two jobs: one asked for just now, one an hour ago."""

    def __init__(self) -> None:
        self.client = mock.create_autospec(discord.Client, instance=True)
        studio = mock.create_autospec(Studio, instance=True)
        studio.dispatcher = mock.create_autospec(Dispatcher, instance=True)
        studio.dispatcher.cancel_all.return_value = 0
        self.cancel_all = studio.dispatcher.cancel_all
        self.left: list[Callable[[Job], bool]] = []
        self.departures = Departures(self.client, studio, self.left.append)
        now = time.time()
        self.jobs = [dataclasses.replace(make_job(n), queued_at=now - 3600 * n) for n in (0, 1)]

    def concerned(self) -> list[Job]:
        concerns, _ = self.cancel_all.call_args.args
        return [job for job in self.jobs if concerns(job)]

    async def ready(self, *guilds: int) -> list[int]:
        """Which of the jobs end."""
        self.client.guilds = [SimpleNamespace(id=each) for each in guilds]
        await self.departures.on_ready()
        return [job.id for job in self.concerned()]


@pytest.fixture
def host() -> Host:
    return Host()


async def test_where_easel_is_nothing_ends(host: Host):
    assert await host.ready(GUILD) == []


async def test_a_guild_that_went_while_nobody_listened_takes_its_jobs_along(host: Host):
    await host.ready(GUILD, 11)
    assert await host.ready(11) == [0, 1]


async def test_where_only_the_commands_are_what_can_be_answered_goes_on(host: Host):
    """As a guild that took the commands without the bot: it is never among the client's."""
    assert await host.ready(11) == [1]


async def test_direct_messages_belong_to_no_guild_that_could_go(host: Host):
    host.jobs = [
        dataclasses.replace(job, origin=dataclasses.replace(job.origin, guild_id=None))
        for job in host.jobs
        if job.origin
    ]
    assert await host.ready() == []


async def test_what_is_painted_already_is_told_that_its_guild_is_gone(host: Host):
    await host.departures.on_guild_remove(mock.create_autospec(discord.Guild, id=GUILD))
    (concerns,) = host.left
    assert [job.id for job in host.jobs if concerns(job)] == [0, 1]
    await host.departures.on_guild_remove(mock.create_autospec(discord.Guild, id=GUILD + 1))
    assert not host.left[1](host.jobs[0])
