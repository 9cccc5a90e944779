"""The line as members see it: their turns, /queue, and what is cancelled."""

import asyncio
import os
import signal
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from playground import permissions
from playground.client import Interaction, Member
from tests.end_to_end._stage import Stage
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


async def test_who_moderates_one_channel_ends_nothing_in_another(stage: Stage):
    channels = stage.playground.guilds.channels
    own = channels.create(stage.guild, "gallery")
    manage = permissions.MANAGE_MESSAGES
    channels.allow(own, int(stage.member.id), allow=manage, member=True)
    await stage.hold()
    async with await Member.connect(stage.playground.url, 0) as owner:
        asked = await owner.command("imagine", str(stage.channel.id), prompt="a red circle")
        await asked.message(shows_a_job)
        number = str(stage.row()["id"])

        async def cancel() -> str:
            used = await stage.member.command("cancel", str(own.id), picture=number)
            return (await used.response())["content"]

        offered = await stage.member.autocomplete("cancel", str(own.id), "picture", picture="")
        assert offered == []
        assert "Only who asked" in await cancel()
        channels.allow(stage.channel, int(stage.member.id), allow=manage, member=True)
        (choice,) = await stage.member.autocomplete("cancel", str(own.id), "picture", picture="")
        assert choice["value"] == number
        assert await cancel() == "Cancelled 1 picture."
        stage.release()
        await asked.message(title_is("Cancelled by a moderator"))


async def test_queue_and_cancel_know_ones_own_pictures(easel: Easel, standing: None):
    assert await private(easel, easel.member, "queue") == "**No picture is waiting.**"
    assert "None of your pictures" in await private(easel, easel.member, "cancel")
    await ask(easel, easel.member, "a red circle")
    await ask(easel, easel.member, "a green star")
    await ask(easel, easel.other, "a blue square")
    seen = await private(easel, easel.member, "queue")
    assert "**1 being painted, 2 waiting.**" in seen
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


async def test_a_picture_is_cancelled_by_its_number_as_it_is_shown(easel: Easel, standing: None):
    await ask(easel, easel.other, seed=0)
    waiting = await ask(easel, easel.member, seed=1)
    (row,) = easel.rows("SELECT MAX(id) AS id FROM jobs")
    answer = await private(easel, easel.member, "cancel", picture=f"#{row['id']}")
    assert answer == "Cancelled 1 picture."
    await waiting.message(title_is("Cancelled"))
    assert await private(easel, easel.member, "queue") == (
        "**1 being painted; no picture is waiting.**\nNone of them is yours."
    )


@pytest.mark.parametrize("number", ["9" * 30, "9" * 5000])
@pytest.mark.parametrize("command", ["cancel", "show"])
async def test_a_number_without_an_end_is_nobodys(easel: Easel, command: str, number: str):
    answer = await private(easel, easel.member, command, picture=number)
    assert "from the list" in answer


async def test_moderators_are_offered_what_others_asked_for(easel: Easel, standing: None):
    await ask(easel, easel.owner, "a yellow star", seed=0)
    await ask(easel, easel.member, "a green star " * 20, seed=1)

    async def offered(member: Member, typed: str = "") -> list[str]:
        choices = await member.autocomplete("cancel", easel.general, "picture", picture=typed)
        return [choice["name"] for choice in choices]

    (row,) = easel.rows("SELECT MAX(id) AS id FROM jobs")
    own, others = await offered(easel.owner)
    assert own.startswith("a yellow star (")
    assert others.startswith(f"#{row['id']} a green star a green star")
    assert len(others) <= 100
    assert await offered(easel.owner, "green") == await offered(easel.owner, f"#{row['id']}")
    assert await offered(easel.other) == []
    answer = await private(easel, easel.owner, "cancel", picture=str(row["id"]))
    assert answer == "Cancelled 1 picture."


@pytest.mark.long
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


async def test_fifty_of_one_member_delay_another_by_one_at_most(easel: Easel, standing: None):
    # With seeds: none of them in a batch.
    for number in range(50):
        await ask(easel, easel.member, seed=number)
    one = await ask(easel, easel.other, seed=50)
    await signal_worker(easel, signal.SIGCONT)
    await one.picture(timeout=60)
    await private(easel, easel.member, "cancel", picture="all of them")
    job = await easel.row_of(await one.message(lambda message: message["attachments"]))
    before = easel.rows(
        "SELECT id FROM jobs WHERE user_id = ? AND generated_at BETWEEN ? AND ?",
        int(easel.member.id),
        job["queued_at"],
        job["generated_at"],
    )
    assert len(before) <= 1


@pytest.mark.long
async def test_so_they_do_while_pictures_come_one_after_the_other(easel: Easel):
    """In mid-backlog too, when a picture is on its way to the disk while the next is painted."""
    mine = [await ask(easel, easel.member, seed=number) for number in range(20)]
    await mine[2].picture(timeout=60)
    one = await ask(easel, easel.other, seed=50)
    message = await one.picture(timeout=60)
    await private(easel, easel.member, "cancel", picture="all of them")
    job = await easel.row_of(message)
    began = easel.rows(
        "SELECT id FROM jobs WHERE user_id = ? AND started_at BETWEEN ? AND ?",
        int(easel.member.id),
        job["queued_at"],
        job["started_at"],
    )
    assert len(began) <= 1
    running = "SELECT 1 FROM jobs WHERE started_at < ? AND generated_at > ? AND user_id = ?"
    before = easel.rows(running, job["queued_at"], job["queued_at"], int(easel.member.id))
    # The one that was painted then, and the one before it, which was not on the disk yet.
    assert len(before) <= 2
