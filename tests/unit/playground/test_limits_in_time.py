"""What Discord allows only so often: edits of old messages, and new commands in a day."""

import discord
import pytest

from playground.client import Member
from playground.clock import Clock
from playground.commands.creates import CREATES_A_DAY, DailyCreates
from playground.errors import ApiError
from playground.messages.old_edits import EDITS, OldEdits
from playground.server import Playground
from playground.world import Message, User
from tests.unit.playground.conftest import Login, Painter


def message(clock: Clock, *, age_s: float, channel_id: int = 1) -> Message:
    author = User(1, "mel", None, "token")
    return Message(2, channel_id, author, clock.now() - age_s)


def test_young_messages_are_edited_without_end():
    clock = Clock()
    edits, young = OldEdits(clock), message(clock, age_s=3500)
    for _ in range(10 * EDITS):
        edits.count(young)


def test_old_messages_of_a_channel_share_their_edits():
    clock = Clock()
    edits = OldEdits(clock)
    for _ in range(EDITS):
        edits.count(message(clock, age_s=3700))
    with pytest.raises(ApiError) as refused:
        edits.count(message(clock, age_s=4000))
    assert refused.value.body["code"] == 30046
    assert 0 < refused.value.body["retry_after"] <= edits.window_s
    edits.count(message(clock, age_s=3700, channel_id=2))
    clock.advance(edits.window_s + 1)
    edits.count(message(clock, age_s=3700))


async def test_discord_py_hears_of_too_many_edits_and_waits(
    playground: Playground, login: Login, painter: Painter, member: Member
):
    bot = await login(painter)
    general = await bot.fetch_channel(int(member.channel("general")))
    assert isinstance(general, discord.TextChannel)
    posted = await general.send("old")
    playground.clock.advance(3601)
    playground.services.board.old_edits.allowed = 1
    playground.services.board.old_edits.window_s = 0.5
    await posted.edit(content="once")
    edited = await posted.edit(content="twice")  # after a 429 that it obeyed
    assert edited.content == "twice"


def test_the_two_hundred_and_first_new_command_of_a_day_is_refused():
    clock = Clock()
    creates = DailyCreates(clock)
    creates.count(None, CREATES_A_DAY)
    creates.count(None, 0)
    creates.count(7, 1)
    with pytest.raises(ApiError) as refused:
        creates.count(None, 1)
    assert (refused.value.refusal.status, refused.value.refusal.code) == (400, 30034)
    clock.advance(24 * 3600 + 1)
    creates.count(None, 1)


async def test_syncing_the_same_commands_creates_nothing(
    playground: Playground, login: Login, painter: Painter
):
    @painter.tree.command()
    async def paint(interaction: discord.Interaction) -> None:
        """Paint."""

    bot = await login(painter)
    for _ in range(3):
        await bot.tree.sync()
    creates = playground.services.commands.creates
    creates.count(None, CREATES_A_DAY - 1)
    with pytest.raises(ApiError):
        creates.count(None, 1)
