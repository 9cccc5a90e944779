"""Limits in layers: the host's are a ceiling, a guild's admins set theirs with /easel limits."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from playground import permissions
from playground.client import Interaction, Member, Refused
from playground.server import Playground
from playground.world import Guild
from tests.support.bot_process import BotProcess
from tests.support.rows import rows
from tests.support.wire import EPHEMERAL, Json

pytestmark = pytest.mark.asyncio(loop_scope="session")

UNREACHABLE = """
[unreachable]
title = "Unreachable"
description = "Weights nobody has."
executor = "local"
repo = "nobody/nothing"
pipeline = "StableDiffusionXLPipeline"
sizes = [{ width = 256, height = 256 }]
steps = { min = 1, max = 4, default = 1 }
guidance = { min = 0.0, max = 0.0, default = 0.0 }
licence = { name = "MIT", commercial = true }
screening = "none"
"""


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def host(
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[tuple[Playground, Path]]:
    """A host with limits of its own, and one model whose weights can't be had."""
    data_dir = tmp_path_factory.mktemp("limits")
    (data_dir / "models.toml").write_text(UNREACHABLE)
    settings = {
        "EASEL_PICTURES_PER_DAY": "40",
        "EASEL_JOBS_PER_MINUTE": "30",
        "EASEL_MAX_MEGAPIXEL_STEPS": "1.5",
        # Nobody listens there: the hub is down.
        "HF_ENDPOINT": "http://127.0.0.1:9",
        "HF_HOME": str(data_dir / "hub"),
    }
    async with Playground(port=0) as playground, BotProcess(playground, data_dir, **settings):
        yield playground, data_dir


@dataclass
class Place:
    """A guild of the test's own, its owner and a member."""

    playground: Playground
    data_dir: Path
    guild: Guild
    channel: str
    owner: Member
    member: Member

    async def admin(self, command: str, **options: object) -> str:
        """What /easel limits answers the owner, privately."""
        used = await self.owner.command(f"easel limits {command}", self.channel, **options)
        answer = await used.response()
        assert answer["flags"] & EPHEMERAL
        return answer["content"]

    async def ask(self, who: Member, **options: object) -> Interaction:
        asked = await who.command("imagine", self.channel, prompt="a red circle", **options)
        await asked.acknowledged()
        return asked

    async def paint(self, who: Member) -> None:
        await (await self.ask(who, steps=1)).picture(timeout=60)

    async def refused(self, who: Member, **options: object) -> str:
        """What only they read."""
        asked = await self.ask(who, **options)
        return (await asked.message(lambda message: message["flags"] & EPHEMERAL))["content"]

    async def queue(self, who: Member) -> str:
        return (await (await who.command("queue", self.channel)).response())["content"]

    def set(self) -> list[Json]:
        sql = "SELECT * FROM limits WHERE guild_id = ? ORDER BY subject"
        return rows(self.data_dir, sql, self.guild.id)


@pytest_asyncio.fixture(loop_scope="session")
async def place(host: tuple[Playground, Path]) -> AsyncIterator[Place]:
    playground, data_dir = host
    owner, mel, _ = playground.world.people
    guild = playground.guilds.create("Limits", owner, [mel])
    (channel,) = guild.channels.values()
    async with (
        await Member.connect(playground.url, 0) as admin,
        await Member.connect(playground.url, 1) as member,
    ):
        yield Place(playground, data_dir, guild, str(channel.id), admin, member)
    playground.guilds.delete(guild)


async def test_what_an_admin_sets_a_member_is_refused_by_and_in_private(place: Place):
    assert await place.admin("set", per_day=1) == "For everyone: 1 picture a day."
    await place.paint(place.member)
    asked = await place.ask(place.member)
    note = await asked.message(lambda message: message["flags"] & EPHEMERAL)
    assert (
        "**pictures a day** – You have had 1 of 1 pictures in 24 hours in this guild."
        in (note["content"])
    )
    assert "The next is free in 24 h." in note["content"]
    seen = {each["id"] for each in asked.messages() if each["id"] != note["id"]}
    async with asyncio.timeout(5):  # what all could see of it for a moment goes
        while seen & {each["id"] for each in await place.member.messages(place.channel)}:
            await asyncio.sleep(0.02)
    assert len(rows(place.data_dir, "SELECT 1 FROM jobs WHERE guild_id = ?", place.guild.id)) == 1


async def test_queue_tells_what_is_left(place: Place):
    assert "Left for you: " in await place.queue(place.member)
    await place.admin("set", per_day=2)
    await place.paint(place.member)
    left = await place.queue(place.member)
    assert "Left for you: 1 of 2 pictures in 24 hours in this guild." in left
    assert "of 40 pictures in 24 hours." in left
    await place.paint(place.member)
    left = await place.queue(place.member)
    assert "0 of 2 pictures in 24 hours in this guild; the next is free in 24 h." in left


