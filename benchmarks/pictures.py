"""Pictures a minute with ten members waiting: Easel, a Gradio app with its queue, a plain loop.

They take turns with the same pipeline, the same requests and one painting thread. In a turn ten
members ask at once, and each once more when their picture is there; the plain loop has nobody to
wait for it, paints the same number in a row and saves each as PNG.

Easel has two turns. In one the members leave the seed open, as most do: up to four pictures are
painted at once. In the other they name it, and each picture is painted alone, as the other two do.
"""

import asyncio
import itertools
import tempfile
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

from benchmarks.figures import Figures, quantiles
from benchmarks.gradio_peer import GradioPeer
from benchmarks.request import prompt
from benchmarks.stage import PATIENCE_S, PlainLoop, Stage, ask, stage
from playground.client import Member

MEMBERS = 10
BELOW_LOOP = 0.97

Turn = Callable[[], Awaitable[object]]
#: How each of Easel's turns is called.
_BATCHED, _ALONE = "Easel", "Easel, each alone"


async def run(rounds: int = 20, each: int = 2) -> Figures:
    """Measure so many rounds, with `each` pictures for each member in a turn."""
    numbers = itertools.count(1)
    async with AsyncExitStack() as stack:
        at = await stack.enter_async_context(stage(MEMBERS))
        loop = await stack.enter_async_context(PlainLoop())
        gradio = await stack.enter_async_context(GradioPeer())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="easel-bench-")))
        turns: dict[str, Turn] = {
            _BATCHED: lambda: _easel(at, numbers, each, seeds=False),
            _ALONE: lambda: _easel(at, numbers, each, seeds=True),
            "plain loop": lambda: loop.paint(_take(numbers, each), folder),
            "Gradio": lambda: _gradio(gradio, numbers, each),
        }
        times: dict[str, list[float]] = {name: [] for name in turns}
        for number in range(rounds):
            # Nobody always has the turn after the same other one.
            order = sorted(turns) if number % 2 else sorted(turns, reverse=True)
            for name in order:
                started = time.perf_counter()
                await turns[name]()
                times[name].append(time.perf_counter() - started)
    return _figures(times, MEMBERS * each)


async def _easel(at: Stage, numbers: "itertools.count[int]", each: int, *, seeds: bool) -> None:
    async def wait(member: Member) -> None:
        for _ in range(each):
            number = next(numbers)
            seed = {"seed": number} if seeds else {}
            await (await ask(member, prompt=prompt(number), **seed)).picture(PATIENCE_S)

    await asyncio.gather(*(wait(member) for member in at.members))


async def _gradio(peer: GradioPeer, numbers: "itertools.count[int]", each: int) -> None:
    async def wait() -> None:
        for _ in range(each):
            await peer.paint(next(numbers))

    await asyncio.gather(*(wait() for _ in range(MEMBERS)))


def _take(numbers: "itertools.count[int]", each: int) -> list[int]:
    return list(itertools.islice(numbers, MEMBERS * each))


def _figures(times: dict[str, list[float]], pictures: int) -> Figures:
    figures: Figures = []
    for name, taken in times.items():
        figures += quantiles(f"{name}, a minute", [60 * pictures / t for t in taken], "", 0.05)
    for ours in (_BATCHED, _ALONE):
        median, high = _ratio(times, ours, "plain loop")
        figures += [median.aimed(BELOW_LOOP, "at least"), high]
        median, high = _ratio(times, ours, "Gradio")
        figures += [median.aimed(1.0, "more than"), high]
    return figures


def _ratio(times: dict[str, list[float]], ours: str, peer: str) -> Figures:
    """How many times as many pictures, of turns in the same round."""
    pairs = zip(times[peer], times[ours], strict=True)
    name = peer if peer == "Gradio" else f"the {peer}"
    return quantiles(f"{ours}, over {name}", [theirs / mine for theirs, mine in pairs])
