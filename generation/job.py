"""A job: a request on its way, from the row that admits it to the picture its member sees.

This module alone says which steps a job may take; the store enforces it.
"""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple, Self

from generation.pictures import StoredPicture
from generation.request import GenerationRequest


class JobStatus(StrEnum):
    """Where a job stands."""

    QUEUED = "queued"  # committed, waiting for an executor
    RUNNING = "running"  # an executor has it
    GENERATED = "generated"  # the picture is on disk, not yet where its member sees it
    DELIVERED = "delivered"  # posted
    FAILED = "failed"  # came to nothing, and its member was told
    CANCELLED = "cancelled"  # ended by its member or a moderator
    UNDELIVERABLE = "undeliverable"  # painted, but there is no place left to post it


#: From each status, the statuses that may follow. A status without followers is final.
TRANSITIONS: dict[JobStatus, frozenset[JobStatus]] = {
    JobStatus.QUEUED: frozenset({JobStatus.RUNNING, JobStatus.FAILED, JobStatus.CANCELLED}),
    JobStatus.RUNNING: frozenset(
        # Back to queued when the bot or the worker went away under it.
        {JobStatus.QUEUED, JobStatus.GENERATED, JobStatus.FAILED, JobStatus.CANCELLED}
    ),
    # Failed where its channel has changed so that the picture may not be shown there any more, and
    # where its file is gone from the disk.
    JobStatus.GENERATED: frozenset(
        {JobStatus.DELIVERED, JobStatus.UNDELIVERABLE, JobStatus.FAILED}
    ),
    JobStatus.DELIVERED: frozenset(),
    JobStatus.FAILED: frozenset(),
    JobStatus.CANCELLED: frozenset(),
    JobStatus.UNDELIVERABLE: frozenset(),
}


def sources(status: JobStatus) -> frozenset[JobStatus]:
    """The statuses from which `status` may be reached."""
    return frozenset(source for source, targets in TRANSITIONS.items() if status in targets)


@dataclass(frozen=True, slots=True)
class Origin:
    """Who asked, where, and where the answer goes.

    Plain ids, never an object of the chat library.
    """

    user_id: int
    guild_id: int | None  # None in direct messages
    channel_id: int
    interaction_id: int
    message_id: int  # the answer that was promised; the picture is an edit of it
    application_id: int
    # Lets the answer be edited for 15 minutes; gone from the row at the job's end.
    token: str | None
    file_limit: int | None = None  # bytes a file may have there, if that is known
    private: bool = False  # only the user sees the answer


@dataclass(frozen=True, slots=True)
class Posted:
    """Where an answer went that did not reach its promised message."""

    channel_id: int
    message_id: int


class PartPlace(NamedTuple):
    """Which of several pictures that are one job."""

    number: int  # from 1
    total: int


