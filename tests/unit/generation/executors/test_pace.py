"""Who cancels waits for the step under way, however slow the host: no worker is killed for it."""

import asyncio
from unittest import mock

import pytest

from generation.catalog import Catalog
from generation.executors.base import Batch, Work
from generation.executors.local._deadline import Limits
from generation.executors.local._lessons import Lessons
from generation.executors.local._pace import MOST_S, Pace
from generation.executors.local._process import WorkerProcess
from generation.executors.local._run import Run
from generation.processes.frames import Frame
from tests.support.jobs import DEMO, make_request

TILE = Frame({"kind": "progress", "step": 1, "steps": 9, "stage": "Enlarging"})


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_quick_steps_leave_the_least(clock: Clock):
    pace = Pace(clock)
    for _ in range(3):
        clock.now += 0.2
        pace.step()
    assert pace.patience_s(10, has_tools=True) == 10


def test_slow_ones_are_waited_for_twice_as_long_as_the_longest_takes(clock: Clock):
    pace = Pace(clock)
    for seconds in (12, 25, 9):
        clock.now += seconds
        pace.step("Enlarging")
    assert pace.patience_s(10, has_tools=True) == 50
    clock.now += 300
    pace.step("Enlarging")
    assert pace.patience_s(10, has_tools=True) == MOST_S


def test_what_another_stage_took_says_nothing_of_this_one(clock: Clock):
    pace = Pace(clock)
    clock.now += 40
    pace.step("Mending faces")
    clock.now += 6
    pace.step("Enlarging")
    assert pace.patience_s(10, has_tools=True) == 12


def test_a_first_tile_may_take_long_and_a_first_step_not(clock: Clock):
    pace = Pace(clock)
    assert pace.patience_s(10, has_tools=True) == MOST_S
    assert pace.patience_s(10, has_tools=False) == 10


@pytest.mark.parametrize(("tiles", "grace"), [([], 60.0), ([2.0], 10.0), ([25.0], 50.0)])
async def test_a_run_that_is_cancelled_has_that_long(
    clock: Clock, tiles: list[float], grace: float
):
    tools = (Catalog.load().tools["esrgan-x4"],)
    batch = Batch((Work(1, 1, DEMO, make_request(), tools=tools),))
    run = Run(1, batch, asyncio.Lock(), Limits(600, 3600, 10), Lessons())
    run._pace = Pace(clock)
    await run.begin(mock.create_autospec(WorkerProcess, instance=True))
    for seconds in tiles:
        clock.now += seconds
        run.interpret(TILE)
    await run.cancel()
    assert run._deadline.at is not None
    assert run._deadline.at - asyncio.get_running_loop().time() == pytest.approx(grace, abs=0.5)


async def test_loading_is_waited_for_no_longer_than_before(clock: Clock):
    tools = (Catalog.load().tools["esrgan-x4"],)
    batch = Batch((Work(1, 1, DEMO, make_request(), tools=tools),))
    run = Run(1, batch, asyncio.Lock(), Limits(600, 3600, 10), Lessons())
    await run.begin(mock.create_autospec(WorkerProcess, instance=True))
    run.interpret(Frame({"kind": "loading", "loras": [], "tool": "ESRGAN x4"}))
    await run.cancel()
    assert run._deadline.at is not None
    assert run._deadline.at - asyncio.get_running_loop().time() == pytest.approx(10, abs=0.5)
