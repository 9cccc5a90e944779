"""Pictures that members bring along, on disk under the data folder, each named by its hash.

Whoever brings the same picture twice has it there once: several jobs may name it.
"""

import asyncio
import hashlib
import os
import secrets
import stat
import threading
import time
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, PositiveInt

_FOLDER = "inputs"


class InputImage(BaseModel):
    """A picture that was brought along: PNG, RGB, as `generation.imaging` left it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")  # of the bytes as they are kept
    width: PositiveInt  # pixels
    height: PositiveInt
    #: The hash of its pixels, where it came from outside: it may be a picture of ours.
    pixels: str | None = Field(default=None, pattern=r"^[0-9a-f]{64}$")

    @property
    def path(self) -> str:
        """Where it lies, relative to the data folder."""
        return f"{_FOLDER}/{self.sha256}"


class InputStore:
    """Writes them so that a file that is there is whole, and reads them back checked."""

    def __init__(self, data_dir: Path) -> None:
        """They lie in `data_dir`/inputs."""
        self._data_dir = data_dir
        # Between a look at a file and its removal nobody may come to rely on it.
        self._changing = threading.Lock()
        self._holds: Counter[str] = Counter()  # by how many requests on their way to a row

    async def save(
        self,
        png: bytes,
        width: int,
        height: int,
        pixels: str | None = None,
        *,
        held: bool = False,
    ) -> InputImage:
        """Write the bytes durably, if they are not there yet; `width` x `height` pixels.

        `pixels` is the hash of those. Retention leaves them alone for a while, until a job's row
        names them. `held`: nobody deletes them before `release`. Raises OSError.
        """
        image = InputImage(sha256=_hash(png), width=width, height=height, pixels=pixels)
        if held:
            self._holds[image.sha256] += 1  # first: the same file may just be going
        try:
            await asyncio.to_thread(self._save, image, png)
        except BaseException:
            if held:
                self.release(image)
            raise
        return image

    def release(self, image: InputImage) -> None:
        """Whoever held it has its row now, or asks for nothing with it after all."""
        self._holds[image.sha256] -= 1
        if not self._holds[image.sha256]:
            del self._holds[image.sha256]

    def held(self) -> set[str]:
        """The hashes of those that requests hold on their way to a row.

        Asked before the rows are: whoever has let go by then has theirs.
        """
        return set(self._holds)

    async def load(self, image: InputImage) -> bytes:
        """Read the bytes back.

        Raises OSError; ValueError where they are not those that were written.
        """
        return await asyncio.to_thread(self._load, image)

    def files(self) -> dict[str, tuple[int, float]]:
        """All files there are, by their path: bytes, and when somebody last brought them.

        Not for the event loop. Raises OSError.
        """
        found: dict[str, tuple[int, float]] = {}
        for path in (self._data_dir / _FOLDER).glob("*"):
            try:
                about = path.stat()
            except FileNotFoundError:
                continue  # renamed, or swept, since it was listed
            if stat.S_ISREG(about.st_mode):
                found[f"{_FOLDER}/{path.name}"] = (about.st_size, about.st_mtime)
        return found

    def delete(self, paths: Iterable[str], before: float) -> int:
        """Remove files that nobody holds, or brought since `before`; how many those were.

        Not for the event loop. Raises OSError.
        """
        gone = 0
        for name in paths:
            path = self._data_dir / name
            with self._changing:
                try:
                    if path.name not in self._holds and path.stat().st_mtime < before:
                        path.unlink()
                        gone += 1
                except FileNotFoundError:
                    continue
        return gone

    def _save(self, image: InputImage, png: bytes) -> None:
        target = self._data_dir / image.path
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._changing:
            if _is_whole(target, image.sha256):
                now = time.time()
                os.utime(target, (now, now))
                return
            temporary = target.with_suffix(f".{secrets.token_hex(4)}.part")
            try:
                with open(temporary, "wb", opener=_private) as file:
                    file.write(png)
                    file.flush()
                    # The name first: then one fsync brings both to the disk, as with painted ones.
                    temporary.replace(target)
                    os.fsync(file.fileno())
            except OSError:
                # On a full disk above all: what was begun must not keep the room that is missing.
                temporary.unlink(missing_ok=True)
                raise

    def _load(self, image: InputImage) -> bytes:
        data = (self._data_dir / image.path).read_bytes()
        if _hash(data) != image.sha256:
            raise ValueError(f"{image.path} has changed on disk since it was brought")
        return data


def _is_whole(path: Path, sha256: str) -> bool:
    """Whether it is there, and not the half that a cut of the power left."""
    try:
        return _hash(path.read_bytes()) == sha256
    except FileNotFoundError:
        return False


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _private(path: str, flags: int) -> int:
    """Open for this user alone: who may see a picture is decided where it is posted."""
    return os.open(path, flags, 0o600)
