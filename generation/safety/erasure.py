"""Erasure: all that is stored of a member, deleted when they ask for it.

What waits or runs is cancelled first; then the rows go, in one transaction that notes which files
belonged to them; then the files. A note of what is to be done lies in the database until all of it
is: a restart takes it up. What stays is a pseudonym: with a bar, with limits that a guild's admins
set for the member, under the host's copies of reports of their pictures, for an hour with reports
that they made, and for a day with what counts against quotas.
"""

import asyncio
import json
import logging
import math
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass

from generation.database import Connection, Database
from generation.dispatcher import Dispatcher
from generation.inputs.store import InputStore
from generation.intake import Intake
from generation.limits.guild import GuildLimits
from generation.limits.quotas import COUNTS, LONGEST_SPAN_S, PICTURES
from generation.pictures import PictureStore
from generation.safety import withdrawals
from generation.safety.bars import Bars
from generation.safety.pseudonyms import Pseudonyms
from generation.safety.report_counts import COUNTS_S, delete_reports
from generation.safety.withdrawals import Copy

log = logging.getLogger(__name__)

#: How long what runs is waited for (seconds). Its rows and files go all the same.
_PATIENCE_S = 15.0
_LOOK_S = 0.05

#: The detail of jobs that were cancelled for it.
WITH_DATA = "with its member's data"

#: Takes the host's copies of reports away, and returns those that are still there; told the id of
#: a bar that stays and that no copy would tell of.
Withdraw = Callable[[Sequence[Copy], int | None], Awaitable[Sequence[Copy]]]


@dataclass(frozen=True, slots=True)
class Erased:
    """What was deleted."""

    cancelled: int  # jobs that waited or ran
    requests: int  # rows, those among them
    pictures: int  # files
    inputs: int  # pictures that were brought along and nobody else brought
    reports: int  # made by the member
    barred: bool  # then that stays, under the pseudonym
    limited: bool  # by name, by a guild's admins: so does that
    reported: bool = False  # so does a note of that in the host's channel
    counted: bool = False  # reports of the last hour: so does when they were made, until it is over
    left: int = 0  # copies of reports that could not be taken away yet


