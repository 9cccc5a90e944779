"""Rate limits as Discord counts them: a bucket a route and top-level id, told in headers.

The limits are generous; a test, or who develops a bot, tightens them:

    playground.ratelimits.set("POST /channels/*/messages", requests=1, seconds=5)
    playground.ratelimits.set_global(requests=5, seconds=1)
    playground.ratelimits.use_observed()     # those that Discord was seen to have
    playground.ratelimits.reset()            # and whoever was banned no longer is

They are enforced for the bot only; a person's client is slow by itself.
"""

import hashlib
import math
import re
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

from playground.api_request import by_interaction_token
from playground.clock import Clock
from playground.ratelimits.invalid_requests import InvalidRequests
from playground.route_pattern import RoutePattern

Scope = Literal["user", "shared"]


class Limit(NamedTuple):
    """So many requests in so many seconds. "shared" ones do not count as invalid requests."""

    requests: int
    seconds: float
    scope: Scope = "user"


class Rule(NamedTuple):
    """The limit of a bucket, which one route or several share."""

    routes: tuple[RoutePattern, ...]
    limit: Limit

    @property
    def name(self) -> str:
        """What the bucket's hash is made of."""
        return " | ".join(route.text for route in self.routes)


def _rule(limit: Limit, *routes: str) -> Rule:
    return Rule(tuple(RoutePattern(route) for route in routes), limit)


GENEROUS = Limit(50, 1.0)
GLOBAL = Limit(50, 1.0)
# Discord does not publish its numbers and tells clients to read the headers; these are as observed.
_REACTION = "/channels/*/messages/*/reactions/*"
OBSERVED = (
    _rule(Limit(5, 5.0), "POST /channels/*/messages"),
    _rule(Limit(5, 5.0), "PATCH /channels/*/messages/*"),
    _rule(Limit(5, 1.0), "DELETE /channels/*/messages/*"),
    _rule(Limit(5, 5.0), "POST /channels/*/typing"),
    _rule(Limit(1, 0.25), f"PUT {_REACTION}/@me", f"DELETE {_REACTION}/@me"),
    _rule(Limit(10, 10.0), "POST /users/@me/channels"),
    _rule(Limit(5, 2.0), "POST /webhooks/*/*"),
    _rule(Limit(5, 2.0), "PATCH /webhooks/*/*/messages/*"),
    _rule(Limit(5, 20.0), "PUT /applications/*/commands"),
)
# A callback is bound by its three seconds and by nothing else.
_UNLIMITED = RoutePattern("POST /interactions/*/*/callback")
_TOP_LEVEL = re.compile(r"^/(channels|guilds)/[^/]+|^/webhooks/[^/]+/[^/]+")


@dataclass(slots=True)
class _Window:
    ends_at: float
    used: int = 0


class Verdict(NamedTuple):
    """What is told of a request: its headers, and how long to wait if it came too soon."""

    headers: dict[str, str]
    retry_after: float | None = None
    is_global: bool = False


