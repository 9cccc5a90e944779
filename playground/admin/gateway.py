"""/playground/gateway: faults of the bot's gateway connections, by hand."""

from typing import Any

from aiohttp import web

from playground.errors import FormErrors
from playground.gateway import Gateway
from playground.rest.base import answer
from playground.uploads import read_body

DEEDS = ("close", "reconnect", "invalidate", "request_heartbeat", "silence")
MOST_SILENT_S = 3600


class GatewayRoutes:
    """Cuts the bot off, redirects it, invalidates its sessions, falls silent."""

    def __init__(self, gateway: Gateway) -> None:
        """Works on this gateway."""
        self._gateway = gateway

    def routes(self) -> list[web.RouteDef]:
        """The one route."""
        return [web.post("/playground/gateway", self.post)]

    async def post(self, request: web.Request) -> web.Response:
        """Do what the document says; answers how many of the bot's connections it meets."""
        asked = (await read_body(request)).fields
        form = FormErrors()
        form.choice(("do",), asked.get("do"), DEEDS)
        if asked.get("do") == "close" and not _closes(asked.get("code", 4000)):
            message = "A close code is one of 1000 to 1014, or 3000 to 4999."
            form.add(("code",), "NUMBER_TYPE_RANGE", message)
        if asked.get("do") == "invalidate" and not isinstance(asked.get("resumable"), bool):
            form.add(("resumable",), "BOOLEAN_TYPE_CONVERT", "Must be either true or false.")
        if asked.get("do") == "silence" and not _lasts(asked.get("seconds")):
            message = f"Must be between 0 and {MOST_SILENT_S}, or null: until told otherwise."
            form.add(("seconds",), "NUMBER_TYPE_RANGE", message)
        form.raise_if_any()
        met = self._gateway.bot_connections
        self._do(asked)
        return answer({"connections": met})

    def _do(self, asked: dict[str, Any]) -> None:
        gateway = self._gateway
        match asked["do"]:
            case "close":
                gateway.close(asked.get("code", 4000))
            case "reconnect":
                gateway.reconnect()
            case "invalidate":
                gateway.invalidate(resumable=asked["resumable"])
            case "request_heartbeat":
                gateway.request_heartbeat()
            case "silence":
                gateway.silence(asked.get("seconds"))


def _closes(code: Any) -> bool:
    if isinstance(code, bool) or not isinstance(code, int):
        return False
    # The others are never sent: they stand for closes without a code.
    return 3000 <= code <= 4999 or (1000 <= code <= 1014 and code not in (1004, 1005, 1006))


def _lasts(seconds: Any) -> bool:
    if seconds is None:
        return True
    is_number = isinstance(seconds, int | float) and not isinstance(seconds, bool)
    return is_number and 0 <= seconds <= MOST_SILENT_S