class Erasure:
    """Deletes what is stored of members, one after another."""

    def __init__(
        self,
        database: Database,
        intake: Intake,
        dispatcher: Dispatcher,
        pictures: PictureStore,
        inputs: InputStore,
        guild_limits: GuildLimits,
        bars: Bars,
        pseudonyms: Pseudonyms,
        *,
        now: Callable[[], float] = time.time,
        patience_s: float = _PATIENCE_S,
    ) -> None:
        """`now` gives seconds since the epoch."""
        self._database = database
        self._intake = intake
        self._dispatcher = dispatcher
        self._pictures = pictures
        self._inputs = inputs
        self._guild_limits = guild_limits
        self._bars = bars
        self._pseudonyms = pseudonyms
        self._now = now
        self._patience_s = patience_s
        self._one_at_a_time = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._withdraw: Withdraw | None = None  # none before `resume`

    async def erase(self, user_id: int, withdraw: Withdraw, by: int | None = None) -> Erased:
        """Delete all there is; what that was. Raises OSError and the database's errors.

        `by` which interaction: what came before that, and is still on its way, is refused later.
        Where it is cut off, `resume` goes on after the next start.
        """
        async with self._one_at_a_time:
            with self._bars.closed_to(user_id, by):
                await self._database.write(
                    "INSERT OR IGNORE INTO erasures (user_id, asked_at) VALUES (?, ?)",
                    (user_id, self._now()),
                )
                cancelled = await self._cancel(user_id)
                requests, reports, counted = await self._delete_rows(user_id)
            pictures, inputs = await self._delete_files(user_id)
            bar_id, member = self._bars.find(user_id), self._pseudonyms.of(user_id)
            copies = await withdrawals.waiting(self._database, member)
            reported = any(copy.reported for copy in copies)
            left = await self.take_away(copies, withdraw, None if reported else bar_id)
            await self._end(user_id)
        log.info("Deleted all of member %s: %d requests, %d files", member, requests, pictures)
        return Erased(
            *(cancelled, requests, pictures, inputs, reports),
            barred=bar_id is not None,
            limited=self._guild_limits.names(self._pseudonyms.number(user_id)),
            reported=reported,
            counted=counted,
            left=len(left),
        )

    async def take_away(
        self, copies: Sequence[Copy], withdraw: Withdraw, bar_id: int | None = None
    ) -> Sequence[Copy]:
        """Have copies of reports taken away; those that can't be yet, and are tried again."""
        left = await withdraw(copies, bar_id)
        if gone := [copy for copy in copies if copy not in left]:
            await withdrawals.forget(self._database, gone)
        return left

    async def resume(self, withdraw: Withdraw) -> None:
        """After a start: go on, in tasks of its own, with what was cut off.

        What of the host's copies is left is taken away with the sweeps from then on.
        """
        self._withdraw = withdraw
        for row in await self._database.fetch_all("SELECT user_id FROM erasures"):
            self._spawn(self._resume(row["user_id"], withdraw))

    async def close(self) -> None:
        """Leave what is not done yet to the next start."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def sweep(self) -> None:
        """Forget what does not count any more, and try again what could not be taken away."""
        await self._database.write(
            "DELETE FROM charges WHERE queued_at < ?", (self._now() - LONGEST_SPAN_S,)
        )
        await self._database.write(
            "DELETE FROM report_charges WHERE reported_at < ?", (self._now() - COUNTS_S,)
        )
        left = await withdrawals.waiting(self._database)
        if left and self._withdraw is not None:
            self._spawn(self._try_again(left, self._withdraw))

    async def _try_again(self, left: Sequence[Copy], withdraw: Withdraw) -> None:
        try:
            await self.take_away(left, withdraw)
        except Exception:
            # The next sweep tries again.
            log.exception("Copies of deleted reports could not be taken away")

    async def _resume(self, user_id: int, withdraw: Withdraw) -> None:
        try:
            await self.erase(user_id, withdraw)
        except Exception:
            # Such as a busy database. The note stays, and the next start tries again.
            member = self._pseudonyms.of(user_id)
            log.exception("What is stored of member %s could not be deleted", member)

    async def _cancel(self, user_id: int) -> int:
        """Cancel what waits and runs, and wait until that has ended, or for a while."""
        until = time.monotonic() + self._patience_s
        # What was admitted before is in the queue as soon as its row is written.
        await _until(lambda: not self._intake.is_committing(user_id), until)
        cancelled = await self._dispatcher.cancel_all(
            lambda job: job.origin is not None and job.origin.user_id == user_id,
            WITH_DATA,
        )
        sql = "SELECT 1 FROM jobs WHERE user_id = ? AND finished_at IS NULL LIMIT 1"
        while time.monotonic() < until:
            if await self._database.fetch_one(sql, (user_id,)) is None:
                break
            await asyncio.sleep(_LOOK_S)
        return cancelled

    async def _delete_rows(self, user_id: int) -> tuple[int, int, bool]:
        """All rows in one transaction; how many requests and reports, and whether any count on."""
        reporter = self._pseudonyms.of(user_id)
        async with self._database.transaction() as connection:
            await _note(connection, user_id)
            await withdrawals.note(connection, user_id, reporter)
            await connection.execute(
                "INSERT INTO charges (member, guild_id, queued_at, pictures)"  # noqa: S608 - ours
                f" SELECT ?, guild_id, queued_at, {PICTURES} FROM jobs"
                f" WHERE user_id = ? AND queued_at > ? AND {COUNTS}",
                (reporter, user_id, self._now() - LONGEST_SPAN_S),
            )
            await self._guild_limits.rename(connection, user_id, self._pseudonyms.number(user_id))
            since = self._now() - COUNTS_S
            reports, counted = await delete_reports(connection, reporter, since)
            # With them go their parts, and what others reported of them.
            jobs = await connection.execute("DELETE FROM jobs WHERE user_id = ?", (user_id,))
            return jobs.rowcount, reports, counted

    async def _delete_files(self, user_id: int) -> tuple[int, int]:
        """What the note names: pictures, and inputs that no job names any more; how many."""
        row = await self._database.fetch_one("SELECT * FROM erasures WHERE user_id = ?", (user_id,))
        assert row is not None  # only _end takes it away
        jobs, files, inputs = (json.loads(row[name]) for name in ("jobs", "files", "inputs"))
        pictures = await self._pictures.delete_of(jobs)
        await asyncio.to_thread(self._pictures.delete, files)
        # Before the rows are asked: another may just be asking for something with the same.
        held = self._inputs.held()
        still = await self._database.fetch_all(
            "SELECT DISTINCT json_extract(image, '$.sha256') AS sha256 FROM jobs"
            " WHERE image IS NOT NULL"
        )
        kept = held | {each["sha256"] for each in still}
        paths = [f"inputs/{sha256}" for sha256 in inputs if sha256 not in kept]
        gone = await asyncio.to_thread(self._inputs.delete, paths, self._now())
        return pictures, gone

    async def _end(self, user_id: int) -> None:
        """Take the note away, as soon as nothing runs any more that could leave a file."""
        row = await self._database.fetch_one(
            "SELECT jobs FROM erasures WHERE user_id = ?", (user_id,)
        )
        jobs = set(json.loads(row["jobs"])) if row else set()
        if self._run(jobs):
            self._spawn(self._end_later(user_id, jobs))
            return
        await self._forget(user_id)

    async def _end_later(self, user_id: int, jobs: set[int]) -> None:
        await _until(lambda: not self._run(jobs))
        try:
            await self._pictures.delete_of(jobs)
            await self._forget(user_id)
        except Exception:
            member = self._pseudonyms.of(user_id)
            log.exception("What a job of member %s left could not be deleted yet", member)

    async def _forget(self, user_id: int) -> None:
        """Take the note away, and what the log of the database still has of the rows."""
        await self._database.write("DELETE FROM erasures WHERE user_id = ?", (user_id,))
        await self._database.fetch_one("PRAGMA wal_checkpoint(TRUNCATE)")

    def _run(self, jobs: set[int]) -> bool:
        return any(job.id in jobs for job in self._dispatcher.running())

    def _spawn(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work, name="erasure")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


async def _until(holds: Callable[[], bool], until: float = math.inf) -> None:
    """Wait for something that nobody tells of."""
    while True:
        if holds() or time.monotonic() >= until:
            return
        await asyncio.sleep(_LOOK_S)


async def _note(connection: Connection, user_id: int) -> None:
    """Add to the note which files are to be deleted.

    Of an attempt that was cut off, something may stand there already.
    """
    for column, found in {
        "jobs": "SELECT id FROM jobs WHERE user_id = :user_id",
        "files": "SELECT picture_path FROM jobs"
        " WHERE user_id = :user_id AND picture_path IS NOT NULL"
        " UNION SELECT parts.picture_path FROM parts JOIN jobs ON jobs.id = job_id"
        " WHERE user_id = :user_id AND parts.picture_path IS NOT NULL",
        "inputs": "SELECT DISTINCT json_extract(image, '$.sha256') FROM jobs"
        " WHERE user_id = :user_id AND image IS NOT NULL",
    }.items():
        await connection.execute(
            f"UPDATE erasures SET {column} = (SELECT json_group_array(value) FROM ("  # noqa: S608
            f"SELECT value FROM json_each(erasures.{column}) UNION ALL SELECT * FROM ({found})))"
            " WHERE user_id = :user_id",
            {"user_id": user_id},
        )
