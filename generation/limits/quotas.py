"""Quotas: how many jobs a member may ask for in a minute, and how many pictures in a day.

What was used is counted nowhere but in the rows of `jobs`: a job is charged once, whatever becomes
of the process, and where it failed, or was cancelled before it was started, it is not charged at
all. The windows slide: each job counts for a minute, or for 24 hours, from when it was admitted.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from weakref import WeakValueDictionary

from generation.database import Database
from generation.limits.guild import GuildLimits
from generation.limits.layers import Allowance, Asker, Limits, Subject, SubjectKind, allowance
from generation.safety.pseudonyms import Pseudonyms

#: The limits that are quotas, and how long a job counts (seconds).
SPANS_S = {"per_minute": 60.0, "per_day": 24 * 3600.0}

#: The longest of them.
LONGEST_SPAN_S = max(SPANS_S.values())

#: The parts of a row that the device had work with. A part that was thrown away is one of them.
_WORKED = (
    "FROM parts WHERE parts.job_id = jobs.id"
    " AND (parts.status = 'painted' OR parts.failure IN ('unsafe', 'unsafe_input'))"
)
#: Which rows count: one that ends as failed drops out by itself. But not where its picture was
#: taken for unsafe, or the one that was brought: nobody is to try for nothing how far they get.
#: One that was cancelled counts from its start on, or since a part of it was painted: it may wait
#: again after that.
COUNTS = (
    "(status <> 'failed' OR failure IN ('unsafe', 'unsafe_input'))"
    f" AND (status <> 'cancelled' OR started_at IS NOT NULL OR EXISTS (SELECT 1 {_WORKED}))"
)
#: How many pictures a row is. Of several, until they end, all but the parts that failed; then
#: those that were painted, so that to cancel sooner never costs more. As a single picture that is
#: cancelled after its start costs one, so do several at least.
PICTURES = (
    "CASE WHEN varied IS NULL THEN 1 ELSE MAX(1,"  # noqa: S608 - our own text
    " CASE WHEN generated_at IS NOT NULL OR finished_at IS NOT NULL"
    f" THEN (SELECT COUNT(*) {_WORKED})"
    " ELSE json_array_length(plan) - (SELECT COUNT(*) FROM parts"
    " WHERE parts.job_id = jobs.id AND parts.status = 'failed'"
    " AND parts.failure NOT IN ('unsafe', 'unsafe_input')) END) END"
)
#: The newest jobs that count. What its member had deleted counts on under their pseudonym.
_CHARGED = (
    f"SELECT queued_at, CASE WHEN :parts THEN {PICTURES} ELSE 1 END AS counted"  # noqa: S608
    " FROM jobs WHERE user_id = :user_id AND queued_at > :since AND queued_at <= :until"
    f" AND {COUNTS}"
    " AND (:guild_id IS NULL OR guild_id = :guild_id)"
    " UNION ALL SELECT queued_at, CASE WHEN :parts THEN pictures ELSE 1 END"
    " FROM charges WHERE member = :member AND queued_at > :since AND queued_at <= :until"
    " AND (:guild_id IS NULL OR guild_id = :guild_id)"
    " ORDER BY queued_at DESC LIMIT :allowed"
)


@dataclass(frozen=True, slots=True)
class Quota:
    """One limit over a span of time, and how much of it is used."""

    name: str  # a key of SPANS_S
    allowed: int
    used: int
    in_guild: bool  # False: counts what is asked for anywhere
    free_in: float | None  # seconds until as many as wanted are free; None where they are now
    wanted: int = 1  # how many that is


class Quotas:
    """What members may ask for, and what they had of it."""

    def __init__(
        self,
        database: Database,
        guilds: GuildLimits,
        host: Limits,
        now: Callable[[], float] = time.time,
        pseudonyms: Pseudonyms | None = None,
    ) -> None:
        """`now` gives seconds since the epoch, as the rows have them.

        Without `pseudonyms`, what members had deleted does not count.
        """
        self.host = host
        self._pseudonyms = pseudonyms
        self._database = database
        self._guilds = guilds
        self._now = now
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()

    def allowance(self, asker: Asker) -> Allowance:
        """What somebody may ask for where they are; asks nobody."""
        entries = self._guilds.of(asker.guild_id)
        if entries and self._pseudonyms is not None:
            # What was set for a member outlives the deletion of their data.
            number = self._pseudonyms.number(asker.user_id)
            own, renamed = (Subject(SubjectKind.MEMBER, each) for each in (asker.user_id, number))
            if renamed in entries and own not in entries:
                asker = replace(asker, user_id=number)
        return allowance(self.host, entries, asker)

    async def read(self, asker: Asker, pictures: int = 1) -> list[Quota]:
        """The quotas that are set for somebody; the database is asked only where some are.

        `pictures`: how many the next job is.
        """
        return [
            await self._read(asker, name, allowed, pictures if name == "per_day" else 1, in_guild)
            for name, allowed, in_guild in self._set_for(asker)
        ]

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

    async def _read(
        self, asker: Asker, name: str, allowed: int, wanted: int, in_guild: bool
    ) -> Quota:
        now, span = self._now(), SPANS_S[name]
        rows = await self._database.fetch_all(
            _CHARGED,
            {
                "user_id": asker.user_id,
                "member": self._pseudonyms.of(asker.user_id) if self._pseudonyms else None,
                "guild_id": asker.guild_id if in_guild else None,
                "since": now - span,
                # The host's clock may have been set back. What it was wrong by is not waited for.
                "until": now + span,
                "allowed": allowed,
                "parts": name == "per_day",
            },
        )
        used, free_in = 0, None
        for row in rows:
            used += row["counted"]
            # The newest of those that have to drop out is the one to wait for.
            if used > allowed - wanted and free_in is None:
                free_in = min(row["queued_at"] + span - now, span)
        if wanted > allowed:  # however long anybody waits
            free_in = span
        return Quota(name, allowed, min(used, allowed), in_guild, free_in, wanted)
