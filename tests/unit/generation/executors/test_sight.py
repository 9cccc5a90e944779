"""Whether pictures can be looked at here, as the bot knows it."""

import logging

import pytest

from generation.catalog import Catalog
from generation.executors.local._sight import Sight
from generation.safety.screeners import NOBODY

SCREENER = Catalog.load().tools["nsfw-detection"]


class Clock:
    """Goes as the test says."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sight(clock: Clock) -> Sight:
    made = Sight(clock)
    made.tool = SCREENER
    made.asks()
    return made


def test_without_a_classifier_nobody_can_look():
    assert Sight().blindness == NOBODY


def test_nothing_is_said_against_it_before_a_worker_has_looked(sight: Sight):
    assert sight.blindness is None
    assert not sight.is_due


def test_it_is_told_how_far_the_download_is(sight: Sight):
    sight.learn({"done": 20 * 1024**2, "total": 343 * 1024**2})
    assert "still being downloaded: 20 of 343 MiB" in str(sight.blindness)
    sight.learn({"ready": True})
    assert sight.blindness is None
    assert sight.is_ready


def test_one_that_can_not_be_had_is_asked_for_once_a_minute(sight: Sight, clock: Clock):
    sight.learn({"why": "The hub is away."})
    assert "can't be used on this host just now" in str(sight.blindness)
    assert not sight.is_due
    clock.now += 61
    assert sight.is_due
    sight.asks()
    assert not sight.is_due
    assert sight.blindness  # until it is there
    sight.learn({"ready": True})
    assert sight.blindness is None


def test_a_download_that_goes_on_takes_back_what_hindered_it(sight: Sight, clock: Clock):
    sight.learn({"why": "The hub is away."})
    clock.now += 61
    sight.asks()
    sight.learn({"done": 0, "total": 343 * 1024**2})
    assert "still being downloaded" in str(sight.blindness)
    clock.now += 61
    assert not sight.is_due  # it is not begun a second time


def test_what_a_worker_was_downloading_is_gone_with_it(sight: Sight):
    sight.learn({"done": 0, "total": 343 * 1024**2})
    sight.loses_worker()
    assert sight.blindness is None


def test_the_host_reads_once_why_and_what_to_do(sight: Sight, caplog: pytest.LogCaptureFixture):
    for _ in range(3):
        sight.learn({"why": "The hub is away."})
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    said = record.getMessage()
    assert "The hub is away." in said
    assert "python -m bot models download nsfw-detection" in said
    assert 'screening = "none"' in said


def test_it_sees_once_a_worker_has_it_open_and_as_long_as_nothing_is_said_against_it(sight: Sight):
    sight.learn({"to_be_had": True})
    assert sight.blindness is None
    assert not sight.sees
    sight.learn({"ready": True})
    assert sight.sees
    sight.learn({"why": "It is damaged."})
    assert not sight.sees


def test_whoever_has_looked_can_look_again(sight: Sight):
    sight.learn({"to_be_had": True})
    sight.looked()
    assert sight.sees
