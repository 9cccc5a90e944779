"""What Easel adds to a raw `pipe()` call of the same request, and where.

In turns: one call of the pipeline alone, in a process of its own, and one /imagine with the same
seed, from the intake to the delivered row, with the real bot in the playground. All clocks are put
around the product's functions from outside (benchmarks.traced_bot).
"""

import asyncio
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import replace

from benchmarks.figures import Figure, Figures, median_bounds, quantiles
from benchmarks.stage import PATIENCE_S, PlainLoop, TracedBot, ask, stage
from benchmarks.tracing import Span

GOAL_MS = 8.0
FSYNCS = 4
#: After a picture is shown its row is still to be written: the next call must not run into that.
_SETTLE_S = 0.03

_ROWS = ("create", "start", "finish", "deliver")
_DURABLE = ("fsync", "commit")
PARTS = ("queue", "store", "fsync", "IPC", "pipeline", "encode", "Discord")

Parts = dict[str, float]


async def run(pairs: int = 200) -> Figures:
    """Measure so many pairs."""
    raw: list[float] = []
    async with PlainLoop() as loop, stage(bot=TracedBot) as at:
        for seed in range(pairs):
            raw += await loop.paint([seed])
            await (await ask(at.members[0], seed=seed)).picture(PATIENCE_S)
            await asyncio.sleep(_SETTLE_S)
        await at.bot.stop()
        assert isinstance(at.bot, TracedBot)
        spans = at.bot.spans()
    jobs = list(_jobs(spans))[-pairs:]  # the first one loaded the model
    return _figures(raw, [_parts(job) for job in jobs], [_fsyncs(job) for job in jobs])


def _jobs(spans: Sequence[Span]) -> Iterator[list[Span]]:
    """The spans of each job, of which there was one at a time."""
    begun = [span for span in spans if span.name == "submit"]
    ended = [span for span in spans if span.name == "deliver"]
    for first, last in zip(begun, ended, strict=True):
        yield [span for span in spans if span.within(first.start, last.end)]


def _parts(spans: Sequence[Span]) -> Parts:
    """Where one job's time went, in seconds: the parts are all of it, and none overlaps."""
    at = {span.name: span for span in spans if span.name not in _DURABLE}
    written = [at[name] for name in (*_ROWS, "save")]
    durable = sum(
        span.seconds
        for span in spans
        if span.name in _DURABLE and any(span.within(w.start, w.end) for w in written)
    )
    return {
        "queue": at["create"].start - at["submit"].start + at["start"].start - at["create"].end,
        "store": sum(w.seconds for w in written) + at["finish"].start - at["save"].end - durable,
        "fsync": durable,
        "IPC": at["pipe"].start - at["start"].end + at["save"].start - at["encode"].end,
        "pipeline": at["encode"].start - at["pipe"].start,
        "encode": at["encode"].seconds,
        "Discord": at["deliver"].start - at["finish"].end,
    }


def _fsyncs(spans: Sequence[Span]) -> int:
    return sum(span.name in _DURABLE for span in spans)


def _figures(raw: Sequence[float], jobs: Sequence[Parts], fsyncs: Sequence[int]) -> Figures:
    totals = [sum(parts.values()) for parts in jobs]
    pairs = list(zip(raw, jobs, strict=True))
    added = [_ours(parts) * 1000 for parts in jobs]
    median, high = quantiles("added besides fsync, encode and Discord", added, "ms")
    figures = [
        Figure("raw pipe() call, p50", statistics.median(raw) * 1000, "ms"),
        *quantiles("whole job over raw call", [t / r for t, r in zip(totals, raw, strict=True)]),
        replace(median, goal=GOAL_MS, between=median_bounds(added)),
        high,
    ]
    for part in PARTS:
        taken = [parts[part] - (alone if part == "pipeline" else 0) for alone, parts in pairs]
        name = f"of it {part}" if part != "pipeline" else "of it pipeline, over the raw call"
        figures += quantiles(name, [seconds * 1000 for seconds in taken], "ms")
    figures.append(Figure("fsyncs a job, most", max(fsyncs), goal=FSYNCS))
    return [*figures, Figure("fsyncs a job, p50", statistics.median(fsyncs))]


def _ours(parts: Parts) -> float:
    """What the goal is about: all but the disk, the PNG and Discord.

    Nor the pipeline, whose call takes less here than the raw one (which makes a PIL picture): that
    would only flatter.
    """
    return sum(parts[part] for part in ("queue", "store", "IPC"))
