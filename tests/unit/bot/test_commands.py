"""Where the commands are registered, and where no longer."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from unittest import mock

import discord
import pytest
from discord import app_commands
from discord.http import HTTPClient

from bot.commands import synchronize
from bot.database import Database

APPLICATION = 9
HERE, THERE = discord.Object(77), discord.Object(78)


class Registry:
    """What Discord has of an application's commands, by guild; None: everywhere."""

    def __init__(self) -> None:
        self.names: dict[int | None, list[str]] = {}
        self.left: set[int] = set()
        self.puts = 0
        self._commands: dict[int | None, list[Any]] = {}

    async def put(self, guild_id: int | None, payload: list[Any]) -> list[Any]:
        if guild_id in self.left:
            answer = mock.Mock(status=403, reason="Forbidden")
            raise discord.Forbidden(answer, {"code": 50001, "message": "Missing Access"})
        self.puts += 1
        self.names[guild_id] = [each["name"] for each in payload]
        self._commands[guild_id] = [
            {
                **{"id": str(number), "application_id": str(APPLICATION), "version": "1"},
                **{"name": each["name"], "description": each["description"], "type": 1},
            }
            for number, each in enumerate(payload, 100)
        ]
        return self._commands[guild_id]

    async def get(self, guild_id: int | None) -> list[Any]:
        return self._commands.get(guild_id, [])


@pytest.fixture
def registry() -> Registry:
    return Registry()


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with Database.open(tmp_path) as opened:
        yield opened


async def run(
    registry: Registry,
    database: Database,
    guild: discord.Object | None,
    application_id: int = APPLICATION,
) -> bool:
    """What a start of the bot does."""
    client = discord.Client(intents=discord.Intents.none())
    http = client.http = mock.create_autospec(HTTPClient, instance=True)
    http.bulk_upsert_global_commands = lambda _, payload: registry.put(None, payload)
    http.bulk_upsert_guild_commands = lambda _, guild_id, payload: registry.put(guild_id, payload)
    http.get_global_commands = lambda _: registry.get(None)
    http.get_guild_commands = lambda _, guild_id: registry.get(guild_id)
    client._connection.application_id = application_id
    tree = app_commands.CommandTree(client)

    @tree.command()
    async def imagine(_: discord.Interaction, prompt: str) -> None:
        """Paint."""

    necessary = await synchronize(tree, application_id, database, guild)
    assert tree.get_command("imagine") is not None  # /help goes on reading them there
    return necessary


@pytest.mark.parametrize(
    "scopes",
    [[None, HERE], [HERE, None], [HERE, THERE], [None, HERE, THERE, None, HERE]],
    ids=["one guild after all", "all after one guild", "another guild", "to and fro"],
)
async def test_they_are_where_the_last_start_put_them_and_nowhere_else(
    registry: Registry, database: Database, scopes: list[discord.Object | None]
):
    for guild in scopes:
        await run(registry, database, guild)
    has = {guild_id for guild_id, names in registry.names.items() if names}
    assert has == {scopes[-1].id if scopes[-1] else None}


async def test_elsewhere_they_are_taken_back_once(registry: Registry, database: Database):
    for guild in (None, HERE):
        await run(registry, database, guild)
    puts = registry.puts
    assert not await run(registry, database, HERE)
    assert registry.puts == puts


async def test_a_guild_that_was_left_is_forgotten(registry: Registry, database: Database):
    await run(registry, database, HERE)
    registry.left.add(HERE.id)
    await run(registry, database, None)
    assert registry.names[None] == ["imagine"]
    rows = await database.fetch_all("SELECT scope FROM command_syncs")
    assert [row["scope"] for row in rows] == [str(APPLICATION)]


async def test_another_application_keeps_its_own(registry: Registry, database: Database):
    await run(registry, database, HERE, application_id=91)
    await run(registry, database, None)
    assert registry.names == {HERE.id: ["imagine"], None: ["imagine"]}
