"""How long pictures are kept: by age, by size, and files that nothing names not at all."""

import asyncio
import logging
import shutil
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from generation.pictures import PictureStore
from generation.store import JobStore, KeptPicture

log = logging.getLogger(__name__)

_INTERVAL_S = 3600.0
#: A file that no row names yet may be one whose row is just being written.
_ORPHAN_AGE_S = 3600.0
_DAY_S = 24 * 3600.0


@dataclass(frozen=True, slots=True)
class Keep:
    """What is kept; None: without end."""

    days: float | None = None
    size: int | None = None  # bytes of all pictures together


@dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep took away."""

    too_old: int = 0
    too_many: int = 0
    orphans: int = 0


class Retention:
    """Sweeps the folder of pictures now and then. Recipes stay; only pictures go."""

    def __init__(
        self,
        store: JobStore,
        pictures: PictureStore,
        keep: Keep,
        now: Callable[[], float] = time.time,
    ) -> None:
        """`now` gives seconds since the epoch."""
        self._store = store
        self._pictures = pictures
        self._keep = keep
        self._now = now

    async def run(self) -> None:
        """Sweep at once and then every hour, until cancelled."""
        while True:
            try:
                swept = await self.sweep()
            except Exception:
                # Such as a busy database. The next sweep makes it good; the bot goes on.
                log.exception("Old pictures could not be swept")
            else:
                if swept != Swept():
                    log.info("Swept %s", swept)
            await asyncio.sleep(_INTERVAL_S)

    async def sweep(self) -> Swept:
        """Take away what is not kept any more. Raises OSError and the database's errors."""
        files = await asyncio.to_thread(self._pictures.files)
        kept = await self._store.stored_pictures()
        old: list[KeptPicture] = []
        young: list[KeptPicture] = []
        for picture in kept:
            if picture.ended:
                (old if self._too_old(picture) else young).append(picture)
        excess = self._excess(young, files)
        # The rows first: a file that nothing names is swept the next time, but a row must never
        # name a file that is gone.
        await self._store.forget_pictures([picture.job_id for picture in (*old, *excess)])
        named = {picture.path for picture in kept}
        before = self._now() - _ORPHAN_AGE_S
        orphans = [
            path for path, (_, changed) in files.items() if path not in named and changed < before
        ]
        released = [picture.path for picture in (*old, *excess)]
        await asyncio.to_thread(self._pictures.delete, [*released, *orphans])
        return Swept(len(old), len(excess), len(orphans))

    def _excess(
        self, pictures: list[KeptPicture], files: Mapping[str, tuple[int, float]]
    ) -> list[KeptPicture]:
        """The oldest ones that must go for the others to fit."""
        if self._keep.size is None:
            return []
        sizes = [files.get(picture.path, (0, 0.0))[0] for picture in pictures]
        over = sum(sizes) - self._keep.size
        gone = 0
        while over > 0 and gone < len(pictures):
            over -= sizes[gone]
            gone += 1
        return pictures[:gone]

    def _too_old(self, picture: KeptPicture) -> bool:
        days = self._keep.days
        return days is not None and picture.painted_at < self._now() - days * _DAY_S


#: How long a look at the free space holds (seconds): a disk is not filled in one.
_LOOK_S = 1.0


class DiskSpace:
    """Whether there is room for more pictures."""

    def __init__(
        self,
        folder: Path,
        floor: int,
        free: Callable[[Path], int] | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """`floor`: how many bytes stay free; `free` tells how many are; `now` gives seconds."""
        self._folder = folder
        self._floor = floor
        self._free = free or _free_bytes
        self._now = now
        self._looked: tuple[float, int] | None = None  # when, and what was free

    async def is_short(self) -> bool:
        """Whether less than the floor is free, by a look of a second ago at most. Raises OSError."""
        now = self._now()
        if self._looked is None or now - self._looked[0] >= _LOOK_S:
            self._looked = now, await asyncio.to_thread(self._free, self._folder)
        return self._looked[1] < self._floor


def _free_bytes(folder: Path) -> int:
    return shutil.disk_usage(folder).free
