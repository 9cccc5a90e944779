"""How many cores are counted, on Linux and where nobody tells."""

import os

import pytest

from generation.worker.cores import usable_cores


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="needs Linux")
def test_only_the_cores_it_is_bound_to_count() -> None:
    assert usable_cores() == len(os.sched_getaffinity(0))


@pytest.mark.parametrize(("counted", "cores"), [(8, 8), (None, 1)])
def test_all_count_where_the_system_does_not_tell(
    monkeypatch: pytest.MonkeyPatch, counted: int | None, cores: int
) -> None:
    """macOS has no sched_getaffinity."""
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: counted)
    assert usable_cores() == cores
