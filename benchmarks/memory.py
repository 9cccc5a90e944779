"""How much memory the bot's process takes after 500 and after 5,000 jobs.

The real bot in the playground, asked for pictures by members as Discord's own client does it, from
the command to the message that shows the picture. Only the executor is none: it has a picture of
256 × 256 pixels, 192 KiB, at once. Measured is the resident memory of the bot's own process, by
the kernel's count; the one that would paint, and the one that looks at uploads, are others.
"""

import asyncio
import tempfile
from contextlib import AsyncExitStack
from pathlib import Path

from benchmarks.figures import Figure, Figures
from playground.client import Member
from playground.server import Playground
from tests.support.bot_process import BotProcess

GOAL_MB = 150
#: No growth, but for what the allocator takes and gives back as it likes: in the second half, when
#: all caches (SQLite's is 2 MB) are full. A leak of 1 KiB a job would be 2.6 MB.
GROWTH_MB = 2
MEMBERS = 3  # whom the playground knows


class NoOpBot(BotProcess):
    """The bot without a device."""

    arguments = ("-m", "benchmarks.noop_bot")


async def run(early: int = 500, late: int = 5000, at_once: int = 6) -> Figures:
    """Measure after `early`, after half of and after `late` jobs, `at_once` asked for at a time."""
    async with AsyncExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="easel-bench-"))
        playground = await stack.enter_async_context(Playground(port=0))
        bot = await stack.enter_async_context(NoOpBot(playground, Path(folder)))
        first = resident_mb(bot.pid)
        await _ask(playground, at_once, early)
        after_early = resident_mb(bot.pid)
        half = late // 2
        await _ask(playground, at_once, half - early)
        after_half = resident_mb(bot.pid)
        await _ask(playground, at_once, late - half)
        after_late = resident_mb(bot.pid)
        most = resident_mb(bot.pid, "VmHWM")
    return [
        Figure("memory of the bot, before any job", first, "MB"),
        Figure(f"memory of the bot, after {early:,} jobs", after_early, "MB"),
        Figure(f"memory of the bot, after {half:,} jobs", after_half, "MB"),
        Figure(f"memory of the bot, after {late:,} jobs", after_late, "MB", GOAL_MB),
        Figure("memory of the bot, the most it ever had", most, "MB", GOAL_MB),
        Figure(f"memory of the bot, growth since {early:,} jobs", after_late - after_early, "MB"),
        Figure("its growth in the second half", after_late - after_half, "MB", GROWTH_MB),
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
