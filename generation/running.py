"""The jobs that executors have at the moment."""

from collections.abc import Iterator, Sequence

from generation.executors.base import Executor
from generation.job import Job


class Running:
    """Who has which job, and which of them are to be cancelled."""

    def __init__(self) -> None:
        """Nobody has any."""
        self._jobs: dict[int, tuple[Executor, Job]] = {}
        self._cancelled: dict[int, str | None] = {}  # by whom

    def __contains__(self, job_id: int) -> bool:
        """Whether an executor has that job."""
        return job_id in self._jobs

    def __iter__(self) -> Iterator[Job]:
        """All of them, in no order."""
        return (job for _, job in self._jobs.values())

    def add(self, executor: Executor, jobs: Sequence[Job]) -> None:
        """From now on that executor has them."""
        self._jobs.update({job.id: (executor, job) for job in jobs})

    def remove(self, job_id: int) -> None:
        """There is nothing to cancel any more: it is painted, or has ended."""
        self._jobs.pop(job_id, None)

    def forget(self, job_id: int) -> None:
        """Nothing is left to be done about it."""
        self.remove(job_id)
        self._cancelled.pop(job_id, None)

    async def cancel(self, job_id: int, detail: str | None) -> None:
        """Have its executor end that job. `detail` says by whom, if not by its owner."""
        executor, _ = self._jobs[job_id]
        # The executor may not have heard of the job yet: its row is being written.
        self._cancelled.setdefault(job_id, detail)
        await executor.cancel(job_id)

    def is_cancelled(self, job_id: int) -> bool:
        """Whether it is to end."""
        return job_id in self._cancelled

    def cancelled_by(self, job_id: int) -> str | None:
        """Who wanted it to end, if not its owner."""
        return self._cancelled.get(job_id)
