"""What goes wrong during a soak: the bot and its worker are killed, Discord fails."""

import asyncio
import os
import random
import signal
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playground.server import Playground
from tests.support.bot_process import BotProcess

#: Each is planted for a while, and then the API works again.
_FAULTS: tuple[dict[str, Any], ...] = (
    {"route": "PATCH /webhooks/*/messages/*", "every": 3, "status": 503},
    {"route": "PATCH /webhooks/*/messages/*", "every": 2, "drop": "after"},
    {"route": "PATCH /webhooks/*/messages/*", "every": 2, "drop": "before"},
    {"route": "PATCH /webhooks/*/messages/*", "every": 2, "code": 50027},
    {"route": "PATCH /webhooks/*/messages/*", "every": 4, "status": 429, "retry_after": 0.3},
    {"route": "PATCH /channels/*/messages/*", "every": 2, "code": 50013},
    {"route": "POST /channels/*/messages", "every": 2, "drop": "after", "status": 502},
    {"route": "POST /interactions/*/callback", "every": 3, "delay": 0.5},
    {"route": "POST /interactions/*/callback", "every": 4, "drop": "after"},
    {"route": "* /**", "every": 5, "delay": 0.2},
)


@dataclass
class Struck:
    """How often what happened."""

    kills: int = 0
    kills_while_running: int = 0
    kills_while_generated: int = 0
    worker_kills: int = 0
    faults: int = 0
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
            await asyncio.sleep(self._dice.uniform(0.3, 2.5))
            self._plant()
            left = kills - self.struck.kills
            left_of_worker = worker_kills - self.struck.worker_kills
            if self._dice.randrange(left + left_of_worker) < left_of_worker:
                self._kill_worker()
            else:
                await self._kill_bot()
                say(f"{self.struck.kills} of {kills} kills")
        self._playground.faults.clear()

    def _plant(self) -> None:
        self._playground.faults.clear()
        if self._dice.random() < 0.6:
            self._playground.faults.add(**self._dice.choice(_FAULTS))
            self.struck.faults += 1
        if self._dice.random() < 0.1:
            self._playground.gateway.close(4000)
            self.struck.gateway_cuts += 1

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
        # Discord answers while the bot logs in: to be refused there is another test's affair.
        self._playground.faults.clear()
        await self._bot.start()

    def _having(self, status: str) -> int:
        connection = sqlite3.connect(f"file:{self._data_dir}/easel.sqlite?mode=ro", uri=True)
        try:
            sql = "SELECT count(*) FROM jobs WHERE status = ?"
            return connection.execute(sql, (status,)).fetchone()[0]
        finally:
            connection.close()
