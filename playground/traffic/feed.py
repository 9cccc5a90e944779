"""Keeps the latest items and hands new ones to whoever listens; nobody is ever waited for."""

import asyncio
import contextlib
import itertools
import json
import secrets
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

KEPT = 500
# So many items may wait for one listener; more are lost to it.
WAITING = 1_000

Describe = Callable[[], dict[str, Any]]


class Item:
    """One exchange or frame. It is written out when somebody first reads it, if ever."""

    def __init__(self, identifier: int, kind: str, describe: Describe) -> None:
        """`describe` gives the fields of the item besides its id and kind."""
        self.id = identifier
        self.kind = kind
        self._describe: Describe | None = describe
        self._text = ""

    @property
    def text(self) -> str:
        """The item as JSON."""
        if self._describe is not None:
            whole = {"id": self.id, "kind": self.kind, **self._describe()}
            self._text = json.dumps(whole, separators=(",", ":"))
            self._describe = None  # what it held on to may go
        return self._text


@dataclass(slots=True)
class Lost:
    """In place of items that a listener was too slow for."""

    count: int


class Listener:
    """One reader's items, in order; `after` the id of the last one it has seen."""

    def __init__(self, kept: list[Item]) -> None:
        """Begins with what is kept."""
        self._waiting: deque[Item | Lost] = deque(kept)
        self._news = asyncio.Event()
        self._closed = False

    def put(self, item: Item) -> None:
        """Hand on an item, or note that it is lost."""
        if len(self._waiting) < WAITING:
            self._waiting.append(item)
        elif isinstance(last := self._waiting[-1], Lost):
            last.count += 1
        else:
            self._waiting.append(Lost(1))
        self._news.set()

    def close(self) -> None:
        """Let `next` return None once all is read."""
        self._closed = True
        self._news.set()

    async def next(self) -> Item | Lost | None:
        """The next item, as soon as there is one; None at the end."""
        while not self._waiting:
            if self._closed:
                return None
            self._news.clear()
            await self._news.wait()
        return self._waiting.popleft()


class Feed:
    """The latest items, and who listens for new ones. `run` names this server's life."""

    def __init__(self) -> None:
        """Nothing has passed."""
        self.run = secrets.token_hex(4)
        self._kept: deque[Item] = deque(maxlen=KEPT)
        self._ids = itertools.count(1)
        self._listeners: set[Listener] = set()

    def add(self, kind: str, describe: Describe) -> None:
        """Something passed; `describe` is only called if somebody reads it."""
        item = Item(next(self._ids), kind, describe)
        self._kept.append(item)
        for listener in self._listeners:
            listener.put(item)

    def kept(self, after: int = 0) -> list[Item]:
        """The latest items, oldest first; only those after the id `after`."""
        return [item for item in self._kept if item.id > after]

    @contextlib.contextmanager
    def listen(self, kept: list[Item]) -> Iterator[Listener]:
        """Listen to what is kept, then to what comes, until the context ends."""
        listener = Listener(kept)
        self._listeners.add(listener)
        try:
            yield listener
        finally:
            self._listeners.discard(listener)

    def close(self) -> None:
        """End all streams, since the server ends."""
        for listener in self._listeners:
            listener.close()
