"""Copies of reports in the host's channel that are to be taken away, until they are."""

import json
from collections.abc import Sequence
from typing import NamedTuple

from generation.database import Connection, Database
from generation.job import Posted


class Copy(NamedTuple):
    """A message in the host's channel whose report was deleted."""

    posted: Posted
    member: str  # the pseudonym of whoever had their data deleted
    reported: bool  # a picture of theirs was; else they reported another's


async def note(connection: Connection, user_id: int, member: str) -> None:
    """Before a member's rows are deleted: what was posted of their reports and pictures."""
    await connection.execute(
        "INSERT OR IGNORE INTO withdrawals (message_id, channel_id, member, reported)"
        " SELECT reports.posted_message_id, reports.posted_channel_id, :member,"
        " jobs.user_id IS :user_id FROM reports JOIN jobs ON jobs.id = job_id"
        " WHERE reports.posted_message_id IS NOT NULL"
        " AND (reporter = :member OR jobs.user_id = :user_id)"
        " UNION ALL SELECT posted_message_id, posted_channel_id, :member, 0 FROM orphan_reports"
        " WHERE posted_message_id IS NOT NULL AND reporter = :member",
        {"member": member, "user_id": user_id},
    )


async def add(connection: Connection, copy: Copy) -> None:
    """One whose report went while it was on its way."""
    await connection.execute(
        "INSERT OR IGNORE INTO withdrawals (message_id, channel_id, member, reported)"
        " VALUES (?, ?, ?, ?)",
        (copy.posted.message_id, copy.posted.channel_id, copy.member, copy.reported),
    )


async def waiting(database: Database, member: str | None = None) -> Sequence[Copy]:
    """Those that are still there: one member's, or all."""
    rows = await database.fetch_all(
        "SELECT * FROM withdrawals WHERE member = COALESCE(:member, member) ORDER BY message_id",
        {"member": member},
    )
    return [
        Copy(Posted(row["channel_id"], row["message_id"]), row["member"], bool(row["reported"]))
        for row in rows
    ]


async def forget(database: Database, copies: Sequence[Copy]) -> None:
    """These are taken away."""
    ids = [copy.posted.message_id for copy in copies]
    await database.write(
        "DELETE FROM withdrawals WHERE message_id IN (SELECT value FROM json_each(?))",
        (json.dumps(ids),),
    )
