"""Reposts: where a picture was posted again for all to see, so that it can be removed there too."""

from generation.database import Database
from generation.job import Job, Posted


class Reposts:
    """The rows of the table `reposts`; with a job's row they go."""

    def __init__(self, database: Database) -> None:
        """One table of that database."""
        self._database = database

    async def note(self, job: Job, part: int | None, place: Posted) -> None:
        """Note that it, or that part of it, is posted again there.

        Nothing is noted where its member had all deleted since.
        """
        await self._database.write(
            "INSERT OR IGNORE INTO reposts (message_id, channel_id, job_id, part)"
            " SELECT ?, ?, id, ? FROM jobs WHERE id = ?",
            (place.message_id, place.channel_id, part, job.id),
        )
