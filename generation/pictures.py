"""Finished pictures on disk, under the data folder, each named by its job's id alone.

A part of a job that is several pictures has its number behind the id: 12-2.
"""

import asyncio
import hashlib
import os
import re
import stat
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

_OWNER = re.compile(r"(\d+)[-.]")


def owner_of(path: str) -> int | None:
    """The id of the job whose picture lies there; None where that is no picture's name."""
    found = _OWNER.match(path.rpartition("/")[2])
    return None if found is None else int(found[1])


@dataclass(frozen=True, slots=True)
class StoredPicture:
    """Where a picture lies, relative to the data folder, and the hash of its bytes."""

    path: str
    sha256: str


class PictureStore:
    """Writes pictures so that a file that is there is whole, and reads them back checked."""

    def __init__(self, data_dir: Path) -> None:
        """Pictures lie in `data_dir`/pictures."""
        self._data_dir = data_dir

    async def save(self, job_id: int, data: bytes, part: int | None = None) -> StoredPicture:
        """Write the bytes (PNG) durably; `part`: of several pictures that are one job.

        Raises OSError.
        """
        name = str(job_id) if part is None else f"{job_id}-{part}"
        return await asyncio.to_thread(self._save, job_id, name, data)

    async def load(self, stored: StoredPicture) -> bytes:
        """Read the bytes back.

        Raises OSError; ValueError where they are not those that were written.
        """
        return await asyncio.to_thread(self._load, stored)

    async def size(self, stored: StoredPicture) -> int:
        """How many bytes it has. Raises OSError."""
        return (await asyncio.to_thread((self._data_dir / stored.path).stat)).st_size

    def files(self) -> dict[str, tuple[int, float]]:
        """All files there are, by their path: bytes, and when they were last changed.

        Plain tuples: a hundred thousand of anything else would hold up the garbage collector.
        Not for the event loop. Raises OSError.
        """
        found: dict[str, tuple[int, float]] = {}
        for path in (self._data_dir / "pictures").rglob("*"):
            try:
                about = path.stat()
            except FileNotFoundError:
                continue  # written under another name, or swept, since it was listed
            if stat.S_ISREG(about.st_mode):
                name = path.relative_to(self._data_dir).as_posix()
                found[name] = (about.st_size, about.st_mtime)
        return found

    def delete(self, paths: Iterable[str]) -> None:
        """Remove files, those that are gone already passed over.

        Not for the event loop. Raises OSError.
        """
        for path in paths:
            (self._data_dir / path).unlink(missing_ok=True)

    async def delete_of(self, job_ids: Iterable[int], but: Collection[str] = ()) -> int:
        """Remove all files of these jobs, those too that no row names; how many. Raises OSError.

        Those whose paths are in `but` stay.
        """
        return await asyncio.to_thread(self._delete_of, frozenset(job_ids), frozenset(but))

    def _delete_of(self, job_ids: frozenset[int], but: frozenset[str]) -> int:
        gone = 0
        for number in {job_id // 1000 for job_id in job_ids}:
            for path in (self._data_dir / "pictures" / f"{number:06}").glob("*"):
                if owner_of(path.name) not in job_ids:
                    continue
                if path.relative_to(self._data_dir).as_posix() not in but:
                    path.unlink(missing_ok=True)
                    gone += path.suffix == ".png"
        return gone

    def _save(self, job_id: int, name: str, data: bytes) -> StoredPicture:
        # A thousand to a folder: some filesystems and all file managers are slow with more.
        path = Path("pictures") / f"{job_id // 1000:06}" / f"{name}.png"
        target = self._data_dir / path
        if not target.parent.is_dir():
            for folder in (target.parent.parent, target.parent):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        temporary = target.with_suffix(".part")
        try:
            with open(temporary, "wb", opener=_private) as file:
                file.write(data)
                file.flush()
                # The name first: then one fsync brings both to the disk (on ext4, XFS and btrfs).
                # A power cut in between may leave half a file under its name, but no row names it
                # yet.
                temporary.replace(target)
                os.fsync(file.fileno())
        except OSError:
            # On a full disk above all: what was begun must not keep the room that is missing.
            temporary.unlink(missing_ok=True)
            raise
        return StoredPicture(path.as_posix(), hashlib.sha256(data).hexdigest())

    def _load(self, stored: StoredPicture) -> bytes:
        data = (self._data_dir / stored.path).read_bytes()
        if hashlib.sha256(data).hexdigest() != stored.sha256:
            raise ValueError(f"{stored.path} has changed on disk since it was painted")
        return data


def _private(path: str, flags: int) -> int:
    """Open for this user alone: who may see a picture is decided where it is posted."""
    return os.open(path, flags, 0o600)
