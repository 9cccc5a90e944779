"""One soak: members ask, chaos strikes, and in the end everything is looked at."""

import asyncio
import random
import signal
from collections.abc import Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path

from playground.client import InteractionFailed, Member, Refused
from playground.server import Playground
from tests.end_to_end.conftest import rows
from tests.soak.chaos import Chaos, Struck
from tests.soak.findings import Findings, look
from tests.support.bot_process import BotProcess
from tests.support.wire import Json

MEMBERS = 10
_SHAPES = ("red circle", "green star", "blue square", "yellow triangle")
#: How long what was accepted may take to end, once nothing strikes any more.
_CALM_S = 240.0


@dataclass(frozen=True)
class Soaked:
    """What a soak has to tell."""

    asked: int
    struck: Struck
    findings: Findings

    def lines(self) -> list[str]:
        struck, found = self.struck, self.findings
        return [
            f"asked {self.asked}, accepted {found.accepted}, ended {found.ended}:"
            f" {dict(sorted(found.statuses.items()))}",
            f"the bot killed {struck.kills} times ({struck.kills_while_running} with a job running,"
            f" {struck.kills_while_generated} with one painted and not posted),"
            f" its worker {struck.worker_kills} times",
            f"faults planted {struck.faults} times, the gateway cut {struck.gateway_cuts} times",
            f"lost {found.accepted - found.ended}; wrong {len(found.wrong)}",
            *found.wrong[:20],
        ]


async def soak(
    data_dir: Path,
    *,
    jobs: int,
    kills: int,
    worker_kills: int,
    seed: int,
    say: Callable[[str], None] = lambda _: None,
) -> Soaked:
    """Have ten members ask for `jobs` pictures while the bot is killed `kills` times."""
    dice = random.Random(seed)
    async with AsyncExitStack() as stack:
        playground = await stack.enter_async_context(Playground(port=0))
        guild = next(iter(playground.world.guilds.values()))
        for number in range(MEMBERS - len(playground.world.people)):
            person = playground.guilds.person(f"member{number}")
            playground.guilds.members.join(guild, person)
        bot = await stack.enter_async_context(BotProcess(playground, data_dir))
        members = [
            await stack.enter_async_context(await Member.connect(playground.url, index))
            for index in range(MEMBERS)
        ]
        chaos = Chaos(playground, bot, data_dir, dice)
        striking = asyncio.create_task(chaos.run(kills, worker_kills, say))
        share = -(-jobs // MEMBERS)
        asking = [
            asyncio.create_task(_ask(member, share, striking, random.Random(dice.random())))
            for member in members
        ]
        asked = sum(await asyncio.gather(*asking))
        await striking
        await _calm(data_dir)
        messages = await _messages(members)
        assert await bot.stop(signal.SIGTERM) == 0
    return Soaked(asked, chaos.struck, look(data_dir, messages))


async def _ask(member: Member, jobs: int, striking: asyncio.Task[None], dice: random.Random) -> int:
    """Ask for so many pictures, and go on asking now and then while there are strikes to come."""
    channel = member.channel("general")
    asked = 0
    while asked < jobs or not striking.done():
        if asked >= jobs:
            await asyncio.wait([striking], timeout=dice.uniform(2, 6))
        try:
            used = await member.command(
                "imagine", channel, prompt=f"a {dice.choice(_SHAPES)}", steps=dice.randint(1, 4)
            )
            await used.acknowledged()
            asked += 1
        except (InteractionFailed, Refused, LookupError, TimeoutError):
            pass  # the bot is away: a person would try again
        await asyncio.sleep(dice.uniform(0.1, 2.0))
    return asked


async def _calm(data_dir: Path) -> None:
    """Wait until everything that was accepted has ended and was told."""
    sql = "SELECT 1 FROM jobs WHERE told_at IS NULL"
    deadline = asyncio.get_running_loop().time() + _CALM_S
    while rows(data_dir, sql) and asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(0.2)


async def _messages(members: list[Member]) -> list[Json]:
    """All that is to be read in the channels and direct messages, each message once."""
    found: dict[str, Json] = {}
    for member in members:
        channels = [channel["id"] for channel in member.guilds[0]["channels"]]
        for channel in (*channels, member.dm_channel_id):
            if channel is None:
                continue
            before = ""
            while page := await member.api(
                "GET", f"/channels/{channel}/messages?limit=100{before}"
            ):
                found |= {message["id"]: message for message in page}
                before = f"&before={page[-1]['id']}"
    return list(found.values())
