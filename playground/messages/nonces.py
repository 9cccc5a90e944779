"""Nonces: how a client that repeats a post, since it missed the answer, gets the first message."""

from playground.clock import Clock
from playground.world import Message, User

# "A few minutes", says Discord.
MEMORY_S = 300.0


class Nonces:
    """The nonces of the last minutes, each author's on their own."""

    def __init__(self, clock: Clock) -> None:
        """None yet; they are forgotten by `clock`."""
        self._clock = clock
        self._known: dict[tuple[int, str | int], tuple[float, Message]] = {}

    def message_of(self, author: User, nonce: str | int | None) -> Message | None:
        """The message which the author posted with this nonce a short while ago."""
        if nonce is None:
            return None
        sent_at, message = self._known.get((author.id, nonce), (0.0, None))
        return message if self._clock.now() - sent_at < MEMORY_S else None

    def remember(self, author: User, nonce: str | int | None, message: Message) -> None:
        """Keep a nonce, and forget those too old to matter (the oldest stand first)."""
        if nonce is None:
            return
        now = self._clock.now()
        for key, (sent_at, _) in list(self._known.items()):
            if now - sent_at < MEMORY_S:
                break
            del self._known[key]
        self._known.pop((author.id, nonce), None)
        self._known[author.id, nonce] = (now, message)
