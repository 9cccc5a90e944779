"""A session: one client's numbered stream of events, which outlives the sockets that carry it."""

import json
import secrets
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Protocol

from playground.gateway.protocol import Intents, Op
from playground.world import User

# How many events a client may have missed and still resume.
BUFFERED_EVENTS = 2_000


class Carrier(Protocol):
    """What a session needs of the websocket that carries it. Nothing here waits."""

    session: "Session | None"

    def send(self, frame: str) -> None:
        """Send a frame that is JSON already."""

    def send_op(self, op: Op, data: Any = None) -> None:
        """Send a frame that is no event."""

    def close(self, code: int, reason: str = "") -> None:
        """Hang up after what was sent before."""

    def mute(self, muted: bool) -> None:
        """Hold all frames back, or let what was held back go."""

    def compress_payloads(self) -> None:
        """Compress each large frame by itself, where the connection is not compressed anyway."""


@dataclass(slots=True)
class Presence:
    """How a user wants to appear to others."""

    status: str = "online"
    activities: list[dict[str, Any]] = field(default_factory=list)


class Session:
    """What an IDENTIFY began. Its events are numbered and kept, so that a RESUME replays them."""

    def __init__(
        self,
        user: User,
        intents: Intents | None = None,
        shard: tuple[int, int] | None = None,
        *,
        large_threshold: int = 50,
    ) -> None:
        """Begins with no event sent and no websocket."""
        self.id = secrets.token_hex(16)
        self.user = user
        self.intents = intents  # None for a person: everything they may see
        self.shard = shard
        self.large_threshold = large_threshold  # of larger guilds only some members are told
        self.presence = Presence()
        self.sequence = 0
        self.connection: Carrier | None = None
        self.left_at: float | None = None  # since when it has no connection
        self._sent: deque[tuple[int, str]] = deque(maxlen=BUFFERED_EVENTS)

    def dispatch(self, event: str, data: dict[str, Any]) -> None:
        """Number an event, keep it, and send it where a websocket is there to carry it."""
        frame = self._number(event, data)
        self._sent.append((self.sequence, frame))
        if self.connection is not None:
            self.connection.send(frame)

    def resume(self, connection: Carrier, sequence: int) -> bool:
        """Go on over another websocket after the event `sequence`.

        False where the events since are no longer all kept: the client then has to identify anew.
        """
        missed = [(number, frame) for number, frame in self._sent if number > sequence]
        if len(missed) < self.sequence - sequence:
            return False
        self.connection = connection
        self.left_at = None
        for _, frame in missed:
            connection.send(frame)
        # Numbered and kept like any other event: a gap would make the next RESUME look incomplete.
        self.dispatch("RESUMED", {"_trace": ["playground"]})
        return True

    def serves(self, guild_id: int | None) -> bool:
        """Whether the events of a guild (None: of DMs) go to this shard."""
        if self.shard is None:
            return True
        number, count = self.shard
        return ((guild_id or 0) >> 22) % count == number

    def hears(self, intent: Intents | None) -> bool:
        """Whether the client asked for the events behind an intent."""
        return intent is None or self.intents is None or bool(self.intents & intent)

    def _number(self, event: str, data: dict[str, Any]) -> str:
        self.sequence += 1
        return json.dumps(
            {"op": Op.DISPATCH, "t": event, "s": self.sequence, "d": data},
            separators=(",", ":"),
        )
