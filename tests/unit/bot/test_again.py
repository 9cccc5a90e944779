"""A picture is read from the disk when its turn has come, and judged when it is to be posted."""

import asyncio
import dataclasses
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import discord
import pytest

from bot import loads
from bot.again import files_of
from bot.client import EaselBot
from bot.loads import Loads
from bot.reposts import Barred
from generation.imaging.process import ImagingProcess, SmallerPicture
from generation.job import Job
from generation.pictures import PictureStore
from generation.safety.bars import Bars
from generation.safety.screening import Screening
from tests.support.jobs import CATALOG, make_job

GUILD, CHANNEL = 10, 20
LIMIT = 10_000


class Disk(PictureStore):
    """Counts what is read from it."""

    reads = 0

    async def load(self, stored: Any) -> bytes:
        self.reads += 1
        return await super().load(stored)


class House:
    """A studio whose imaging process makes a picture smaller when it is let."""

    def __init__(self, folder: Path) -> None:
        self.bot = mock.create_autospec(EaselBot, instance=True)
        self.bot.loads = Loads()
        self.pictures = Disk(folder)
        self.imaging = mock.create_autospec(ImagingProcess, instance=True)
        self.imaging.shrink.side_effect = self._shrink
        self.shrinking = 0
        self.lets = asyncio.Event()
        self.is_restricted = True
        screening = Screening()
        screening.ask(self._age_flag)
        self.bars = mock.create_autospec(Bars, instance=True)
        self.bars.find.return_value = None
        self.studio: Any = SimpleNamespace(
            pictures=self.pictures,
            shrinking=self.imaging,
            safety=SimpleNamespace(screening=screening, bars=self.bars),
            whole_catalog=CATALOG,
        )

    async def painted(self, number: int, data: bytes, *, unsafe: float = 0.1) -> Job:
        stored = await self.pictures.save(number, data)
        kept = {"picture_path": stored.path, "picture_sha256": stored.sha256}
        return dataclasses.replace(make_job(number), unsafe=unsafe, **kept)

    def show(
        self, job: Job, member_id: int, notes: list[str], *, private: bool = False
    ) -> asyncio.Task[list[discord.File]]:
        """What each command has: a task of its own."""
        interaction = mock.create_autospec(discord.Interaction, instance=True)
        interaction.guild_id, interaction.channel_id = GUILD, CHANNEL
        interaction.client, interaction.filesize_limit = self.bot, LIMIT
        interaction.user = SimpleNamespace(id=member_id)
        return asyncio.create_task(self._show(interaction, job, notes, private=private))

    async def _show(
        self, interaction: discord.Interaction, job: Job, notes: list[str], *, private: bool
    ) -> list[discord.File]:
        async with files_of(interaction, self.studio, job, notes, private=private) as files:
            return files

    async def until_shrinking(self) -> None:
        async with asyncio.timeout(5):
            while not self.shrinking:
                await asyncio.sleep(0.01)

    async def _shrink(self, png: bytes, limit: int) -> SmallerPicture:
        self.shrinking += 1
        await self.lets.wait()
        self.shrinking -= 1
        return SmallerPicture(png[:limit], 90)

    async def _age_flag(self, guild_id: int, channel_id: int) -> bool:
        return self.is_restricted


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path)


async def test_of_many_large_ones_one_is_read_and_in_the_imaging_process(house: House):
    large = await house.painted(1, b"1" * (LIMIT + 1))
    small = await house.painted(2, b"2" * LIMIT)
    shown = [house.show(large, member_id, []) for member_id in (1, 1, 1, 2, 3)]
    await house.until_shrinking()
    await asyncio.sleep(0.1)
    assert (house.shrinking, house.pictures.reads) == (1, 1)
    (file,) = await house.show(small, 4, [])
    assert file.filename == "easel-2.png"
    house.lets.set()
    assert {file.filename for task in shown for file in await task} == {"easel-1.webp"}
    assert house.pictures.reads == len(shown) + 1


async def test_a_channel_that_is_opened_while_it_is_made_smaller_does_not_see_it(house: House):
    notes: list[str] = []
    showing = house.show(await house.painted(1, b"1" * (LIMIT + 1), unsafe=0.9), 1, notes)
    await house.until_shrinking()
    house.is_restricted = False
    house.lets.set()
    assert await showing == []
    (said,) = notes
    assert "outside age-restricted channels" in said


async def test_of_who_was_barred_while_it_waited_nothing_is_posted_for_all(house: House):
    large, gone = await house.painted(1, b"1" * (LIMIT + 1)), make_job(2)
    for_all = [house.show(job, 1, []) for job in (large, large)]
    alone = house.show(large, 1, [], private=True)
    await house.until_shrinking()
    house.bars.find.side_effect = {1: 3}.get
    house.lets.set()
    for each in (*for_all, house.show(gone, 1, [])):
        with pytest.raises(Barred):
            await each
    assert await alone
    assert await house.show(large, 2, [])


async def test_who_waited_too_long_is_told_so(house: House, monkeypatch: pytest.MonkeyPatch):
    large = await house.painted(1, b"1" * (LIMIT + 1))
    first = house.show(large, 1, [])
    await house.until_shrinking()
    monkeypatch.setattr(loads, "_PATIENCE_S", 0.01)
    notes: list[str] = []
    assert await house.show(large, 2, notes) == []
    (said,) = notes
    assert said.startswith("Too many pictures are being shown again")
    house.lets.set()
    assert await first


async def test_a_picture_that_is_gone_waits_for_nobody(house: House):
    large = await house.painted(1, b"1" * (LIMIT + 1))
    first = house.show(large, 1, [])
    await house.until_shrinking()
    gone = await house.painted(2, b"2")
    assert gone.picture is not None
    house.pictures.delete([gone.picture.path])
    notes: list[str] = []
    async with asyncio.timeout(5):
        assert await house.show(gone, 1, notes) == []
    assert "not kept any more" in notes[0]
    house.lets.set()
    await first
