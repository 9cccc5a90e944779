"""docs/reliability.md names tests that exist, and each test of faults stands in it."""

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
PAGE = (TESTS.parent / "docs" / "reliability.md").read_text(encoding="utf-8")
NAMED = sorted(set(re.findall(r"`([a-z_/]+\.py::test_\w+)`", PAGE)))
FILES = sorted(
    [
        *(TESTS / "end_to_end").glob("test_*_faults.py"),
        TESTS / "end_to_end" / "test_rate_limits.py",
        TESTS / "end_to_end" / "test_stopping.py",
    ]
)


def defined_in(file: Path) -> set[str]:
    text = file.read_text(encoding="utf-8")
    return set(re.findall(r"^ *(?:async )?def (test_\w+)\(", text, re.MULTILINE))


@pytest.mark.parametrize("name", NAMED)
def test_every_test_named_exists(name: str):
    file, _, test = name.partition("::")
    assert test in defined_in(TESTS / file)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_every_test_of_a_fault_is_named(file: Path):
    named = {
        name.partition("::")[2] for name in NAMED if name.startswith(f"end_to_end/{file.name}")
    }
    assert defined_in(file) == named


def test_every_row_has_a_test():
    rows = [
        line for line in PAGE.splitlines() if line.startswith("| ") and "what breaks" not in line
    ]
    assert rows
    assert [row for row in rows if "::test_" not in row] == []
