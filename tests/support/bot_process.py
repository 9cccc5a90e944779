"""The real bot as a child process, as a host runs it, in a playground of the test's own loop."""

import asyncio
import os
import re
import signal
import sys
from pathlib import Path
from typing import Self

from playground.server import Playground

ROOT = Path(__file__).parents[2]


class BotProcess:
    """`python -m bot run` on a data folder; its log is kept in `log`, line by line."""

    arguments = ("-m", "bot", "run")  # of the interpreter

    def __init__(self, playground: Playground, data_dir: Path, **environment: str) -> None:
        self._playground = playground
        self._environment = {
            # Nothing of the host's own settings, and nothing of a `.env` beside the checkout.
            **{name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ},
            "PYTHONPATH": str(ROOT),
            "DISCORD_TOKEN": playground.bot_token,
            "DISCORD_API_URL": playground.api_url,
            "EASEL_DATA_DIR": str(data_dir),
            "EASEL_ACCEPT_LICENSES": "sai-nc-community",
            # Small models stand for those that were made for a GPU: all of them are offered.
            "EASEL_DEVICE": "cpu",
            # On a busy machine they would be taken for the picture that is waited for.
            "EASEL_PREVIEWS": "off",
            **environment,
        }
        self._data_dir = data_dir
        self._reading: asyncio.Task[None] | None = None
        self.log: list[str] = []

    async def start(self, *, online: bool = True) -> None:
        """Spawn it, and wait until it is at the gateway."""
        self._data_dir.mkdir(parents=True, exist_ok=True)
        self.process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-W", "error::ResourceWarning", *self.arguments),
            env=self._environment,
            cwd=self._data_dir,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        self._reading = asyncio.create_task(self._read())
        if online:
            await self.until("Ready as")

    @property
    def environment(self) -> dict[str, str]:
        """What it runs with."""
        return self._environment

    @property
    def pid(self) -> int:
        return self.process.pid

    def children(self) -> list[int]:
        """The ids of its child processes."""
        tasks = Path(f"/proc/{self.pid}/task")
        return [
            int(child)
            for task in tasks.iterdir()
            for child in (task / "children").read_text().split()
        ]

    @property
    def worker(self) -> int:
        """The process id of the one that paints."""
        (worker,) = [
            child
            for child in self.children()
            if b"generation.worker" in Path(f"/proc/{child}/cmdline").read_bytes()
        ]
        return worker

    async def until_worker(self, timeout: float = 60) -> int:
        """Wait until there is one: after a death the next takes seconds. Its process id."""
        async with asyncio.timeout(timeout):
            while True:
                try:
                    return self.worker
                except (ValueError, FileNotFoundError):
                    await asyncio.sleep(0.05)

    async def until(self, pattern: str, timeout: float = 90) -> str:
        """Wait for a line of the log, from its beginning."""
        try:
            async with asyncio.timeout(timeout):
                while True:
                    for line in self.log:
                        if re.search(pattern, line):
                            return line
                    assert self.process.returncode is None, "\n".join(self.log)
                    await asyncio.sleep(0.05)
        except TimeoutError:
            raise AssertionError("\n".join([f"{pattern!r} is not in:", *self.log])) from None

    async def stop(self, number: int = signal.SIGTERM, timeout: float = 40) -> int:
        """Send a signal and wait for the end; the exit code."""
        if self.process.returncode is None:
            self.process.send_signal(number)
        async with asyncio.timeout(timeout):
            code = await self.process.wait()
        if self._reading is not None:
            await self._reading
        return code

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        try:
            await self.stop()
        except TimeoutError:
            await self.stop(signal.SIGKILL)
            raise

    async def _read(self) -> None:
        assert self.process.stderr is not None
        async for line in self.process.stderr:
            self.log.append(line.decode(errors="replace").rstrip())
