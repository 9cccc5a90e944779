"""The bot as a child process: started with the playground's token, ended with the playground."""

import asyncio
import contextlib
import ctypes
import logging
import os
import signal
import sys
from collections.abc import Mapping
from pathlib import Path

log = logging.getLogger(__name__)

MODULE = "bot"
DEFAULT_DATA_DIR = "playground-data"
DEFAULT_MODEL = "demo"
GRACE_S = 10.0
# What the bot waits for its painting at a stop; it must have ended by itself before GRACE_S.
BOT_GRACE_S = 5
# Tokens, and what would make the bot speak with, or wait for, a server that is not the playground.
_LEFT_OUT = ("DISCORD_", "EASEL_HOSTED_")
_LEFT_OUT_NAMES = {
    *("HF_TOKEN", "HF_TOKEN_FILE", "HUGGING_FACE_HUB_TOKEN"),
    "EASEL_SYNC_COMMANDS_TO",
}
# Where the packages are: the child runs in its data folder, not here.
_PACKAGES = Path(__file__).resolve().parents[1]
# Loaded here, since little may be done between fork and exec.
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
_PR_SET_PDEATHSIG = 1


def environment(token: str, api_url: str, inherited: Mapping[str, str]) -> dict[str, str]:
    """The child's environment.

    No token and no hosted API is passed on, so that neither reaches the child nor a prompt leaves
    this machine. The data folder and the model are the playground's own unless they are named.
    """
    kept = {name: value for name, value in inherited.items() if not _is_left_out(name)}
    if kept.get("EASEL_MODELS_DIR"):
        kept["EASEL_MODELS_DIR"] = _absolute(kept["EASEL_MODELS_DIR"])
    return {
        **kept,
        "DISCORD_TOKEN": token,
        "DISCORD_API_URL": api_url,
        # An empty variable counts as none, as it does for the bot.
        "EASEL_DATA_DIR": _absolute(kept.get("EASEL_DATA_DIR") or DEFAULT_DATA_DIR),
        "EASEL_DEFAULT_MODEL": kept.get("EASEL_DEFAULT_MODEL") or DEFAULT_MODEL,
        "EASEL_SHUTDOWN_GRACE_S": kept.get("EASEL_SHUTDOWN_GRACE_S") or str(BOT_GRACE_S),
        "PYTHONPATH": _search_path(kept.get("PYTHONPATH", "")),
    }


def _is_left_out(name: str) -> bool:
    # The bot's settings do not mind the case.
    upper = name.upper()
    return upper.startswith(_LEFT_OUT) or upper in _LEFT_OUT_NAMES


def _absolute(path: str) -> str:
    return str(Path(path).absolute())


def _search_path(inherited: str) -> str:
    """The inherited folders, which go first, and the playground's; none relative to a folder."""
    folders = [_absolute(folder) for folder in inherited.split(os.pathsep) if folder]
    return os.pathsep.join([*folders, str(_PACKAGES)])


def _made(folder: str) -> Path:
    """The folder, for its owner alone where it is new."""
    path = Path(folder)
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


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
        """Start the process in its data folder, where no `.env` of a checkout lies.

        Raises OSError where the folder cannot be made.
        """
        folder = _made(self._environment["EASEL_DATA_DIR"])
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            MODULE,
            cwd=folder,
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
