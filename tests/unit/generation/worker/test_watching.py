"""A download is told of twice a second, and at its ends."""

import time

import pytest

from generation.worker.watching import Progress, rarely


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int]]:
    """What is told of a hundred pieces that come a tenth of a second apart."""
    now = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    told: list[tuple[int, int]] = []
    watch = rarely(lambda here, total: told.append((here, total)))
    for piece in range(100):
        watch(piece, 99)
        now += 0.1
    return told


def test_the_first_and_the_last_piece_are_told_of(told: list[tuple[int, int]]) -> None:
    assert told[0] == (0, 99)
    assert told[-1] == (99, 99)


def test_between_them_it_is_told_of_twice_a_second(told: list[tuple[int, int]]) -> None:
    assert len(told) == pytest.approx(20, abs=2)
    assert told == sorted(told)


def test_a_download_is_told_of_over_all_its_files() -> None:
    told: list[tuple[int, int]] = []
    progress = Progress(100, lambda here, total: told.append((here, total)))
    progress.tell("unet", 10)
    progress.tell("vae", 5)
    progress.tell("unet", 40)
    assert told == [(10, 100), (15, 100), (45, 100)]