@dataclass(frozen=True, slots=True)
class Job:
    """One row of the table `jobs`. Times are seconds since the epoch."""

    id: int
    status: JobStatus
    request: GenerationRequest
    revision: str | None  # the commit of the weights: pinned, or what was really loaded
    origin: Origin | None  # None for a picture asked for on the command line
    attempts: int
    queued_at: float
    started_at: float | None
    generated_at: float | None
    finished_at: float | None
    device: str | None
    seconds: float | None  # the executor's time for the picture
    picture_path: str | None  # below the data folder
    picture_sha256: str | None
    failure: str | None  # a FailureKind's value
    detail: str | None  # for the host's eyes
    notice: str | None = None  # what the member reads of a failure
    told_at: float | None = None  # when its end was shown
    cancel_asked_at: float | None = None  # when somebody wanted it to end
    cancel_asked_by: str | None = None  # who that was, if not its owner
    posted: Posted | None = None
    remarks: tuple[str, ...] = ()  # what was said of the request when it was taken
    removed_sha256: str | None = None  # the hash of a picture that the host removed
    unsafe: float | None = None  # how unsafe its picture is, 0 to 1, where it was looked at
    screened_by: str | None = None  # by which tool
    blocked_sha256: str | None = None  # the hash of a picture that was thrown away for that
    # Of all that it was painted with, by repo.
    commits: Mapping[str, str] = field(default_factory=dict[str, str], hash=False)
    cut_off: int = 0  # how often the process ended without a word while it ran
    weight: float = 1.0  # its member's share in the guild, as it was when the job was admitted
    part: "PartPlace | None" = None  # where it is only that part of a job, with its request

    @property
    def picture(self) -> StoredPicture | None:
        """Where its picture lies, while it is kept."""
        if self.picture_path is None or self.picture_sha256 is None:
            return None
        return StoredPicture(self.picture_path, self.picture_sha256)

    def keeps_parts_for(self, detail: str | None) -> bool:
        """Whether it ends with what is painted of it where that one cancels it.

        So it does where it is several pictures and its own member is who does (None).
        """
        return detail is None and bool(self.request.parts)

    @property
    def leaves_nothing(self) -> bool:
        """Whether nobody may see what was painted of it: another than its member cancelled it."""
        return self.status is JobStatus.CANCELLED and self.detail is not None

    @classmethod
    def from_row(cls, row: sqlite3.Row) -> Self:
        """Read a row of `jobs`."""
        # A row looks each name up among all of its columns' names.
        values = dict(zip(row.keys(), row, strict=True))
        return cls(
            id=values["id"],
            status=JobStatus(values["status"]),
            request=_request(*(values[name] for name in _OF_REQUEST)),
            revision=values["revision"],
            origin=_origin(values),
            posted=_posted(values),
            remarks=tuple(_read(values["remarks"])),
            commits=_read(values["commits"]),
            **{name: values[name] for name in _PLAIN},
        )


#: Columns that stand in a Job as they are.
_PLAIN = (
    "attempts",
    "queued_at",
    "started_at",
    "generated_at",
    "finished_at",
    "device",
    "seconds",
    "picture_path",
    "picture_sha256",
    "failure",
    "detail",
    "notice",
    "told_at",
    "cancel_asked_at",
    "cancel_asked_by",
    "removed_sha256",
    "unsafe",
    "screened_by",
    "blocked_sha256",
    "cut_off",
    "weight",
)


#: Columns that make the request: those that stand there as they are, flags, and JSON.
_AS_THEY_ARE = (
    "model",
    "prompt",
    "negative_prompt",
    "num_inference_steps",
    "guidance_scale",
    "width",
    "height",
    "seed",
    "strength",
    "varied",
)
_FLAGS = ("seed_given", "rounds_up")
_JSON = ("loras", "image", "faces", "upscale", "plan")
_OF_REQUEST = (*_AS_THEY_ARE, *_FLAGS, *_JSON)


@lru_cache(256)  # a row is read anew with each of its steps, and this never changes
def _request(*columns: Any) -> GenerationRequest:
    values = dict(zip(_OF_REQUEST, columns, strict=True))
    parts = _read(values.pop("plan"))
    plain = {name: values[name] for name in _AS_THEY_ARE}
    flags = {name: bool(values[name]) for name in _FLAGS}
    read = {name: _read(values[name]) for name in _JSON if name != "plan"}
    return GenerationRequest(**plain, **flags, **read, parts=parts)


def _read(column: str | None) -> Any:
    """What stands there as JSON; in most rows that is nothing."""
    match column:
        case None:
            return None
        case "[]":
            return []
        case "{}":
            return {}
        case _:
            return json.loads(column)


def _origin(row: Mapping[str, Any]) -> Origin | None:
    if row["user_id"] is None:
        return None
    return Origin(
        user_id=row["user_id"],
        guild_id=row["guild_id"],
        channel_id=row["channel_id"],
        interaction_id=row["interaction_id"],
        message_id=row["message_id"],
        application_id=row["application_id"],
        token=row["interaction_token"],
        file_limit=row["file_limit"],
        private=bool(row["private"]),
    )


def _posted(row: Mapping[str, Any]) -> Posted | None:
    if row["posted_message_id"] is None:
        return None
    return Posted(row["posted_channel_id"], row["posted_message_id"])
