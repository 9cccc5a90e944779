"""What sweeping asks of the database: pictures that it names, tokens, what has not ended."""

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


class KeptPictures:
    """Pictures on disk that a row names, of jobs and of their parts, and what else is swept."""

    def __init__(self, database: Database) -> None:
        """Of this database."""
        self._database = database

    async def page(self, after: tuple[int, int] = (0, 0), limit: int = 1000) -> list[KeptPicture]:
        """The next ones after that of a job and part."""
        rows = await self._database.fetch_all(
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

    async def of_unfinished(self) -> frozenset[str]:
        """The paths of all pictures of jobs that have not ended, and of their parts."""
        rows = await self._database.fetch_all(
            "SELECT picture_path FROM jobs WHERE finished_at IS NULL AND picture_path IS NOT NULL"
            " UNION ALL SELECT parts.picture_path FROM parts JOIN jobs ON jobs.id = job_id"
            " WHERE jobs.finished_at IS NULL AND parts.picture_path IS NOT NULL"
        )
        return frozenset(row["picture_path"] for row in rows)

    async def of_cancelled(self) -> list[KeptPicture]:
        """What is there of jobs that another than their member cancelled: nobody is to see it."""
        rows = await self._database.fetch_all(
            "SELECT job_id, parts.picture_path, ended_at, number FROM parts"
            " JOIN jobs ON jobs.id = job_id WHERE jobs.status = 'cancelled'"
            " AND jobs.detail IS NOT NULL AND parts.picture_path IS NOT NULL"
        )
        return [
            KeptPicture(row["job_id"], row["picture_path"], row["ended_at"], True, row["number"])
            for row in rows
        ]

    async def forget(self, pictures: Sequence[KeptPicture]) -> None:
        """Note that these are not on disk any more. Their hashes stay."""
        gone = "SET picture_path = NULL, picture_sha256 = NULL, gone_sha256 = picture_sha256"
        jobs = [each.job_id for each in pictures if not each.part]
        parts = [(each.job_id, each.part) for each in pictures if each.part]
        if jobs:
            await self._database.write(
                f"UPDATE jobs {gone} WHERE id IN (SELECT value FROM json_each(?))",  # noqa: S608
                (json.dumps(jobs),),
            )
        if parts:
            await self._database.write(
                f"UPDATE parts {gone} WHERE (job_id, number) IN"  # noqa: S608 - our own text
                " (SELECT value ->> 0, value ->> 1 FROM json_each(?))",
                (json.dumps(parts),),
            )

    async def forget_tokens(self, asked_before: float) -> int:
        """Remove the interaction tokens of what was asked for before that time; how many.

        Discord does not know them any more either.
        """
        dead = "finished_at IS NULL AND interaction_token IS NOT NULL AND queued_at < ?"
        found = await self._database.fetch_one(
            f"SELECT 1 FROM jobs WHERE {dead} LIMIT 1",  # noqa: S608 - our own text
            (asked_before,),
        )
        if found is None:
            return 0  # nothing is written each minute while there is nothing to remove
        cursor = await self._database.write(
            f"UPDATE jobs SET interaction_token = NULL WHERE {dead}",  # noqa: S608 - as above
            (asked_before,),
            durable=False,
        )
        return cursor.rowcount

    async def unfinished(self) -> frozenset[int]:
        """The ids of all jobs that have not ended."""
        rows = await self._database.fetch_all("SELECT id FROM jobs WHERE finished_at IS NULL")
        return frozenset(row["id"] for row in rows)
