"""/playground/ratelimits: the bot's limits, tightened by hand, and its invalid requests."""

from typing import Any

from aiohttp import web

from playground.errors import FormErrors, Path, shown
from playground.ratelimits.buckets import RateLimits
from playground.ratelimits.invalid_requests import InvalidRequests
from playground.rest.base import answer, no_content
from playground.route_pattern import RoutePattern
from playground.uploads import read_body

MOST_REQUESTS = 1_000_000
MOST_SECONDS = 3600


class RateLimitRoutes:
    """Tells and sets limits."""

    def __init__(self, limits: RateLimits, invalid: InvalidRequests) -> None:
        """Works on these limits, and on the count of invalid requests."""
        self._limits = limits
        self._invalid = invalid

    def routes(self) -> list[web.RouteDef]:
        """All routes."""
        return [
            web.get("/playground/ratelimits", self.get),
            web.post("/playground/ratelimits", self.post),
            web.delete("/playground/ratelimits", self.delete),
        ]

    async def get(self, _: web.Request) -> web.Response:
        """The limits that are set, and the invalid requests so far."""
        return answer(self._told())

    async def post(self, request: web.Request) -> web.Response:
        """Set the limit of a route, the global one, that of invalid requests, or all at once."""
        asked = (await read_body(request)).fields
        form = FormErrors()
        if not asked.keys() & {"route", "global", "invalid_requests", "observed"}:
            form.required(("route",))
        if "route" in asked:
            _check_route(form, asked["route"])
            _check_limit(form, (), asked)
            form.choice(("scope",), asked.get("scope", "user"), ("user", "shared"))
        everywhere = form.object(("global",), asked.get("global"))
        if "global" in asked:
            _check_limit(form, ("global",), everywhere)
        counted = form.object(("invalid_requests",), asked.get("invalid_requests"))
        if "invalid_requests" in asked:
            _check_integer(form, ("invalid_requests", "limit"), counted.get("limit"))
        form.raise_if_any()
        if asked.get("observed"):
            self._limits.use_observed()
        if "route" in asked:
            limit = {key: asked[key] for key in ("requests", "seconds", "scope") if key in asked}
            self._limits.set(asked["route"], **limit)
        if "global" in asked:
            limit = {key: everywhere[key] for key in ("requests", "seconds")}
            self._limits.set_global(**limit)
        if "invalid_requests" in asked:
            self._invalid.limit = counted["limit"]
        return answer(self._told())

    async def delete(self, _: web.Request) -> web.Response:
        """Back to the generous limits; nobody is banned."""
        self._limits.reset()
        return no_content()

    def _told(self) -> dict[str, Any]:
        return {**self._limits.told(), "invalid_requests": self._invalid.told()}


def _check_route(form: FormErrors, text: Any) -> None:
    try:
        RoutePattern(text if isinstance(text, str) else "")
    except ValueError as fault:
        form.add(("route",), "ROUTE_INVALID", str(fault))


def _check_limit(form: FormErrors, at: Path, limit: dict[str, Any]) -> None:
    _check_integer(form, (*at, "requests"), limit.get("requests"))
    seconds = limit.get("seconds")
    if seconds is None:
        form.required((*at, "seconds"))
    elif isinstance(seconds, bool) or not isinstance(seconds, int | float):
        message = f'Value "{shown(seconds)}" is not a number.'
        form.add((*at, "seconds"), "NUMBER_TYPE_COERCE", message)
    elif not 0 < seconds <= MOST_SECONDS:
        message = f"Must be over 0 and at most {MOST_SECONDS}."
        form.add((*at, "seconds"), "NUMBER_TYPE_RANGE", message)


def _check_integer(form: FormErrors, at: Path, value: Any) -> None:
    if value is None:
        form.required(at)
    form.integer(at, value, 1, MOST_REQUESTS)
