"""When what the gateway told of a guild still holds, and which refusal a start outlives."""

from typing import Any
from unittest import mock

import discord
import pytest

from bot import commands
from bot.client import EaselBot


@pytest.fixture
async def bot() -> EaselBot:
    """A bot whose two shards are connected."""
    settings = mock.Mock(sync_commands_to=None)
    made = EaselBot(settings, mock.Mock(), mock.Mock())
    for shard_id in (0, 1):
        await made.on_shard_connect(shard_id)
    shards = {number: mock.Mock(id=number) for number in (0, 1)}
    for shard in shards.values():
        shard.is_closed.return_value = False
    made.get_shard = mock.Mock(side_effect=shards.get)
    return made


def guild(shard_id: int = 1, *, unavailable: bool = False) -> Any:
    made = mock.create_autospec(discord.Guild, instance=True, unavailable=unavailable)
    made.shard_id = shard_id
    return made


async def test_while_its_shard_has_a_session_it_hears_of_a_guild(bot: EaselBot):
    assert bot.hears_of(guild())


async def test_it_does_not_until_a_lost_session_goes_on(bot: EaselBot):
    await bot.on_shard_disconnect(1)
    assert not bot.hears_of(guild())
    assert bot.hears_of(guild(0))
    await bot.on_shard_resumed(1)
    assert bot.hears_of(guild())


async def test_it_does_not_once_the_connection_is_closed_whoever_was_told(bot: EaselBot):
    shard: Any = bot.get_shard(1)
    shard.is_closed.return_value = True
    assert not bot.hears_of(guild())


async def test_it_does_not_before_its_shard_has_connected(bot: EaselBot):
    assert not bot.hears_of(guild(2))


async def test_it_does_not_during_an_outage_of_the_guild(bot: EaselBot):
    assert not bot.hears_of(guild(unavailable=True))


def refused(code: int) -> discord.HTTPException:
    answer = mock.Mock(status=400, reason="Bad Request")
    return discord.HTTPException(answer, {"code": code, "message": "so it is"})


@pytest.fixture
def synchronize(monkeypatch: pytest.MonkeyPatch) -> mock.AsyncMock:
    """What registers the commands; nothing else is set up."""
    monkeypatch.setattr("bot.client.EXTENSIONS", ())
    made = mock.create_autospec(commands.synchronize)
    monkeypatch.setattr("bot.client.synchronize", made)
    return made


async def test_without_creates_for_today_it_starts_with_the_commands_that_are_there(
    bot: EaselBot, synchronize: mock.AsyncMock, caplog: pytest.LogCaptureFixture
):
    synchronize.side_effect = refused(30034)
    bot._connection.application_id = 9
    bot.delivery = mock.Mock()
    await bot.setup_hook()
    synchronize.assert_awaited_once()
    (line,) = caplog.records
    assert "start Easel again in a day" in line.getMessage()
    assert line.exc_info is None


async def test_what_else_discord_says_of_the_commands_ends_the_start(
    bot: EaselBot, synchronize: mock.AsyncMock
):
    synchronize.side_effect = refused(50001)
    bot._connection.application_id = 9
    bot.delivery = mock.Mock()
    with pytest.raises(discord.HTTPException):
        await bot.setup_hook()
