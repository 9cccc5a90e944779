"""The event loop's lag: measured, and its culprit named."""

import asyncio
import logging
import time

import pytest

from bot.lag import LagMonitor


def hold_the_loop(seconds: float) -> None:
    time.sleep(seconds)


async def test_what_holds_the_loop_is_named(caplog: pytest.LogCaptureFixture):
    async with LagMonitor(0.1) as monitor:
        await asyncio.sleep(0.1)
        hold_the_loop(0.4)
        await asyncio.sleep(0.1)
        assert monitor.worst_s > 0.3
    told = [record.getMessage() for record in caplog.records if record.name == "bot.lag"]
    assert sum("hold_the_loop" in line for line in told) == 1
    assert any("was held for" in line for line in told)


async def test_a_lag_just_over_the_limit_has_its_stack_each_time(caplog: pytest.LogCaptureFixture):
    async with LagMonitor(0.25) as monitor:
        for _ in range(4):
            beat = monitor._beat
            while monitor._beat == beat:
                await asyncio.sleep(0.001)
            hold_the_loop(0.31)  # from a beat on: a lag of 260 ms
            await asyncio.sleep(0.06)
    told = [record.getMessage() for record in caplog.records if record.name == "bot.lag"]
    assert sum("was held for" in line for line in told) == 4
    assert sum("hold_the_loop" in line for line in told) == 4


async def test_a_lag_within_the_limit_is_not_told_of(caplog: pytest.LogCaptureFixture):
    async with LagMonitor(2) as monitor:
        hold_the_loop(1)  # its stack is taken, and kept for nothing
        await asyncio.sleep(0.06)
        assert monitor.worst_s > 0.9
        assert monitor._stacks == {}
    assert not [record for record in caplog.records if record.name == "bot.lag"]


async def test_a_free_loop_is_not_told_of(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.INFO)
    async with LagMonitor(5) as monitor:
        for _ in range(10):
            await asyncio.sleep(0.02)
        assert monitor.worst_s < 5
    assert not [record for record in caplog.records if record.name == "bot.lag"]


async def test_it_ends_with_its_block():
    async with LagMonitor() as monitor:
        await asyncio.sleep(0)
    assert monitor._watching is not None
    assert not monitor._watching.is_alive()
