"""How long a member waits for the acknowledgement of /imagine, idle and with the worker at 100%.

The real bot in the playground, by the routes of a real client; both states in one run, in turns, so
that the ratio holds where the machine's speed drifts. Each round asks once while nothing runs, then
queues `BACKLOG` pictures and asks `ASKED` times while the worker paints them.
"""

import asyncio
import statistics
import tempfile
import time
from pathlib import Path

from playground.client import Interaction, Member
from playground.server import Playground
from tests.support.bot_process import BotProcess

ROUNDS = 5
BACKLOG = 20
ASKED = 10

Figures = dict[str, dict[str, float]]


async def run() -> Figures:
    """Measure; seconds by state."""
    waits: dict[str, list[float]] = {"idle": [], "busy": []}
    with tempfile.TemporaryDirectory(prefix="easel-bench-") as folder:
        async with (
            Playground(port=0) as playground,
            BotProcess(playground, Path(folder)),
            await Member.connect(playground.url, 1) as member,
        ):
            await (await _ask(member, waits["idle"])).picture(timeout=120)
            waits["idle"].clear()  # the first one loaded the model
            for _ in range(ROUNDS):
                for _ in range(ASKED):
                    await (await _ask(member, waits["idle"])).picture(timeout=120)
                backlog = [await _ask(member, []) for _ in range(BACKLOG)]
                busy = [await _ask(member, waits["busy"]) for _ in range(ASKED)]
                await asyncio.gather(*(each.picture(timeout=300) for each in backlog + busy))
    return {state: _summary(found) for state, found in waits.items()}


async def _ask(member: Member, waits: list[float]) -> Interaction:
    began = time.perf_counter()
    asked = await member.command("imagine", member.channel("general"), prompt="a red circle")
    await asked.acknowledged()
    waits.append(time.perf_counter() - began)
    return asked


def _summary(waits: list[float]) -> dict[str, float]:
    ordered = sorted(waits)
    return {
        "count": len(ordered),
        "p50_s": round(statistics.median(ordered), 4),
        "p99_s": round(ordered[max(0, round(0.99 * len(ordered)) - 1)], 4),
    }


def table(figures: Figures) -> str:
    """The figures for people."""
    lines = ["acknowledgement of /imagine      p50        p99"]
    for state, found in figures.items():
        lines.append(
            f"  {state:<5} ({found['count']:.0f} asked)   {found['p50_s'] * 1000:9.1f} ms"
            f"{found['p99_s'] * 1000:8.1f} ms"
        )
    ratio = figures["busy"]["p50_s"] / figures["idle"]["p50_s"]
    return "\n".join([*lines, f"  busy / idle, p50: {ratio:.2f}"])
