"""While the gateway is away the work goes on; what Discord closes for good ends the process."""

import asyncio
import time
from pathlib import Path

import pytest

from bot.health import check
from playground.client import Member, pictures
from playground.server import Playground
from tests.end_to_end._stage import Stage, title
from tests.support.bot_process import BotProcess
from tests.support.rows import rows

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest.mark.parametrize("seconds", [3, pytest.param(100, marks=pytest.mark.long)])
async def test_what_was_asked_is_painted_and_posted_while_the_gateway_is_away(
    stage: Stage, seconds: float
):
    asked = await stage.held()
    stage.playground.gateway.silence(None)
    stage.playground.gateway.close(4000)
    began = time.monotonic()
    stage.release()
    assert pictures(await asked.picture(timeout=20))
    assert (await stage.ended())["status"] == "delivered"
    # Nobody who asks now is heard.
    async with asyncio.timeout(2):
        while check(stage.data_dir)[0]:
            await asyncio.sleep(0.05)
    await asyncio.sleep(seconds - (time.monotonic() - began))
    stage.playground.gateway.silence(0)
    # Afterward it hears what is asked, whether it could resume or had to begin anew.
    async with asyncio.timeout(60):
        while not stage.playground.gateway.bot_online:
            await asyncio.sleep(0.05)
    assert pictures(await (await stage.ask()).picture(timeout=60))
    assert stage.bot.process.returncode is None
    async with asyncio.timeout(5):
        while not check(stage.data_dir)[0]:
            await asyncio.sleep(0.05)


@pytest.mark.long
async def test_a_guild_that_is_left_while_the_session_is_lost_ends_its_jobs(stage: Stage):
    await stage.held(steps=30)
    await (await stage.ask()).message(title)
    # With its session the bot loses what would have told it.
    stage.playground.gateway.invalidate(resumable=False)
    stage.playground.guilds.remove_bot(stage.guild)
    assert (await stage.ended())["detail"] == "with its guild"  # the one that waited
    stage.release()
    ended = "SELECT status FROM jobs WHERE guild_id = ? AND told_at IS NOT NULL"
    async with asyncio.timeout(20):
        while len(found := rows(stage.data_dir, ended, stage.guild.id)) < 2:
            await asyncio.sleep(0.05)
    assert [row["status"] for row in found] == ["cancelled", "cancelled"]


@pytest.mark.long
@pytest.mark.parametrize("code", [4004, 4014])
async def test_a_gateway_closed_for_good_ends_the_process_with_a_code_of_its_own(
    playground: Playground, tmp_path: Path, code: int
):
    bot = BotProcess(playground, tmp_path)
    await bot.start()
    playground.gateway.close(code)
    async with asyncio.timeout(20):
        assert await bot.process.wait() == 4
    await bot.stop()
    assert "for good" in "\n".join(bot.log)
    assert "Traceback" not in "\n".join(bot.log)


@pytest.mark.long
@pytest.mark.timeout(300)
async def test_a_busy_worker_holds_up_no_heartbeat(tmp_path: Path):
    async with (
        Playground(port=0, heartbeat_s=1) as playground,
        BotProcess(playground, tmp_path) as bot,
        await Member.connect(playground.url, 1) as member,
    ):
        connected = sum("connected to Gateway" in line for line in bot.log)
        begun = len(bot.log)
        ends = time.monotonic() + 60
        while time.monotonic() < ends:
            asked = await member.command(
                "imagine", member.channel("general"), prompt="a red star", steps=30
            )
            assert pictures(await asked.picture(timeout=60))
        # Two and a half intervals without a heartbeat, and the gateway would have hung up.
        assert sum("connected to Gateway" in line for line in bot.log) == connected
        assert not [line for line in bot.log if "RESUMED" in line]
        assert not [line for line in bot.log if "heartbeat blocked" in line]
        assert not [line for line in bot.log[begun:] if "event loop was held" in line]
