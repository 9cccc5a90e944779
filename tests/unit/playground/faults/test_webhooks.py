"""How discord.py's webhook adapter meets faults: callbacks, @original and follow-ups."""

import asyncio
from typing import Any

import aiohttp
import discord
import pytest

from playground.client import Member, Refused
from playground.server import Playground
from tests.unit.playground.conftest import Login, Painter
from tests.unit.playground.faults.conftest import said

CALLBACK = "POST /interactions/*/callback"
ORIGINAL = "PATCH /webhooks/*/messages/@original"
FOLLOW_UP = "POST /webhooks/*"


@pytest.fixture
async def interaction(
    login: Login, painter: Painter, member: Member, naps: list[float]
) -> discord.Interaction:
    """A command of the member's, not yet acknowledged."""
    came: asyncio.Queue[Any] = asyncio.Queue()

    @painter.tree.command()
    async def paint(interaction: discord.Interaction) -> None:
        """Leave the rest to the test."""
        await came.put(interaction)

    await login(painter)
    await member.command("paint", member.channel("general"))
    return await asyncio.wait_for(came.get(), 5)


@pytest.fixture
async def deferred(interaction: discord.Interaction) -> discord.Interaction:
    await interaction.response.defer()
    return interaction


@pytest.mark.parametrize("status", [500, 502, 503, 520])
async def test_every_server_error_is_tried_again(
    playground: Playground, deferred: discord.Interaction, naps: list[float], status: int
):
    fault = playground.faults.add(ORIGINAL, status=status)
    await deferred.edit_original_response(content="done")
    assert (said(playground), fault.struck, naps) == (["done"], 1, [1])


async def test_a_429_is_waited_for(
    playground: Playground, deferred: discord.Interaction, naps: list[float]
):
    playground.faults.add(ORIGINAL, status=429, retry_after=4)
    await deferred.edit_original_response(content="done")
    assert (said(playground), naps) == (["done"], [4])


async def test_a_429_of_cloudflare_is_raised_at_once(
    playground: Playground, deferred: discord.Interaction, naps: list[float]
):
    playground.faults.add(ORIGINAL, status=429, html=True)
    with pytest.raises(discord.HTTPException) as raised:
        await deferred.edit_original_response(content="done")
    assert (raised.value.status, naps) == (429, [])


async def test_an_edit_whose_answer_was_lost_shows_once(
    playground: Playground, deferred: discord.Interaction
):
    playground.faults.add(ORIGINAL, drop="after", status=500)
    await deferred.edit_original_response(content="done")
    assert said(playground) == ["done"]


async def test_a_follow_up_whose_answer_was_lost_is_posted_twice(
    playground: Playground, deferred: discord.Interaction
):
    await deferred.edit_original_response(content="done")
    playground.faults.add(FOLLOW_UP, drop="after", status=500)
    await deferred.followup.send("more")
    assert said(playground) == ["done", "more", "more"]


async def test_a_follow_up_that_is_cut_is_not_tried_again(
    playground: Playground, deferred: discord.Interaction
):
    await deferred.edit_original_response(content="done")
    playground.faults.add(FOLLOW_UP, drop="after")
    with pytest.raises(aiohttp.ClientConnectionError):
        await deferred.followup.send("more")
    assert said(playground) == ["done", "more"]


async def test_a_callback_carried_out_but_answered_500_is_acknowledged_already(
    playground: Playground, interaction: discord.Interaction
):
    playground.faults.add(CALLBACK, drop="after", status=500)
    with pytest.raises(discord.HTTPException) as raised:
        await interaction.response.defer()
    assert raised.value.code == 40060


async def test_a_callback_held_up_for_three_seconds_is_late(
    playground: Playground, interaction: discord.Interaction, member: Member
):
    fault = playground.faults.add(CALLBACK, delay=0.3)
    deferring = asyncio.create_task(interaction.response.defer())
    while not fault.struck:
        await asyncio.sleep(0.01)
    playground.clock.advance(3.1)
    with pytest.raises(discord.NotFound) as raised:
        await deferring
    assert raised.value.code == 10062
    await member.wait_for(lambda event: event.name == "INTERACTION_FAILURE")


async def test_a_cut_callback_leaves_the_member_without_an_answer(
    playground: Playground, interaction: discord.Interaction, member: Member
):
    playground.faults.add(CALLBACK, drop="before")
    with pytest.raises(aiohttp.ClientConnectionError):
        await interaction.response.defer()
    playground.clock.advance(3.1)
    await member.wait_for(lambda event: event.name == "INTERACTION_FAILURE")
    assert said(playground) == []


async def test_sixteen_minutes_ahead_the_token_is_dead(
    playground: Playground, deferred: discord.Interaction
):
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{playground.url}/playground/clock", json={"ahead_s": 16 * 60}) as response,
    ):
        assert (await response.json())["ahead_s"] == 16 * 60
    with pytest.raises(discord.HTTPException) as raised:
        await deferred.edit_original_response(content="done")
    assert (raised.value.status, raised.value.code) == (401, 50027)
    assert playground.invalid_requests.count == 1


async def test_a_person_can_be_struck_alone(playground: Playground, member: Member):
    fault = playground.faults.add("POST /channels/*/messages", source="person", status=500)
    with pytest.raises(Refused, match="500"):
        await member.say(member.channel("general"), "hi")
    assert (said(playground), fault.struck) == ([], 1)
