"""What goes wrong during a soak: the bot and its worker are killed, Discord fails."""

import asyncio
import os
import random
import signal
import sqlite3
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playground.faults import Fault
from playground.server import Playground
from tests.support.bot_process import BotProcess

_BY_TOKEN = "PATCH /webhooks/*/messages/*"
_BY_RIGHT = "PATCH /channels/*/messages/*"
_POST = "POST /channels/*/messages"
_ACKNOWLEDGE = "POST /interactions/*/callback"
_ANY = "* /**"

#: Each is planted for a while, strikes what the bot does meanwhile, and then the API works again.
_FAULTS: tuple[tuple[dict[str, Any], ...], ...] = (
    ({"route": _BY_TOKEN, "every": 3, "status": 503},),
    ({"route": _BY_TOKEN, "every": 2, "drop": "after"},),
    ({"route": _BY_TOKEN, "every": 2, "drop": "before"},),
    ({"route": _BY_TOKEN, "every": 2, "delay": 0.5},),
    ({"route": _BY_TOKEN, "every": 4, "status": 429, "retry_after": 0.3},),
    # The token dies: by right the same message can be edited, and a new one is posted if not.
    ({"route": _BY_TOKEN, "every": 2, "code": 50027},),
    (
        {"route": _BY_TOKEN, "every": 2, "code": 50027},
        {"route": _BY_RIGHT, "every": 2, "code": 50013},
    ),
    (
        {"route": _BY_TOKEN, "every": 2, "code": 50027},
        {"route": _BY_RIGHT, "every": 2, "code": 50013},
        {"route": _POST, "every": 2, "drop": "after"},
    ),
    (
        {"route": _BY_TOKEN, "every": 2, "code": 50027},
        {"route": _BY_RIGHT, "every": 2, "drop": "after"},
    ),
    ({"route": _ACKNOWLEDGE, "every": 3, "delay": 0.5},),
    ({"route": _ACKNOWLEDGE, "every": 4, "drop": "after"},),
    ({"route": _ANY, "every": 5, "delay": 0.2},),
    ({"route": _ANY, "every": 7, "status": 503},),
)
#: How long a kill waits for a picture that is painted and not posted (seconds).
_HUNT_S = 15.0


@dataclass
class Struck:
    """How often what happened."""

    kills: int = 0
    kills_while_running: int = 0
    kills_while_generated: int = 0
    worker_kills: int = 0
    faults_planted: int = 0
    #: By what was done: the requests that it was done to.
    faults_struck: Counter[str] = field(default_factory=Counter)
    gateway_cuts: int = 0


class Chaos:
    """Strikes at random until it has killed often enough."""

    def __init__(
        self, playground: Playground, bot: BotProcess, data_dir: Path, dice: random.Random
    ) -> None:
        self._playground = playground
        self._bot = bot
        self._data_dir = data_dir
        self._dice = dice
        self.struck = Struck()

    async def run(
        self, kills: int, worker_kills: int, say: Callable[[str], None] = lambda _: None
    ) -> None:
        while self.struck.kills < kills or self.struck.worker_kills < worker_kills:
            self._plant()
            await asyncio.sleep(self._dice.uniform(0.3, 2.5))
            left = kills - self.struck.kills
            left_of_worker = worker_kills - self.struck.worker_kills
            if self._dice.randrange(left + left_of_worker) < left_of_worker:
                self._kill_worker()
            else:
                if self._dice.random() < 0.7:
                    await self._await_generated()
                await self._kill_bot()
                say(f"{self.struck.kills} of {kills} kills")
        self._pull(lambda _: True)

    def _plant(self) -> None:
        """Let the last faults go, and plant others, which last until the next turn."""
        self._pull(lambda _: True)
        if self._dice.random() < 0.8:
            for fault in self._dice.choice(_FAULTS):
                self._playground.faults.add(**fault)
                self.struck.faults_planted += 1
        if self._dice.random() < 0.15 and self._playground.gateway.connections_of(None):
            self._playground.gateway.close(4000)
            self.struck.gateway_cuts += 1

    def _pull(self, meant: Callable[[Fault], bool]) -> None:
        for fault in filter(meant, self._playground.faults.list()):
            if fault.struck:
                self.struck.faults_struck[f"{fault.route.text}: {fault.document}"] += fault.struck
            self._playground.faults.remove(fault.id)

    def _kill_worker(self) -> None:
        try:
            os.kill(self._bot.worker, signal.SIGKILL)
        except (ValueError, ProcessLookupError, FileNotFoundError):
            return  # there is none just now
        self.struck.worker_kills += 1

    async def _kill_bot(self) -> None:
        await self._bot.stop(signal.SIGKILL)
        self.struck.kills += 1
        self.struck.kills_while_running += bool(self._having("running"))
        self.struck.kills_while_generated += bool(self._having("generated"))
        self._bot.log.clear()
        # Discord lets the bot log in: to be refused there is another test's affair. The other
        # faults strike what it takes up after that.
        self._pull(lambda fault: fault.route.text == _ANY)
        await self._bot.start()

    async def _await_generated(self) -> None:
        """Wait for the moment between a picture's file and its message, which is short."""
        # So that there is such a moment also where Discord is quick: before the picture is posted,
        # or after it, with the answer lost.
        hold: dict[str, Any] = self._dice.choice(({"delay": 0.3}, {"drop": "after"}))
        fault = self._playground.faults.add(_BY_TOKEN, always=True, **hold)
        deadline = asyncio.get_running_loop().time() + _HUNT_S
        while not self._having("generated") and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(0.005)
        self._pull(lambda each: each is fault)

    def _having(self, status: str) -> int:
        connection = sqlite3.connect(f"file:{self._data_dir}/easel.sqlite?mode=ro", uri=True)
        try:
            sql = "SELECT count(*) FROM jobs WHERE status = ?"
            return connection.execute(sql, (status,)).fetchone()[0]
        finally:
            connection.close()
