"""`python -m playground`: run the playground, and on it the bot.

Exit codes: 0 after Ctrl-C or SIGTERM, 2 where it cannot start: the port is taken, an argument is
wrong, the trace cannot be written.
"""

import argparse
import asyncio
import contextlib
import errno
import logging
import os
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from playground.child import BotProcess
from playground.server import HOST, Playground

DEFAULT_PORT = 8765
TRACE_VARIABLE = "EASEL_PLAYGROUND_TRACE"
USAGE_ERROR = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run until a signal; returns the exit code."""
    options = _parser().parse_args(arguments)
    level = logging.DEBUG if options.verbose else logging.WARNING
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    return asyncio.run(_run(options.port, with_bot=not options.no_bot))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m playground",
        description="A Discord server on this machine, with a chat page, and the bot on it.",
    )
    parser.add_argument(
        "--port",
        type=port_number,
        default=DEFAULT_PORT,
        help="the page's port (default: %(default)s; 0: any)",
    )
    parser.add_argument("--no-bot", action="store_true", help="do not start the bot")
    parser.add_argument("--verbose", action="store_true", help="log what happens")
    return parser


def port_number(text: str) -> int:
    """A port as the command line gives it."""
    is_number = text.isdecimal() and text.isascii() and len(text) <= len("65535")
    if not is_number or int(text) > 65535:
        raise argparse.ArgumentTypeError("a port is a number from 0 to 65535")
    return int(text)


async def _run(port: int, *, with_bot: bool) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    # A closed terminal (SIGHUP) ends it too: the bot is in a group of its own and would stay.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stop.set)
    trace = os.environ.get(TRACE_VARIABLE)
    playground = Playground(port, trace=Path(trace) if trace else None)
    try:
        await playground.start()
    except OSError as error:
        print(f"playground: {_why(error, port, trace)}", file=sys.stderr)
        return USAGE_ERROR
    try:
        await _serve(playground, stop, with_bot=with_bot)
    finally:
        await playground.close()
    return 0


def _why(error: OSError, port: int, trace: str | None) -> str:
    """Why the playground cannot start, and what would let it."""
    if error.errno == errno.EADDRINUSE:
        return f"port {port} of {HOST} is taken; choose another with --port."
    if trace and str(error.filename) == str(Path(trace)):
        return f"{TRACE_VARIABLE}: cannot write to {trace}: {error.strerror}."
    return str(error)


async def _serve(playground: Playground, stop: asyncio.Event, *, with_bot: bool) -> None:
    playground.gateway.on_presence.append(_say_presence)
    _say(f"Playground: open {playground.url}/ in a browser (Ctrl-C ends it)")
    if not with_bot:
        _say(f"Playground: a bot logs in with {_login(playground)}")
    bot = BotProcess(playground.bot_token, playground.api_url)
    watcher: asyncio.Task[None] | None = None
    try:
        if with_bot:
            watcher = await _start(bot)
        await stop.wait()
    finally:
        if watcher is not None:
            watcher.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await watcher
        # The bot ends first, while there is still a server to say goodbye to.
        await bot.stop()


async def _start(bot: BotProcess) -> asyncio.Task[None] | None:
    try:
        await bot.start()
    except OSError as error:
        _say(f"Playground: the bot cannot start: {error}; the page goes on without it")
        return None
    return asyncio.create_task(_watch(bot), name="watch the bot")


async def _watch(bot: BotProcess) -> None:
    code = await bot.wait()
    _say(f"Playground: the bot ended with exit code {code}; the page goes on without it")


def _login(playground: Playground) -> str:
    """What a bot that is started by hand needs; nothing in it is secret."""
    return f"DISCORD_API_URL={playground.api_url} DISCORD_TOKEN={playground.bot_token}"


def _say_presence(online: bool) -> None:
    _say(f"Playground: the bot is {'online' if online else 'offline'}")


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
