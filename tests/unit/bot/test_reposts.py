"""Pictures that are shown again: who sees them, and that the host can remove them there."""

import dataclasses
from types import SimpleNamespace
from typing import Any
from unittest import mock

import discord
import pytest

from bot.reposts import Barred, Showing
from bot.studio import Studio
from generation.job import Job, Posted
from generation.safety.bars import Bars
from generation.safety.reposts import Reposts
from generation.store import JobStore
from tests.support.jobs import make_job

from .test_reporting import trouble

JOB = make_job(12)
REMOVED = dataclasses.replace(JOB, removed_sha256="a" * 64)


class Room:
    """An interaction, and all that happens in its order."""

    def __init__(self, *, barred: bool = False, now: Job | None = JOB) -> None:
        self.order: list[str] = []
        bars = mock.create_autospec(Bars, instance=True)
        bars.find.return_value = 3 if barred else None
        self.reposts = mock.create_autospec(Reposts, instance=True)
        self.reposts.note.side_effect = lambda *_: self.order.append("noted")
        self.studio: Any = mock.create_autospec(Studio, instance=True)
        self.studio.safety = SimpleNamespace(bars=bars, reposts=self.reposts)
        self.studio.store = mock.create_autospec(JobStore, instance=True)
        self.studio.store.get.return_value = now
        self.interaction: Any = mock.create_autospec(discord.Interaction, instance=True)
        self.interaction.channel_id, self.interaction.user = 20, SimpleNamespace(id=1)
        self.interaction.response = mock.create_autospec(discord.InteractionResponse, instance=True)
        self.interaction.response.defer.return_value = SimpleNamespace(message_id=7)
        self.interaction.followup = mock.create_autospec(discord.Webhook, instance=True)

    async def show(self, *, private: bool = False, part: int | None = None) -> None:
        showing = Showing(self.interaction, self.studio, private=private)
        await showing.promise()
        async with showing.of(JOB, part):
            self.order.append("shown")

    @property
    def ephemeral(self) -> bool:
        return self.interaction.response.defer.call_args.kwargs["ephemeral"]

    @property
    def said(self) -> list[str]:
        return [call.args[0] for call in self.interaction.followup.send.call_args_list]


async def test_where_all_will_see_it_is_noted_before_it_is_there():
    room = Room()
    await room.show(part=2)
    assert room.order == ["noted", "shown"]
    room.reposts.note.assert_awaited_once_with(JOB, 2, Posted(20, 7))
    assert (room.ephemeral, room.said) == (False, [])


async def test_a_message_that_discord_did_not_name_is_asked_for():
    room = Room()
    room.interaction.response.defer.return_value = None
    room.interaction.original_response.return_value = SimpleNamespace(id=8)
    await room.show()
    room.reposts.note.assert_awaited_once_with(JOB, None, Posted(20, 8))


async def test_what_its_member_alone_sees_is_not_noted():
    room = Room()
    await room.show(private=True)
    assert (room.order, room.ephemeral, room.said) == (["shown"], True, [])


@pytest.mark.parametrize("private", [False, True])
async def test_a_barred_member_sees_it_alone_and_is_told_why(private: bool):
    room = Room(barred=True)
    await room.show(private=private)
    assert (room.order, room.ephemeral) == (["shown"], True)
    why = "The host has barred you from painting, so this is shown to you alone."
    assert room.said == ([] if private else [why])


async def test_a_member_who_was_barred_meanwhile_is_told_why_it_is_not_there():
    room = Room()
    room.interaction.response.type = discord.InteractionResponseType.deferred_channel_message
    showing = Showing(room.interaction, room.studio, private=False)
    await showing.promise()
    async with showing.of(JOB, None):
        raise Barred
    (said,) = room.said
    assert said.startswith("The host has barred you from painting, so this is not posted")
    assert room.interaction.followup.send.call_args.kwargs["ephemeral"]
    room.interaction.delete_original_response.assert_awaited_once_with()


@pytest.mark.parametrize("error", [None, trouble(404, 10008), trouble(500, 0)], ids=str)
async def test_what_the_host_removed_meanwhile_is_taken_back(error: Exception | None):
    room = Room(now=REMOVED)
    room.interaction.edit_original_response.side_effect = error
    await room.show()
    room.interaction.edit_original_response.assert_awaited_once_with(
        content="The host has removed the picture.", embed=None, attachments=[], view=None
    )


async def test_what_is_there_stays():
    room = Room()
    await room.show()
    room.interaction.edit_original_response.assert_not_called()
