"""What a command's error becomes: a plain word for its member, a line for the host."""

import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from unittest import mock

import aiohttp
import discord
import pytest

from bot.client import EaselBot
from bot.database import (
    DatabaseBusy,
    DatabaseClosed,
    DatabaseCorrupt,
    DatabaseError,
    DataFolderUnusable,
    MemoryShort,
    StorageFailed,
    StorageFull,
)
from bot.errors import on_component_error
from generation.errors import RequestRefused
from generation.imaging.process import ImagingClosed

FILE = Path("/data/easel.sqlite")


@pytest.fixture
def interaction() -> mock.Mock:
    """A press of a button that was answered in private already."""
    pressed = mock.Mock(spec=discord.Interaction)
    pressed.response = mock.create_autospec(discord.InteractionResponse, instance=True)
    pressed.response.is_done.return_value = True
    pressed.response.type = discord.InteractionResponseType.deferred_message_update
    pressed.followup = mock.create_autospec(discord.Webhook, instance=True)
    pressed.type = discord.InteractionType.component
    pressed.data = {"custom_id": "cancel:7"}
    return pressed


@pytest.mark.parametrize(
    ("error", "word", "remedy"),
    [
        (DatabaseBusy(FILE), "Ask again in a minute", "Close whatever has it open"),
        (DatabaseClosed(), "Ask again in a minute", "Easel is stopping"),
        (StorageFull(FILE, "full"), "disk is full. Tell the host", "Free some space"),
        (StorageFailed(FILE, "I/O"), "disk does not work. Tell the host", "the system's log"),
        (MemoryShort(FILE, "out of it"), "short of memory. Tell the host", "more memory"),
        (DatabaseCorrupt(FILE, "malformed"), "is damaged. Tell the host", "restore FILE"),
        (DataFolderUnusable(FILE, "readonly"), "its own files. Tell the host", "Easel's user"),
    ],
)
async def test_each_trouble_of_the_database_has_a_word_and_a_remedy(
    interaction: mock.Mock, caplog, error: DatabaseError, word: str, remedy: str
):
    await on_component_error(interaction, error)
    (told,) = interaction.followup.send.await_args.args
    assert word in told
    assert str(FILE) not in told
    (line,) = caplog.records
    assert line.levelno == logging.ERROR
    assert "cancel:7" in line.getMessage()
    assert remedy in line.getMessage()
    assert line.exc_info is None


@pytest.fixture
async def closed() -> Callable[[], Awaitable[None]]:
    """A call of Discord through a session that is closed, as a client's is once it is stopped."""
    session = aiohttp.ClientSession()
    await session.close()
    webhook = discord.Webhook.partial(1, "token", session=session)

    async def call(*_: object, **__: object) -> None:
        await webhook.edit_message(1, content="x")

    return call


async def test_a_command_that_the_stop_cuts_off_leaves_a_plain_line(
    interaction: mock.Mock, caplog, closed: Callable[[], Awaitable[None]]
):
    interaction.client.is_closed.return_value = True
    with pytest.raises(RuntimeError) as cut_off:
        await closed()
    await on_component_error(interaction, cut_off.value)
    (line,) = caplog.records
    assert "cancel:7 was cut off by the stop" in line.getMessage()
    assert line.exc_info is None
    interaction.followup.send.assert_not_awaited()


async def test_so_does_one_whose_picture_was_being_made_smaller(interaction: mock.Mock, caplog):
    await on_component_error(interaction, ImagingClosed("closed"))
    (line,) = caplog.records
    assert "cancel:7 was cut off by the stop" in line.getMessage()
    assert line.exc_info is None
    interaction.followup.send.assert_not_awaited()


async def test_so_does_a_word_for_its_member_that_comes_too_late(
    interaction: mock.Mock, caplog, closed: Callable[[], Awaitable[None]]
):
    interaction.client.is_closed.return_value = True
    interaction.followup.send.side_effect = closed
    await on_component_error(interaction, RequestRefused("prompt", "It is empty.", "Write one."))
    (line,) = caplog.records
    assert "could not be told: Session is closed" in line.getMessage()
    assert line.exc_info is None


async def test_while_the_client_is_open_such_an_error_is_one_of_ours(
    interaction: mock.Mock, caplog, closed: Callable[[], Awaitable[None]]
):
    interaction.client.is_closed.return_value = False
    interaction.followup.send.side_effect = closed
    with pytest.raises(RuntimeError):
        await on_component_error(interaction, RuntimeError("a bug"))
    (line,) = caplog.records
    assert line.exc_info is not None


@pytest.mark.parametrize(("error", "traced"), [(DatabaseBusy(FILE), False), (KeyError(7), True)])
async def test_a_listener_that_fails_over_the_database_leaves_a_line(
    caplog, error: Exception, traced: bool
):
    bot = mock.create_autospec(EaselBot, instance=True)
    bot.__class__ = EaselBot  # for its super()
    try:
        raise error
    except Exception:
        await EaselBot.on_error(bot, "on_guild_remove")
    (line,) = caplog.records
    assert "on_guild_remove" in line.getMessage()
    assert ("Close whatever has it open" in line.getMessage()) is not traced
    assert bool(line.exc_info) is traced
