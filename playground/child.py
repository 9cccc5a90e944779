"""The bot as a child process: started with the playground's token, ended with the playground."""

import asyncio
import contextlib
import ctypes
import logging
import os
import signal
import sys
from collections.abc import Mapping

log = logging.getLogger(__name__)

MODULE = "bot"
DEFAULT_DATA_DIR = "playground-data"
GRACE_S = 10.0
# Loaded here, since little may be done between fork and exec.
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
_PR_SET_PDEATHSIG = 1


def environment(token: str, api_url: str, inherited: Mapping[str, str]) -> dict[str, str]:
    """The child's environment.

    Token and API are always set, so that a real token, inherited or from a `.env`, cannot reach the
    child, nor the child Discord. The data folder is the playground's own unless one is named.
    """
    own = {"DISCORD_TOKEN": token, "DISCORD_API_URL": api_url}
    return {"EASEL_DATA_DIR": DEFAULT_DATA_DIR, **inherited, **own}


def _end_with_parent() -> None:
    """In the child, before it runs: have the kernel end it if the playground is killed outright."""
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


class BotProcess:
    """`python -m bot` in a process group of its own: Ctrl-C ends it through the playground only."""

    def __init__(self, token: str, api_url: str) -> None:
        """The bot will log in with `token` at `api_url`."""
        self._environment = environment(token, api_url, os.environ)
        self._process: asyncio.subprocess.Process | None = None

    async def start(self) -> None:
        """Start the process."""
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            MODULE,
            env=self._environment,
            stdin=asyncio.subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_end_with_parent,
        )

    async def wait(self) -> int:
        """The exit code, once the process has ended (negative: the signal that killed it)."""
        assert self._process is not None
        return await self._process.wait()

    async def stop(self) -> None:
        """Ask the process to end, and make it after a grace period; nothing of its group stays."""
        process = self._process
        if process is None:
            return
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            try:
                async with asyncio.timeout(GRACE_S):
                    await process.wait()
            except TimeoutError:
                log.warning("the bot did not end in %.0f s and is killed", GRACE_S)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
