"""The clock and the ids that tell its time."""

import asyncio

import pytest

from playground.clock import Clock
from playground.snowflake import Snowflakes, at


async def test_who_sleeps_wakes_when_the_clock_is_moved():
    clock = Clock()
    sleeper = asyncio.create_task(clock.sleep(3600))
    await asyncio.sleep(0)
    clock.advance(1800)
    await asyncio.sleep(0.01)
    assert not sleeper.done()
    clock.advance(1800)
    await asyncio.wait_for(sleeper, 1)


async def test_the_clock_also_runs_by_itself():
    await asyncio.wait_for(Clock().sleep(0.01), 1)


def test_the_clock_does_not_go_back():
    with pytest.raises(ValueError, match="forward"):
        Clock().advance(-1)


def test_ids_grow_and_tell_the_time():
    clock = Clock()
    ids = Snowflakes(clock)
    first = [ids.next() for _ in range(1000)]
    assert first == sorted(set(first))
    clock.advance(3600)
    assert at(clock.now() - 1) < ids.next() < at(clock.now() + 1)


@pytest.mark.parametrize("far", [1e12, float("inf"), float("nan")])
def test_the_clock_does_not_go_where_no_date_is(far: float):
    clock = Clock()
    with pytest.raises(ValueError, match="clock"):
        clock.advance(far)
    assert clock.ahead_s == 0


def test_many_steps_go_no_further_than_one():
    clock = Clock()
    clock.advance(99 * 365 * 24 * 3600)
    with pytest.raises(ValueError, match="hundred years"):
        clock.advance(2 * 365 * 24 * 3600)
    assert clock.isoformat().startswith("21")
