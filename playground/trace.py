"""The record of the bot's REST exchanges: method, path, status, request, response, a line each.

Discord's own OpenAPI document can be held against such a file. The line of a request that a
planted fault struck has also `"fault": true`: its status is Discord's own where it was carried out,
else the fault's (0 where the connection was cut), and its response Discord's own or null.
"""

import json
from collections.abc import Awaitable, Callable
from io import FileIO
from pathlib import Path
from typing import Any

from aiohttp import web

from playground.api_request import api_path, is_the_bots
from playground.rest.striking import STRIKE
from playground.uploads import PAYLOAD

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

# Where every playground of this process records too, whatever it is told itself. For a conftest
# that wants the exchanges of a whole test run in one file: set it before the first one starts.
DEFAULT_PATH: Path | None = None


class Trace:
    """Appends to files, each line at once, so that several playgrounds can share one."""

    def __init__(self, path: Path | None) -> None:
        """Append to the file at `path` and to the one at DEFAULT_PATH; None records nothing."""
        paths = {each for each in (path, DEFAULT_PATH) if each is not None}
        # Without a buffer a line is one write, and the lines of two playgrounds do not mix.
        self._files: list[FileIO] = [each.open("ab", buffering=0) for each in paths]

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Record the exchange if it is the bot's."""
        response = await handler(request)
        path = api_path(request)
        if self._files and path is not None and is_the_bots(request, path):
            line = json.dumps(_exchange(request, path, response)) + "\n"
            for file in self._files:
                file.write(line.encode())
        return response

    def close(self) -> None:
        """Close the files."""
        for file in self._files:
            file.close()
        self._files = []


def _exchange(request: web.Request, path: str, response: web.StreamResponse) -> dict[str, Any]:
    strike = request.get(STRIKE)
    own: web.StreamResponse | None = response
    status = response.status
    if strike is not None:
        # What a fault makes up is not Discord's.
        own = strike.own
        status = strike.fault.deed.status or 0 if own is None else own.status
    exchange = {
        "method": request.method,
        "path": path,
        "status": status,
        "request": request.get(PAYLOAD),
        "response": None if own is None else _json_of(own),
    }
    return exchange if strike is None else {**exchange, "fault": True}


def _json_of(response: web.StreamResponse) -> Any:
    body = getattr(response, "body", None)
    if response.content_type != "application/json" or not isinstance(body, bytes):
        return None
    return json.loads(body)
