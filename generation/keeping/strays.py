"""Strays: pictures of jobs that a database, restored or begun anew, knows nothing of.

Nothing but these files tells that the jobs were there. So they are put aside, where retention
leaves them alone, and their ids are not given to other jobs.
"""

import asyncio
import logging
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from generation.database import Database

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Aside:
    """What was put aside."""

    pictures: int
    folder: Path


async def notice_strays(database: Database, data_dir: Path) -> Aside | None:
    """At a start: put them aside where some are newer than all that the database knows.

    A job's row is on the disk before its picture, so that is never so in the course of things.
    Raises OSError and the database's errors.
    """
    highest = await asyncio.to_thread(_highest_id, data_dir)
    if highest <= await _last_id(database):
        return None
    aside = await put_aside(database, data_dir, "this-database")
    if aside.pictures:
        log.warning(
            "The database knows nothing of %d pictures; they are in %s now",
            aside.pictures,
            aside.folder,
        )
    return aside


async def put_aside(database: Database, data_dir: Path, before: str) -> Aside:
    """Move pictures that no row names to backups/pictures-before-…, and count on above their ids.

    With them goes what was brought along for them. Nothing may be painted meanwhile. Raises OSError
    and the database's errors.
    """
    rows = await database.fetch_all(
        "SELECT picture_path FROM jobs WHERE picture_path IS NOT NULL"
        " UNION ALL SELECT picture_path FROM parts WHERE picture_path IS NOT NULL"
    )
    named = {row["picture_path"] for row in rows}
    now = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%fZ")
    folder = data_dir / "backups" / f"pictures-before-{before}-{now}"
    rows = await database.fetch_all(
        "SELECT DISTINCT image ->> 'sha256' AS sha256 FROM jobs WHERE image IS NOT NULL"
    )
    brought = {row["sha256"] for row in rows}
    await asyncio.to_thread(_move_inputs, data_dir, brought, folder)
    moved = await asyncio.to_thread(_move, data_dir, named, folder)
    # What was put aside counts too: an earlier attempt may have been cut off here.
    highest = await asyncio.to_thread(_highest_id, data_dir)
    async with database.transaction() as connection:
        if await _last_id(database) < highest:
            await connection.execute("DELETE FROM sqlite_sequence WHERE name = 'jobs'")
            await connection.execute("INSERT INTO sqlite_sequence VALUES ('jobs', ?)", (highest,))
    return Aside(moved, folder)


async def _last_id(database: Database) -> int:
    """The highest id a job of this database ever had; 0 before the first."""
    row = await database.fetch_one("SELECT seq FROM sqlite_sequence WHERE name = 'jobs'")
    return 0 if row is None else row["seq"]


def _highest_id(data_dir: Path) -> int:
    ids = [0]
    for pictures in (data_dir / "pictures", *(data_dir / "backups").glob("pictures-before-*")):
        # The folders' names grow with the ids. Only the last one has to be read.
        for folder in sorted(pictures.glob("[0-9]*"), reverse=True):
            if found := [_id(path) for path in _numbered(folder)]:
                ids += found
                break
    return max(ids)


def _move(data_dir: Path, named: set[str], folder: Path) -> int:
    strays = [
        path
        for path in _numbered(data_dir / "pictures", "*/")
        if path.relative_to(data_dir).as_posix() not in named
    ]
    # The newest last: as long as it is there, a start takes up what was cut off. After a restore,
    # which counts on above it, the mark in the database does that.
    for path in sorted(strays, key=_id):
        target = folder / path.relative_to(data_dir / "pictures")
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        shutil.move(path, target)
    return len(strays)


def _move_inputs(data_dir: Path, named: set[str], folder: Path) -> None:
    for path in (data_dir / "inputs").glob("*"):
        if path.name not in named:
            target = folder / "inputs" / path.name
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            shutil.move(path, target)


def _numbered(folder: Path, below: str = "") -> Iterator[Path]:
    """The files that are named by a job's id, and perhaps by the number of a part of it."""
    return (
        path
        for path in folder.glob(f"{below}*.png")
        if all(number.isdecimal() for number in path.stem.split("-"))
    )


def _id(path: Path) -> int:
    return int(path.stem.split("-")[0])
