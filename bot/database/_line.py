"""Whose turn it is at the connection."""

import asyncio
from collections import deque


class Place:
    """Where somebody stands in the line."""

    def __init__(self, *, shared: bool) -> None:
        """Its turn is still to come."""
        self.shared = shared
        self.turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()


class Line:
    """One at a time, in the order in which they asked; those who share take their turn together.

    Unlike an asyncio.Lock it can be joined without waiting, so that the order is that of asking
    also where somebody else's task does the waiting.
    """

    def __init__(self) -> None:
        """Nobody is there yet."""
        self._places: deque[Place] = deque()

    def join(self, *, shared: bool = False) -> Place:
        """Take the place at the end, and wait for its `turn`; `leave` it always."""
        place = Place(shared=shared)
        self._places.append(place)
        self._call()
        return place

    def leave(self, place: Place) -> None:
        """End one's turn, or give up waiting for it."""
        self._places.remove(place)
        self._call()

    def _call(self) -> None:
        for index, place in enumerate(self._places):
            if index and not place.shared:
                return
            # One whose waiting was cancelled is done as well, and is about to leave.
            if not place.turn.done():
                place.turn.set_result(None)
            if not place.shared:
                return
