"""What became of the parts of a job that is several pictures: the rows of `parts`."""

import json
import sqlite3
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self

from generation.database import Database
from generation.executors.base import FailureKind, Picture
from generation.loras import AskedLora
from generation.pictures import StoredPicture
from generation.safety.screening import UNSAFE, Blocked


class PartStatus(StrEnum):
    """How a part ended, as far as it did."""

    PAINTED = "painted"  # its picture is on disk, or was
    FAILED = "failed"  # a gap in the sheet
    DIED = "died"  # its worker died of it once: it is tried again after all others


@dataclass(frozen=True, slots=True)
class PartResult:
    """One row of the table `parts`."""

    number: int  # its place in the plan, from 1
    status: PartStatus
    picture: StoredPicture | None  # while it is kept
    revision: str | None  # the commit of its weights
    loras: tuple[AskedLora, ...]  # at the commits that were really put on
    remarks: tuple[str, ...]
    device: str | None
    seconds: float | None  # the executor's time for the picture
    clip_score: float | None  # 0 to 100
    clip: str | None  # by which CLIP model
    failure: str | None  # a FailureKind's value
    notice: str | None  # what its member reads of a failure
    # Of all that it was painted with, by repo.
    commits: Mapping[str, str] = field(default_factory=dict[str, str], hash=False)
    unsafe: float | None = None  # 0 to 1, where it was looked at
    screened_by: str | None = None  # by which tool
    blocked_sha256: str | None = None  # the hash of a picture that was thrown away for that

    @classmethod
    def from_row(cls, row: sqlite3.Row) -> Self:
        """Read a row of `parts`."""
        path = row["picture_path"]
        return cls(
            number=row["number"],
            status=PartStatus(row["status"]),
            picture=None if path is None else StoredPicture(path, row["picture_sha256"]),
            loras=tuple(AskedLora.model_validate(lora) for lora in json.loads(row["loras"])),
            remarks=tuple(json.loads(row["remarks"])),
            commits=json.loads(row["commits"]),
            **{name: row[name] for name in _PLAIN},
        )


#: Columns that stand in a PartResult as they are.
_PLAIN = (
    *("revision", "device", "seconds", "clip_score", "clip"),
    *("unsafe", "screened_by", "blocked_sha256", "failure", "notice"),
)


class PartStore:
    """Notes what became of parts. What a method writes is on the disk when it returns."""

    def __init__(self, database: Database, now: Callable[[], float] = time.time) -> None:
        """`now` gives seconds since the epoch."""
        self._database = database
        self._now = now

    async def of(self, job_id: int) -> dict[int, PartResult]:
        """Those of a job that something became of, by their numbers."""
        rows = await self._database.fetch_all(
            "SELECT * FROM parts WHERE job_id = ? ORDER BY number", (job_id,)
        )
        return {row["number"]: PartResult.from_row(row) for row in rows}

    async def paint(
        self, job_id: int, number: int, picture: Picture, stored: StoredPicture
    ) -> PartResult:
        """Its picture is on disk."""
        return await self._put(
            job_id,
            number,
            PartStatus.PAINTED,
            picture_path=stored.path,
            picture_sha256=stored.sha256,
            pixels_sha256=picture.pixels,
            revision=picture.revision,
            loras=json.dumps([lora.model_dump() for lora in picture.loras]),
            remarks=json.dumps(picture.remarks),
            commits=json.dumps(picture.commits, sort_keys=True),
            device=picture.device,
            seconds=picture.seconds,
            unsafe=picture.unsafe,
            screened_by=picture.screened_by,
        )

    async def refuse(self, job_id: int, number: int, blocked: Blocked, notice: str) -> PartResult:
        """Its picture may not be shown where it was asked for: hashes and score remain."""
        painted = await self._database.fetch_one(
            "SELECT pixels_sha256 FROM parts WHERE job_id = ? AND number = ?", (job_id, number)
        )
        return await self._put(
            *(job_id, number, PartStatus.FAILED),
            failure=FailureKind.UNSAFE,
            notice=notice,
            detail=UNSAFE,
            pixels_sha256=painted and painted["pixels_sha256"],
            **blocked._asdict(),
        )

    async def fail(
        self, job_id: int, number: int, kind: FailureKind, notice: str, detail: str
    ) -> PartResult:
        """It has come to nothing; its member reads `notice`."""
        return await self._put(
            job_id, number, PartStatus.FAILED, failure=kind, notice=notice, detail=detail
        )

    async def note_death(self, job_id: int, number: int) -> None:
        """Its worker died of it."""
        await self._put(job_id, number, PartStatus.DIED)

    async def forget(self, job_id: int) -> None:
        """Note that no picture of that job's parts is on disk any more. Their hashes stay."""
        await self._database.write(
            "UPDATE parts SET picture_path = NULL, picture_sha256 = NULL,"
            " gone_sha256 = picture_sha256 WHERE job_id = ? AND picture_path IS NOT NULL",
            (job_id,),
        )

    async def score(self, job_id: int, number: int, score: float, clip: str) -> None:
        """How well its picture fits its words, by that CLIP model."""
        await self._database.write(
            "UPDATE parts SET clip_score = ?, clip = ? WHERE job_id = ? AND number = ?",
            (score, clip, job_id, number),
            durable=False,
        )

    async def _put(
        self, job_id: int, number: int, status: PartStatus, **fields: object
    ) -> PartResult:
        columns: Mapping[str, Any] = {
            "job_id": job_id,
            "number": number,
            "status": status,
            "ended_at": self._now(),
            **fields,
        }
        marks = ", ".join("?" * len(columns))
        # The names are this module's own; every value is bound.
        sql = (
            f"INSERT OR REPLACE INTO parts ({', '.join(columns)})"  # noqa: S608
            f" VALUES ({marks}) RETURNING *"
        )
        row = await (await self._database.write(sql, tuple(columns.values()))).fetchone()
        assert row is not None  # RETURNING of an INSERT that did not raise
        return PartResult.from_row(row)
