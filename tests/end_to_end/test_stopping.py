"""A stop finishes what is painted, refuses what is new, and says so; a kill loses nothing."""

import asyncio
import os
import re
import signal
import sqlite3
import time
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest
import pytest_asyncio

from bot.health import check
from bot.settings import Settings
from playground.client import Event, Interaction, Member, pictures
from playground.server import Playground
from tests.end_to_end._stage import title
from tests.support.bot_process import ROOT, BotProcess
from tests.support.rows import rows
from tests.support.wire import EPHEMERAL

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session")
async def bot(playground: Playground, tmp_path: Path) -> AsyncIterator[BotProcess]:
    """A bot that the test itself ends."""
    bot = BotProcess(playground, tmp_path)
    await bot.start()
    yield bot
    await bot.stop(signal.SIGKILL)


async def ask(member: Member, *, steps: int = 1) -> Interaction:
    return await member.command(
        "imagine", member.channel("general"), prompt="a red circle", steps=steps
    )


async def held(bot: BotProcess, member: Member) -> tuple[Interaction, int]:
    """A request in mid-job, and the worker that stands still."""
    worker = await bot.until_worker()
    os.kill(worker, signal.SIGSTOP)
    asked = await ask(member)
    await asked.message(lambda m: title(m).startswith(("Loading", "Painting")), timeout=30)
    return asked, worker


async def test_a_stop_in_mid_job_shows_itself_refuses_politely_and_finishes(
    playground: Playground, tmp_path: Path, bot: BotProcess
):
    async with await Member.connect(playground.url, 1) as member:
        assert pictures(await (await ask(member)).picture(timeout=60))
        asked, worker = await held(bot, member)
        bot.process.send_signal(signal.SIGTERM)

        def is_leaving(event: Event) -> bool:
            return event.name == "PRESENCE_UPDATE" and event.data["status"] == "idle"

        leaving = await member.wait_for(is_leaving)
        assert leaving.data["activities"][0]["state"] == "Finishing up, no new requests"
        refused = await ask(member)
        note = await refused.message(lambda m: m["flags"] & EPHEMERAL and m["content"])
        assert "Nothing was queued" in note["content"]
        async with asyncio.timeout(2):
            while check(tmp_path)[0]:
                await asyncio.sleep(0.05)
        os.kill(worker, signal.SIGCONT)
        assert pictures(await asked.picture(timeout=20))
        async with asyncio.timeout(25):
            assert await bot.process.wait() == 0
    jobs = rows(tmp_path, "SELECT status, attempts FROM jobs ORDER BY id")
    assert jobs == [{"status": "delivered", "attempts": 1}] * 2
    assert await bot.stop() == 0
    assert not [line for line in bot.log if "Traceback" in line or "ERROR" in line]


@pytest.mark.long
async def test_a_second_signal_ends_it_at_once_and_the_next_start_paints_what_ran(
    playground: Playground, tmp_path: Path, bot: BotProcess
):
    async with await Member.connect(playground.url, 1) as member:
        asked, _ = await held(bot, member)
        bot.process.send_signal(signal.SIGTERM)
        await bot.until("Stopping")
        began = time.monotonic()
        assert await bot.stop(signal.SIGTERM, timeout=5) == 128 + signal.SIGTERM
        assert time.monotonic() - began < 2
        async with BotProcess(playground, tmp_path):
            message = await asked.picture(timeout=60)
        assert [each["id"] for each in asked.messages()] == [message["id"]]


@pytest.mark.parametrize(
    "how",
    [signal.SIGKILL, pytest.param(signal.SIGTERM, marks=pytest.mark.long)],
)
async def test_what_was_being_cancelled_is_not_painted_by_the_next_start(
    playground: Playground, tmp_path: Path, bot: BotProcess, how: signal.Signals
):
    async with await Member.connect(playground.url, 1) as member:
        asked, _ = await held(bot, member)
        (shown,) = asked.messages()
        await member.press(shown, "Cancel")
        await asked.message(lambda m: title(m) == "Cancelling…")
        await bot.stop(how)
        async with BotProcess(playground, tmp_path):
            told = await asked.message(lambda m: title(m) == "Cancelled", timeout=60)
        assert (told["id"], told["components"]) == (shown["id"], [])
        assert not pictures(told)
    (row,) = rows(tmp_path, "SELECT status, picture_path FROM jobs")
    assert row == {"status": "cancelled", "picture_path": None}


@pytest.mark.long
async def test_a_stop_while_the_gateway_is_silent_takes_no_longer(
    playground: Playground, tmp_path: Path, bot: BotProcess
):
    playground.gateway.silence(None)
    playground.gateway.close(4000)
    await asyncio.sleep(0.5)  # it has dialed again, and hears nothing
    began = time.monotonic()
    assert await bot.stop() == 0
    assert time.monotonic() - began < 8
    assert not [line for line in bot.log if "Traceback" in line or "ERROR" in line]


@pytest.mark.long
async def test_a_bot_killed_with_the_picture_half_done_paints_it_in_the_same_message(
    playground: Playground, tmp_path: Path, bot: BotProcess
):
    async with await Member.connect(playground.url, 1) as member:
        assert pictures(await (await ask(member)).picture(timeout=60))  # the model is loaded
        asked = await ask(member, steps=30)
        await asked.message(lambda m: m["embeds"], timeout=30)
        await asyncio.sleep(0.4)
        os.kill(bot.worker, signal.SIGSTOP)
        half = await asked.message(lambda m: "/30" in title(m), timeout=30)
        os.kill(bot.pid, signal.SIGKILL)
        await bot.stop()
        (row,) = rows(tmp_path, "SELECT status FROM jobs ORDER BY id DESC LIMIT 1")
        assert row["status"] == "running"
        async with BotProcess(playground, tmp_path):
            message = await asked.picture(timeout=60)
        assert message["id"] == half["id"]
        assert len(asked.messages()) == 1
        assert len(pictures(message)) == 1


@pytest.mark.long
async def test_a_stop_while_the_database_is_locked_ends_before_the_container_is_killed(
    playground: Playground, tmp_path: Path
):
    """As little time for what is painted leaves as much for all else as compose.yaml does."""
    period = re.search(r"stop_grace_period: (\d+)s", (ROOT / "compose.yaml").read_text())
    assert period is not None
    left_s = int(period[1]) - Settings.model_fields["shutdown_grace_s"].default
    async with (
        BotProcess(playground, tmp_path, EASEL_SHUTDOWN_GRACE_S="1") as bot,
        await Member.connect(playground.url, 1) as member,
    ):
        asked, _ = await held(bot, member)
        with closing(sqlite3.connect(tmp_path / "easel.sqlite", isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            began = time.monotonic()
            assert await bot.stop(timeout=90) == 0
            assert time.monotonic() - began < 1 + left_s - 3  # machines differ
            other.execute("ROLLBACK")
        assert not [line for line in bot.log if "Traceback" in line or "ERROR" in line]
        async with BotProcess(playground, tmp_path):
            message = await asked.picture(timeout=60)
        assert [each["id"] for each in asked.messages()] == [message["id"]]
