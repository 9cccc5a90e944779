"""Rate limits as Discord counts them: a bucket a route and major parameter, told in headers.

They are enforced for the bot only; a person's client is slow by itself.
"""

import hashlib
import math
import re
from dataclasses import dataclass
from typing import NamedTuple

from playground.clock import Clock


class Limit(NamedTuple):
    """So many requests in so many seconds."""

    requests: int
    seconds: float


# Discord does not publish its numbers and tells clients to read the headers; these are as observed.
_DEFAULT = Limit(50, 1.0)
_LIMITS = {
    ("POST", "/channels/{channel_id}/messages"): Limit(5, 5.0),
    ("PATCH", "/channels/{channel_id}/messages/{message_id}"): Limit(5, 5.0),
    ("DELETE", "/channels/{channel_id}/messages/{message_id}"): Limit(5, 1.0),
    ("POST", "/channels/{channel_id}/typing"): Limit(5, 5.0),
    ("POST", "/users/@me/channels"): Limit(10, 10.0),
    ("POST", "/webhooks/{application_id}/{token}"): Limit(5, 2.0),
    ("PATCH", "/webhooks/{application_id}/{token}/messages/{message_id}"): Limit(5, 2.0),
    ("PUT", "/applications/{application_id}/commands"): Limit(5, 20.0),
}
# A callback is bound by its three seconds and by nothing else.
_UNLIMITED = "/interactions/{interaction_id}/{token}/callback"
_MAJOR = re.compile(r"^/(channels|guilds)/[^/]+|^/webhooks/[^/]+/[^/]+")


@dataclass(slots=True)
class _Window:
    ends_at: float
    used: int = 0


class Verdict(NamedTuple):
    """What is told of a request: its headers, and how long to wait if it came too soon."""

    headers: dict[str, str]
    retry_after: float | None


class RateLimits:
    """The buckets of all routes."""

    def __init__(self, clock: Clock) -> None:
        """All buckets are full; windows end by `clock`."""
        self._clock = clock
        self._windows: dict[tuple[str, str], _Window] = {}

    def count(self, method: str, template: str, path: str, *, enforce: bool) -> Verdict:
        """Count a request to a route (`template` with names, `path` with values)."""
        if template == _UNLIMITED:
            return Verdict({}, None)
        limit = _LIMITS.get((method, template), _DEFAULT)
        bucket = hashlib.sha256(f"{method} {template}".encode()).hexdigest()[:32]
        major = _MAJOR.match(path)
        key = (bucket, major[0] if major else "")
        now = self._clock.now()
        window = self._windows.get(key)
        if window is None or window.ends_at <= now:
            self._forget(now)
            window = self._windows[key] = _Window(now + limit.seconds)
        over = enforce and window.used >= limit.requests
        if not over:
            window.used += 1
        left = window.ends_at - now
        headers = {
            "X-RateLimit-Limit": str(limit.requests),
            "X-RateLimit-Remaining": str(max(0, limit.requests - window.used)),
            "X-RateLimit-Reset": f"{window.ends_at:.3f}",
            "X-RateLimit-Reset-After": f"{left:.3f}",
            "X-RateLimit-Bucket": bucket,
        }
        if not over:
            return Verdict(headers, None)
        headers |= {"X-RateLimit-Scope": "user", "Retry-After": str(math.ceil(left))}
        return Verdict(headers, left)

    def _forget(self, now: float) -> None:
        """Drop windows that are over, once there are many: every interaction brings its own."""
        if len(self._windows) > 1_000:
            self._windows = {k: w for k, w in self._windows.items() if w.ends_at > now}
