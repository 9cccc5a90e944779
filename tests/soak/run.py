"""One soak: members ask, chaos strikes, and in the end everything is looked at."""

import asyncio
import json
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
from tests.soak.findings import Findings, Seen, look
from tests.support.bot_process import BotProcess
from tests.support.wire import Json

MEMBERS = 10
_SHAPES = ("red circle", "green star", "blue square", "yellow triangle")
#: How long what was accepted may take to end, once nothing strikes any more.
_CALM_S = 240.0
#: Of what was asked, how much is accepted at least although the bot is away so often; of that, how
#: much is delivered although members cancel. With less the soak has not shown anything.
_LEAST_ACCEPTED = 0.4
_LEAST_DELIVERED = 0.5
_CANCELLED = 0.1  # of all that is asked for


@dataclass(frozen=True)
class Soaked:
    """What a soak has to tell."""

    asked: int
    struck: Struck
    findings: Findings

    @property
    def wrong(self) -> list[str]:
        """Everything that must not be; too little that went well is that, too."""
        found = self.findings
        delivered = found.statuses["delivered"]
        wrong = list(found.wrong)
        if found.accepted < max(1, self.asked * _LEAST_ACCEPTED):
            wrong.append(f"only {found.accepted} of {self.asked} were accepted")
        if delivered < max(1, found.accepted * _LEAST_DELIVERED):
            wrong.append(f"only {delivered} of {found.accepted} were delivered")
        return wrong

    def lines(self) -> list[str]:
        struck, found = self.struck, self.findings
        faults = sorted(struck.faults_struck.items())
        return [
            f"asked {self.asked}, accepted {found.accepted}, ended {found.ended}:"
            f" {dict(sorted(found.statuses.items()))}",
            f"the bot killed {struck.kills} times ({struck.kills_while_running} with a job running,"
            f" {struck.kills_while_generated} with one painted and not posted),"
            f" its worker {struck.worker_kills} times",
            f"{struck.faults_planted} faults struck {struck.faults_struck.total()} requests,"
            f" the gateway was cut {struck.gateway_cuts} times",
            *(f"  {times} × {fault}" for fault, times in faults),
            *found.lines(),
            *(f"WRONG: {each}" for each in self.wrong[:40]),
            *(f"left behind: {each}" for each in found.left_behind[:10]),
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
        trace = data_dir / "trace.jsonl"
        playground = await stack.enter_async_context(Playground(port=0, trace=trace))
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
        share = -(-jobs // MEMBERS)
        # Where the bot does not come again, nobody goes on asking.
        async with asyncio.TaskGroup() as group:
            striking = group.create_task(chaos.run(kills, worker_kills, say))
            asking = [
                group.create_task(_ask(member, share, striking, random.Random(dice.random())))
                for member in members
            ]
        asked = sum(task.result() for task in asking)
        await _calm(data_dir)
        assert await bot.stop(signal.SIGTERM) == 0
        seen = await _seen(members)
    seen.refused = refused(trace.read_text(encoding="utf-8").splitlines())
    return Soaked(asked, chaos.struck, look(data_dir, seen))


async def _ask(member: Member, jobs: int, striking: asyncio.Task[None], dice: random.Random) -> int:
    """Ask for so many pictures, and go on asking now and then while there are strikes to come."""
    channel = member.channel("general")
    asked = 0
    while asked < jobs or not striking.done():
        if asked >= jobs:
            await asyncio.wait([striking], timeout=dice.uniform(5, 15))
        try:
            used = await member.command(
                "imagine", channel, prompt=f"a {dice.choice(_SHAPES)}", steps=dice.randint(1, 4)
            )
            await used.acknowledged()
            asked += 1
            if dice.random() < _CANCELLED:
                await member.press(await used.response(timeout=5), "Cancel")
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


async def _seen(members: list[Member]) -> Seen:
    """The bot's messages in the channels and direct messages, and all they ever showed."""
    now: dict[str, Json] = {}
    channels: set[str] = set()
    for member in members:
        guild = [channel["id"] for channel in member.guilds[0]["channels"]]
        for channel in (*guild, member.dm_channel_id):
            if channel is None:
                continue
            channels.add(channel)
            before = ""
            while page := await member.api(
                "GET", f"/channels/{channel}/messages?limit=100{before}"
            ):
                now |= {message["id"]: message for message in page}
                before = f"&before={page[-1]['id']}"
    bot = members[0].application_id
    ever = [
        event.data
        for member in members
        for event in member.events
        if event.name in ("MESSAGE_CREATE", "MESSAGE_UPDATE") and event.data["author"]["id"] == bot
    ]
    return Seen([each for each in now.values() if each["author"]["id"] == bot], ever, channels)


def refused(trace: list[str]) -> set[str]:
    """The messages whose latest edit was not allowed, by a playground's record."""
    last: dict[str, int] = {}
    for line in trace:
        exchange = json.loads(line)
        if exchange["method"] == "PATCH" and "/messages/" in exchange["path"]:
            last[exchange["path"].rsplit("/", 1)[-1]] = exchange["status"]
    return {identifier for identifier, status in last.items() if status == 403}
