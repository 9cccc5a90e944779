"""The line of waiting jobs, one lane an executor, first come first served."""

import asyncio
from collections import deque

from generation.catalog import ExecutorName
from generation.job import Job


class _Lane:
    def __init__(self) -> None:
        self.jobs: deque[Job] = deque()
        self.filled = asyncio.Event()


class JobQueue:
    """Waiting jobs in memory; the store has them all on disk."""

    def __init__(self) -> None:
        """Empty."""
        self._lanes: dict[ExecutorName, _Lane] = {}

    def __len__(self) -> int:
        """How many jobs wait, over all lanes."""
        return sum(len(lane.jobs) for lane in self._lanes.values())

    def put(self, executor: ExecutorName, job: Job, *, first: bool = False) -> None:
        """Join the lane's end, or its head where a job comes back after its worker died."""
        lane = self._lane(executor)
        if first:
            lane.jobs.appendleft(job)
        else:
            lane.jobs.append(job)
        lane.filled.set()

    async def get(self, executor: ExecutorName) -> Job:
        """Take the lane's first job, waiting for one."""
        lane = self._lane(executor)
        while not lane.jobs:
            lane.filled.clear()
            await lane.filled.wait()
        return lane.jobs.popleft()

    def remove(self, job_id: int) -> Job | None:
        """Take a waiting job out of its lane; None where it does not wait."""
        for lane in self._lanes.values():
            for job in lane.jobs:
                if job.id == job_id:
                    lane.jobs.remove(job)
                    return job
        return None

    def place(self, job_id: int) -> int | None:
        """The job's place in its lane, from 1; None where it does not wait."""
        for lane in self._lanes.values():
            for place, job in enumerate(lane.jobs, start=1):
                if job.id == job_id:
                    return place
        return None

    def waiting_of(self, user_id: int) -> int:
        """How many of that member's jobs wait."""
        return sum(
            job.origin is not None and job.origin.user_id == user_id
            for lane in self._lanes.values()
            for job in lane.jobs
        )

    def _lane(self, executor: ExecutorName) -> _Lane:
        return self._lanes.setdefault(executor, _Lane())
