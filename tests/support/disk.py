"""A disk that takes, or gives, nothing for a while, and one that has little room."""

import asyncio
import os
from pathlib import Path
from typing import Any

import pytest

from bot.database import StorageFull

FULL = StorageFull(Path("easel.sqlite"), "database or disk is full")


async def mount_small(folder: Path, size: str) -> None:
    """Have an empty file system there that takes no more; whoever calls unmounts it.

    Skips the test on a machine that lets nobody mount one. In CI that fails: nobody would see it.
    """
    mounting = await asyncio.create_subprocess_exec(
        "mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)
    )
    if await mounting.wait() == 0:
        return
    why = "a small file system can't be mounted here"
    if os.environ.get("CI"):
        pytest.fail(why)
    pytest.skip(why)


class Disk:
    """Has no room for some methods' writes until `room` is set."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.room = asyncio.Event()
        self.refused = asyncio.Event()
        self._monkeypatch = monkeypatch

    def refuses(self, owner: object, name: str, error: Exception = FULL) -> None:
        write = getattr(owner, name)

        async def refuse(*args: Any, **options: Any) -> object:
            if self.room.is_set():
                return await write(*args, **options)
            self.refused.set()
            raise error

        self._monkeypatch.setattr(owner, name, refuse)

    async def was_asked_often(self) -> None:
        async with asyncio.timeout(5):
            await self.refused.wait()
        await asyncio.sleep(0.1)
