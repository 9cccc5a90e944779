"""Orphans: pictures that still stand in a message, and of which nothing is stored any more.

Mostly their member had all deleted. Who sees one can report it all the same: there is the message.
"""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from generation.database import Database
from generation.job import Posted
from generation.safety import withdrawals
from generation.safety.pseudonyms import Pseudonyms
from generation.safety.report_counts import check_count, reported_already
from generation.safety.withdrawals import Copy


class Orphans:
    """The rows of the table `orphan_reports`. What was said in a report is not among them."""

    def __init__(
        self,
        database: Database,
        pseudonyms: Pseudonyms,
        now: Callable[[], float] = time.time,
    ) -> None:
        """`now` gives seconds since the epoch."""
        self._database = database
        self._pseudonyms = pseudonyms
        self._now = now
        # By whom and of which message: being handed over, and so not lost.
        self._under_way: set[tuple[str, int]] = set()

    @asynccontextmanager
    async def taken_in(self, reporter_id: int, seen: Posted) -> AsyncIterator[int]:
        """Take a report in, which is handed over in there; its id.

        One that reached neither the host's channel nor the log, since the process ended before, is
        taken in anew under its id. Raises RequestRefused: once per member and message, and so many
        an hour.
        """
        reporter = self._pseudonyms.of(reporter_id)
        if (reporter, seen.message_id) in self._under_way:
            raise reported_already()
        self._under_way.add((reporter, seen.message_id))
        try:
            yield await self._add(reporter, seen)
        finally:
            self._under_way.discard((reporter, seen.message_id))

    async def note_log(self, report_id: int) -> None:
        """Note that it stands in the host's log."""
        await self._database.write(
            "UPDATE orphan_reports SET logged_at = ? WHERE id = ?", (self._now(), report_id)
        )

    async def note_post(self, report_id: int, reporter_id: int, posted: Posted) -> Copy | None:
        """Note where the host's copy is; the copy, where it has to be taken away.

        That is so where who reports it had their data deleted while it was on its way.
        """
        async with self._database.transaction() as connection:
            noted = await connection.execute(
                "UPDATE orphan_reports SET posted_channel_id = ?, posted_message_id = ?"
                " WHERE id = ?",
                (posted.channel_id, posted.message_id, report_id),
            )
            if noted.rowcount:
                return None
            copy = Copy(posted, self._pseudonyms.of(reporter_id), reported=False)
            await withdrawals.add(connection, copy)
        return copy

    async def _add(self, reporter: str, seen: Posted) -> int:
        now = self._now()
        async with self._database.transaction() as connection:
            found = await connection.execute(
                "SELECT id, posted_message_id IS NULL AND logged_at IS NULL AS lost"
                " FROM orphan_reports WHERE message_id = ? AND reporter = ?",
                (seen.message_id, reporter),
            )
            if (known := await found.fetchone()) is not None:
                if not known["lost"]:
                    raise reported_already()
                return known["id"]
            await check_count(connection, reporter, now)
            written = await connection.execute(
                "INSERT INTO orphan_reports (reporter, reported_at, message_id)"
                " VALUES (?, ?, ?) RETURNING id",
                (reporter, now, seen.message_id),
            )
            row = await written.fetchone()
            assert row is not None  # RETURNING of an INSERT that did not raise
        return row["id"]
