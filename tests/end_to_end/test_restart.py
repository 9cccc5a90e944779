"""What is asked before a restart is answered after it, in the same message.

The rest goes on as before.
"""

import os
import signal
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from playground.client import Member, pictures
from playground.server import Playground
from tests.support.bot_process import BotProcess
from tests.support.rows import rows

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def bytes_of(member: Member, **options) -> bytes:
    painting = await member.command(
        "imagine", member.channel("general"), prompt="a red circle on a blue background", **options
    )
    message = await painting.picture(timeout=60)
    return await member.download(message["attachments"][0])


@pytest.mark.long
async def test_after_a_restart_the_same_seed_gives_the_same_bytes_and_nothing_is_synced_again(
    playground: Playground, tmp_path: Path
):
    async with await Member.connect(playground.url, 1) as member:
        async with BotProcess(playground, tmp_path) as bot:
            before = await bytes_of(member, seed=99)
            await bot.until(r"Registered \d+ commands")
        async with BotProcess(playground, tmp_path) as bot:
            assert await bytes_of(member, seed=99) == before
            assert await bytes_of(member, seed=100) != before
            await bot.until("The commands are registered already")
            assert not [line for line in bot.log if "Registered" in line]


async def test_jobs_of_a_killed_bot_are_painted_by_the_next_one(
    playground: Playground, tmp_path: Path
):
    async with await Member.connect(playground.url, 1) as member:
        bot = BotProcess(playground, tmp_path)
        await bot.start()
        asked = [
            await member.command(
                "imagine", member.channel("general"), prompt="a green star", steps=30
            )
            for _ in range(3)
        ]
        for each in asked:
            await each.message(lambda message: message["embeds"], timeout=30)
        os.kill(bot.pid, signal.SIGKILL)
        await bot.stop()
        async with BotProcess(playground, tmp_path) as bot:
            await bot.until(r"Took up \d jobs")
            messages = [await each.picture(timeout=60) for each in asked]
        assert all(len(pictures(message)) == 1 for message in messages)
        # Each answer is an edit of the message that promised it; none was posted anew.
        assert [len(each.messages()) for each in asked] == [1, 1, 1]


@pytest.mark.long
async def test_jobs_of_a_stopped_bot_are_given_back_and_painted_by_the_next_one(
    playground: Playground, tmp_path: Path
):
    async with await Member.connect(playground.url, 1) as member:
        bot = BotProcess(playground, tmp_path)
        await bot.start()
        # The worker is held, so that the first one still runs when the stop comes.
        worker = await bot.until_worker()
        os.kill(worker, signal.SIGSTOP)
        # With seeds: none of them in a batch.
        asked = [
            await member.command(
                "imagine", member.channel("general"), prompt="a green star", seed=number
            )
            for number in range(3)
        ]
        for each in asked:
            await each.message(lambda message: message["embeds"], timeout=30)
        bot.process.send_signal(signal.SIGTERM)
        await bot.until("Stopping: no new requests")
        os.kill(worker, signal.SIGCONT)
        assert await bot.stop(signal.SIGCONT) == 0  # a second SIGTERM would end it at once
        # What ran was finished; what waited is still in line.
        found = rows(tmp_path, "SELECT status FROM jobs ORDER BY id")
        assert found[0]["status"] in ("generated", "delivered")
        assert [row["status"] for row in found[1:]] == ["queued", "queued"]
        async with BotProcess(playground, tmp_path) as bot:
            messages = [await each.picture(timeout=60) for each in asked]
        assert all(len(pictures(message)) == 1 for message in messages)


@pytest.mark.long
async def test_a_guild_that_was_left_while_the_bot_was_away_ends_its_jobs(tmp_path: Path):
    async with (
        Playground(port=0) as playground,
        await Member.connect(playground.url, 1) as member,
    ):
        async with BotProcess(playground, tmp_path) as bot:
            for _ in range(3):
                asked = await member.command(
                    "imagine", member.channel("general"), prompt="a green star", steps=30
                )
                await asked.message(lambda message: message["embeds"], timeout=30)
            os.kill(bot.pid, signal.SIGKILL)
        playground.guilds.remove_bot(next(iter(playground.world.guilds.values())))
        # Younger ones may be answered by their tokens, for the guild may never have had the bot.
        with closing(sqlite3.connect(tmp_path / "easel.sqlite")) as database, database:
            database.execute("UPDATE jobs SET queued_at = queued_at - 1000")
        async with BotProcess(playground, tmp_path) as bot:
            await bot.until(r"Ended \d jobs with its guild", timeout=30)
