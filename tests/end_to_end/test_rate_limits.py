"""Discord's rate limits are obeyed, and its ban of an address is never come near."""

import asyncio
import time
from pathlib import Path

import pytest

from bot import breaker
from bot.health import check
from playground.client import Member, pictures
from playground.server import Playground
from tests.end_to_end._stage import ACKNOWLEDGE, EDIT_BY_RIGHT, EDIT_BY_TOKEN, Stage
from tests.support.bot_process import BotProcess

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_limit_is_obeyed(stage: Stage):
    asked = await stage.held()
    stage.playground.faults.add(EDIT_BY_TOKEN, nth=1, status=429, retry_after=2.5)
    before = stage.playground.invalid_requests.count
    began = time.monotonic()
    stage.release()
    assert pictures(await asked.picture(timeout=20))
    assert time.monotonic() - began >= 2.5
    assert stage.playground.invalid_requests.count == before + 1


@pytest.mark.long
async def test_a_global_limit_is_obeyed_by_every_call(stage: Stage):
    asked = await stage.held()
    stage.playground.faults.add(EDIT_BY_TOKEN, always=True, code=50027)
    stage.playground.faults.add(EDIT_BY_RIGHT, nth=1, status=429, retry_after=2.5, is_global=True)
    before = stage.playground.invalid_requests.count
    began = time.monotonic()
    stage.release()
    assert pictures(await asked.picture(timeout=20))
    assert time.monotonic() - began >= 2.5
    # The dead token, the limit, and nothing besides.
    assert stage.playground.invalid_requests.count == before + 2


@pytest.mark.long
async def test_a_page_of_html_is_answered_with_patience(stage: Stage):
    asked = await stage.held()
    for _ in range(2):
        stage.playground.faults.add(EDIT_BY_TOKEN, nth=1, status=429, html=True)
    before = stage.playground.invalid_requests.count
    stage.release()
    assert pictures(await asked.picture(timeout=20))
    assert (await stage.ended())["status"] == "delivered"
    assert stage.playground.invalid_requests.count == before + 2


@pytest.mark.long
async def test_calls_stop_long_before_the_ban(playground: Playground, tmp_path: Path):
    async with (
        BotProcess(playground, tmp_path) as bot,
        await Member.connect(playground.url, 1) as member,
    ):
        # A host that lacks a permission everywhere, say, and members who go on asking.
        playground.faults.add(ACKNOWLEDGE, always=True, status=403, code=50001)
        for _ in range(breaker.LIMIT):
            await member.command("ping", member.channel("general"))
            if playground.invalid_requests.count >= breaker.LIMIT:
                break
        await bot.until("no more are made for a while", timeout=60)
        # What was on its way by then still arrives: on a busy machine that may be hundreds.
        reached = -1
        while reached != playground.invalid_requests.count:
            reached = playground.invalid_requests.count
            await asyncio.sleep(2)
        for _ in range(20):
            await member.command("ping", member.channel("general"))
        await asyncio.sleep(1)
        assert playground.invalid_requests.count == reached < 2 * breaker.LIMIT
        assert bot.process.returncode is None
        async with asyncio.timeout(20):
            while "makes no calls" not in check(tmp_path)[1]:
                await asyncio.sleep(0.2)
