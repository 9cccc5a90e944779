"""How much memory this host has free."""

from pathlib import Path

import pytest

from generation import host
from generation.host import free_memory

MIB = 1024**2


@pytest.fixture
def cgroup(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(host, "_CGROUP", tmp_path)
    return tmp_path


def test_a_containers_limit_counts_where_it_leaves_less(cgroup: Path):
    (cgroup / "memory.max").write_text(f"{300 * MIB}\n")
    (cgroup / "memory.current").write_text(f"{200 * MIB}\n")
    assert free_memory() == 100 * MIB


def test_one_that_is_used_up_leaves_nothing(cgroup: Path):
    (cgroup / "memory.max").write_text("100\n")
    (cgroup / "memory.current").write_text("200\n")
    assert free_memory() == 0


@pytest.mark.parametrize("limit", ["max\n", "nonsense", f"{2**60}\n"])
def test_without_a_limit_it_is_what_the_system_says(cgroup: Path, limit: str):
    (cgroup / "memory.max").write_text(limit)
    (cgroup / "memory.current").write_text("0\n")
    free = free_memory()
    assert free is not None
    assert MIB < free < 2**50
