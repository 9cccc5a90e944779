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
