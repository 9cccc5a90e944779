"""`python -m benchmarks.traced_bot`: the bot as it is, with clocks around what it does.

Spans go to the file that BENCH_TRACE names; those of its worker to the same name with
`.worker`. The name `loop` stands for how late a timer of the event loop was.
"""

import asyncio
import os
import sqlite3
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import bot.__main__
import bot.app
from benchmarks.tracing import VARIABLE, Tracer
from generation.intake import Intake
from generation.pictures import PictureStore
from generation.processes.child import ChildProcess
from generation.store import JobStore

#: How often the loop is asked whether it is free.
TICK_S = 0.005


def main() -> int:
    """Run the bot; its exit code."""
    path = os.environ[VARIABLE]
    tracer = Tracer(Path(path))
    _trace_jobs(tracer)
    _trace_fsyncs(tracer)
    _trace_worker(path)
    _trace_loop(tracer)
    return bot.__main__.main(["run"])


def _trace_jobs(tracer: Tracer) -> None:
    tracer.around_async(Intake, "submit", "submit")
    for method in ("create", "start", "finish", "deliver"):
        tracer.around_async(JobStore, method, method)
    tracer.around_async(PictureStore, "save", "save")


def _trace_fsyncs(tracer: Tracer) -> None:
    """Those of pictures, and the commits that have one of the write-ahead log."""
    tracer.around(os, "fsync", "fsync")
    connect = sqlite3.connect

    def traced_connect(
        *args: Any, factory: type[sqlite3.Connection] = sqlite3.Connection, **options: Any
    ) -> sqlite3.Connection:
        return connect(*args, factory=_traced(factory, tracer), **options)

    sqlite3.connect = traced_connect


def _traced(connection: type[sqlite3.Connection], tracer: Tracer) -> type[sqlite3.Connection]:
    """The class, with a clock around the commits that wait for the disk."""

    class Traced(connection):
        durable = True

        def execute(self, sql: str, *args: Any) -> sqlite3.Cursor:
            if sql.startswith("PRAGMA synchronous"):
                self.durable = sql.endswith("FULL")
            start = time.perf_counter()
            try:
                return super().execute(sql, *args)
            finally:
                if sql == "COMMIT" and self.durable:
                    tracer.note("commit", start, time.perf_counter())

    return Traced


def _trace_worker(path: str) -> None:
    """Have the traced worker started in place of the worker."""
    spawn = ChildProcess.spawn.__func__

    async def traced_spawn(
        cls: type[ChildProcess],
        module: str,
        arguments: Any,
        environment: Mapping[str, str],
        **options: Any,
    ) -> ChildProcess:
        if module == "generation.worker":
            module = "benchmarks.traced_worker"
            environment = {**environment, VARIABLE: f"{path}.worker"}
        return await spawn(cls, module, arguments, environment, **options)

    ChildProcess.spawn = classmethod(traced_spawn)  # pyright: ignore[reportAttributeAccessIssue]


def _trace_loop(tracer: Tracer) -> None:
    """Note how late the loop's timers are, from the moment on when the bot serves."""
    serve = bot.app.serve

    async def traced_serve(*args: Any) -> None:
        ticking = asyncio.create_task(_tick(tracer), name="ticks")
        try:
            await serve(*args)
        finally:
            ticking.cancel()

    bot.app.serve = traced_serve


async def _tick(tracer: Tracer) -> None:
    while True:
        due = time.perf_counter() + TICK_S
        await asyncio.sleep(TICK_S)
        tracer.note("loop", due, max(due, time.perf_counter()))


if __name__ == "__main__":
    sys.exit(main())
