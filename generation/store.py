"""The JobStore: every job's row, and the only way its status changes.

It is handed a database and knows no driver: whoever builds it opens the connection.
"""

import json
import time
from collections.abc import Callable, Collection, Sequence

from generation import columns
from generation.database import Database
from generation.errors import IllegalTransition
from generation.executors.base import FailureKind, Picture
from generation.job import Job, JobStatus, Origin, Posted, sources
from generation.pictures import StoredPicture
from generation.request import GenerationRequest
from generation.safety.screening import UNSAFE, Blocked


class JobStore:
    """Reads and moves jobs.

    What a method writes is whole, and on the disk when it returns, if it says nothing else.
    """

    def __init__(self, database: Database, now: Callable[[], float] = time.time) -> None:
        """`now` gives seconds since the epoch."""
        self._database = database
        self._now = now

    async def create(
        self,
        request: GenerationRequest,
        origin: Origin | None,
        revision: str | None = None,
        weight: float = 1.0,
        remarks: Sequence[str] = (),
        *,
        parent: Job | None = None,
    ) -> Job:
        """Log a new job as queued.

        The score of a `parent`, which has painted what it is made of, holds until it has its own.
        """
        fields = {
            "status": JobStatus.QUEUED,
            "revision": revision,
            "queued_at": self._now(),
            "weight": weight,
            "remarks": json.dumps(list(remarks)),
            **columns.of_request(request),
            **columns.of_origin(origin),
        }
        if parent is not None:
            fields |= {"unsafe": parent.unsafe, "screened_by": parent.screened_by}
        names = ", ".join(fields)
        marks = ", ".join("?" * len(fields))
        sql = f"INSERT INTO jobs ({names}) VALUES ({marks}) RETURNING *"  # noqa: S608 - our names
        row = await (await self._database.write(sql, tuple(fields.values()))).fetchone()
        assert row is not None  # RETURNING of an INSERT that did not raise
        return Job.from_row(row)

    async def start(self, job_id: int) -> Job:
        """Queued → running; one more attempt is charged.

        Not brought to the disk by itself: after a cut of the power the job is queued either way.
        """
        return await self._move(
            job_id,
            JobStatus.RUNNING,
            "attempts = attempts + 1, started_at = ?",
            self._now(),
            durable=False,
        )

    async def requeue(self, job_id: int, *, charged: bool) -> Job:
        """Running → queued. The attempt is given back where it was not the job's doing."""
        return await self._move(
            job_id,
            JobStatus.QUEUED,
            "attempts = attempts - ?, started_at = NULL",
            0 if charged else 1,
        )

    async def finish(self, job_id: int, picture: Picture, stored: StoredPicture) -> Job:
        """Running → generated: the picture is on disk."""
        added = ", '$[#]', ?" * len(picture.remarks)
        return await self._move(
            job_id,
            JobStatus.GENERATED,
            "generated_at = ?, revision = COALESCE(?, revision), loras = COALESCE(?, loras),"
            " commits = ?, device = ?, seconds = ?, picture_path = ?, picture_sha256 = ?,"
            " pixels_sha256 = ?,"
            " unsafe = COALESCE(?, unsafe), screened_by = COALESCE(?, screened_by),"
            f" remarks = json_insert(remarks{added})",
            self._now(),
            picture.revision,
            columns.of_loras(picture.loras) if picture.loras else None,
            json.dumps(picture.commits, sort_keys=True),
            picture.device,
            picture.seconds,
            stored.path,
            stored.sha256,
            picture.pixels,
            picture.unsafe,
            picture.screened_by,
            *picture.remarks,
        )

    async def deliver(self, job_id: int) -> Job:
        """Generated → delivered: its member sees the picture."""
        return await self._end(job_id, JobStatus.DELIVERED, told=True)

    async def undeliverable(self, job_id: int, detail: str) -> Job:
        """Generated → undeliverable: the picture stays on disk."""
        return await self._end(job_id, JobStatus.UNDELIVERABLE, told=True, detail=detail)

    async def lose(self, job: Job, detail: str, notice: str) -> Job:
        """Generated → failed: the picture is gone from the disk, and its member was told so."""
        return await self._end(
            *(job.id, JobStatus.FAILED),
            told=True,
            failure=FailureKind.LOST,
            detail=detail,
            notice=notice,
            before={JobStatus.GENERATED},
            picture_path=None,
            picture_sha256=None,
            gone_sha256=job.picture_sha256,
        )

    async def fail(self, job_id: int, kind: FailureKind, detail: str, notice: str) -> Job:
        """Queued or running → failed; its member, who reads `notice`, is still to be told."""
        return await self._end(
            *(job_id, JobStatus.FAILED),
            failure=kind,
            detail=detail,
            notice=notice,
            before={JobStatus.QUEUED, JobStatus.RUNNING},
        )

    async def refuse(self, job_id: int, blocked: Blocked, notice: str) -> Job:
        """Running or generated → failed: the picture may not be shown where it was asked for.

        Its hash and score remain; a file that the row named is the caller's to delete.
        """
        return await self._end(
            *(job_id, JobStatus.FAILED),
            failure=FailureKind.UNSAFE,
            detail=UNSAFE,
            notice=notice,
            before={JobStatus.RUNNING, JobStatus.GENERATED},
            picture_path=None,
            picture_sha256=None,
            **blocked._asdict(),
        )

    async def cancel(self, job_id: int, detail: str | None = None) -> Job:
        """Queued or running → cancelled, which is still to be shown.

        `detail` says by whom, if not by its owner.
        """
        return await self._end(job_id, JobStatus.CANCELLED, detail=detail)

    async def ask_cancel(self, job_id: int, detail: str | None) -> None:
        """Note that a job is to be cancelled, for a start that finds it unfinished.

        The first wish counts; a job that has ended, or is painted, is left as it is. `detail` says
        by whom, if not by its owner.
        """
        await self._database.write(
            "UPDATE jobs SET cancel_asked_at = ?, cancel_asked_by = ?"
            " WHERE id = ? AND status IN (?, ?) AND cancel_asked_at IS NULL",
            (self._now(), detail, job_id, JobStatus.QUEUED, JobStatus.RUNNING),
        )

    async def tell(self, job_id: int) -> None:
        """Note that a failure or cancellation was shown, or that nobody will ever look."""
        await self._database.write(
            "UPDATE jobs SET told_at = ? WHERE id = ? AND finished_at IS NOT NULL",
            (self._now(), job_id),
        )

    async def post(self, job_id: int, posted: Posted) -> None:
        """Note which message stands in for the promised one, before it shows anything."""
        await self._database.write(
            "UPDATE jobs SET posted_channel_id = ?, posted_message_id = ? WHERE id = ?",
            (posted.channel_id, posted.message_id, job_id),
        )

    async def get(self, job_id: int) -> Job | None:
        """The job of that id, or None."""
        row = await self._database.fetch_one("SELECT * FROM jobs WHERE id = ?", (job_id,))
        return None if row is None else Job.from_row(row)

    async def recover(self) -> Sequence[Job]:
        """After a start.

        What ran is queued again, uncharged, unless it was to be cancelled; that it was cut off is
        counted. All jobs not yet ended, and those whose end was not shown, oldest first.
        """
        async with self._database.transaction() as connection:
            await connection.execute(
                "UPDATE jobs SET status = ?, attempts = attempts - 1, started_at = NULL,"
                " cut_off = cut_off + 1 WHERE status = ? AND cancel_asked_at IS NULL",
                (JobStatus.QUEUED, JobStatus.RUNNING),
            )
            cursor = await connection.execute(
                "SELECT * FROM jobs WHERE finished_at IS NULL"
                " UNION ALL SELECT * FROM jobs"
                " WHERE finished_at IS NOT NULL AND told_at IS NULL AND user_id IS NOT NULL"
                " ORDER BY id"
            )
            rows = await cursor.fetchall()
        return [Job.from_row(row) for row in rows]

    async def painted_for(self, user_id: int, having: str, limit: int) -> Sequence[Job]:
        """A member's latest painted jobs whose prompt, or number, has that text in it."""
        rows = await self._database.fetch_all(
            "SELECT * FROM jobs WHERE user_id = ? AND generated_at IS NOT NULL"
            " AND status <> 'failed'"
            " AND (instr(lower(prompt), lower(?)) > 0 OR instr(id, ?) = 1)"
            " ORDER BY id DESC LIMIT ?",
            (user_id, having, having, limit),
        )
        return [Job.from_row(row) for row in rows]

    async def end_unfinished(self, detail: str) -> int:
        """Cancel, or give up posting, all jobs that have not ended; how many those were."""
        now = self._now()
        cursor = await self._database.write(
            "UPDATE jobs SET status = CASE status WHEN ? THEN ? ELSE ? END, finished_at = ?,"
            " told_at = ?, interaction_token = NULL, detail = ? WHERE finished_at IS NULL",
            (JobStatus.GENERATED, JobStatus.UNDELIVERABLE, JobStatus.CANCELLED, now, now, detail),
        )
        return cursor.rowcount

    async def _end(
        self,
        job_id: int,
        status: JobStatus,
        *,
        told: bool = False,
        failure: FailureKind | None = None,
        detail: str | None = None,
        notice: str | None = None,
        before: Collection[JobStatus] | None = None,
        **more: object,
    ) -> Job:
        """`before`: from which statuses, where not from all that allow it; `more`: columns."""
        now = self._now()
        # The names are this module's own.
        changes = ", ".join(f"{name} = ?" for name in more)
        return await self._move(
            job_id,
            status,
            "finished_at = ?, told_at = ?, interaction_token = NULL,"
            f" failure = ?, detail = ?, notice = ?{', ' if more else ''}{changes}",
            now,
            now if told else None,
            failure,
            detail,
            notice,
            *more.values(),
            before=before,
        )

    async def _move(
        self,
        job_id: int,
        status: JobStatus,
        changes: str,
        *values: object,
        durable: bool = True,
        before: Collection[JobStatus] | None = None,
    ) -> Job:
        """Change the status if the present one allows it. Raises IllegalTransition."""
        allowed = sorted(sources(status) if before is None else before)
        marks = ", ".join("?" * len(allowed))
        # `changes` is this module's own text; every value is bound.
        sql = (
            f"UPDATE jobs SET status = ?, {changes}"  # noqa: S608
            f" WHERE id = ? AND status IN ({marks}) RETURNING *"
        )
        parameters = (status, *values, job_id, *allowed)
        cursor = await self._database.write(sql, parameters, durable=durable)
        row = await cursor.fetchone()
        if row is None:
            job = await self.get(job_id)
            found = "is not in the database" if job is None else f"is {job.status}"
            raise IllegalTransition(f"Job {job_id} {found}: it can't become {status}.")
        return Job.from_row(row)
