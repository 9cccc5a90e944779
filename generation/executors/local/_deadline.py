"""How long a run may take, and until when it may go on, however often that changes."""

import asyncio
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """How long what may take, in seconds."""

    job_s: float  # painting, loading left out; and as long again for encoding
    load_s: float  # loading, or a download that brings nothing
    grace_s: float  # from a cancellation to the worker being killed, if no step takes longer


class Deadline:
    """None yet. Times are the event loop's, in seconds."""

    def __init__(self) -> None:
        """Nothing is limited."""
        self.at: float | None = None
        self._limit: asyncio.Timeout | None = None

    def limited(self) -> asyncio.Timeout:
        """A context that raises TimeoutError at the deadline, wherever that is moved meanwhile."""
        self._limit = asyncio.timeout_at(self.at)
        return self._limit

    def move(self, seconds: float, *, only_nearer: bool = False) -> None:
        """Move it to `seconds` from now."""
        at = asyncio.get_running_loop().time() + seconds
        if not only_nearer or self.at is None or at < self.at:
            self.at = at
        if self._limit is not None and not self._limit.expired():
            try:
                self._limit.reschedule(self.at)
            except RuntimeError:
                self._limit = None  # not waiting just now: the next wait takes the new deadline
