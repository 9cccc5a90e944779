"""What the host's own clock, disk and restarts do to the bot."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from playground import permissions
from playground.client import Member, pictures
from playground.server import Playground
from tests.end_to_end._stage import EDIT_BY_RIGHT, Stage
from tests.support.bot_process import ROOT, BotProcess
from tests.support.rows import rows
from tests.support.wire import EPHEMERAL

pytestmark = pytest.mark.asyncio(loop_scope="session")

#: Read by Python at its start: the system's clock of that process is off by what a file says.
SHIFTED_CLOCK = """
import pathlib, time
_right = time.time
_shift = pathlib.Path(__file__).with_name("shift")
time.time = lambda: _right() + float(_shift.read_text())
"""


class ShiftedClock:
    """The clock of one bot."""

    def __init__(self, folder: Path) -> None:
        self.site = folder / "site"
        self.site.mkdir()
        (self.site / "sitecustomize.py").write_text(SHIFTED_CLOCK)
        self.shift(0)

    @property
    def path(self) -> str:
        return f"{self.site}:{ROOT}"

    def shift(self, seconds: int) -> None:
        (self.site / "new").write_text(str(seconds))
        (self.site / "new").replace(self.site / "shift")


@pytest.mark.long
async def test_a_clock_that_jumps_by_an_hour_costs_nothing(playground: Playground, tmp_path: Path):
    clock = ShiftedClock(tmp_path)
    shift = clock.shift
    async with (
        BotProcess(playground, tmp_path / "data", PYTHONPATH=clock.path) as bot,
        await Member.connect(playground.url, 1) as member,
    ):
        for before, after in ((0, 3600), (3600, -3600), (-3600, 0)):
            shift(before)
            worker = await bot.until_worker()
            os.kill(worker, signal.SIGSTOP)
            asked = await member.command(
                "imagine", member.channel("general"), prompt="a red circle", steps=1
            )
            started = await asked.message(lambda m: m["embeds"], timeout=30)
            shift(after)
            os.kill(worker, signal.SIGCONT)
            message = await asked.picture(timeout=30)
            assert message["id"] == started["id"]
            assert len(asked.messages()) == 1
        async with asyncio.timeout(10):
            while len(done := rows(tmp_path / "data", DELIVERED)) < 3:
                await asyncio.sleep(0.05)
        assert [job["attempts"] for job in done] == [1, 1, 1]
        assert not [line for line in bot.log if "ERROR" in line]


@pytest.mark.long
async def test_a_clock_that_jumps_keeps_no_private_answer_from_its_member(
    playground: Playground, tmp_path: Path
):
    clock = ShiftedClock(tmp_path)
    (guild, *_) = playground.world.guilds.values()
    async with (
        BotProcess(playground, tmp_path / "data", PYTHONPATH=clock.path) as bot,
        await Member.connect(playground.url, 1) as member,
    ):
        channel = guild.channels[int(member.channel("general"))]
        playground.guilds.channels.allow(channel, guild.id, deny=permissions.ATTACH_FILES)
        playground.world.people[1].takes_dms = False
        for before, after in ((0, 3600), (3600, 3600), (3600, -3600)):
            clock.shift(before)
            worker = await bot.until_worker()
            os.kill(worker, signal.SIGSTOP)
            asked = await member.command(
                "imagine", member.channel("general"), prompt="a red circle", steps=1
            )
            started = await asked.message(lambda m: m["embeds"], timeout=30)
            assert started["flags"] & EPHEMERAL
            clock.shift(after)
            os.kill(worker, signal.SIGCONT)
            message = await asked.picture(timeout=30)
            assert message["id"] == started["id"]


DELIVERED = "SELECT attempts FROM jobs WHERE status = 'delivered'"


@pytest.mark.long
async def test_a_clock_behind_discords_is_corrected_by_its_answer(
    playground: Playground, tmp_path: Path
):
    # To the bot each interaction is an hour young: only Discord knows that its token has died.
    playground.clock.advance(3600)
    async with (
        BotProcess(playground, tmp_path),
        await Member.connect(playground.url, 1) as member,
    ):
        asked = await member.command(
            "imagine", member.channel("general"), prompt="a red circle", steps=30
        )
        started = await asked.message(lambda m: m["embeds"], timeout=30)
        playground.clock.advance(20 * 60)
        by_right = playground.faults.add(EDIT_BY_RIGHT, nth=1, status=503)
        message = await asked.picture(timeout=30)
        assert message["id"] == started["id"]
        assert by_right.struck == 1
        assert playground.invalid_requests.count <= 1


@pytest.mark.long
async def test_without_free_space_nothing_is_taken_and_it_is_said(
    playground: Playground, tmp_path: Path
):
    async with (
        BotProcess(playground, tmp_path, EASEL_MIN_FREE_MIB="1000000000") as bot,
        await Member.connect(playground.url, 1) as member,
    ):
        asked = await member.command("imagine", member.channel("general"), prompt="a red star")
        note = await asked.message(lambda m: m["flags"] & EPHEMERAL and m["content"])
        assert "disk" in note["content"]
        assert "Nothing was queued" in note["content"]
        assert rows(tmp_path, "SELECT id FROM jobs") == []
        assert bot.process.returncode is None


async def test_a_picture_that_the_disk_does_not_take_is_kept_until_it_does(stage: Stage):
    asked = await stage.held()
    folder = stage.data_dir / "pictures" / f"{stage.row()['id'] // 1000:06}"
    folder.parent.mkdir(exist_ok=True)
    aside = folder.rename(folder.with_name("aside")) if folder.exists() else None
    folder.touch()  # below which nothing can be written, whatever one's rights
    begun = len(stage.bot.log)
    stage.release()
    await stage.bot.until(f"Job {stage.row()['id']} can't be written down")
    folder.unlink()
    if aside is not None:
        aside.rename(folder)
    assert pictures(await asked.picture(timeout=30))
    row = await stage.ended()
    assert (row["status"], row["attempts"]) == ("delivered", 1)
    assert not [line for line in stage.bot.log[begun:] if "Traceback" in line]


@pytest.mark.long
@pytest.mark.timeout(900)
async def test_fifty_restarts_register_the_commands_once(playground: Playground, tmp_path: Path):
    # Answered by hand, a registration would be counted: none may come after the first.
    first = BotProcess(playground, tmp_path)
    await first.start(online=False)
    await first.until("Registered")
    await first.stop()
    again = playground.faults.add("PUT /applications/*/commands", always=True, status=500)
    for _ in range(49):
        bot = BotProcess(playground, tmp_path)
        await bot.start(online=False)
        await bot.until("The commands are registered already")
        assert await bot.stop() == 0
    assert again.struck == 0
