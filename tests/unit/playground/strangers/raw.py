"""A bot without a library: what it sends is exactly what a test says, and nothing is added."""

import asyncio
import json
from types import TracebackType
from typing import Any, NamedTuple, Self

import aiohttp
import yarl

from playground.server import Playground

PATIENCE_S = 10


class Reply(NamedTuple):
    """The answer to a request."""

    status: int
    json: Any


class RawBot:
    """HTTP by hand, and a gateway connection that only collects events."""

    def __init__(self, playground: Playground) -> None:
        self.url = playground.url
        self.token = playground.bot_token
        self.application_id = playground.services.world.application.id
        self.gateway_url = playground.gateway_url
        self.http = aiohttp.ClientSession(skip_auto_headers=("User-Agent", "Accept"))
        self._socket: aiohttp.ClientWebSocketResponse | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        where: TracebackType | None,
    ) -> None:
        if self._socket is not None:
            await self._socket.close()
        await self.http.close()

    async def request(
        self,
        method: str,
        path: str,
        *,
        prefix: str = "/api/v10",
        authorized: bool = True,
        headers: dict[str, str] | None = None,
        **body: Any,
    ) -> Reply:
        """A request to a path, which is sent as it stands: nothing in it is quoted or unquoted."""
        sent = {"Authorization": f"Bot {self.token}"} if authorized else {}
        url = yarl.URL(self.url + prefix + path, encoded=True)
        async with self.http.request(method, url, headers=sent | (headers or {}), **body) as answer:
            raw = await answer.read()
            return Reply(answer.status, json.loads(raw) if raw else None)

    async def listen(
        self, identify: dict[str, Any] | None = None, query: str = ""
    ) -> dict[str, Any]:
        """Log in at the gateway, with as few words as it takes; READY."""
        self._socket = await self.http.ws_connect(self.gateway_url + query)
        assert (await self._socket.receive_json())["op"] == 10
        identity = {"token": self.token, "intents": 0, "properties": {}, **(identify or {})}
        await self.send(2, identity)
        return await self.event("READY")

    async def send(self, op: int, data: Any) -> None:
        """A frame to the gateway."""
        assert self._socket is not None
        await self._socket.send_json({"op": op, "d": data})

    async def event(self, name: str) -> dict[str, Any]:
        """The next event of a name."""
        assert self._socket is not None
        async with asyncio.timeout(PATIENCE_S):
            while True:
                frame = await self._socket.receive_json()
                if frame["t"] == name:
                    return frame["d"]

    async def register(self, **command: Any) -> Reply:
        """Register a command."""
        path = f"/applications/{self.application_id}/commands"
        return await self.request("POST", path, json=command)

    async def acknowledge(
        self, interaction: dict[str, Any], body: dict[str, Any], query: str = ""
    ) -> Reply:
        """Answer an interaction for the first time. As real clients do: without Authorization."""
        path = f"/interactions/{interaction['id']}/{interaction['token']}/callback{query}"
        return await self.request("POST", path, authorized=False, json=body)

    async def webhook(
        self, method: str, interaction: dict[str, Any], rest: str = "", **body: Any
    ) -> Reply:
        """A request by an interaction's token."""
        path = f"/webhooks/{self.application_id}/{interaction['token']}{rest}"
        return await self.request(method, path, authorized=False, **body)


def form(payload: Any = None, **files: bytes) -> aiohttp.FormData:
    """A multipart body; the files' fields have the names given."""
    made = aiohttp.FormData(quote_fields=False)
    if payload is not None:
        made.add_field("payload_json", json.dumps(payload))
    for name, data in files.items():
        made.add_field(name, data, filename="star.png")
    return made
