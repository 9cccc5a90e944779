"""Quotas: how many jobs a member may ask for in a minute, and how many pictures in a day.

What was used is counted nowhere but in the rows of `jobs`: a job is charged once, whatever becomes
of the process, and where it failed, or was cancelled before it was started, it is not charged at
all. The windows slide: each job counts for a minute, or for 24 hours, from when it was admitted.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from weakref import WeakValueDictionary

from generation.database import Database
from generation.guild_limits import GuildLimits
from generation.limits import Allowance, Asker, Limits, allowance

#: The limits that are quotas, and how long a job counts (seconds).
SPANS_S = {"per_minute": 60.0, "per_day": 24 * 3600.0}

#: The newest of the jobs that count. A row that ends as failed drops out by itself.
_CHARGED = (
    "SELECT COUNT(*) AS used, MIN(queued_at) AS oldest FROM ("
    "SELECT queued_at FROM jobs WHERE user_id = :user_id AND queued_at > :since"
    " AND (:guild_id IS NULL OR guild_id = :guild_id)"
    " AND status <> 'failed' AND (status <> 'cancelled' OR started_at IS NOT NULL)"
    " ORDER BY queued_at DESC LIMIT :allowed)"
)


@dataclass(frozen=True, slots=True)
class Quota:
    """One limit over a span of time, and how much of it is used."""

    name: str  # a key of SPANS_S
    allowed: int
    used: int
    in_guild: bool  # False: counts what is asked for anywhere
    free_in: float | None  # seconds until one more may be asked for; None where one may be now


class Quotas:
    """What members may ask for, and what they had of it."""

    def __init__(
        self,
        database: Database,
        guilds: GuildLimits,
        host: Limits,
        now: Callable[[], float] = time.time,
    ) -> None:
        """`now` gives seconds since the epoch, as the rows have them."""
        self.host = host
        self._database = database
        self._guilds = guilds
        self._now = now
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    def allowance(self, asker: Asker) -> Allowance:
        """What somebody may ask for where they are; asks nobody."""
        return allowance(self.host, self._guilds.of(asker.guild_id), asker)

    async def read(self, asker: Asker) -> list[Quota]:
        """The quotas that are set for somebody; the database is asked only where some are."""
        return [await self._read(asker, *each) for each in self._set_for(asker)]

    @asynccontextmanager
    async def turn(self, asker: Asker | None) -> AsyncIterator[None]:
        """One request of a member at a time, from the count to the row, where anything counts."""
        if asker is None or not any(self._set_for(asker)):
            yield
            return
        # Forgotten as soon as nobody holds it or waits for it.
        lock = self._turns.setdefault(asker.user_id, asyncio.Lock())
        async with lock:
            yield

    def _set_for(self, asker: Asker) -> Iterator[tuple[str, int, bool]]:
        """The quotas' names, how much is allowed, and whether only of this guild."""
        allowed = self.allowance(asker)
        for limits, in_guild in ((allowed.host, False), (allowed.guild, True)):
            for name in SPANS_S:
                most = getattr(limits, name)
                if most is not None:
                    yield name, most, in_guild

    async def _read(self, asker: Asker, name: str, allowed: int, in_guild: bool) -> Quota:
        now = self._now()
        row = await self._database.fetch_one(
            _CHARGED,
            {
                "user_id": asker.user_id,
                "guild_id": asker.guild_id if in_guild else None,
                "since": now - SPANS_S[name],
                "allowed": allowed,
            },
        )
        assert row is not None  # COUNT always gives one
        used = row["used"]
        # Of as many as are allowed, the oldest is the next to drop out.
        free_in = row["oldest"] + SPANS_S[name] - now if used >= allowed else None
        return Quota(name, allowed, used, in_guild, free_in)
