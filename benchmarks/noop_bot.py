"""`python -m benchmarks.noop_bot`: the bot as it is, with pictures that need no painting."""

import sys
from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import bot.__main__
from benchmarks.noop import NoOpExecutor
from generation.executors.base import Executor

CAPACITY = 8
SIDE = 256  # pixels; 192 KiB


def main() -> int:
    """Run the bot; its exit code."""
    with patch("bot.app._candidates", _candidates):
        return bot.__main__.main(["run"])


def _candidates(*_: Any) -> Iterator[Executor]:
    yield NoOpExecutor(CAPACITY, SIDE)


if __name__ == "__main__":
    sys.exit(main())
