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

from generation.database import Database

log = logging.getLogger(__name__)


async def synchronize(
    tree: app_commands.CommandTree[Any],
    application_id: int,
    database: Database,
    guild: discord.Object | None,
) -> bool:
    """Register the tree's commands globally, or for `guild` alone; whether that was necessary."""
    if guild is not None:
        tree.copy_global_to(guild=guild)
    scope = f"{application_id}/{guild.id}" if guild else str(application_id)
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


def _fingerprint(commands: list[app_commands.AppCommand]) -> str:
    """Of ids and descriptions of what Discord has, whatever its order."""
    return _hash(sorted((command.id, command.name, command.description) for command in commands))


def _hash(value: object) -> str:
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()
