"""Acknowledgement while the worker is fully busy."""

import asyncio
import os
import signal
import time

import pytest

from playground.client import pictures
from tests.end_to_end.conftest import Easel
from tests.support.wire import EPHEMERAL

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.long
async def test_thirty_requests_of_one_member_are_acknowledged_at_once_and_all_painted(easel: Easel):
    async def ask(number: int) -> tuple[float, object]:
        began = time.perf_counter()
        asked = await easel.member.command(
            "imagine", easel.general, prompt="a red circle", seed=number, steps=12
        )
        await asked.acknowledged()
        return time.perf_counter() - began, asked

    answers = []
    for number in range(30):
        answers.append(await ask(number))
    waits = sorted(wait for wait, _ in answers)
    # With thirty samples the slowest stands for the 99th percentile.
    assert waits[-1] < 1.0
    places = [
        await asked.message(lambda message: message["embeds"], timeout=30) for _, asked in answers
    ]
    assert any("in line" in message["embeds"][0].get("title", "") for message in places)
    messages = await asyncio.gather(*(asked.picture(timeout=150) for _, asked in answers))
    assert len({pictures(message)[0] for message in messages}) == 30


@pytest.mark.long
async def test_more_than_a_member_may_have_waiting_is_refused_in_private(easel: Easel):
    worker = easel.bot.worker
    os.kill(worker, signal.SIGSTOP)
    try:
        # One is running, fifty wait.
        asked = [
            await easel.other.command(
                "imagine", easel.general, prompt="a red circle", seed=number, steps=1
            )
            for number in range(51)
        ]
        for each in asked:
            await each.message(lambda message: message["embeds"], timeout=60)
        refused = await easel.other.command("imagine", easel.general, prompt="a red circle")
        note = await refused.response()
        assert note["flags"] & EPHEMERAL
        assert "You have 50 requests waiting; 50 are allowed" in note["content"]
        # It is known before anything is promised in public.
        assert refused.messages() == [note]
    finally:
        os.kill(worker, signal.SIGCONT)
    messages = await asyncio.gather(*(each.picture(timeout=150) for each in asked))
    assert len({pictures(message)[0] for message in messages}) == 51
