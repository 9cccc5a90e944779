"""How much memory this host has free."""

from pathlib import Path

import pytest

from generation import host
from generation.host import free_memory

MIB = 1024**2


@pytest.fixture
def cgroup(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setattr(host, "_CGROUP", tmp_path)
    monkeypatch.setattr(host, "_OWN_GROUP", tmp_path / "own")
    return tmp_path


def test_a_containers_limit_counts_where_it_leaves_less(cgroup: Path):
    (cgroup / "memory.max").write_text(f"{300 * MIB}\n")
    (cgroup / "memory.current").write_text(f"{200 * MIB}\n")
    assert free_memory() == 100 * MIB


def test_one_that_is_used_up_leaves_nothing(cgroup: Path):
    (cgroup / "memory.max").write_text("100\n")
    (cgroup / "memory.current").write_text("200\n")
    assert free_memory() == 0


def test_what_files_take_of_a_limit_is_free(cgroup: Path):
    (cgroup / "memory.max").write_text(f"{300 * MIB}\n")
    (cgroup / "memory.current").write_text(f"{290 * MIB}\n")
    stat = f"anon {90 * MIB}\ninactive_file {150 * MIB}\nactive_file {50 * MIB}\n"
    (cgroup / "memory.stat").write_text(stat)
    assert free_memory() == 210 * MIB


@pytest.mark.parametrize("limited", ["system.slice", "system.slice/easel.service"])
def test_the_limit_of_a_service_counts_and_of_what_it_is_in(cgroup: Path, limited: str):
    (cgroup / "own").write_text("1:cpu:/else\n0::/system.slice/easel.service\n")
    (cgroup / limited).mkdir(parents=True)
    (cgroup / limited / "memory.max").write_text(f"{200 * MIB}\n")
    (cgroup / limited / "memory.current").write_text(f"{150 * MIB}\n")
    assert free_memory() == 50 * MIB


def test_a_group_that_can_not_be_seen_from_here_is_none(cgroup: Path):
    (cgroup / "own").write_text("0::/docker/0123\n")
    (cgroup / "memory.max").write_text(f"{200 * MIB}\n")
    (cgroup / "memory.current").write_text("0\n")
    assert free_memory() == 200 * MIB


@pytest.mark.parametrize("limit", ["max\n", "nonsense", f"{2**60}\n"])
def test_without_a_limit_it_is_what_the_system_says(cgroup: Path, limit: str):
    (cgroup / "memory.max").write_text(limit)
    (cgroup / "memory.current").write_text("0\n")
    free = free_memory()
    assert free is not None
    assert MIB < free < 2**50
