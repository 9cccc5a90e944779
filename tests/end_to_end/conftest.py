"""The real bot in a playground, started once for most tests, and members who talk to it.

All of it lives in the event loop of the session, and so do the tests here: each module says so.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from playground.client import Member
from playground.server import Playground
from tests.end_to_end._stage import Stage
from tests.support.bot_process import BotProcess
from tests.support.rows import rows
from tests.support.wire import Json


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse what would run in a loop of its own; in CI, give each a second chance.

    While such a loop runs, the session's stands still, and with it the playground: for a minute,
    and its bot takes the gateway for dead. In CI the bot, its worker, a browser and the test share
    two cores with whatever else runs; the summary names who took the second chance.
    """
    here = [item for item in items if item.path.is_relative_to(Path(__file__).parent)]
    for item in here:
        marker = item.get_closest_marker("asyncio")
        if marker is None or marker.kwargs.get("loop_scope") != "session":
            raise pytest.UsageError(f"{item.nodeid} does not run in the session's event loop")
        if os.environ.get("CI"):
            item.add_marker(pytest.mark.flaky(reruns=1))


@dataclass
class Easel:
    """A playground, the bot in it, and its three people."""

    playground: Playground
    bot: BotProcess
    data_dir: Path
    trace: Path
    owner: Member
    member: Member
    other: Member

    @property
    def general(self) -> str:
        """The id of #general."""
        return self.member.channel("general")

    def rows(self, sql: str = "SELECT * FROM jobs ORDER BY id", *values: object) -> list[Json]:
        """What the bot's database has, read beside it."""
        return rows(self.data_dir, sql, *values)

    async def row_of(self, message: Json) -> Json:
        """The ended job whose answer that message is. The row follows the message."""
        async with asyncio.timeout(10):
            while True:
                (row,) = self.rows("SELECT * FROM jobs WHERE message_id = ?", int(message["id"]))
                if row["finished_at"] is not None:
                    return row
                await asyncio.sleep(0.05)

    async def paint(self, prompt: str, *, member: Member | None = None, **options) -> Json:
        """Use /imagine in #general and wait for the picture; the message that has it."""
        asking = member or self.member
        painting = await asking.command("imagine", self.general, prompt=prompt, **options)
        return await painting.picture(timeout=60)

    async def bytes_of(self, prompt: str, **options) -> bytes:
        """The posted file."""
        message = await self.paint(prompt, **options)
        return await self.member.download(message["attachments"][0])


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def easel(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Easel]:
    data_dir = tmp_path_factory.mktemp("data")
    trace = tmp_path_factory.mktemp("trace") / "trace.jsonl"
    async with (
        Playground(port=0, trace=trace) as playground,
        BotProcess(playground, data_dir) as bot,
        await Member.connect(playground.url, 0) as owner,
        await Member.connect(playground.url, 1) as member,
        await Member.connect(playground.url, 2) as other,
    ):
        yield Easel(playground, bot, data_dir, trace, owner, member, other)


@pytest_asyncio.fixture(loop_scope="session")
async def playground() -> AsyncIterator[Playground]:
    """A playground of the test's own."""
    async with Playground(port=0) as running:
        yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def running(
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[tuple[Playground, BotProcess, Path]]:
    """A playground whose tests have each a guild of their own, and the bot in it."""
    data_dir = tmp_path_factory.mktemp("stage")
    async with Playground(port=0) as playground, BotProcess(playground, data_dir) as bot:
        yield playground, bot, data_dir


@pytest_asyncio.fixture(loop_scope="session")
async def stage(running: tuple[Playground, BotProcess, Path]) -> AsyncIterator[Stage]:
    """A guild of the test's own there."""
    playground, bot, data_dir = running
    owner, mel, _ = playground.world.people
    guild = playground.guilds.create("Stage", owner, [mel])
    (channel,) = guild.channels.values()
    async with await Member.connect(playground.url, 1) as member:
        yield Stage(playground, bot, data_dir, guild, channel, member)
    playground.faults.clear()
    playground.ratelimits.reset()
    mel.takes_dms = True
    if guild.id in playground.world.guilds:
        playground.guilds.delete(guild)
