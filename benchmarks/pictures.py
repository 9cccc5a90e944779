"""Pictures a minute with ten members waiting: Easel, a Gradio app with its queue, a plain loop.

The three take turns with the same pipeline, the same request and one painting thread. In a turn ten
members ask at once, and each once more when their picture is there; the plain loop has nobody to
wait for it, paints the same number in a row and saves each as PNG.
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
from benchmarks.stage import PATIENCE_S, PlainLoop, Stage, ask, stage
from playground.client import Member

MEMBERS = 10
BELOW_LOOP = 0.97

Turn = Callable[[], Awaitable[object]]


async def run(rounds: int = 20, each: int = 2) -> Figures:
    """Measure so many rounds, with `each` pictures for each member in a turn."""
    times: dict[str, list[float]] = {"Easel": [], "plain loop": [], "Gradio": []}
    seeds = itertools.count(1)
    async with AsyncExitStack() as stack:
        at = await stack.enter_async_context(stage(MEMBERS))
        loop = await stack.enter_async_context(PlainLoop())
        gradio = await stack.enter_async_context(GradioPeer())
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="easel-bench-")))
        turns: dict[str, Turn] = {
            "Easel": lambda: _easel(at, each),
            "plain loop": lambda: loop.paint(_seeds(seeds, each), folder),
            "Gradio": lambda: _gradio(gradio, seeds, each),
        }
        for number in range(rounds):
            # Nobody always has the turn after the same other one.
            order = sorted(turns) if number % 2 else sorted(turns, reverse=True)
            for name in order:
                started = time.perf_counter()
                await turns[name]()
                times[name].append(time.perf_counter() - started)
    return _figures(times, MEMBERS * each)


async def _easel(at: Stage, each: int) -> None:
    async def wait(member: Member) -> None:
        for _ in range(each):
            await (await ask(member)).picture(PATIENCE_S)

    await asyncio.gather(*(wait(member) for member in at.members))


async def _gradio(peer: GradioPeer, seeds: "itertools.count[int]", each: int) -> None:
    async def wait() -> None:
        for _ in range(each):
            await peer.paint(next(seeds))

    await asyncio.gather(*(wait() for _ in range(MEMBERS)))


def _seeds(seeds: "itertools.count[int]", each: int) -> list[int]:
    return list(itertools.islice(seeds, MEMBERS * each))


def _figures(times: dict[str, list[float]], pictures: int) -> Figures:
    figures: Figures = []
    for name, taken in times.items():
        figures += quantiles(f"{name}, a minute", [60 * pictures / t for t in taken], "", 0.05)
    pairs = zip(times["plain loop"], times["Easel"], strict=True)
    over_loop = quantiles("Easel over the plain loop", [loop / ours for loop, ours in pairs])
    pairs = zip(times["Gradio"], times["Easel"], strict=True)
    over_gradio = quantiles("Easel over Gradio", [peer / ours for peer, ours in pairs])
    return [
        *figures,
        over_loop[0].aimed(BELOW_LOOP, "at least"),
        over_loop[1],
        over_gradio[0].aimed(1.0, "more than"),
        over_gradio[1],
    ]
