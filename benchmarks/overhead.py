"""What Easel adds to a raw `pipe()` call of the same request, and where.

Compared are, in turns, a call of the pipeline as a script makes it (default arguments, a picture of
PIL's) and an /imagine with the same words and seed, from the intake to the delivered row, with the
real bot in the playground. Both run in the bot's worker: the same pipeline object, on the same
thread (benchmarks.raw_calls), on a core where no Discord is. Every second pair begins with the job.
The words of each pair are new, so that both encode them. All clocks are put around the product's
functions from outside (benchmarks.traced_bot).

The goal counts all that a job takes beyond its raw call, but for the disk's fsyncs, the PNG and
Discord. So what Easel does around the pipeline counts (words with weights, a scheduler for each
picture, the callback after each step, the pixels), and what it saves there counts as well.
"""

import asyncio
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import replace

from benchmarks.figures import Figure, Figures, median_bounds, quantiles
from benchmarks.raw_calls import RawPipeline
from benchmarks.request import prompt
from benchmarks.stage import PATIENCE_S, Stage, TracedBot, ask, away_from_the_device, stage
from benchmarks.tracing import Span

GOAL_MS = 8.0
FSYNCS = 4
#: Before each of a pair. After a picture is shown its row is still to be written: the next call
#: must not run into that. And a call straight after another finds its weights in the caches.
_SETTLE_S = 0.03

_ROWS = ("create", "start", "finish", "deliver")
_DURABLE = ("fsync", "commit")
PARTS = ("queue", "store", "fsync", "IPC", "pipeline", "encode", "Discord")

Parts = dict[str, float]


async def run(pairs: int = 400) -> Figures:
    """Measure so many pairs."""
    async with stage(bot=TracedBot) as at:
        assert isinstance(at.bot, TracedBot)
        async with RawPipeline(at.bot.raw_calls) as pipeline:
            await pipeline.paint(0)  # the first one is slower
            with away_from_the_device():
                raw = [await _pair(at, pipeline, number) for number in range(1, pairs + 1)]
        await at.bot.stop()
        spans = at.bot.spans()
    jobs = list(_jobs(spans))[-pairs:]  # the first one loaded the model
    return _figures(raw, [_parts(job) for job in jobs], [_fsyncs(job) for job in jobs])


async def _pair(at: Stage, pipeline: RawPipeline, number: int) -> float:
    """A raw call and a job of the same request; the seconds of the call."""

    async def call() -> float:
        await asyncio.sleep(_SETTLE_S)
        return await pipeline.paint(number)

    async def job() -> None:
        await asyncio.sleep(_SETTLE_S)
        asked = await ask(at.members[0], prompt=prompt(number), seed=number)
        await asked.picture(PATIENCE_S)

    if number % 2:
        seconds = await call()
        await job()
        return seconds
    await job()
    return await call()


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
        "IPC": at["paint"].start - at["start"].end + at["save"].start - at["encode"].end,
        "pipeline": at["encode"].start - at["paint"].start,
        "encode": at["encode"].seconds,
        "Discord": at["deliver"].start - at["finish"].end,
    }


def _fsyncs(spans: Sequence[Span]) -> int:
    return sum(span.name in _DURABLE for span in spans)


def _figures(raw: Sequence[float], jobs: Sequence[Parts], fsyncs: Sequence[int]) -> Figures:
    totals = [sum(parts.values()) for parts in jobs]
    pairs = list(zip(raw, jobs, strict=True))
    added = [_ours(alone, parts) * 1000 for alone, parts in pairs]
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


def _ours(raw: float, parts: Parts) -> float:
    """What the goal is about: all beyond the raw call but the disk, the PNG and Discord."""
    return sum(parts[part] for part in ("queue", "store", "IPC", "pipeline")) - raw
