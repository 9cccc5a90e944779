"""What the benchmarks play on: the playground with its members, the bot, the pipeline alone."""

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Self

from benchmarks.raw_calls import path_beside
from benchmarks.tracing import VARIABLE, Span, read
from playground.client import Interaction, Member
from playground.server import Playground
from tests.support.bot_process import BotProcess

ROOT = Path(__file__).parents[1]
#: By convention a folder on a disk, which /tmp often is not.
ON_DISK = "/var/tmp"
#: A picture may take this long, with all that waits before it.
PATIENCE_S = 600.0


def cores() -> tuple[int, ...]:
    """Those that this process is bound to."""
    if not hasattr(os, "sched_getaffinity"):
        return tuple(range(os.cpu_count() or 1))
    return tuple(sorted(os.sched_getaffinity(0)))


def bind_to_two_cores() -> None:
    """One for the worker's only thread, one for all the rest: the same load on every host."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, cores()[-2:])


class TracedBot(BotProcess):
    """The bot with clocks around its functions; see benchmarks.traced_bot."""

    arguments = ("-m", "benchmarks.traced_bot")

    def __init__(self, playground: Playground, data_dir: Path, **environment: str) -> None:
        """Its trace lies beside its data."""
        self._trace = data_dir / "trace.jsonl"
        super().__init__(playground, data_dir, **{VARIABLE: str(self._trace), **environment})

    @property
    def worker(self) -> int:
        """The process id of the one that paints."""
        return _child(self, b"benchmarks.traced_worker")

    @property
    def raw_calls(self) -> Path:
        """Where its worker takes orders for them."""
        return path_beside(self._trace_of_worker)

    def spans(self) -> list[Span]:
        """What was measured, once the bot has ended."""
        return read([self._trace, self._trace_of_worker])

    @property
    def _trace_of_worker(self) -> Path:
        return self._trace.with_name(f"{self._trace.name}.worker")


def _child(bot: BotProcess, module: bytes) -> int:
    (found,) = [
        child
        for child in bot.children()
        if module in Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")
    ]
    return found


@dataclass
class Stage:
    """A bot in a playground with members, and the model loaded."""

    playground: Playground
    bot: BotProcess
    members: Sequence[Member]
    data_dir: Path


@asynccontextmanager
async def stage(
    members: int = 1,
    *,
    bot: type[BotProcess] = BotProcess,
    environment: Mapping[str, str] = MappingProxyType({}),
) -> AsyncIterator[Stage]:
    """Set the stage; the first picture, which loads the model, is painted."""
    async with AsyncExitStack() as stack:
        folder = Path(
            stack.enter_context(tempfile.TemporaryDirectory(prefix="easel-bench-", dir=ON_DISK))
        )
        playground = await stack.enter_async_context(Playground(port=0))
        guild = next(iter(playground.world.guilds.values()))
        while len(playground.world.people) < members:
            person = playground.guilds.person(f"member{len(playground.world.people)}")
            playground.guilds.members.join(guild, person)
        process = await stack.enter_async_context(bot(playground, folder, **environment))
        present = [
            await stack.enter_async_context(await Member.connect(playground.url, index))
            for index in range(members)
        ]
        await (await ask(present[0])).picture(PATIENCE_S)
        bind_worker(process.worker)
        yield Stage(playground, process, present, folder)


def bind_worker(pid: int) -> None:
    """Bind the worker's painting thread, and no other, to the last core."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(pid, {cores()[-1]})


@contextmanager
def away_from_the_device() -> Iterator[None]:
    """Keep the playground and the members, who are in this process, off the last core meanwhile.

    The worker is niced, so they would go before it there; but Discord and its members are on no
    host. The bot is: it goes where the kernel sends it, as it does there.
    """
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    all_of_them = cores()
    _bind(all_of_them[:-1] or all_of_them)
    try:
        yield
    finally:
        _bind(all_of_them)


def _bind(to: Iterable[int]) -> None:
    for thread in Path("/proc/self/task").iterdir():
        with suppress(ProcessLookupError):  # it has ended meanwhile
            os.sched_setaffinity(int(thread.name), to)


async def ask(member: Member, **options: Any) -> Interaction:
    """Ask for the picture that all benchmarks paint."""
    return await member.command(
        "imagine", member.channel("general"), **{"prompt": "a red circle", **options}
    )


class PlainLoop:
    """The pipeline alone, in a process of its own; see benchmarks.plain_loop."""

    _process: asyncio.subprocess.Process

    async def paint(self, numbers: Sequence[int], folder: Path | None = None) -> list[float]:
        """The seconds of each picture; saved to `folder` where one is given."""
        assert self._process.stdin is not None
        order = {"numbers": list(numbers), "folder": folder and str(folder)}
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        return json.loads(await self._line())

    async def __aenter__(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "benchmarks.plain_loop", str(cores()[-1])),
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        assert await self._line() == b"ready\n"
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        await self._process.wait()

    async def _line(self) -> bytes:
        assert self._process.stdout is not None
        return await self._process.stdout.readline()
