"""`python -m bot [run]`: be the bot."""

import argparse
import asyncio
import logging
import os
import signal
from typing import Any

from bot.settings import Settings

from ._exits import Exit, catching

log = logging.getLogger(__name__)


def add(commands: Any) -> None:
    """Its options: it has none."""
    be_default(commands.add_parser("run", help="be the bot (what happens without a command)"))


def be_default(parser: argparse.ArgumentParser) -> None:
    """What a parser leads to where nothing else is said."""
    parser.set_defaults(command="run", action=_run)


def _run(settings: Settings, _options: argparse.Namespace) -> int:
    import discord
    from discord.http import Route

    from bot.app import serve
    from bot.database import Database
    from bot.login import DiscordUnavailable
    from bot.memory import give_back_large_blocks

    give_back_large_blocks()
    # REST goes where the host says; the gateway's address comes from there too.
    Route.BASE = settings.discord_api_url

    async def run() -> int:
        stopping = asyncio.Event()
        _stop_on_signals(stopping)
        try:
            async with Database.open(settings.data_dir) as database:
                await serve(settings, database, stopping)
        except DiscordUnavailable as error:
            log.error("%s", error)
            return Exit.DISCORD
        except (
            discord.ConnectionClosed,
            discord.GatewayNotFound,
            discord.PrivilegedIntentsRequired,
        ) as error:
            log.error("Discord closed the gateway for good: %s", error)
            return Exit.DISCORD
        log.info("Stopped")
        return Exit.OK

    return catching(run)


def _stop_on_signals(stopping: asyncio.Event) -> None:
    """The first SIGINT or SIGTERM asks to stop, the second one does not ask."""
    loop = asyncio.get_running_loop()

    def stop(number: int) -> None:
        if stopping.is_set():
            os._exit(128 + number)
        # What goes on may take its time until it heeds this, such as a database that is upgraded.
        log.info("Stopping, as asked by %s", signal.Signals(number).name)
        stopping.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop, number)
