"""/playground/…: the clock and the queue."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import discord
import pytest

from playground.client import Member
from playground.server import Playground
from tests.unit.playground.conftest import Login, Painter


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def test_the_clock_is_moved_forward_and_tells_how_far(
    playground: Playground, http: aiohttp.ClientSession
):
    url = f"{playground.url}/playground/clock"
    before = playground.clock.now()
    for step in (60, 0.5):
        async with http.post(url, json={"ahead_s": step}) as response:
            assert response.status == 200
    async with http.get(url) as response:
        told = await response.json()
    assert told["ahead_s"] == 60.5
    assert told["now"] == pytest.approx(before + 60.5, abs=1)


@pytest.mark.parametrize("document", [{}, {"ahead_s": -1}, {"ahead_s": "1"}, {"ahead_s": True}, []])
async def test_the_clock_refuses_what_is_no_step_forward(
    playground: Playground, http: aiohttp.ClientSession, document: Any
):
    async with http.post(f"{playground.url}/playground/clock", json=document) as response:
        assert response.status == 400
        assert (await response.json())["code"] == 50035
    assert playground.clock.ahead_s == 0


async def test_the_clock_refuses_a_step_too_far_before_it_moves(
    playground: Playground, http: aiohttp.ClientSession
):
    ahead = playground.clock.ahead_s
    playground.clock.advance(99.5 * 365.25 * 24 * 3600)
    there = playground.clock.ahead_s
    document = {"ahead_s": 366 * 24 * 3600}
    async with http.post(f"{playground.url}/playground/clock", json=document) as response:
        assert response.status == 400
        assert "ahead_s" in (await response.json())["errors"]
    assert playground.clock.ahead_s == there > ahead


async def test_the_queue_tells_who_waits_and_for_what(
    playground: Playground,
    http: aiohttp.ClientSession,
    login: Login,
    painter: Painter,
    member: Member,
):
    steps = {name: asyncio.Event() for name in ("defer", "answer")}

    group = discord.app_commands.Group(name="settings", description="x")

    @group.command(name="show")
    async def show(interaction: discord.Interaction) -> None:
        """Answer step by step."""
        await steps["defer"].wait()
        await interaction.response.defer()
        await steps["answer"].wait()
        await interaction.edit_original_response(content="done")

    async def queue() -> list[dict[str, Any]]:
        async with http.get(f"{playground.url}/playground/queue") as response:
            return (await response.json())["interactions"]

    painter.tree.add_command(group)
    await login(painter)
    general = member.channel("general")
    shown = await member.command("settings show", general)
    (waiting,) = await queue()
    assert waiting["id"] == await shown.id()
    assert (waiting["kind"], waiting["name"]) == ("command", "settings show")
    assert waiting["user"] == {"id": member.id, "name": "mel"}
    assert waiting["channel"] == {"id": general, "name": "general"}
    assert waiting["state"] == "unacknowledged"
    assert waiting["ms_to_acknowledge"] + waiting["age_ms"] == pytest.approx(3000, abs=1)
    steps["defer"].set()
    await shown.acknowledged()
    playground.clock.advance(60)
    (thinking,) = await queue()
    assert (thinking["state"], thinking["ms_to_acknowledge"]) == ("thinking", None)
    assert thinking["token_s"] == pytest.approx(840, abs=5)
    steps["answer"].set()
    await shown.response()
    assert await queue() == []


async def test_unknown_routes_are_refused_in_json(
    playground: Playground, http: aiohttp.ClientSession
):
    async with http.get(f"{playground.url}/playground/nothing") as response:
        assert response.status == 404
        assert (await response.json())["code"] == 0
