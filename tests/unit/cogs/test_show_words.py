"""What /show posts for all to read has to pass the guild's list of words, as a request does."""

import dataclasses
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import discord
import pytest

from bot.database import Database
from bot.studio import Studio
from cogs.show import _cog
from generation.executors.base import FailureKind
from generation.job import Job
from generation.safety.bars import Bars
from generation.safety.reposts import Reposts
from generation.sheets.plan import compare
from generation.store import JobStore
from generation.words import GuildWords, Words
from generation.words.guilds import WordKind
from tests.support.jobs import CATALOG, DEMO, make_origin, make_request

GUILD, ELSEWHERE = 10, 11
REFUSED = (
    "**prompt** – This guild's list of words refuses it.\n"
    "Leave `private` out, and you see it here alone."
)


class Desk:
    """Pictures of one member, in a guild that refuses a word."""

    def __init__(self, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
        self.store = JobStore(database)
        self.guild_words = GuildWords(database)
        studio: Any = mock.create_autospec(Studio, instance=True, store=self.store)
        bars = mock.create_autospec(Bars, instance=True)
        bars.find.return_value = None
        words, reposts = Words(None, self.guild_words), Reposts(database)
        studio.safety = SimpleNamespace(words=words, bars=bars, reposts=reposts)
        self.cog = _cog.Show(SimpleNamespace(studio=studio))  # pyright: ignore[reportArgumentType]
        self.shown: list[str] = []  # by what
        for name in ("bring", "bring_part", "bring_sheet", "bring_failed"):
            bring = mock.AsyncMock(side_effect=lambda *_, by=name, **__: self.shown.append(by))
            monkeypatch.setattr(_cog, name, bring)

    async def painted(self, job: Job) -> Job:
        await self.store._database.write(
            "UPDATE jobs SET status = 'delivered', generated_at = 1, finished_at = 1,"
            " interaction_token = NULL WHERE id = ?",
            (job.id,),
        )
        return job

    async def ask(self, prompt: str) -> Job:
        return await self.store.create(make_request(prompt), make_origin(1))

    async def show(
        self, job: Job, *, private: bool = False, part: int | None = None, guild: int | None = GUILD
    ) -> mock.Mock:
        """Use the command; the interaction."""
        interaction = mock.create_autospec(discord.Interaction, instance=True)
        interaction.guild_id = guild
        interaction.user = SimpleNamespace(id=1)
        interaction.app_permissions = discord.Permissions.all()
        interaction.channel_id = 20
        interaction.response = mock.create_autospec(discord.InteractionResponse, instance=True)
        interaction.response.defer.return_value = SimpleNamespace(message_id=7)
        interaction.followup = mock.create_autospec(discord.Webhook, instance=True)
        show: Any = self.cog.show.callback
        await show(self.cog, interaction, f"#{job.id}", private=private, part=part)
        return interaction


@pytest.fixture
async def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Desk]:
    async with Database.open(tmp_path) as database:
        desk = Desk(database, monkeypatch)
        await desk.guild_words.add(GUILD, "naked", WordKind.BLOCKED)
        yield desk


def told(interaction: mock.Mock) -> list[tuple[str, bool]]:
    calls = interaction.followup.send.call_args_list
    return [(call.args[0], call.kwargs["ephemeral"]) for call in calls]


async def test_words_that_the_guild_refuses_are_not_posted_there(desk: Desk):
    job = await desk.painted(await desk.ask("a naked fox"))
    interaction = await desk.show(job)
    assert told(interaction) == [(REFUSED, True)]
    assert desk.shown == []
    assert "naked" not in str(interaction.mock_calls)


@pytest.mark.parametrize(
    "options", [{"private": True}, {"guild": ELSEWHERE}, {"guild": None}], ids=str
)
async def test_where_no_list_refuses_them_they_are_shown(desk: Desk, options: dict[str, Any]):
    job = await desk.painted(await desk.ask("a naked fox"))
    assert told(await desk.show(job, **options)) == []
    assert desk.shown == ["bring"]


async def test_other_words_are_posted_as_before(desk: Desk):
    assert told(await desk.show(await desk.painted(await desk.ask("a red fox")))) == []
    assert desk.shown == ["bring"]


@pytest.mark.parametrize("part", [None, 2])
@pytest.mark.parametrize("where", ["all", "one part"])
async def test_so_it_is_with_several_on_one_and_each_of_them(desk: Desk, part: int | None, where):
    prompt = "a fox" if where == "one part" else "a naked fox"
    request, _ = compare(CATALOG, DEMO, prompt, "demo, sdxl-turbo")
    other = request.parts[1].request.model_copy(update={"prompt": "a naked fox"})
    parts = (request.parts[0], request.parts[1].model_copy(update={"request": other}))
    job = await desk.store.create(request.model_copy(update={"parts": parts}), make_origin(1))
    assert told(await desk.show(await desk.painted(job), part=part)) == [(REFUSED, True)]
    assert desk.shown == []


async def test_of_what_came_to_nothing_they_are_not_posted_either(desk: Desk):
    job = await desk.ask("a naked fox")
    await desk.store.start(job.id)
    await desk.store.fail(job.id, FailureKind.BUSY, "busy", "Not now.")
    assert told(await desk.show(job)) == [(REFUSED, True)]
    assert desk.shown == []


async def test_anothers_picture_is_not_found_whatever_its_words(desk: Desk):
    origin = dataclasses.replace(make_origin(1), user_id=2)
    job = await desk.store.create(make_request("a naked fox"), origin)
    interaction = await desk.show(await desk.painted(job))
    interaction.edit_original_response.assert_awaited_once_with(content=_cog._NOT_YOURS)
