"""Pictures on disk that the database names: those of jobs, and those of their parts."""

import json
from collections.abc import Sequence
from typing import NamedTuple

from generation.database import Database


class KeptPicture(NamedTuple):
    """A picture on disk."""

    job_id: int
    path: str  # below the data folder
    painted_at: float
    ended: bool  # False: its member is still to see it
    part: int = 0  # of several pictures that are one job; 0: the job's own


async def stored_pictures(
    database: Database, after: tuple[int, int], limit: int
) -> Sequence[KeptPicture]:
    """The next ones after that of a job and part."""
    rows = await database.fetch_all(
        "SELECT id, 0 AS part, picture_path, generated_at AS painted_at, finished_at FROM jobs"
        " WHERE picture_path IS NOT NULL AND id > ?"
        " UNION ALL SELECT jobs.id, number, parts.picture_path, ended_at, finished_at"
        " FROM parts JOIN jobs ON jobs.id = job_id"
        " WHERE parts.picture_path IS NOT NULL AND (job_id, number) > (?, ?)"
        " ORDER BY id, part LIMIT ?",
        (after[0], *after, limit),
    )
    return [
        KeptPicture(
            *(row["id"], row["picture_path"], row["painted_at"]),
            *(row["finished_at"] is not None, row["part"]),
        )
        for row in rows
    ]


async def forget_pictures(database: Database, pictures: Sequence[KeptPicture]) -> None:
    """Note that these are not on disk any more. Their hashes stay."""
    gone = "SET picture_path = NULL, picture_sha256 = NULL, gone_sha256 = picture_sha256"
    jobs = [each.job_id for each in pictures if not each.part]
    parts = [(each.job_id, each.part) for each in pictures if each.part]
    if jobs:
        await database.write(
            f"UPDATE jobs {gone} WHERE id IN (SELECT value FROM json_each(?))",  # noqa: S608
            (json.dumps(jobs),),
        )
    if parts:
        await database.write(
            f"UPDATE parts {gone} WHERE (job_id, number) IN"  # noqa: S608 - our own text
            " (SELECT value ->> 0, value ->> 1 FROM json_each(?))",
            (json.dumps(parts),),
        )
