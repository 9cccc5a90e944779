"""The middleware that lets planted faults happen to requests."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiohttp import web

from playground.api_request import api_path, is_the_bots, without_token
from playground.errors import ApiError
from playground.faults import Fault, Faults
from playground.rest.made_up_answers import made_up
from playground.uploads import read_body

log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(slots=True)
class Strike:
    """What a fault has done to a request."""

    fault: Fault
    own: web.StreamResponse | None = None  # what Discord answered, whether or not it got out
    cut: bool = False  # nothing got out


STRIKE = web.RequestKey("strike", Strike)


def striking(faults: Faults) -> Callable[..., Awaitable[web.StreamResponse]]:
    """The middleware for these faults; what was done is left in `request[STRIKE]`."""

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        path = api_path(request)
        if path is None:
            return await handler(request)
        from_bot = is_the_bots(request, path)
        fault = faults.struck_by(request.method, path, from_bot=from_bot)
        if fault is None:
            return await handler(request)
        log.info("%s %s: %s", request.method, without_token(path), fault.deed)
        strike = request[STRIKE] = Strike(fault)
        deed = fault.deed
        if deed.delay is not None:
            await faults.wait(deed.delay)
        if deed.drop == "after" or (deed.drop is None and deed.status is None):
            strike.own = await handler(request)
        else:
            await _listen(request)
        if deed.status is not None:
            return made_up(deed)
        if deed.drop is not None:
            strike.cut = True
            return _cut(request)
        assert strike.own is not None
        return strike.own

    return middleware


async def _listen(request: web.Request) -> None:
    """Hear a request out that is not carried out: what it said belongs into the records."""
    try:
        await read_body(request)
    except (ApiError, web.HTTPException) as refusal:
        log.debug("what was struck was no good either: %s", refusal)


def _cut(request: web.Request) -> web.Response:
    """Cut the connection; the answer goes nowhere."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=499, reason="Connection cut")
