"""The record of the bot's REST exchanges: method, path, status, request, response, a line each.

Discord's own OpenAPI document can be held against such a file.
"""

import json
import logging
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, TextIO

from aiohttp import web

from playground.uploads import PAYLOAD

log = logging.getLogger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Trace:
    """Appends to a file, flushing every line."""

    def __init__(self, path: Path | None) -> None:
        """Append to the file at `path`; None records nothing."""
        self._file: TextIO | None = path.open("a", encoding="utf-8") if path else None

    @web.middleware
    async def middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Record the exchange if it is the bot's."""
        response = await handler(request)
        path = api_path(request)
        if self._file is not None and path is not None and _is_the_bots(request, path):
            self._write(request, path, response)
        return response

    def close(self) -> None:
        """Close the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def _write(self, request: web.Request, path: str, response: web.StreamResponse) -> None:
        exchange = {
            "method": request.method,
            "path": path,
            "status": response.status,
            "request": request.get(PAYLOAD),
            "response": _json_of(response),
        }
        assert self._file is not None
        self._file.write(json.dumps(exchange) + "\n")
        self._file.flush()


def api_path(request: web.Request) -> str | None:
    """The path after /api/v10, None outside the API."""
    for prefix in ("/api/v10", "/api/v9", "/api"):
        if request.path.startswith(f"{prefix}/"):
            return request.path.removeprefix(prefix)
    return None


def _is_the_bots(request: web.Request, path: str) -> bool:
    if request.headers.get("Authorization", "").startswith("Bot "):
        return True
    return path.endswith("/callback") or path.startswith("/webhooks/")


def _json_of(response: web.StreamResponse) -> Any:
    body = getattr(response, "body", None)
    if response.content_type != "application/json" or not isinstance(body, bytes):
        return None
    return json.loads(body)
