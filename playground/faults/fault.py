"""One fault: which requests it counts, which of them it strikes, and what happens to those."""

from dataclasses import dataclass
from typing import Any, Literal

from playground.route_pattern import RoutePattern

Source = Literal["bot", "person", "any"]
Drop = Literal["before", "after"]


@dataclass(frozen=True, slots=True)
class Deed:
    """What happens to a request that is struck. What is None does not happen."""

    status: int | None = None  # answered with this instead of being carried out
    code: int | None = None  # Discord's JSON error code
    message: str | None = None
    body: Any = None  # a JSON body in place of Discord's {"message", "code"}
    raw: str | None = None  # in place of JSON, though it is called that: broken, or nothing
    html: str | bool | None = None  # a page of Cloudflare's: this one, or (True) its usual one
    via: bool = False  # whether that page has the `Via` of Discord's own answers
    retry_after: float | None = None  # seconds, of a 429
    is_global: bool = False  # of a 429
    delay: float | None = None  # seconds of real time that pass first
    # The connection is cut: before the request is carried out, or in place of its answer. With a
    # status "after" cuts nothing: the request is carried out, and answered with the status.
    drop: Drop | None = None

    def __str__(self) -> str:
        """What is done, in the words of the side panel."""
        done = []
        if self.delay is not None:
            done.append(f"delay {self.delay:g} s")
        if self.drop is not None:
            done.append(f"drop {self.drop}")
        if self.status is not None:
            done.append(f"status {self.status}")
        return " + ".join(done)


@dataclass(slots=True, eq=False)
class Fault:
    """A planted fault. Of `nth`, `every` and `always` exactly one is set."""

    id: int
    route: RoutePattern
    deed: Deed
    document: dict[str, Any]  # the deed as it was given
    nth: int | None = None  # only the nth matching request from now
    every: int | None = None  # each nth one
    always: bool = False
    source: Source = "bot"
    matched: int = 0  # requests so far that it was meant for
    struck: int = 0  # those it happened to

    @property
    def spent(self) -> bool:
        """Whether it has struck for the last time."""
        return self.nth is not None and self.matched >= self.nth

    def strikes(self, method: str, path: str, *, from_bot: bool) -> bool:
        """Count a request if it is meant; whether it is struck."""
        if self.source != "any" and from_bot != (self.source == "bot"):
            return False
        if not self.route.matches(method, path):
            return False
        self.matched += 1
        hit = (
            self.always
            or self.matched == self.nth
            or (self.every is not None and self.matched % self.every == 0)
        )
        self.struck += hit
        return hit

    def told(self) -> dict[str, Any]:
        """The fault as `GET /playground/faults` tells it."""
        return {
            "id": self.id,
            "route": self.route.text,
            "nth": self.nth,
            "every": self.every,
            "always": self.always,
            "from": self.source,
            "do": self.document,
            "matched": self.matched,
            "struck": self.struck,
            "spent": self.spent,
        }