async def test_a_role_and_then_the_members_own_entry_override_what_everyone_has(place: Place):
    role = place.playground.guilds.roles.create(place.guild, "Patrons")
    await place.admin("set", per_day=1)
    mentioned = f"<@&{role.id}>"
    assert await place.admin("set", role=str(role.id), per_day=2, weight=2.5) == (
        f"For {mentioned}: 2 pictures a day, weight 2.5."
    )
    await place.paint(place.member)
    assert "1 of 1" in await place.refused(place.member)
    mel = place.playground.world.people[1]
    place.playground.guilds.members.give(place.guild, mel, role.id)
    await place.paint(place.member)
    assert "2 of 2" in await place.refused(place.member)
    await place.admin("set", member=place.member.id, per_day=3)
    await place.paint(place.member)
    assert "3 of 3" in await place.refused(place.member)
    weights = rows(
        place.data_dir, "SELECT weight FROM jobs WHERE guild_id = ? ORDER BY id", place.guild.id
    )
    assert [row["weight"] for row in weights] == [1.0, 2.5, 2.5]


async def test_a_limit_above_the_hosts_has_no_effect_and_easel_says_so(place: Place):
    answer = await place.admin("set", per_day=5000, waiting=5)
    assert answer.splitlines() == [
        "For everyone: 5 requests waiting at a time, 5,000 pictures a day.",
        "-# `per_day`: this host allows 40, so more has no effect.",
    ]
    assert "of 40 pictures in 24 hours." in await place.queue(place.member)
    assert "5,000" not in await place.queue(place.member)


async def test_work_beyond_the_limit_is_refused_with_what_to_lower(place: Place):
    assert "Lower steps to 22." in await place.refused(place.member, steps=30)
    await place.admin("set", megapixel_steps=0.2)
    refused = await place.refused(place.member, steps=30)
    assert "256x256 pixels × 30 steps is 1.966 megapixel-steps; 0.2 are allowed." in refused
    assert "Lower steps to 3." in refused
    await place.paint(place.member)


async def test_a_picture_that_failed_is_given_back(place: Place):
    await place.admin("set", per_day=1)
    asked = await place.ask(place.member, model="unreachable")
    await asked.message(lambda m: m["embeds"] and m["embeds"][0].get("fields"), timeout=60)
    assert "1 of 1 pictures" in await place.queue(place.member)
    await place.paint(place.member)
    assert "1 of 1" in await place.refused(place.member)


async def test_what_is_set_is_shown_and_cleared(place: Place):
    role = place.playground.guilds.roles.create(place.guild, "Patrons")
    assert "set none of its own" in await place.admin("show")
    await place.admin("set", waiting=2, megapixel_steps=0.5)
    await place.admin("set", role=str(role.id), per_minute=3)
    await place.admin("set", member=place.member.id, weight=0.5)
    shown = await place.admin("show")
    assert (
        "50 requests waiting at a time, 30 requests a minute, 40 pictures a day,"
        " 1.5 megapixel-steps a request" in shown
    )
    assert shown.splitlines()[-3:] == [
        "- everyone: 2 requests waiting at a time, 0.5 megapixel-steps a request",
        f"- <@&{role.id}>: 3 requests a minute",
        f"- <@{place.member.id}>: weight 0.5",
    ]
    assert await place.admin("clear", role=str(role.id)) == f"Cleared for <@&{role.id}>."
    assert "Nothing was set" in await place.admin("clear", role=str(role.id))
    assert [row["subject"] for row in place.set()] == ["everyone", "member"]
    assert await place.admin("clear", everything=True) == "Cleared for this guild."
    assert place.set() == []


async def test_one_limit_is_taken_away_and_the_others_go_on(place: Place):
    await place.admin("set", per_day=1, waiting=2)
    await place.paint(place.member)
    assert "1 of 1" in await place.refused(place.member)
    assert (await place.admin("clear", limit="per_day")).splitlines() == [
        "Cleared `per_day` for everyone.",
        "For everyone: 2 requests waiting at a time.",
    ]
    await place.paint(place.member)
    assert await place.admin("clear", limit="per_day") == "`per_day` was not set for everyone."
    assert await place.admin("clear", limit="waiting") == "Cleared `waiting` for everyone."
    assert place.set() == []


async def test_an_order_that_makes_no_sense_is_told_what_is_wrong(place: Place):
    role = str(place.playground.guilds.roles.create(place.guild, "Patrons").id)
    assert "Choose at least one" in await place.admin("set")
    assert "Name one of the two" in await place.admin(
        "set", role=role, member=place.member.id, waiting=1
    )
    assert "Name a role or a member" in await place.admin("set", weight=2.0)
    both = await place.admin("clear", limit="waiting", everything=True)
    assert "Leave one of the two out" in both
    # Discord's own role of everybody.
    assert await place.admin("set", role=str(place.guild.id), waiting=1) == (
        "For everyone: 1 request waiting at a time."
    )


async def test_only_who_may_manage_the_server_is_offered_it(place: Place):
    with pytest.raises(LookupError, match="/easel is not offered"):
        await place.member.command("easel limits show", place.channel)
    data, _ = await place.owner._command_data("easel limits clear", place.channel, {})
    with pytest.raises(Refused):
        await place.member._interact(2, place.channel, data)
    role = place.playground.guilds.roles.create(
        place.guild, "Admins", permissions=permissions.MANAGE_GUILD
    )
    place.playground.guilds.members.give(place.guild, place.playground.world.people[1], role.id)
    used = await place.member.command("easel limits show", place.channel)
    assert "This host's limits" in (await used.response())["content"]


async def test_direct_messages_have_no_limits_of_a_guild(place: Place):
    with pytest.raises(LookupError, match="/easel is not offered"):
        await place.owner.command("easel limits show", place.owner.dm_channel_id)