class RateLimits:
    """The buckets of all routes."""

    def __init__(self, clock: Clock, invalid: InvalidRequests | None = None) -> None:
        """All buckets are full; windows end by `clock`. A reset also forgets `invalid` requests."""
        self._clock = clock
        self._invalid = InvalidRequests(clock) if invalid is None else invalid
        self._rules: list[Rule] = []  # the latest first
        self._known: tuple[Rule, ...] = ()
        self._global = GLOBAL
        self._windows: dict[tuple[str, str, str], _Window] = {}
        self.reset()

    def set(self, route: str, *, requests: int, seconds: float, scope: Scope = "user") -> None:
        """Limit the requests to a route (see RoutePattern), each top-level id by itself.

        The routes that a pattern with open ends means share one bucket. Raises ValueError.
        """
        if requests < 1 or seconds <= 0:
            raise ValueError("At least one request in more than no time.")
        rule = _rule(Limit(requests, seconds, scope), route)
        self._rules = [rule, *(each for each in self._rules if each.name != rule.name)]
        self._windows.clear()

    def set_global(self, *, requests: int, seconds: float) -> None:
        """Limit the bot's requests to all routes, but for callbacks and webhooks. ValueError."""
        if requests < 1 or seconds <= 0:
            raise ValueError("At least one request in more than no time.")
        self._global = Limit(requests, seconds)
        self._windows.clear()

    def use_observed(self) -> None:
        """Use the limits that Discord was seen to have wherever none is set."""
        self._known = OBSERVED
        self._windows.clear()

    def reset(self) -> None:
        """Go back to the generous limits, all buckets full; nobody is banned any more."""
        self._invalid.reset()
        self._rules = []
        # Routes that share a bucket at Discord share it here too.
        self._known = tuple(Rule(rule.routes, GENEROUS) for rule in OBSERVED)
        self._global = GLOBAL
        self._windows.clear()

    def told(self) -> dict[str, Any]:
        """The limits that are set, and the global one."""
        limits = [
            {"route": rule.name, **rule.limit._asdict()}
            for rule in (*self._rules, *(self._known if self._known is OBSERVED else ()))
        ]
        return {"limits": limits, "global": self._global._asdict() | {"scope": "global"}}

    def count(self, who: str, method: str, template: str, path: str, *, enforce: bool) -> Verdict:
        """Count a request of one account.

        `template` is the route with names, `path` has the values; a limit is only held against
        whom it is enforced for.
        """
        rule = next((rule for rule in self._rules if _meant(rule, method, path)), None)
        if rule is None and _UNLIMITED.matches(method, path):
            return Verdict({})
        if enforce and not by_interaction_token(path):
            left = self._take((who, "global", ""), self._global)
            if left is not None:
                return Verdict(_too_soon("global", left), left, is_global=True)
        if rule is None:
            rule = next((rule for rule in self._known if _meant(rule, method, path)), None)
        limit = GENEROUS if rule is None else rule.limit
        name = f"{method} {template}" if rule is None else rule.name
        bucket = hashlib.sha256(name.encode()).hexdigest()[:32]
        top_level = _TOP_LEVEL.match(path)
        key = (who, bucket, top_level[0] if top_level else "")
        left = self._take(key, limit, enforce=enforce)
        headers = self._headers(bucket, limit, self._windows[key])
        if left is None:
            return Verdict(headers)
        return Verdict(headers | _too_soon(limit.scope, left), left)

    def _take(
        self, key: tuple[str, str, str], limit: Limit, *, enforce: bool = True
    ) -> float | None:
        """Take a request out of a bucket; the seconds left in its window if it is empty."""
        now = self._clock.now()
        window = self._windows.get(key)
        if window is None or window.ends_at <= now:
            self._forget(now)
            window = self._windows[key] = _Window(now + limit.seconds)
        if enforce and window.used >= limit.requests:
            return window.ends_at - now
        window.used += 1
        return None

    def _headers(self, bucket: str, limit: Limit, window: _Window) -> dict[str, str]:
        return {
            "X-RateLimit-Limit": str(limit.requests),
            "X-RateLimit-Remaining": str(max(0, limit.requests - window.used)),
            "X-RateLimit-Reset": f"{window.ends_at:.3f}",
            "X-RateLimit-Reset-After": f"{window.ends_at - self._clock.now():.3f}",
            "X-RateLimit-Bucket": bucket,
        }

    def _forget(self, now: float) -> None:
        """Drop windows that are over, once there are many: every interaction brings its own."""
        if len(self._windows) > 1_000:
            self._windows = {k: w for k, w in self._windows.items() if w.ends_at > now}


def _meant(rule: Rule, method: str, path: str) -> bool:
    return any(route.matches(method, path) for route in rule.routes)


def _too_soon(scope: str, left: float) -> dict[str, str]:
    headers = {"X-RateLimit-Scope": scope, "Retry-After": str(math.ceil(left))}
    return {**headers, "X-RateLimit-Global": "true"} if scope == "global" else headers
