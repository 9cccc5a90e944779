"""/playground/clock: the playground's time, moved forward by hand."""

from typing import Any

from aiohttp import web

from playground.clock import Clock
from playground.errors import InvalidForm, shown
from playground.rest.base import answer
from playground.uploads import read_body

# A step beyond what ids and dates can tell is a slip of the hand.
MOST_SECONDS = 366 * 24 * 3600


class ClockRoutes:
    """Tells the time and moves it: tokens expire, URLs die, nonces are forgotten."""

    def __init__(self, clock: Clock) -> None:
        """Works on this clock."""
        self._clock = clock

    def routes(self) -> list[web.RouteDef]:
        """All routes."""
        return [web.get("/playground/clock", self.get), web.post("/playground/clock", self.post)]

    async def get(self, _: web.Request) -> web.Response:
        """The present, and how far it is ahead of real time."""
        return answer(self._told())

    async def post(self, request: web.Request) -> web.Response:
        """A step of `ahead_s` seconds forward from now."""
        step = _step((await read_body(request)).fields.get("ahead_s"))
        try:
            self._clock.advance(step)
        except ValueError as fault:
            raise InvalidForm.at(("ahead_s",), "NUMBER_TYPE_RANGE", str(fault)) from None
        return answer(self._told())

    def _told(self) -> dict[str, Any]:
        return {"now": round(self._clock.now(), 3), "ahead_s": self._clock.ahead_s}


def _step(value: Any) -> float:
    at = ("ahead_s",)
    if value is None:
        raise InvalidForm.at(at, "BASE_TYPE_REQUIRED", "This field is required")
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise InvalidForm.at(at, "NUMBER_TYPE_COERCE", f'Value "{shown(value)}" is not a number.')
    if not 0 <= value <= MOST_SECONDS:
        message = "The clock only moves forward, a year at most."
        raise InvalidForm.at(at, "NUMBER_TYPE_RANGE", message)
    return value
