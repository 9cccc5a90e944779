"""What a command's error becomes: a plain word for its member, a line for the host."""

import logging
from pathlib import Path
from unittest import mock

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
