"""What is said of the list of words and of the channel for reports, where they are set."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from bot.doctor import Area, State
from bot.doctor._discord import check_discord
from bot.doctor._moderation import check_words
from playground.server import Playground
from tests.unit.bot.doctor.conftest import MakeCase


@pytest_asyncio.fixture
async def playground() -> AsyncIterator[Playground]:
    async with Playground(port=0) as running:
        yield running


async def test_nothing_is_said_of_what_is_not_set(make_case: MakeCase):
    assert await check_words(make_case()) == []


async def test_a_list_that_is_read_and_one_that_is_not(make_case: MakeCase, tmp_path: Path):
    file = tmp_path / "words.txt"
    (finding,) = await check_words(make_case(blocked_words=file))
    assert (finding.state, finding.area) == (State.ERROR, Area.SETTINGS)
    assert "No such file" in finding.found
    assert "EASEL_BLOCKED_WORDS" in finding.remedy
    file.write_text("gore\n")
    (finding,) = await check_words(make_case(blocked_words=file))
    assert (finding.state, finding.found) == (State.OK, f"{file} is read")


async def test_a_channel_that_is_seen_and_one_that_is_not(
    make_case: MakeCase, playground: Playground
):
    (general, *_) = next(iter(playground.world.guilds.values())).channels.values()
    fields = {"discord_token": playground.bot_token, "discord_api_url": playground.api_url}
    for channel_id, state, says in (
        (general.id, State.OK, f"go to #{general.name}"),
        (12345, State.WARNING, "the channel 12345 can't be seen"),
    ):
        findings = await check_discord(make_case(**fields, report_channel_id=channel_id))
        (finding,) = (each for each in findings if each.subject == "reports")
        assert finding.state is state
        assert says in finding.found
