"""Clocks put around the product's own functions from outside, so that it needs none of its own.

All times are of the system's monotonic clock, which is one for all processes (Linux, macOS).
"""

import functools
import json
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

#: Names the file that a traced process writes its spans to.
VARIABLE = "BENCH_TRACE"  # the bot refuses names of its own that it does not know


class Span(NamedTuple):
    """One call."""

    name: str
    start: float  # seconds
    end: float

    @property
    def seconds(self) -> float:
        """How long it took."""
        return self.end - self.start

    def within(self, start: float, end: float) -> bool:
        """Whether it lies between two times."""
        return start <= self.start and self.end <= end


class Tracer:
    """Writes a line for each call of what it was put around."""

    def __init__(self, path: Path) -> None:
        """Spans go to a file of that name."""
        # Unbuffered: lines of several threads stay whole, and none is lost when it is killed.
        self._file = open(path, "ab", buffering=0)  # noqa: SIM115 - as long as the process

    def note(self, name: str, start: float, end: float) -> None:
        """Write a span."""
        self._file.write(f'["{name}",{start!r},{end!r}]\n'.encode())

    def around(self, owner: Any, attribute: str, name: str) -> None:
        """Put a clock around a function that blocks."""
        inner: Callable[..., Any] = getattr(owner, attribute)

        @functools.wraps(inner)
        def timed(*args: Any, **options: Any) -> Any:
            start = time.perf_counter()
            try:
                return inner(*args, **options)
            finally:
                self.note(name, start, time.perf_counter())

        setattr(owner, attribute, timed)

    def around_async(self, owner: Any, attribute: str, name: str) -> None:
        """Put a clock around a coroutine function."""
        inner: Callable[..., Any] = getattr(owner, attribute)

        @functools.wraps(inner)
        async def timed(*args: Any, **options: Any) -> Any:
            start = time.perf_counter()
            try:
                return await inner(*args, **options)
            finally:
                self.note(name, start, time.perf_counter())

        setattr(owner, attribute, timed)


def read(paths: Iterable[Path]) -> list[Span]:
    """All spans of some files, in the order in which they began."""
    spans = [
        Span(*json.loads(line))
        for path in paths
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    return sorted(spans, key=lambda span: span.start)
