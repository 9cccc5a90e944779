"""One websocket of the gateway: hello, heartbeats, IDENTIFY or RESUME, then events to the end."""

import asyncio
import json
import logging
import zlib
from collections import deque
from typing import TYPE_CHECKING, Any

from aiohttp import WSCloseCode, WSMsgType, web

from playground.gateway.protocol import Close, Op
from playground.gateway.session import Session

if TYPE_CHECKING:
    from playground.gateway.hub import Gateway

log = logging.getLogger(__name__)

# A client may send this many frames in a minute.
FRAMES_PER_MINUTE = 120
# How long a heartbeat waits for its answer. On loopback an immediate one would overtake the thread
# of discord.py that notes when the heartbeat was sent, and the latency would be a whole interval.
ACK_DELAY_S = 0.05


class _HangUp(Exception):
    """The client broke the protocol: close with this code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code


class Connection:
    """Speaks with one client. `send` and `close` never wait: a writer task drains their queue."""

    def __init__(
        self, gateway: "Gateway", socket: web.WebSocketResponse, zlib_stream: bool
    ) -> None:
        """Speaks on a prepared `socket`; `run` does the work."""
        self._gateway = gateway
        self._socket = socket
        # One compressor for the whole connection: each frame refers back to those before it.
        self._compressor = zlib.compressobj() if zlib_stream else None
        self._outgoing: asyncio.Queue[str | _HangUp] = asyncio.Queue()
        self._acks: deque[asyncio.TimerHandle] = deque()
        self._frames: list[float] = []
        self.session: Session | None = None

    def send(self, frame: str) -> None:
        """Queue a frame that is JSON already."""
        self._outgoing.put_nowait(frame)

    def send_op(self, op: Op, data: Any = None) -> None:
        """Queue a frame that is no event."""
        self.send(json.dumps({"op": op, "d": data, "s": None, "t": None}))

    def close(self, code: int, reason: str = "") -> None:
        """Hang up after what is queued has been sent."""
        self._outgoing.put_nowait(_HangUp(code, reason))

    async def run(self) -> None:
        """Serve the client until either side hangs up."""
        writer = asyncio.create_task(self._write(), name="gateway writer")
        self.send_op(Op.HELLO, {"heartbeat_interval": int(self._gateway.heartbeat_s * 1000)})
        left_for_good = False
        try:
            left_for_good = await self._read()
        except _HangUp as fault:
            log.info("gateway closes with %s: %s", fault.code, fault)
            self.close(fault.code, str(fault))
            await writer
        finally:
            if self.session is not None:
                self._gateway.leave(self.session, self, for_good=left_for_good)
            for ack in self._acks:
                ack.cancel()
            writer.cancel()
            await asyncio.gather(writer, return_exceptions=True)

    async def _write(self) -> None:
        while True:
            item = await self._outgoing.get()
            if isinstance(item, _HangUp):
                await self._socket.close(code=item.code, message=str(item).encode())
                return
            try:
                if self._compressor is None:
                    await self._socket.send_str(item)
                else:
                    packed = self._compressor.compress(item.encode())
                    packed += self._compressor.flush(zlib.Z_SYNC_FLUSH)
                    await self._socket.send_bytes(packed)
            except ConnectionError:
                # The reader sees the same end; what was not carried stays in the session.
                return

    async def _read(self) -> bool:
        """Handle frames; True if the client closed its session with 1000 or 1001."""
        while True:
            try:
                message = await self._socket.receive(timeout=self._patience())
            except TimeoutError:
                raise _HangUp(Close.SESSION_TIMED_OUT, "Session timed out.") from None
            if message.type is WSMsgType.CLOSE:
                return message.data in (WSCloseCode.OK, WSCloseCode.GOING_AWAY)
            if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                return False
            self._count_frame()
            try:
                frame = json.loads(message.data)
                op, data = frame["op"], frame.get("d")
            except (ValueError, TypeError, KeyError):
                raise _HangUp(Close.DECODE_ERROR, "Error while decoding payload.") from None
            self._handle(op, data)

    def _patience(self) -> float | None:
        """Seconds to wait for a frame: a bot that misses two heartbeats is gone, whatever TCP says.

        A person's page may lie in the background, where browsers let timers sleep.
        """
        if self.session is not None and not self.session.user.bot:
            return None
        return 2.5 * self._gateway.heartbeat_s

    def _count_frame(self) -> None:
        now = asyncio.get_running_loop().time()
        self._frames = [moment for moment in self._frames if moment > now - 60]
        self._frames.append(now)
        if len(self._frames) > FRAMES_PER_MINUTE:
            raise _HangUp(Close.RATE_LIMITED, "Rate limited.")

    def _acknowledge(self) -> None:
        self._acks.popleft()
        self.send_op(Op.HEARTBEAT_ACK)

    def _handle(self, op: int, data: Any) -> None:
        if op == Op.HEARTBEAT:
            loop = asyncio.get_running_loop()
            self._acks.append(loop.call_later(ACK_DELAY_S, self._acknowledge))
        elif op in (Op.IDENTIFY, Op.RESUME):
            if self.session is not None:
                raise _HangUp(Close.ALREADY_AUTHENTICATED, "Already authenticated.")
            if not isinstance(data, dict):
                raise _HangUp(Close.DECODE_ERROR, "Error while decoding payload.")
            code = (
                self._gateway.identify(self, data)
                if op == Op.IDENTIFY
                else self._gateway.resume(self, data)
            )
            if code is not None:
                raise _HangUp(code, code.name.replace("_", " ").capitalize() + ".")
        elif self.session is None:
            raise _HangUp(Close.NOT_AUTHENTICATED, "Not authenticated.")
        elif op == Op.REQUEST_GUILD_MEMBERS:
            self._gateway.send_members(self.session, data)
        elif op not in (Op.PRESENCE_UPDATE, Op.VOICE_STATE_UPDATE) and self.session.user.bot:
            # Discord's own client sends more opcodes than bots may; a person's are let pass.
            raise _HangUp(Close.UNKNOWN_OPCODE, "Unknown opcode.")
