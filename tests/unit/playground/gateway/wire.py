"""A bare websocket to the playground's gateway, in every compression a client may ask for."""

import json
import zlib
from collections.abc import Awaitable, Callable
from typing import Any

import aiohttp
import zstandard

from playground.server import Playground

Json = dict[str, Any]

GUILDS, GUILD_MESSAGES = 1 << 0, 1 << 9
GUILD_MEMBERS, GUILD_PRESENCES, MESSAGE_CONTENT = 1 << 1, 1 << 8, 1 << 15


class Wire:
    """Speaks the gateway's protocol by hand. `binary` counts the binary frames received."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, compress: str | None) -> None:
        self.socket = socket
        self.binary = 0
        self._compress = compress
        self._inflate = zlib.decompressobj()
        self._zstd = zstandard.ZstdDecompressor().decompressobj()

    async def receive(self) -> Json:
        """The next frame."""
        message = await self.socket.receive(timeout=5)
        if message.type is aiohttp.WSMsgType.BINARY:
            self.binary += 1
            return json.loads(self._unpacked(message.data))
        assert message.type is aiohttp.WSMsgType.TEXT, message
        return json.loads(message.data)

    async def event(self, name: str) -> Json:
        """The data of the next event of that name; others before it are skipped."""
        while (frame := await self.receive())["t"] != name:
            pass
        return frame["d"]

    async def send(self, op: int, data: Any) -> None:
        """Send a frame."""
        await self.socket.send_json({"op": op, "d": data})

    async def close_code(self) -> int | None:
        """Read on until the server hangs up."""
        async for _ in self.socket:
            pass
        return self.socket.close_code

    async def identify(self, playground: Playground, **fields: Any) -> Json:
        """Begin a session; READY's data."""
        await self.send(2, identity(playground, **fields))
        return await self.event("READY")

    async def resume(self, playground: Playground, session_id: str, sequence: int) -> None:
        """Ask to go on with a session."""
        token = playground.bot_token
        await self.send(6, {"token": token, "session_id": session_id, "seq": sequence})

    def _unpacked(self, packed: bytes) -> bytes:
        if self._compress == "zstd-stream":
            return self._zstd.decompress(packed)
        if self._compress == "zlib-stream":
            assert packed.endswith(b"\0\0\xff\xff")
            return self._inflate.decompress(packed)
        return zlib.decompress(packed)


# Dial a playground: `await dial("v=10&encoding=json", compress="zlib-stream")`.
Dial = Callable[..., Awaitable[Wire]]


async def open_wire(
    http: aiohttp.ClientSession,
    playground: Playground,
    query: str = "v=10&encoding=json",
    compress: str | None = None,
) -> Wire:
    """A connection on which HELLO was heard."""
    if compress is not None:
        query += f"&compress={compress}"
    wire = Wire(await http.ws_connect(f"{playground.gateway_url}/?{query}"), compress)
    assert (await wire.receive())["op"] == 10
    return wire


def identity(playground: Playground, **fields: Any) -> Json:
    """The bot's IDENTIFY."""
    return {
        "token": playground.bot_token,
        "intents": GUILDS | GUILD_MESSAGES,
        "properties": {},
        **fields,
    }
