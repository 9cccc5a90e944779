"""The bot as a process: what it loads, how it starts, how it is refused, how it ends."""

import asyncio
import contextlib
import os
import signal
import sqlite3
import time
from pathlib import Path
from typing import Any

import pytest

from playground.client import Member, pictures
from playground.server import Playground
from tests.end_to_end.conftest import Easel
from tests.support.bot_process import BotProcess
from tests.support.disk import mount_small

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def gone(pid: int, within_s: float) -> bool:
    """Whether that process ends in time (a zombie has ended)."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        try:
            state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            return True
        if state == "Z":
            return True
        await asyncio.sleep(0.05)
    return False


async def test_the_bot_maps_no_torch_and_no_decoder(easel: Easel):
    await easel.paint("a red circle")
    maps = Path(f"/proc/{easel.bot.pid}/maps").read_text()
    for library in ("libtorch", "libc10", "_imaging", "libjpeg", "libwebp"):
        assert library not in maps
    worker = easel.bot.worker
    assert "libtorch" in Path(f"/proc/{worker}/maps").read_text()


async def test_the_worker_knows_no_token(easel: Easel):
    worker = easel.bot.worker
    environment = Path(f"/proc/{worker}/environ").read_bytes()
    assert b"DISCORD" not in environment
    assert easel.playground.bot_token.encode() not in environment


async def test_no_token_and_no_prompt_is_logged(easel: Easel):
    await easel.paint("a very secret purple star")
    log = "\n".join(easel.bot.log)
    assert easel.playground.bot_token not in log
    assert "secret purple" not in log


async def test_the_log_says_which_model_is_the_default_and_why(easel: Easel):
    line = await easel.bot.until("The default model is")
    assert "demo: this host has neither a GPU nor a hosted API" in line


async def test_a_second_bot_on_the_same_data_folder_is_refused(easel: Easel):
    second = BotProcess(easel.playground, easel.data_dir)
    await second.start(online=False)
    assert await second.stop(signal.SIGCONT) == 3
    assert str(easel.bot.pid) in second.log[-1]
    assert "Traceback" not in "\n".join(second.log)
    assert pictures(await easel.paint("a red circle"))


@pytest.mark.parametrize(
    ("environment", "code", "says"),
    [
        ({"EASEL_LOG_FORMAT": "xml"}, 2, "EASEL_LOG_FORMAT"),
        ({"EASEL_MAX_WAITING": "none"}, 2, "EASEL_MAX_WAITING"),
        ({"EASEL_DEFALT_MODEL": "demo"}, 2, "EASEL_DEFAULT_MODEL"),
        ({"EASEL_DEFAULT_MODEL": "dall-e"}, 2, "demo, sdxl-turbo"),
        ({"EASEL_DEFAULT_MODEL": "juggernaut-xi"}, 2, "to name juggernaut-xi-card; read https"),
        ({"EASEL_ACCEPT_LICENSES": "mine"}, 2, "no model's licence mine has to be accepted"),
        ({"DISCORD_TOKEN": ""}, 2, "DISCORD_TOKEN"),
        ({"DISCORD_API_URL": "http://example.com/api/v10"}, 2, "DISCORD_API_URL"),
        ({"DISCORD_TOKEN": "bm9ib2R5.nobody.nobody"}, 4, "DISCORD_TOKEN"),
        ({"DISCORD_API_URL": "http://127.0.0.1:9/api/v10"}, 4, "can't be reached"),
        ({"EASEL_SYNC_COMMANDS_TO": "4711"}, 4, "EASEL_SYNC_COMMANDS_TO: the bot is not in"),
        ({"EASEL_DEVICE": "cuda"}, 2, "choose the device “cpu”"),
    ],
)
@pytest.mark.long
async def test_wrong_settings_are_refused_at_start(
    playground: Playground, tmp_path: Path, environment: dict[str, str], code: int, says: str
):
    bot = BotProcess(playground, tmp_path / "data", **environment)
    await bot.start(online=False)
    assert await bot.stop(signal.SIGCONT) == code
    log = "\n".join(bot.log)
    assert says in log
    assert "Traceback" not in log


@pytest.mark.parametrize(
    "number", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.long)]
)
async def test_a_signal_ends_it_cleanly(playground: Playground, tmp_path: Path, number: int):
    bot = BotProcess(playground, tmp_path)
    await bot.start()
    children = bot.children()
    assert children
    assert await bot.stop(number) == 0
    assert "Stopped" in bot.log[-1]
    assert not [line for line in bot.log if "Traceback" in line or "ERROR" in line]
    assert all([await gone(child, 2) for child in children])
    assert not (tmp_path / "health.json").exists()


@pytest.mark.parametrize(
    "moment", ["logging in using", "The commands are|Registered", "connected to Gateway"]
)
@pytest.mark.long
async def test_a_signal_during_the_start_ends_it_too(
    playground: Playground, tmp_path: Path, moment: str
):
    for _ in range(2):  # the second time the commands are registered already
        bot = BotProcess(playground, tmp_path)
        await bot.start(online=False)
        await bot.until(moment)
        assert await bot.stop(signal.SIGTERM, timeout=20) == 0
        assert not [line for line in bot.log if "Traceback" in line or "ERROR" in line]


@pytest.mark.parametrize(
    "trouble", [{"status": 502}, {"status": 429, "retry_after": 60}], ids=["502", "429"]
)
@pytest.mark.long
async def test_a_signal_is_heeded_while_discord_lets_nobody_in(
    playground: Playground, tmp_path: Path, trouble: dict[str, Any]
):
    """discord.py tries a login again for half a minute, or for as long as a rate limit says."""
    login = playground.faults.add("GET /users/@me", always=True, **trouble)
    bot = BotProcess(playground, tmp_path)
    await bot.start(online=False)
    await bot.until("logging in using")
    async with asyncio.timeout(10):
        while not login.struck:
            await asyncio.sleep(0.05)
    children = bot.children()
    assert children
    began = time.monotonic()
    assert await bot.stop(signal.SIGTERM) == 0
    assert time.monotonic() - began < 8
    assert [line for line in bot.log if "Stopping" in line]
    assert "Stopped" in bot.log[-1]
    assert not [line for line in bot.log if "Traceback" in line or "ERROR" in line]
    assert all([await gone(child, 2) for child in children])


@pytest.mark.long
async def test_with_no_creates_left_for_today_it_serves_with_the_commands_of_before(
    playground: Playground, tmp_path: Path
):
    async with BotProcess(playground, tmp_path) as bot:
        await bot.until("Registered")
    with contextlib.closing(sqlite3.connect(tmp_path / "easel.sqlite")) as database, database:
        database.execute("UPDATE command_syncs SET tree_sha256 = 'of an older Easel'")
    refused = playground.faults.add("PUT /applications/*/commands", always=True, code=30034)
    async with (
        BotProcess(playground, tmp_path) as bot,
        await Member.connect(playground.url, 1) as member,
    ):
        assert "start Easel again in a day" in await bot.until("30034")
        asked = await member.command("ping", member.channel("general"))
        assert await asked.message(lambda m: m["content"] or m["embeds"])
        assert refused.struck == 1
        assert not [line for line in bot.log if "Traceback" in line or "ERROR" in line]
    playground.faults.clear()
    async with BotProcess(playground, tmp_path) as bot:
        await bot.until("Registered")


@pytest.mark.long
async def test_a_full_disk_is_no_end(playground: Playground, tmp_path: Path):
    await mount_small(tmp_path, "900k")
    try:
        async with (
            # Without the floor of free space, below which no request is taken in the first place.
            BotProcess(playground, tmp_path, EASEL_MIN_FREE_MIB="0") as bot,
            await Member.connect(playground.url, 1) as member,
        ):
            with contextlib.suppress(OSError), (tmp_path / "filler").open("wb") as filler:
                while True:
                    filler.write(bytes(4096))
                    filler.flush()
            asked = await member.command("imagine", member.channel("general"), prompt="a red star")
            told = await asked.message(
                lambda m: "disk is full" in m["content"] or m["embeds"], timeout=60
            )
            assert "Traceback" not in str(told)
            (tmp_path / "filler").unlink()
            if told["embeds"]:  # there was room for its row: then it is not lost
                assert pictures(await asked.picture(timeout=90))
            again = await member.command("imagine", member.channel("general"), prompt="a red star")
            assert pictures(await again.picture(timeout=60))
            assert bot.process.returncode is None
            assert not [line for line in bot.log if "Traceback" in line]
    finally:
        await (await asyncio.create_subprocess_exec("umount", "-l", str(tmp_path))).wait()


@pytest.mark.long
async def test_the_worker_is_gone_two_seconds_after_the_bot_was_killed(
    playground: Playground, tmp_path: Path
):
    bot = BotProcess(playground, tmp_path)
    await bot.start()
    member = await Member.connect(playground.url, 1)
    async with member:
        asked = await member.command(
            "imagine", member.channel("general"), prompt="a red circle", steps=30
        )
        await asked.message(lambda message: message["embeds"], timeout=30)
        children = bot.children()
        os.kill(bot.pid, signal.SIGKILL)
        assert all([await gone(child, 2) for child in children])
    await bot.stop()
