"""A lost gateway connection costs no picture."""

import asyncio

import pytest

from playground.client import pictures
from tests.end_to_end.conftest import Easel

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_the_gateway_is_cut_in_mid_job(easel: Easel):
    painting = await easel.member.command(
        "imagine", easel.general, prompt="a blue triangle", steps=30
    )
    await painting.message(lambda message: message["embeds"], timeout=30)
    easel.playground.gateway.close(4000)
    assert pictures(await painting.picture(timeout=60))
    await easel.bot.until("RESUMED|resumed")
    assert pictures(await easel.paint("a red circle"))


async def test_the_gateway_asks_to_reconnect(easel: Easel):
    easel.playground.gateway.reconnect()
    assert pictures(await easel.paint("a red circle"))


@pytest.mark.long
async def test_a_session_that_is_lost_for_good_is_begun_anew_on_the_same_server(easel: Easel):
    def connected() -> int:
        return sum("has connected to Gateway" in line for line in easel.bot.log)

    before = connected()
    easel.playground.gateway.invalidate(resumable=False)
    async with asyncio.timeout(30):
        while connected() == before or not easel.playground.gateway.bot_online:
            await asyncio.sleep(0.05)
    assert pictures(await easel.paint("a red circle"))
