"""The line in words, and what /cancel offers."""

import dataclasses
from unittest import mock

import discord
import pytest

from bot.studio import Studio
from cogs.queue._lines import cancel_choices, others_jobs, overview, own_jobs
from generation.dispatcher import Dispatcher
from generation.job import Job
from generation.limits.quotas import Quota
from generation.queue import Forecast, JobQueue
from tests.support.jobs import make_job, make_request

MODERATOR = 99


def studio(waiting: list[Job], running: list[Job] = []) -> Studio:  # noqa: B006 - never changed
    found = mock.create_autospec(Studio, instance=True)
    found.queue = JobQueue()
    for job in waiting:
        found.queue.put("local", job)
    found.dispatcher = mock.create_autospec(Dispatcher, instance=True)
    found.dispatcher.running.return_value = running
    found.dispatcher.running_of.return_value = []
    return found


def moderator(*, guild_id: int = 10, channel_id: int = 20, reads: bool = True) -> mock.Mock:
    """An interaction of theirs in a channel; whether they can read the others."""
    interaction = mock.create_autospec(discord.Interaction, instance=True)
    interaction.guild_id, interaction.channel_id = guild_id, channel_id
    interaction.permissions = discord.Permissions(manage_messages=True)
    interaction.user = mock.create_autospec(discord.Member, instance=True)
    interaction.user.id = MODERATOR
    interaction.user.guild_permissions = discord.Permissions(manage_messages=True)
    interaction.guild = mock.create_autospec(discord.Guild, instance=True)
    channel = interaction.guild.get_channel.return_value
    channel.permissions_for.return_value = discord.Permissions(view_channel=reads)
    return interaction


def asking(job_id: int, prompt: str) -> Job:
    return dataclasses.replace(make_job(job_id, user_id=5), request=make_request(prompt))


def private(job: Job) -> Job:
    assert job.origin is not None
    return dataclasses.replace(job, origin=dataclasses.replace(job.origin, private=True))


@pytest.mark.parametrize(
    ("waiting", "running", "says"),
    [
        (0, 0, "**No picture is waiting.**"),
        (0, 2, "**2 being painted; no picture is waiting.**"),
        (3, 2, "**2 being painted, 3 waiting.**"),
    ],
)
def test_the_line_as_a_whole_is_told(waiting: int, running: int, says: str):
    jobs = [make_job(number, user_id=number) for number in range(2, 2 + waiting + running)]
    told = overview(studio(jobs[:waiting], jobs[waiting:]), 1)
    assert told.splitlines()[0] == says


def test_a_moderator_is_offered_what_others_in_the_guild_asked_for():
    jobs = [make_job(1, user_id=MODERATOR), make_job(2, user_id=5), make_job(3, user_id=6)]
    found = others_jobs(studio(jobs[:2], jobs[2:]), moderator(), "")
    assert [(each.job.id, each.forecast) for each in found] == [(2, Forecast(2, None)), (3, None)]
    names = [choice.name for choice in cancel_choices([], "", found)]
    assert names == ["#2 a red circle (2nd in line)", "#3 a red circle (being painted)"]


def test_what_another_guild_asked_for_is_not_offered():
    assert others_jobs(studio([make_job(2)]), moderator(guild_id=11), "") == []


def test_what_was_asked_for_where_they_do_not_moderate_is_not_offered():
    interaction = moderator(channel_id=21)
    interaction.user.guild_permissions = discord.Permissions.none()
    elsewhere = interaction.guild.get_channel_or_thread.return_value
    elsewhere.permissions_for.return_value = discord.Permissions(view_channel=True)
    assert others_jobs(studio([make_job(2)]), interaction, "") == []


def test_what_is_set_aside_is_told_and_offered():
    found = studio([])
    found.queue.set_aside.append(make_job(2, user_id=5))
    assert overview(found, 5).splitlines() == [
        "**0 being painted, 1 waiting.**",
        "Yours:",
        "- what paints it is not there at the moment: a red circle",
    ]
    (own,) = cancel_choices(own_jobs(found, 5), "")
    (others,) = cancel_choices([], "", others_jobs(found, moderator(), ""))
    assert (own.value, others.value) == ("2", "2")
    assert others.name == "#2 a red circle (what paints it is not there at the moment)"
    assert own_jobs(found, 6) == []


def test_however_much_there_is_to_tell_it_fits_into_a_message():
    found = studio([])
    long = "*" * 200
    found.queue.set_aside += [asking(n, long) for n in range(1000, 1020)]
    quotas = [
        Quota(name, 100_000, 100_000, in_guild, 80_000.0)
        for name in ("per_minute", "per_day")
        for in_guild in (False, True)
    ]
    told = overview(found, 5, quotas)
    assert 1800 < len(told) <= 2000
    lines = told.splitlines()
    assert sum(line.startswith("Left for you: 0 of 100,000") for line in lines) == 4
    shown = sum(line.startswith("- what paints it") for line in lines)
    assert f"- and {20 - shown} more of yours" in lines


def test_what_is_offered_of_a_long_prompt_is_cut_to_what_a_choice_takes():
    found = studio([])
    long = "a lighthouse in a storm " * 20
    found.queue.set_aside.append(asking(123_456_789, long))
    (own,) = cancel_choices(own_jobs(found, 5), "")
    (others,) = cancel_choices([], "", others_jobs(found, moderator(), ""))
    assert len(own.name) == len(others.name) == 100
    assert others.name.startswith("#123456789 a lighthouse in a storm ")
    assert others.name.endswith("… (what paints it is not there at the moment)")


@pytest.mark.parametrize(
    ("job", "interaction", "readable"),
    [
        (make_job(2), moderator(reads=False), True),
        (make_job(2), moderator(channel_id=21), True),
        (make_job(2), moderator(channel_id=21, reads=False), False),
        (private(make_job(2)), moderator(), False),
    ],
    ids=["the same channel", "one they read", "one they can't read", "a private answer"],
)
def test_only_prompts_that_can_be_read_anyway_are_shown(
    job: Job, interaction: mock.Mock, readable: bool
):
    (found,) = others_jobs(studio([job]), interaction, "")
    assert ("red circle" in found.prompt) is readable
    assert len(others_jobs(studio([job]), interaction, "red")) == readable
    assert len(others_jobs(studio([job]), interaction, "#2")) == 1
