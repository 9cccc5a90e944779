"""The checks run side by side; one that breaks or hangs is a finding."""

import asyncio
import time
from collections.abc import Sequence

from bot.doctor import Case, Finding, State, examine
from bot.doctor._examination import Check
from bot.doctor._finding import ok
from bot.settings import Settings

TOKEN = "a-secret-of-no-known-shape"


async def well(_: Case) -> Sequence[Finding]:
    return [ok("well", "fine")]


async def slow(_: Case) -> Sequence[Finding]:
    await asyncio.sleep(0.2)
    return [ok("slow", "fine")]


async def breaks(_: Case) -> Sequence[Finding]:
    raise ZeroDivisionError(f"by {TOKEN}")


async def blocks(_: Case) -> Sequence[Finding]:
    """As a dead disk does: no cancellation ends it."""
    while True:
        try:
            await asyncio.sleep(1.5)
            return []
        except asyncio.CancelledError:
            continue


async def test_findings_come_in_the_order_of_the_checks():
    checks = [Check("slow", slow), Check("well", well)]
    assert [each.subject for each in await examine(Settings(), checks=checks)] == ["slow", "well"]


async def test_checks_do_not_wait_for_each_other():
    began = time.monotonic()
    await examine(Settings(), checks=[Check("slow", slow)] * 10)
    assert time.monotonic() - began < 1


async def test_one_that_breaks_is_a_finding_and_the_others_go_on():
    broken, fine = await examine(Settings(), checks=[Check("x", breaks), Check("well", well)])
    assert (broken.state, broken.subject) == (State.ERROR, "x")
    assert "ZeroDivisionError" in broken.found
    assert broken.remedy
    assert fine == ok("well", "fine")


async def test_one_that_does_not_end_is_not_waited_for():
    began = time.monotonic()
    (late,) = await examine(Settings(), checks=[Check("x", blocks, 0.05)])
    assert time.monotonic() - began < 1
    assert late.state is State.ERROR
    assert "within 0.05 s" in late.found


async def test_no_finding_shows_a_token():
    settings = Settings(DISCORD_TOKEN=TOKEN)  # pyright: ignore[reportCallIssue]
    (finding,) = await examine(settings, checks=[Check("x", breaks)])
    assert TOKEN not in repr(finding)
    assert "***" in finding.found
