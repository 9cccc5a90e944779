"""Reports: what members hold against pictures, and what the host did about it."""

import json
import sqlite3
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Self

from generation.database import Database
from generation.inputs.retention import InputRetention
from generation.job import Job, Posted
from generation.pictures import PictureStore
from generation.safety import withdrawals
from generation.safety.made import made_from, made_of
from generation.safety.pseudonyms import Pseudonyms
from generation.safety.report_counts import check_count, reported_already
from generation.safety.withdrawals import Copy

#: Characters of a reason.
LONGEST_REASON = 500

#: How old a report may be that is still brought to the host's channel (seconds).
_LATE_S = 7 * 24 * 3600.0
_WHERE = {
    "seen": ("seen_channel_id", "seen_message_id"),
    "posted": ("posted_channel_id", "posted_message_id"),
}


@dataclass(frozen=True, slots=True)
class Report:
    """One row of the table `reports`."""

    id: int
    job_id: int
    reporter: str  # a pseudonym
    reason: str
    seen: Posted | None  # the message that was reported
    posted: Posted | None  # the host's copy
    dismissed: bool
    logged: bool = False  # it stands in the host's log

    @classmethod
    def from_row(cls, row: sqlite3.Row) -> Self:
        """Read a row."""
        return cls(
            id=row["id"],
            job_id=row["job_id"],
            reporter=row["reporter"],
            reason=row["reason"],
            seen=_place(row, "seen"),
            posted=_place(row, "posted"),
            dismissed=row["dismissed_at"] is not None,
            logged=row["logged_at"] is not None,
        )


