"""The line as members see it: their turns, /queue, and what is cancelled."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from playground.client import Interaction, Member
from tests.end_to_end.conftest import Easel
from tests.support.wire import EPHEMERAL, Json

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def signal_worker(easel: Easel, number: int) -> None:
    os.kill(await easel.bot.until_worker(), number)


@pytest_asyncio.fixture(loop_scope="session")
async def standing(easel: Easel) -> AsyncIterator[None]:
    """The worker stands still, so that what is asked for waits; afterward all of it ends."""
    await signal_worker(easel, signal.SIGSTOP)
    yield
    await signal_worker(easel, signal.SIGCONT)
    async with asyncio.timeout(60):
        while easel.rows("SELECT 1 FROM jobs WHERE finished_at IS NULL"):
            await asyncio.sleep(0.05)


async def ask(
    easel: Easel, member: Member, prompt: str = "a red circle", **options: int
) -> Interaction:
    asked = await member.command("imagine", easel.general, prompt=prompt, steps=1, **options)
    await asked.message(shows_a_job)
    return asked


def shows_a_job(message: Json) -> bool:
    return bool(message["embeds"])


def title_is(*titles: str):
    return lambda message: message["embeds"] and message["embeds"][0].get("title") in titles


async def private(easel: Easel, member: Member, command: str, **options: str) -> str:
    used = await member.command(command, easel.general, **options)
    answer = await used.response()
    assert answer["flags"] & EPHEMERAL
    return answer["content"]


async def test_the_button_cancels_what_waits_and_what_runs(easel: Easel, standing: None):
    running, waiting = [await ask(easel, easel.member) for _ in range(2)]
    for asked in (waiting, running):
        shown = await asked.message(lambda message: message["components"])
        pressed = await easel.member.press(shown, "Cancel")
        await pressed.acknowledged()
    await signal_worker(easel, signal.SIGCONT)
    for asked in (waiting, running):
        ended = await asked.message(title_is("Cancelled"))
        assert ended["components"] == []
        assert (await easel.row_of(ended))["status"] == "cancelled"


async def test_others_cannot_cancel_but_moderators_can(easel: Easel, standing: None):
    _, waiting = [await ask(easel, easel.member) for _ in range(2)]
    shown = await waiting.message(lambda message: message["components"])
    refused = await (await easel.other.press(shown, "Cancel")).response()
    assert refused["flags"] & EPHEMERAL
    assert "Only who asked" in refused["content"]
    await easel.owner.press(shown, "Cancel")
    await waiting.message(title_is("Cancelled by a moderator"))
    await private(easel, easel.member, "cancel")


async def test_queue_and_cancel_know_ones_own_pictures(easel: Easel, standing: None):
    assert "None of them is yours" in await private(easel, easel.member, "queue")
    assert "None of your pictures" in await private(easel, easel.member, "cancel")
    await ask(easel, easel.member, "a red circle")
    await ask(easel, easel.member, "a green star")
    await ask(easel, easel.other, "a blue square")
    seen = await private(easel, easel.member, "queue")
    assert "being painted: a red circle" in seen
    assert "in line" in seen
    assert "a green star" in seen
    assert "blue" not in seen
    assert "2 pictures on their way" in await private(easel, easel.member, "cancel")
    assert "Choose" in await private(easel, easel.member, "cancel", picture="the star")
    offered = await easel.member.autocomplete("cancel", easel.general, "picture", picture="")
    assert [choice["name"].partition(" (")[0] for choice in offered] == [
        "all of them",
        "a red circle",
        "a green star",
    ]
    star = offered[2]["value"]
    refused = await private(easel, easel.other, "cancel", picture=star)
    assert "Only who asked" in refused
    assert await private(easel, easel.member, "cancel", picture=star) == "Cancelled 1 picture."
    for member in (easel.member, easel.other):
        await private(easel, member, "cancel", picture="all of them")
    gone = await private(easel, easel.member, "cancel", picture=star)
    assert "ended already" in gone


async def test_a_button_works_after_a_restart(easel: Easel, standing: None):
    # With seeds: what waits must not come into the batch of what runs.
    _, waiting = [await ask(easel, easel.member, seed=number) for number in range(2)]
    shown = await waiting.message(lambda message: message["components"])
    await easel.bot.stop(signal.SIGKILL)
    easel.bot.log.clear()
    await easel.bot.start()
    await signal_worker(easel, signal.SIGSTOP)
    await easel.member.press(shown, "Cancel")
    await waiting.message(title_is("Cancelled"))


async def test_who_asks_later_does_not_wait_for_another_s_whole_line(easel: Easel, standing: None):
    # With seeds: none of them in a batch.
    many = [await ask(easel, easel.member, seed=number) for number in range(8)]
    one = await ask(easel, easel.other, seed=8)
    await signal_worker(easel, signal.SIGCONT)
    await one.picture(timeout=60)
    await asyncio.gather(*(each.picture(timeout=60) for each in many))
    rows = easel.rows("SELECT user_id FROM jobs ORDER BY generated_at DESC LIMIT 9")
    turns = [row["user_id"] for row in reversed(rows)]
    # One was running, one more of the line may go first: then it is the other's turn.
    assert turns.index(int(easel.other.id)) <= 2
