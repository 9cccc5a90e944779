"""The command line: `python -m bot [COMMAND]`, and what its exit codes mean.

0 ended as asked · 1 an error of its own, or the command came to nothing · 2 the settings or the
command line are wrong · 3 the data folder or the database · 4 Discord does not take the token, or
can't be reached.
"""

import argparse
import asyncio
import logging
import os
import signal
import sys
from collections.abc import Callable, Coroutine, Sequence
from enum import IntEnum
from pathlib import Path
from typing import Any

from bot import log as logs
from bot.settings import Settings, SettingsError, apply_hub_environment, load_settings

log = logging.getLogger(__name__)


class Exit(IntEnum):
    """The exit codes; docs/hosting.md has them for hosts."""

    OK = 0
    ERROR = 1
    SETTINGS = 2
    DATA = 3
    DISCORD = 4


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; the exit code."""
    options = _parser().parse_args(arguments)
    try:
        settings = load_settings()
        if options.command == "run":
            settings.require_token()
    except SettingsError as error:
        print(error, file=sys.stderr)
        return Exit.SETTINGS
    secrets = [
        token.get_secret_value() for token in (settings.discord_token, settings.hf_token) if token
    ]
    logs.configure(settings.log_format, _level(options.command, settings), secrets=secrets)
    apply_hub_environment(settings)
    return options.action(settings, options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bot", description="Easel, a Discord bot that paints."
    )
    parser.set_defaults(command="run", action=_run)
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    run = commands.add_parser("run", help="be the bot (what happens without a command)")
    run.set_defaults(command="run", action=_run)
    paint = commands.add_parser("generate", help="paint one picture, without Discord")
    paint.set_defaults(command="generate", action=_generate)
    _add_options_of_generate(paint)
    health = commands.add_parser("health", help="say whether a bot serves from the data folder")
    health.set_defaults(command="health", action=_health)
    backup = commands.add_parser("backup", help="copy the database, while the bot runs or not")
    backup.add_argument("file", type=Path, metavar="FILE", help="where the copy goes")
    backup.set_defaults(command="backup", action=_backup)
    restore = commands.add_parser("restore", help="put a copy in the database's place")
    restore.add_argument("file", type=Path, metavar="FILE", help="the copy")
    restore.set_defaults(command="restore", action=_restore)
    # Without a command, argparse would put None over the defaults above.
    commands.required = False
    return parser


def _add_options_of_generate(paint: argparse.ArgumentParser) -> None:
    paint.add_argument("prompt", help="what you want to see")
    paint.add_argument(
        "--out",
        type=Path,
        default=Path("easel.png"),
        metavar="FILE",
        help="where the PNG goes (default: easel.png)",
    )
    paint.add_argument("--model", metavar="NAME", help="which model paints (docs/models.md)")
    paint.add_argument("--negative-prompt", metavar="TEXT", help="what you don't want to see")
    paint.add_argument("--steps", type=int, metavar="N", help="how many steps")
    paint.add_argument("--guidance", type=float, metavar="X", help="how closely to follow")
    paint.add_argument("--seed", type=int, metavar="N", help="the same seed, the same picture")
    paint.add_argument("--size", metavar="WxH", help="width x height in pixels")


#: Commands that tell on stdout what they did.
_QUIET = ("generate", "backup", "restore")


def _level(command: str, settings: Settings) -> str:
    """A progress bar and lines of INFO do not go together on one terminal."""
    return "WARNING" if command in _QUIET and settings.log_level == "INFO" else settings.log_level


# The imports below stand in functions: huggingface_hub reads the environment when it is imported,
# which must be after apply_hub_environment; and `health` must answer quickly.


def _run(settings: Settings, _options: argparse.Namespace) -> int:
    import discord
    from discord.http import Route

    from bot.app import serve
    from bot.database import Database
    from bot.login import DiscordUnavailable

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

    return _catching(run)


def _generate(settings: Settings, options: argparse.Namespace) -> int:
    from bot.generate import Order, generate

    fields = ("prompt", "out", "model", "negative_prompt", "steps", "guidance", "seed", "size")
    order = Order(**{field: getattr(options, field) for field in fields})

    async def paint() -> int:
        print(await generate(settings, order))
        return Exit.OK

    return _catching(paint)


def _health(settings: Settings, _options: argparse.Namespace) -> int:
    from bot.health import check

    healthy, sentence = check(settings.data_dir)
    print(sentence)
    return Exit.OK if healthy else Exit.ERROR


def _backup(settings: Settings, options: argparse.Namespace) -> int:
    from bot.backup import BackupRefused, make_backup

    async def back_up() -> int:
        try:
            print(await make_backup(settings.data_dir, options.file))
        except BackupRefused as error:
            print(error, file=sys.stderr)
            return Exit.ERROR
        return Exit.OK

    return _catching(back_up)


def _restore(settings: Settings, options: argparse.Namespace) -> int:
    from bot.backup import restore_backup

    async def put_back() -> int:
        print(await restore_backup(settings.data_dir, options.file))
        return Exit.OK

    return _catching(put_back)


def _catching(command: Callable[[], Coroutine[Any, Any, int]]) -> int:
    """Run it; what the host can mend is a plain line, what is a bug of ours a logged traceback."""
    from bot.database import DatabaseError
    from generation.errors import CatalogError, GenerationError, RequestRefused

    try:
        return asyncio.run(command())
    except (CatalogError, RequestRefused) as error:
        print(error, file=sys.stderr)
        return Exit.SETTINGS
    except DatabaseError as error:
        print(error, file=sys.stderr)
        return Exit.DATA
    except (GenerationError, OSError) as error:
        print(error, file=sys.stderr)
        return Exit.ERROR
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except Exception:
        log.exception("Easel ends with an error of its own")
        return Exit.ERROR


def _stop_on_signals(stopping: asyncio.Event) -> None:
    """The first SIGINT or SIGTERM asks to stop, the second one does not ask."""
    loop = asyncio.get_running_loop()

    def stop(number: int) -> None:
        if stopping.is_set():
            os._exit(128 + number)
        stopping.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop, number)


if __name__ == "__main__":
    sys.exit(main())
