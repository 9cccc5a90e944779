"""Registering the commands with Discord: only when they, or what Discord has of them, changed.

Discord allows 200 creates a day, and a container that restarts in a loop would use them up.
"""

import hashlib
import json
import logging
import time
from typing import Any

import discord
from discord import app_commands
from discord.http import HTTPClient

from generation.database import Database

log = logging.getLogger(__name__)


async def synchronize(
    tree: app_commands.CommandTree[Any],
    application_id: int,
    database: Database,
    guild: discord.Object | None,
) -> bool:
    """Register the tree's commands globally, or for `guild` alone; whether that was necessary.

    Those that Easel registered elsewhere before are taken back.
    """
    if guild is not None:
        tree.copy_global_to(guild=guild)
    scope = f"{application_id}/{guild.id}" if guild else str(application_id)
    necessary = await _register(tree, database, scope, guild)
    await _take_back(tree.client.http, application_id, database, scope)
    return necessary


async def _register(
    tree: app_commands.CommandTree[Any],
    database: Database,
    scope: str,
    guild: discord.Object | None,
) -> bool:
    wanted = _hash([command.to_dict(tree) for command in tree.get_commands(guild=guild)])
    known = await database.fetch_one(
        "SELECT tree_sha256, registered_sha256 FROM command_syncs WHERE scope = ?", (scope,)
    )
    if (
        known is not None
        and known["tree_sha256"] == wanted
        # Reading costs nothing of the daily allowance, and notices what somebody else removed.
        and known["registered_sha256"] == _fingerprint(await tree.fetch_commands(guild=guild))
    ):
        log.info("The commands are registered already")
        return False
    registered = await tree.sync(guild=guild)
    async with database.transaction() as connection:
        await connection.execute(
            "INSERT OR REPLACE INTO command_syncs VALUES (?, ?, ?, ?)",
            (scope, wanted, _fingerprint(registered), time.time()),
        )
    log.info("Registered %d commands", len(registered))
    return True


async def _take_back(http: HTTPClient, application_id: int, database: Database, kept: str) -> None:
    """Leave the application no commands but those of the scope `kept`."""
    everywhere = str(application_id)
    rows = await database.fetch_all(
        "SELECT scope FROM command_syncs WHERE scope <> ? AND (scope = ? OR scope LIKE ?)",
        (kept, everywhere, f"{everywhere}/%"),
    )
    for row in rows:
        guild_id = row["scope"].partition("/")[2]
        where = f"in the guild {guild_id}" if guild_id else "everywhere"
        try:
            if guild_id:
                await http.bulk_upsert_guild_commands(application_id, int(guild_id), payload=[])
            else:
                await http.bulk_upsert_global_commands(application_id, payload=[])
        except (discord.Forbidden, discord.NotFound) as error:  # a guild that Easel has left
            log.warning("The commands %s can't be taken back: %s", where, error)
        else:
            log.info("Took back the commands that were registered %s", where)
        # Only now: what fails in another way is tried again at the next start.
        await database.write("DELETE FROM command_syncs WHERE scope = ?", (row["scope"],))


def _fingerprint(commands: list[app_commands.AppCommand]) -> str:
    """Of ids and descriptions of what Discord has, whatever its order."""
    return _hash(sorted((command.id, command.name, command.description) for command in commands))


def _hash(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
