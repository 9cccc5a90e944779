"""How many reports a member may make in an hour: those that were deleted count as well."""

from generation.database import Connection
from generation.errors import RequestRefused
from generation.limits.refusals import in_words

#: How many one member may make in an hour.
MOST_AN_HOUR = 5
#: For how long a report counts, also one that was deleted.
COUNTS_S = 3600.0


async def check_count(connection: Connection, reporter: str, now: float) -> None:
    """Raise RequestRefused where that member has made as many as one may."""
    found = await connection.execute(
        "SELECT reported_at FROM reports WHERE reporter = :reporter AND reported_at > :since"
        " UNION ALL SELECT reported_at FROM orphan_reports"
        " WHERE reporter = :reporter AND reported_at > :since"
        " UNION ALL SELECT reported_at FROM report_charges"
        " WHERE reporter = :reporter AND reported_at > :since ORDER BY reported_at",
        {"reporter": reporter, "since": now - COUNTS_S},
    )
    known = await found.fetchall()
    if len(known) >= MOST_AN_HOUR:
        free_in = known[-MOST_AN_HOUR]["reported_at"] + COUNTS_S - now
        raise RequestRefused(
            "report",
            f"You have made {MOST_AN_HOUR} reports within an hour, which is the most.",
            f"The next can be made in {in_words(free_in)}.",
        )


def reported_already() -> RequestRefused:
    """What a member reads who reports one twice."""
    return RequestRefused("picture", "You have reported it already.", "The host knows of it.")


async def delete_reports(connection: Connection, reporter: str, since: float) -> tuple[int, bool]:
    """Delete all that a member made; those since then go on counting.

    How many there were, and whether any count on.
    """
    deleted = 0
    for table in ("reports", "orphan_reports"):
        await connection.execute(
            f"INSERT INTO report_charges SELECT reporter, reported_at FROM {table}"  # noqa: S608 - ours
            " WHERE reporter = ? AND reported_at > ?",
            (reporter, since),
        )
        gone = await connection.execute(f"DELETE FROM {table} WHERE reporter = ?", (reporter,))  # noqa: S608
        deleted += gone.rowcount
    counting = await connection.execute(
        "SELECT 1 FROM report_charges WHERE reporter = ? AND reported_at > ?", (reporter, since)
    )
    return deleted, await counting.fetchone() is not None
