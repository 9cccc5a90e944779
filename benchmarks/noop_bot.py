"""`python -m benchmarks.noop_bot`: the bot as it is, with pictures that need no painting.

On SIGUSR1 it writes to the file that BENCH_HOLDINGS names what its memory is taken by.
"""

import _sqlite3
import ctypes
import json
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import bot.__main__
from benchmarks.noop import NoOpExecutor
from generation.executors.base import Executor

#: Names the file.
VARIABLE = "BENCH_HOLDINGS"
CAPACITY = 8
SIDE = 256  # pixels; 192 KiB


def main() -> int:
    """Run the bot; its exit code."""
    signal.signal(signal.SIGUSR1, _write_holdings)
    with patch("bot.offering._candidates", _candidates):
        return bot.__main__.main(["run"])


def _candidates(*_: Any) -> Iterator[Executor]:
    yield NoOpExecutor(CAPACITY, SIDE)


def holdings() -> dict[str, int]:
    """How many blocks Python's objects take, and how many bytes SQLite does."""
    # The extension's own library, or the one that it is linked to.
    library = ctypes.CDLL(_sqlite3.__file__)
    library.sqlite3_memory_used.restype = ctypes.c_int64
    return {"blocks": sys.getallocatedblocks(), "sqlite": library.sqlite3_memory_used()}


def _write_holdings(*_: object) -> None:
    path = Path(os.environ[VARIABLE])
    unfinished = path.with_suffix(".part")
    unfinished.write_text(json.dumps(holdings()), encoding="utf-8")
    unfinished.rename(path)


if __name__ == "__main__":
    sys.exit(main())
