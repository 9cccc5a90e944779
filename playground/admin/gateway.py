"""/playground/gateway: faults of the bot's gateway connections, by hand.

{"do": "close", "code": 4000, "shard": 0}             all but `do` may be left out
{"do": "reconnect", "shard": 0}                       op 7
{"do": "invalidate", "resumable": true, "shard": 0}   op 9
{"do": "request_heartbeat"}                           op 1
{"do": "silence", "seconds": 30}                      null: until told otherwise; 0 ends it
"""

from typing import Any

from aiohttp import web

from playground import fields
from playground.errors import FormErrors
from playground.gateway import Gateway
from playground.rest.base import answer
from playground.uploads import read_body

# What each deed may be told besides.
KEYS = {
    "close": ("code", "shard"),
    "reconnect": ("shard",),
    "invalidate": ("resumable", "shard"),
    "request_heartbeat": (),
    "silence": ("seconds",),
}
CODE = 4000
SILENT_S = 30
MOST_SILENT_S = 3600
MOST_SHARDS = 1000


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
        _check(asked)
        met = self._gateway.connections_of(asked.get("shard"))
        self._do(asked)
        return answer({"connections": met})

    def _do(self, asked: dict[str, Any]) -> None:
        gateway, shard = self._gateway, asked.get("shard")
        match asked["do"]:
            case "close":
                gateway.close(asked.get("code", CODE), shard=shard)
            case "reconnect":
                gateway.reconnect(shard=shard)
            case "invalidate":
                gateway.invalidate(resumable=asked.get("resumable", True), shard=shard)
            case "request_heartbeat":
                gateway.request_heartbeat()
            case "silence":
                gateway.silence(asked.get("seconds", SILENT_S))


def _check(asked: dict[str, Any]) -> None:
    """Refuse what is no such document, naming each field that is wrong."""
    form = FormErrors()
    deed = asked.get("do")
    form.choice(("do",), deed, tuple(KEYS))
    form.raise_if_any()
    fields.only(form, (), asked, ("do", *KEYS[str(deed)]))
    if not _closes(asked.get("code", CODE)):
        message = "A close code is one of 1000 to 1014, or 3000 to 4999."
        form.add(("code",), "NUMBER_TYPE_RANGE", message)
    if not isinstance(asked.get("resumable", True), bool):
        form.add(("resumable",), "BOOLEAN_TYPE_CONVERT", "Must be either true or false.")
    form.integer(("shard",), asked.get("shard"), 0, MOST_SHARDS)
    if not _lasts(asked.get("seconds", SILENT_S)):
        message = f"Must be between 0 and {MOST_SILENT_S}, or null: until told otherwise."
        form.add(("seconds",), "NUMBER_TYPE_RANGE", message)
    form.raise_if_any()


def _closes(code: Any) -> bool:
    if isinstance(code, bool) or not isinstance(code, int):
        return False
    # The others are never sent: they stand for closes without a code.
    return 3000 <= code <= 4999 or (1000 <= code <= 1014 and code not in (1004, 1005, 1006))


def _lasts(seconds: Any) -> bool:
    return seconds is None or (fields.is_number(seconds) and 0 <= seconds <= MOST_SILENT_S)
