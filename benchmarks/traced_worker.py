"""`python -m benchmarks.traced_worker FD DEVICE`: the worker, with clocks around what it does.

Spans go to the file that BENCH_TRACE names: `paint`, from the request to its pixels, and `encode`,
of the PNG. Between two jobs it makes raw calls of its pipeline: benchmarks.raw_calls.
"""

import os
import sys
from pathlib import Path

from benchmarks.raw_calls import RawCalls, path_beside
from benchmarks.tracing import VARIABLE, Tracer
from generation.imaging import png
from generation.worker.__main__ import main


def trace(path: Path) -> None:
    """Put the clocks in place."""
    tracer = Tracer(path)
    tracer.around(png, "encode", "encode")
    RawCalls(tracer, path_beside(path)).put_in_place()


if __name__ == "__main__":
    trace(Path(os.environ[VARIABLE]))
    main(int(sys.argv[1]), sys.argv[2])
