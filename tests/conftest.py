"""For all tests: what bots say to the playgrounds of this run is kept, and checked at the end.

`tests/wire` holds it against Discord's own description of its API. What each entry of the catalog
painted is printed below the results.
"""

import tempfile
from pathlib import Path

import pytest

from playground import trace
from tests.support import entries


def pytest_addoption(parser: pytest.Parser) -> None:
    """A place for the record, where a run is one of several processes, or followed by another."""
    parser.addoption("--traffic", type=Path, help="the file that all playgrounds record into")


def pytest_configure(config: pytest.Config) -> None:
    """Have every playground of this run record into one file."""
    path: Path | None = config.getoption("--traffic")
    if path is None:
        folder = tempfile.TemporaryDirectory(prefix="easel-trace-")
        config.add_cleanup(folder.cleanup)
        path = Path(folder.name) / "trace.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    trace.DEFAULT_PATH = path


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print the table of the catalog's entries, where their tests ran."""
    reports = [report for each in terminalreporter.stats.values() for report in each]
    rows = entries.rows_of(reports)
    if not rows:
        return
    terminalreporter.section("the catalog's entries, painted in the playground")
    for line in entries.table(rows):
        terminalreporter.write_line(line)
    terminalreporter.write_line(f"{len(rows)} entries; the pictures are in {entries.PICTURES}")
