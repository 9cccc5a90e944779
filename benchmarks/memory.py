"""How much memory the bot's process takes after 500 and after 5,000 jobs.

The real bot in the playground, asked for pictures by members as Discord's own client does it, from
the command to the message that shows the picture. Only the executor is none: it has a picture of
256 × 256 pixels, 192 KiB, at once. Measured is the resident memory of the bot's own process, by
the kernel's count; the one that would paint, and the one that looks at uploads, are others.

What the memory is taken by is asked of the process itself: SQLite's own count, and how many blocks
Python's objects take. These have no goal. They tell a leak (blocks that grow with the jobs) from
what fills up (SQLite's caches) and from what the allocator has free and keeps.
"""

import asyncio
import json
import signal
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path
from typing import NamedTuple

from benchmarks.figures import Figure, Figures
from benchmarks.noop_bot import VARIABLE
from playground.client import Member
from playground.server import Playground
from tests.support.bot_process import BotProcess

GOAL_MB = 150
#: No growth in the second half, but for what the allocator takes and gives back as it likes and for
#: SQLite's caches (2 MB a connection at most), which are not full by then. A leak of 1 KiB a job
#: would be 2.6 MB.
GROWTH_MB = 2
_LOOKS, _LOOK_S = 1000, 0.01  # whether it has told
MEMBERS = 3  # whom the playground knows


class NoOpBot(BotProcess):
    """The bot without a device."""

    arguments = ("-m", "benchmarks.noop_bot")

    def __init__(self, playground: Playground, data_dir: Path) -> None:
        """What its memory is taken by is told beside its data."""
        self._told = data_dir / "holdings.json"
        super().__init__(playground, data_dir, **{VARIABLE: str(self._told)})

    async def memory(self) -> "Memory":
        """What it has now."""
        resident = resident_mb(self.pid)
        self._told.unlink(missing_ok=True)
        self.process.send_signal(signal.SIGUSR1)
        for _ in range(_LOOKS):
            if self._told.exists():
                told = json.loads(self._told.read_text(encoding="utf-8"))
                return Memory(resident, told["sqlite"] / 1e6, told["blocks"])
            await asyncio.sleep(_LOOK_S)
        raise TimeoutError("The bot does not say what its memory is taken by")


class Memory(NamedTuple):
    """Of the bot, at one time."""

    mb: float  # resident
    sqlite_mb: float
    blocks: int  # of Python's objects


async def run(early: int = 500, late: int = 5000, at_once: int = 6) -> Figures:
    """Measure after `early`, after half of and after `late` jobs, `at_once` asked for at a time."""
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="easel-bench-"))
        playground = await stack.enter_async_context(Playground(port=0))
        bot = await stack.enter_async_context(NoOpBot(playground, Path(folder)))
        first = await bot.memory()
        await _ask(playground, at_once, early)
        after_early = await bot.memory()
        half = late // 2
        await _ask(playground, at_once, half - early)
        after_half = await bot.memory()
        await _ask(playground, at_once, late - half)
        after_late = await bot.memory()
        most = resident_mb(bot.pid, "VmHWM")
    return [
        Figure("memory of the bot, before any job", first.mb, "MB"),
        Figure(f"memory of the bot, after {early:,} jobs", after_early.mb, "MB"),
        Figure(f"memory of the bot, after {half:,} jobs", after_half.mb, "MB"),
        Figure(f"memory of the bot, after {late:,} jobs", after_late.mb, "MB", GOAL_MB),
        Figure("memory of the bot, the most it ever had", most, "MB", GOAL_MB),
        *_growth(f"from {early:,} to {half:,} jobs", after_early, after_half),
        *_growth(f"from {half:,} to {late:,} jobs", after_half, after_late, GROWTH_MB),
    ]


def _growth(when: str, before: Memory, after: Memory, goal: float | None = None) -> Figures:
    blocks = float(after.blocks - before.blocks)
    return [
        Figure(f"growth of the bot {when}", after.mb - before.mb, "MB", goal),
        Figure(f"of it SQLite {when}", after.sqlite_mb - before.sqlite_mb, "MB"),
        Figure(f"growth of Python's objects {when}", blocks, "blocks"),
    ]


async def _ask(playground: Playground, at_once: int, jobs: int) -> None:
    """Have so many pictures painted and shown, `at_once` at a time."""
    left = iter(range(jobs))

    async def ask(index: int) -> None:
        async with await Member.connect(playground.url, index) as member:
            channel = member.channel("general")
            for number in left:
                asked = await member.command("imagine", channel, prompt=f"a red circle, {number}")
                await asked.picture(timeout=60)

    async with asyncio.TaskGroup() as asking:
        for number in range(at_once):
            asking.create_task(ask(number % MEMBERS))


def resident_mb(pid: int, field: str = "VmRSS") -> float:
    """What a process has in memory, in millions of bytes; VmHWM for the most it ever had."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        name, _, value = line.partition(":")
        if name == field:
            return int(value.split()[0]) * 1024 / 1e6
    raise ValueError(f"{field} is not told of process {pid}")
