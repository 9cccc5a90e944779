"""Free space below a floor: nothing more is taken."""

import itertools
from pathlib import Path

import pytest

from generation.errors import IntakeFull
from generation.intake import Intake
from generation.keeping.disk_space import DiskSpace
from tests.support.jobs import CATALOG, make_origin, make_request
from tests.support.line import Line


async def test_below_the_floor_of_free_space_nothing_is_taken(line: Line, tmp_path: Path):
    free = [100]
    clock = itertools.count(step=10)
    space = DiskSpace(tmp_path, 200, lambda _: free[0], now=lambda: float(next(clock)))
    intake = Intake(CATALOG, line.store, line.queue, line.events, line.quotas, space=space)
    with pytest.raises(IntakeFull, match="disk"):
        await intake.submit(make_request(), make_origin())
    assert len(line.queue) == 0
    free[0] = 300
    await intake.submit(make_request(), make_origin())


async def test_the_real_disk_has_room_for_nothing(tmp_path: Path):
    assert not await DiskSpace(tmp_path, 0).is_short()
    assert await DiskSpace(tmp_path, 2**62).is_short()


async def test_a_look_at_the_free_space_holds_for_a_second(tmp_path: Path):
    free, clock = [100], [0.0]
    space = DiskSpace(tmp_path, 200, lambda _: free[0], now=lambda: clock[0])
    assert await space.is_short()
    free[0], clock[0] = 300, 0.9
    assert await space.is_short()
    clock[0] = 1.0
    assert not await space.is_short()
