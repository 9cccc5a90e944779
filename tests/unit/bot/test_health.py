"""The sign of life tells a living bot from a dead one."""

import asyncio
import json
import time
from pathlib import Path

from bot.health import STALE_AFTER_S, Heartbeat, check

REPORT = {"waiting": 3, "device": "CPU"}


async def test_a_serving_bot_is_seen_and_an_ended_one_is_not(tmp_path: Path):
    beating = asyncio.create_task(Heartbeat(tmp_path, lambda: REPORT).run())
    while not check(tmp_path)[0]:
        await asyncio.sleep(0.01)
    assert check(tmp_path) == (True, "The bot serves: 3 waiting, on CPU.")
    beating.cancel()
    await asyncio.gather(beating, return_exceptions=True)
    assert check(tmp_path) == (False, f"No bot serves from {tmp_path}.")


async def test_a_bot_that_does_not_serve_gives_no_sign(tmp_path: Path):
    beating = asyncio.create_task(Heartbeat(tmp_path, lambda: None).run())
    await asyncio.sleep(0.05)
    assert not check(tmp_path)[0]
    beating.cancel()
    await asyncio.gather(beating, return_exceptions=True)


async def test_a_bot_that_serves_no_more_takes_its_sign_away_until_it_serves_again(tmp_path: Path):
    reports: list[dict[str, object] | None] = [REPORT]
    beating = asyncio.create_task(Heartbeat(tmp_path, lambda: reports[-1]).run())
    async with asyncio.timeout(5):
        for report, healthy in [(REPORT, True), (None, False), (REPORT, True)]:
            reports.append(report)
            while check(tmp_path)[0] is not healthy:
                await asyncio.sleep(0.01)
    beating.cancel()
    await asyncio.gather(beating, return_exceptions=True)


def test_an_old_sign_is_no_sign(tmp_path: Path):
    sign = {"at": time.time() - STALE_AFTER_S - 1, **REPORT}
    (tmp_path / "health.json").write_text(json.dumps(sign))
    healthy, sentence = check(tmp_path)
    assert not healthy
    assert "61 s ago" in sentence


def test_a_broken_file_is_no_sign(tmp_path: Path):
    (tmp_path / "health.json").write_text("{")
    assert not check(tmp_path)[0]


async def test_a_bot_that_makes_no_calls_says_so(tmp_path: Path):
    report = {**REPORT, "calls_paused": True}
    beating = asyncio.create_task(Heartbeat(tmp_path, lambda: report).run())
    while not check(tmp_path)[0]:
        await asyncio.sleep(0.01)
    assert "makes no calls" in check(tmp_path)[1]
    beating.cancel()
    await asyncio.gather(beating, return_exceptions=True)
