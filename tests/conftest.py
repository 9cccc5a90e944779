"""For all tests: what bots say to the playgrounds of this run is kept, and checked at the end.

`tests/wire` holds it against Discord's own description of its API.
"""

import tempfile
from pathlib import Path

import pytest

from playground import trace


def pytest_configure(config: pytest.Config) -> None:
    """Have every playground of this run record into one file."""
    folder = tempfile.TemporaryDirectory(prefix="easel-trace-")
    config.add_cleanup(folder.cleanup)
    trace.DEFAULT_PATH = Path(folder.name) / "trace.jsonl"
