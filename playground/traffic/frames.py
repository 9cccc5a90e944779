"""Gateway frames as items of the feed."""

from functools import partial
from typing import TYPE_CHECKING, Any

from playground.clock import Clock
from playground.gateway.protocol import Op
from playground.traffic import body
from playground.traffic.feed import Feed

if TYPE_CHECKING:
    from playground.gateway.session import Session


class FrameTap:
    """To be called with each frame of the gateway; puts it into the feed."""

    def __init__(self, feed: Feed, clock: Clock) -> None:
        """Puts frames into `feed`, with the time of `clock`."""
        self._feed = feed
        self._clock = clock

    def __call__(self, direction: str, session: "Session | None", frame: Any) -> None:
        """Take a frame: direction "out" is to the client, `session` None before IDENTIFY."""
        at = self._clock.now()
        self._feed.add("gateway", partial(_describe, direction, session, frame, at))


def _describe(direction: str, session: "Session | None", frame: Any, at: float) -> dict[str, Any]:
    # A client may send any JSON.
    fields = frame if isinstance(frame, dict) else {}
    user = None if session is None else session.user
    return {
        "at": round(at, 3),
        "direction": direction,
        "from": None if user is None else ("bot" if user.bot else "person"),
        "who": "nobody" if user is None else ("bot" if user.bot else user.username),
        "session": None if session is None else session.id[:8],
        "shard": list(session.shard) if session is not None and session.shard else None,
        "op": fields.get("op"),
        "op_name": _name(fields.get("op")),
        "event": fields.get("t"),
        "seq": fields.get("s"),
        "data": body.of_json(fields.get("d")),
    }


def _name(op: Any) -> str:
    try:
        return Op(op).name
    except ValueError:
        return f"OP {op}"
