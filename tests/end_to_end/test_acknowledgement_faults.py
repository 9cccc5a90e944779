"""What goes wrong while Discord waits for an acknowledgement costs one request at most."""

import time
from typing import Any

import pytest

from playground.client import InteractionFailed, pictures
from tests.end_to_end._stage import ACKNOWLEDGE, Stage
from tests.support.rows import rows
from tests.support.wire import Json

pytestmark = pytest.mark.asyncio(loop_scope="session")


def jobs(stage: Stage) -> int:
    return len(rows(stage.data_dir, "SELECT id FROM jobs"))


@pytest.mark.long
async def test_an_acknowledgement_that_comes_too_late_takes_no_job(stage: Stage):
    before = jobs(stage)
    stage.playground.faults.add(ACKNOWLEDGE, nth=1, delay=3.3)
    asked = await stage.ask()
    with pytest.raises(InteractionFailed):
        await asked.picture()
    await stage.bot.until(f"Interaction {await asked.id()} can't be answered.*10062")
    assert jobs(stage) == before
    assert pictures(await (await stage.ask()).picture(timeout=20))


@pytest.mark.parametrize(
    "fault", [{"code": 10062}, pytest.param({"drop": "before"}, marks=pytest.mark.long)]
)
async def test_where_it_can_not_acknowledge_it_takes_no_job(stage: Stage, fault: dict[str, Any]):
    before = jobs(stage)
    stage.playground.faults.add(ACKNOWLEDGE, nth=1, **fault)
    asked = await stage.ask()
    if "drop" in fault:
        # The line works again at once: the member is told.
        told = await asked.response()
        assert "Ask again" in told["content"]
    else:
        await stage.bot.until(f"Interaction {await asked.id()} can't be answered")
    assert jobs(stage) == before
    assert pictures(await (await stage.ask()).picture(timeout=20))


async def test_a_bad_moment_of_discord_delays_the_acknowledgement(stage: Stage):
    before = jobs(stage)
    stage.playground.faults.add(ACKNOWLEDGE, nth=1, status=502)
    began = time.monotonic()
    asked = await stage.ask()
    await asked.acknowledged()
    assert time.monotonic() - began < 3
    assert pictures(await asked.picture(timeout=20))
    assert jobs(stage) == before + 1


async def test_an_acknowledgement_whose_answer_is_lost_leaves_nobody_waiting(stage: Stage):
    before = jobs(stage)
    stage.playground.faults.add(ACKNOWLEDGE, nth=1, drop="after")
    asked = await stage.ask()
    told = await asked.response()
    assert "Ask again" in told["content"]
    assert jobs(stage) == before


async def test_an_interaction_that_comes_twice_makes_one_job(stage: Stage):
    sent: list[Json] = []

    def tap(_direction: str, session: Any, frame: Json) -> None:
        if frame.get("t") == "INTERACTION_CREATE" and session.user.bot:
            sent.append(frame["d"])

    stage.playground.gateway.taps.append(tap)
    before = jobs(stage)
    asked = await stage.held()
    stage.playground.gateway.to_bot("INTERACTION_CREATE", sent[-1], stage.guild.id)
    await stage.bot.until(f"Interaction {await asked.id()} can't be answered.*40060")
    stage.playground.gateway.taps.remove(tap)
    stage.release()
    assert pictures(await asked.picture(timeout=20))
    assert jobs(stage) == before + 1
    assert len(asked.messages()) == 1