class Reports:
    """Takes them in and knows what became of them."""

    def __init__(
        self,
        database: Database,
        pictures: PictureStore,
        inputs: InputRetention,
        pseudonyms: Pseudonyms,
        now: Callable[[], float] = time.time,
    ) -> None:
        """`now` gives seconds since the epoch."""
        self._database = database
        self._pictures = pictures
        self._inputs = inputs
        self._pseudonyms = pseudonyms
        self._now = now
        self._under_way: set[int] = set()  # being handed over: nobody else does

    async def add(self, job: Job, reporter_id: int, reason: str, seen: Posted | None) -> Report:
        """Take one in; `settle` has to follow once it is handed over, or can't be.

        Raises RequestRefused: once per member and picture, and so many an hour.
        """
        reporter = self._pseudonyms.of(reporter_id)
        now = self._now()
        async with self._database.transaction() as connection:
            known = await connection.execute(
                "SELECT 1 FROM reports WHERE reporter = ? AND job_id = ?", (reporter, job.id)
            )
            if await known.fetchone() is not None:
                raise reported_already()
            await check_count(connection, reporter, now)
            written = await connection.execute(
                "INSERT INTO reports"
                " (job_id, reporter, reason, reported_at, seen_channel_id, seen_message_id)"
                " VALUES (?, ?, ?, ?, ?, ?) RETURNING *",
                (job.id, reporter, reason[:LONGEST_REASON], now, *_ids(seen)),
            )
            row = await written.fetchone()
            assert row is not None  # RETURNING of an INSERT that did not raise
            self._under_way.add(row["id"])  # before anybody else can see it
        return Report.from_row(row)

    async def left(self, *, in_log: bool) -> Sequence[int]:
        """The ids of those of the last days that did not reach the host's channel.

        `in_log`: also those that stand in the host's log.
        """
        rows = await self._database.fetch_all(
            "SELECT id FROM reports WHERE posted_message_id IS NULL AND dismissed_at IS NULL"
            " AND reported_at > ? AND (? OR logged_at IS NULL) ORDER BY id",
            (self._now() - _LATE_S, in_log),
        )
        return [row["id"] for row in rows]

    async def take(self, report_id: int) -> Report | None:
        """One that is left; None where somebody hands it over now, or has. `settle` has to follow.

        Raises the database's errors.
        """
        if report_id in self._under_way:
            return None
        self._under_way.add(report_id)
        try:
            report = await self.get(report_id)
        except BaseException:
            self.settle(report_id)
            raise
        if report is None or report.posted is not None or report.dismissed:
            self.settle(report_id)
            return None
        return report

    def settle(self, report_id: int) -> None:
        """It is handed over, or could not be: then it is left."""
        self._under_way.discard(report_id)

    async def get(self, report_id: int) -> Report | None:
        """The report of that id, or None."""
        row = await self._database.fetch_one("SELECT * FROM reports WHERE id = ?", (report_id,))
        return None if row is None else Report.from_row(row)

    async def note_log(self, report: Report) -> None:
        """Note that it stands in the host's log."""
        await self._database.write(
            "UPDATE reports SET logged_at = ? WHERE id = ?", (self._now(), report.id)
        )

    async def note_post(self, report: Report, posted: Posted, job: Job) -> Copy | None:
        """Note where the host's copy is; the copy, where it has to be taken away.

        That is so where the member of the job, or who reports it, had their data deleted while the
        copy was on its way.
        """
        async with self._database.transaction() as connection:
            noted = await connection.execute(
                "UPDATE reports SET posted_channel_id = ?, posted_message_id = ? WHERE id = ?",
                (posted.channel_id, posted.message_id, report.id),
            )
            if noted.rowcount:
                return None
            found = await connection.execute("SELECT 1 FROM jobs WHERE id = ?", (job.id,))
            reported = await found.fetchone() is None and job.origin is not None
            owner = job.origin.user_id if reported and job.origin else None
            member = report.reporter if owner is None else self._pseudonyms.of(owner)
            copy = Copy(posted, member, reported)
            await withdrawals.add(connection, copy)
        return copy

    async def dismiss(self, report_id: int) -> None:
        """The host found nothing wrong."""
        await self._database.write(
            "UPDATE reports SET dismissed_at = COALESCE(dismissed_at, ?) WHERE id = ?",
            (self._now(), report_id),
        )

    async def made_from(self, job: Job) -> Sequence[Job]:
        """The jobs that began with its picture or a part's, and those that began with theirs."""
        return await made_from(self._database, job)

    async def made_of(self, job: Job) -> Sequence[Job]:
        """The jobs whose picture, still there, it began with, and those that they began with."""
        return await made_of(self._database, job)

    async def remove_pictures(self, jobs: Sequence[Job]) -> None:
        """Delete the pictures of these jobs, and those that they alone began with.

        Of the pictures, the hashes stay in their rows. Raises OSError.
        """
        ids = [job.id for job in jobs]
        # The rows first: they must never name a file that is gone.
        async with self._database.transaction() as connection:
            await connection.execute(
                "UPDATE jobs SET removed_sha256 ="
                " COALESCE(removed_sha256, picture_sha256, gone_sha256, ''),"
                " picture_path = NULL, picture_sha256 = NULL"
                " WHERE id IN (SELECT value FROM json_each(?))",
                (json.dumps(ids),),
            )
            await connection.execute(
                "UPDATE parts SET picture_path = NULL, picture_sha256 = NULL,"
                " gone_sha256 = COALESCE(picture_sha256, gone_sha256)"
                " WHERE job_id IN (SELECT value FROM json_each(?))",
                (json.dumps(ids),),
            )
        await self._pictures.delete_of(ids)
        begun = {job.request.image.sha256 for job in jobs if job.request.image is not None}
        await self._inputs.discard(begun, besides=ids)

    async def copies(self, job: Job) -> Sequence[Posted]:
        """The host's copies of all reports about it."""
        rows = await self._database.fetch_all(
            "SELECT posted_channel_id, posted_message_id FROM reports"
            " WHERE job_id = ? AND posted_message_id IS NOT NULL",
            (job.id,),
        )
        return [Posted(*row) for row in rows]

    async def places(self, job: Job) -> Sequence[Posted]:
        """All messages known to show the picture.

        Its own, those that were reported, and those in which it was posted again.
        """
        rows = await self._database.fetch_all(
            "SELECT seen_channel_id, seen_message_id FROM reports"
            " WHERE job_id = :id AND seen_message_id IS NOT NULL"
            " UNION SELECT channel_id, message_id FROM reposts WHERE job_id = :id",
            {"id": job.id},
        )
        found = [Posted(*row) for row in rows]
        if job.posted is not None:
            found.append(job.posted)
        if job.origin is not None and not job.origin.private:
            found.append(Posted(job.origin.channel_id, job.origin.message_id))
        return list(dict.fromkeys(found))


def _ids(place: Posted | None) -> tuple[int | None, int | None]:
    """As two columns have a place."""
    return (None, None) if place is None else (place.channel_id, place.message_id)


def _place(row: sqlite3.Row, which: str) -> Posted | None:
    channel, message = (row[column] for column in _WHERE[which])
    return None if message is None else Posted(channel, message)
