"""A disk that takes, or gives, nothing for a while."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from bot.database import StorageFull

FULL = StorageFull(Path("easel.sqlite"), "database or disk is full")


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
