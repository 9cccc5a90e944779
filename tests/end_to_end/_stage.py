"""A guild of a test's own in a playground that others share, and how to stop a job midway."""

import asyncio
import contextlib
import os
import signal
from dataclasses import dataclass
from pathlib import Path

from playground.client import Interaction, Member, pictures
from playground.server import Playground
from playground.world import Channel, Guild
from tests.support.bot_process import BotProcess
from tests.support.rows import rows
from tests.support.wire import Json

EDIT_BY_TOKEN = "PATCH /webhooks/*/messages/*"
EDIT_BY_RIGHT = "PATCH /channels/*/messages/*"
POST = "POST /channels/*/messages"
ACKNOWLEDGE = "POST /interactions/*/callback"


def title(message: Json) -> str:
    """What stands above a job; empty once the picture is there."""
    return message["embeds"][0].get("title", "") if message["embeds"] else ""


@dataclass
class Stage:
    """A playground with a guild of the test's own, and the bot."""

    playground: Playground
    bot: BotProcess
    data_dir: Path
    guild: Guild
    channel: Channel
    member: Member
    held_worker: int = 0

    def row(self) -> Json:
        """The latest job."""
        return rows(self.data_dir, "SELECT * FROM jobs ORDER BY id DESC LIMIT 1")[0]

    async def ended(self, within_s: float = 20) -> Json:
        async with asyncio.timeout(within_s):
            while self.row()["told_at"] is None:
                await asyncio.sleep(0.05)
        return self.row()

    async def hold(self) -> None:
        """Stop the worker, so that what follows happens in mid-job."""
        self.held_worker = await self.bot.until_worker()
        os.kill(self.held_worker, signal.SIGSTOP)

    def release(self) -> None:
        # One that could not give up a cancelled job has been replaced meanwhile.
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.held_worker, signal.SIGCONT)

    async def ask(self, *, steps: int = 1, **options: object) -> Interaction:
        return await self.member.command(
            "imagine", str(self.channel.id), prompt="a red circle", steps=steps, **options
        )

    async def held(self, *, steps: int = 1) -> Interaction:
        """A request that waits in mid-job until `release`."""
        await self.hold()
        asked = await self.ask(steps=steps)
        # So that the next edit is one that comes after the release.
        await asked.message(lambda message: title(message).startswith(("Loading", "Painting")))
        return asked

    async def posted(self, channel_id: str) -> list[Json]:
        """The bot's messages there that show a picture."""
        return [m for m in await self.member.messages(channel_id) if pictures(m)]
