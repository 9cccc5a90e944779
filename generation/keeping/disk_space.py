"""Whether the disk has room for more pictures."""

import asyncio
import shutil
import time
from collections.abc import Callable
from pathlib import Path

#: How long a look at the free space holds (seconds): a disk is not filled in one.
_LOOK_S = 1.0


class DiskSpace:
    """That of the data folder, looked at now and then."""

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
        """Whether less than the floor is free, by a look a second old at most. Raises OSError."""
        now = self._now()
        if self._looked is None or now - self._looked[0] >= _LOOK_S:
            self._looked = now, await asyncio.to_thread(self._free, self._folder)
        return self._looked[1] < self._floor


def _free_bytes(folder: Path) -> int:
    return shutil.disk_usage(folder).free
