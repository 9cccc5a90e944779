"""The real bot in a playground, started once for most tests, and members who talk to it.

All of it lives in the event loop of the session, and so do the tests here: each module says so.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from playground.client import Member
from playground.server import Playground
from tests.support.bot_process import BotProcess
from tests.support.wire import Json


def rows(data_dir: Path, sql: str, *values: object) -> list[Json]:
    """What a bot's database has, read beside it."""
    connection = sqlite3.connect(f"file:{data_dir}/easel.sqlite?mode=ro", uri=True)
    connection.row_factory = sqlite3.Row
    try:
        return [dict(row) for row in connection.execute(sql, values)]
    finally:
        connection.close()


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
