"""Messages over an hour old may only be edited now and then (30046)."""

from collections import deque

from playground import errors
from playground.clock import Clock
from playground.errors import ApiError
from playground.world import Message

OLD_S = 3600.0
# Discord does not tell its numbers; these make a bot that goes on animating an old message notice.
EDITS = 5
WINDOW_S = 60.0


class OldEdits:
    """Counts the edits of old messages, a channel at a time."""

    def __init__(self, clock: Clock) -> None:
        """None yet. `allowed` edits in `window_s` seconds may be set by a test."""
        self.allowed = EDITS
        self.window_s = WINDOW_S
        self._clock = clock
        self._by_channel: dict[int, deque[float]] = {}

    def count(self, message: Message) -> None:
        """Count an edit, if the message is old; raises 30046 where there were too many."""
        now = self._clock.now()
        if now - message.created_at <= OLD_S:
            return
        edits = self._by_channel.setdefault(message.channel_id, deque())
        while edits and edits[0] <= now - self.window_s:
            edits.popleft()
        if len(edits) >= self.allowed:
            oldest = edits[0] if edits else now
            raise ApiError(errors.TOO_MANY_EDITS, retry_after=oldest + self.window_s - now)
        edits.append(now)
