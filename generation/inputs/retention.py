"""How long pictures that were brought along are kept: as long as a job needs them.

A job needs its own until it has ended, and then as long as a picture of it is kept.
"""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Callable, Collection, Mapping

from generation.database import Database
from generation.inputs.store import InputStore

#: One that no row names yet may be one whose row is just being written.
_ORPHAN_AGE_S = 3600.0


class Needs:
    """Which files are needed, and by how many jobs: a count that is kept while pictures go."""

    def __init__(
        self, files: Mapping[str, tuple[int, float]], jobs: Mapping[int, tuple[str, int]]
    ) -> None:
        """`files` as InputStore tells them; `jobs`: the file of each, and for how many reasons."""
        self._files = files
        self._paths = {job_id: path for job_id, (path, _) in jobs.items()}
        self._reasons = Counter({job_id: count for job_id, (_, count) in jobs.items()})
        self._jobs = Counter(self._paths.values())

    @property
    def size(self) -> int:
        """Bytes of all that are needed."""
        return sum(self._bytes(path) for path in +self._jobs)

    @property
    def orphans(self) -> list[str]:
        """Files that no job needs."""
        return [path for path in self._files if self._jobs[path] <= 0]

    def release(self, job_id: int) -> int:
        """A picture of that job is kept no more; how many bytes of its input are free by that."""
        path = self._paths.get(job_id)
        if path is None:
            return 0
        self._reasons[job_id] -= 1
        if self._reasons[job_id] != 0:
            return 0
        self._jobs[path] -= 1
        return self._bytes(path) if self._jobs[path] == 0 else 0

    def _bytes(self, path: str) -> int:
        return self._files[path][0] if path in self._files else 0


class InputRetention:
    """Tells which are needed, and sweeps the others away."""

    def __init__(
        self, database: Database, inputs: InputStore, now: Callable[[], float] = time.time
    ) -> None:
        """`now` gives seconds since the epoch."""
        self._database = database
        self._inputs = inputs
        self._now = now

    async def needs(self) -> Needs:
        """What is needed now. Raises OSError and the database's errors."""
        # The files first: one that is brought meanwhile is then in none of the two.
        files = await asyncio.to_thread(self._inputs.files)
        rows = await self._database.fetch_all(
            "SELECT id, image ->> 'sha256' AS sha256, (finished_at IS NULL)"
            " + (picture_path IS NOT NULL) + (SELECT count(*) FROM parts"
            " WHERE job_id = jobs.id AND parts.picture_path IS NOT NULL) AS reasons"
            " FROM jobs WHERE image IS NOT NULL AND reasons > 0"
        )
        jobs = {row["id"]: (f"inputs/{row['sha256']}", row["reasons"]) for row in rows}
        return Needs(files, jobs)

    async def discard(self, hashes: Collection[str], besides: Collection[int] = ()) -> int:
        """Delete at once those of these that no job needs, or only `besides`; how many.

        Nor do they go while a request that brought the same is on its way. Raises OSError and the
        database's errors.
        """
        before, held = self._now(), self._inputs.held()
        rows = await self._database.fetch_all(
            "SELECT DISTINCT image ->> 'sha256' AS sha256 FROM jobs"
            " WHERE sha256 IN (SELECT value FROM json_each(?))"
            " AND id NOT IN (SELECT value FROM json_each(?))"
            " AND (finished_at IS NULL OR picture_path IS NOT NULL OR EXISTS (SELECT 1 FROM parts"
            " WHERE job_id = jobs.id AND parts.picture_path IS NOT NULL))",
            (json.dumps([*hashes]), json.dumps([*besides])),
        )
        needed = held | {row["sha256"] for row in rows}
        paths = [f"inputs/{sha256}" for sha256 in hashes if sha256 not in needed]
        return await asyncio.to_thread(self._inputs.delete, paths, before)

    async def sweep(self, needs: Needs) -> int:
        """Delete what is not needed any more; how many those were. Raises OSError."""
        before = self._now() - _ORPHAN_AGE_S
        return await asyncio.to_thread(self._inputs.delete, needs.orphans, before)
