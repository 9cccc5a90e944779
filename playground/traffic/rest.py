"""REST exchanges as items of the feed."""

import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from aiohttp import web

from playground.api_request import api_path, by_interaction_token, without_token
from playground.clock import Clock
from playground.rest.striking import STRIKE
from playground.route_pattern import pattern_of
from playground.traffic import body
from playground.traffic.feed import Feed
from playground.uploads import PAYLOAD, UPLOADS
from playground.world import World

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


def recording(
    feed: Feed, clock: Clock, world: World
) -> Callable[..., Awaitable[web.StreamResponse]]:
    """The middleware that puts each exchange of the API into the feed."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        path = api_path(request)
        if path is None:
            return await handler(request)
        at, began = clock.now(), time.perf_counter()
        response = await handler(request)
        ms = round((time.perf_counter() - began) * 1000, 2)
        feed.add("rest", partial(_describe, world, request, path, response, at=at, ms=ms))
        return response

    return middleware


def _describe(
    world: World,
    request: web.Request,
    path: str,
    response: web.StreamResponse,
    *,
    at: float,
    ms: float,
) -> dict[str, Any]:
    source, who = _sender(world, request, path)
    strike = request.get(STRIKE)
    said = getattr(response, "body", None)
    cut = strike is not None and strike.cut
    return {
        "at": round(at, 3),
        "ms": ms,
        "from": source,
        "who": who,
        "method": request.method,
        "path": without_token(path),
        "query": body.without_tokens(request.query_string),
        "route": pattern_of(request.method, path),
        "status": None if cut else response.status,
        "request": body.of_json(request.get(PAYLOAD)),
        "response": None if cut else body.of_bytes(_bytes(said), response.content_type),
        "uploads": request.get(UPLOADS, []),
        "ratelimit": _limits(response),
        "fault": (
            None if strike is None else {"id": strike.fault.id, "did": str(strike.fault.deed)}
        ),
    }


def _sender(world: World, request: web.Request, path: str) -> tuple[str | None, str]:
    authorization = request.headers.get("Authorization", "")
    user = world.by_token(authorization.removeprefix("Bot "))
    if user is not None:
        return ("bot", "bot") if user.bot else ("person", user.username)
    return ("bot", "webhook") if by_interaction_token(path) else (None, "nobody")


def _limits(response: web.StreamResponse) -> dict[str, Any] | None:
    """What the headers say of the bucket; None where they say nothing."""
    headers = response.headers
    if "X-RateLimit-Bucket" not in headers and "X-RateLimit-Scope" not in headers:
        return None

    def number(name: str) -> float | None:
        text = headers.get(name)
        if text is None:
            return None
        return int(text) if text.isdecimal() else float(text)

    return {
        "bucket": headers.get("X-RateLimit-Bucket"),
        "limit": number("X-RateLimit-Limit"),
        "remaining": number("X-RateLimit-Remaining"),
        "reset_after": number("X-RateLimit-Reset-After"),
        "scope": headers.get("X-RateLimit-Scope"),
        "global": "X-RateLimit-Global" in headers,
    }


def _bytes(said: Any) -> bytes:
    return said if isinstance(said, bytes) else b""
