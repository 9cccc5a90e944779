"""One websocket of the gateway: hello, heartbeats, IDENTIFY or RESUME, then events to the end."""

import asyncio
import json
import logging
from collections import deque
from typing import Any, Protocol

from aiohttp import WSCloseCode, WSMsgType, web

from playground.gateway.compression import LargePayloads, Packer, Plain, Refused
from playground.gateway.protocol import Close, Op
from playground.gateway.session import Carrier, Session

log = logging.getLogger(__name__)

# A client may send this many frames in a minute, each of at most so many bytes.
FRAMES_PER_MINUTE = 120
FRAME_LIMIT = 4096
# So many intervals without a heartbeat, and the client is gone, whatever TCP says.
PATIENCE = 2.5
# How long a heartbeat waits for its answer. On loopback an immediate one would overtake the thread
# of discord.py that notes when the heartbeat was sent, and the latency would be a whole interval.
ACK_DELAY_S = 0.05


class Handler(Protocol):
    """Who answers what a client says, and is told of every frame."""

    heartbeat_s: float

    def now(self) -> float:
        """The playground's time."""
        ...

    def identify(self, connection: Carrier, data: dict[str, Any]) -> Close | None:
        """Begin a session on the connection; the close code if it is refused."""

    def resume(self, connection: Carrier, data: dict[str, Any]) -> Close | None:
        """Take up a session again; the close code if it is refused."""

    def receive(self, session: Session, op: int, data: Any) -> Close | None:
        """Handle any other frame of a session; the close code if it breaks the protocol."""

    def leave(self, session: Session, connection: Carrier, *, for_good: bool) -> None:
        """Note that the websocket of a session has ended, `for_good` if its client said so."""

    def observe(self, direction: str, session: Session | None, frame: str) -> None:
        """Take note of a frame that went "out" or came "in"."""


class _HangUp(Exception):
    """The client broke the protocol: close with this code."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code

    @classmethod
    def of(cls, code: Close) -> "_HangUp":
        return cls(code, code.reason)


class Connection:
    """Speaks with one client. `send` and `close` never wait: a writer task drains their queue."""

    def __init__(self, handler: Handler, socket: web.WebSocketResponse, packer: Packer) -> None:
        """Speaks on a prepared `socket`; `run` does the work."""
        self.session: Session | None = None
        self._handler = handler
        self._socket = socket
        self._packer = packer
        self._outgoing: asyncio.Queue[str | _HangUp] = asyncio.Queue()
        self._held_back: list[str] | None = None  # while the connection is mute
        self._acks: deque[asyncio.TimerHandle] = deque()
        self._frames: deque[float] = deque()
        self._beat_at = 0.0  # by the event loop's time

    def send(self, frame: str) -> None:
        """Queue a frame that is JSON already."""
        if self._held_back is None:
            self._outgoing.put_nowait(frame)
        else:
            self._held_back.append(frame)

    def send_op(self, op: Op, data: Any = None) -> None:
        """Queue a frame that is no event."""
        self.send(json.dumps({"op": op, "d": data, "s": None, "t": None}))

    def close(self, code: int, reason: str = "") -> None:
        """Hang up after what is queued has been sent; what is held back never is."""
        self._outgoing.put_nowait(_HangUp(code, reason))

    def mute(self, muted: bool) -> None:
        """Hold all frames back, or let what was held back go."""
        if muted:
            self._held_back = self._held_back or []
            return
        held_back, self._held_back = self._held_back or [], None
        for frame in held_back:
            self.send(frame)

    def compress_payloads(self) -> None:
        """Compress each large frame by itself, where the connection is not compressed anyway."""
        # A client whose stream was refused takes every binary frame for a piece of that stream.
        if isinstance(self._packer, Plain) and not isinstance(self._packer, Refused):
            self._packer = LargePayloads()

    async def run(self) -> None:
        """Serve the client until either side hangs up."""
        writer = asyncio.create_task(self._write(), name="gateway writer")
        self.send_op(Op.HELLO, {"heartbeat_interval": int(self._handler.heartbeat_s * 1000)})
        left_for_good = False
        try:
            left_for_good = await self._read()
        except _HangUp as fault:
            log.info("gateway closes with %s: %s", fault.code, fault)
            self.close(fault.code, str(fault))
            await writer
        finally:
            if self.session is not None:
                self._handler.leave(self.session, self, for_good=left_for_good)
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
            packed = self._packer.pack(item)
            try:
                if isinstance(packed, str):
                    await self._socket.send_str(packed)
                else:
                    await self._socket.send_bytes(packed)
            except ConnectionError:
                # The reader sees the same end; what was not carried stays in the session.
                return
            self._handler.observe("out", self.session, item)

    async def _read(self) -> bool:
        """Handle frames; True if the client closed its session with 1000 or 1001."""
        self._beat_at = asyncio.get_running_loop().time()
        while True:
            try:
                message = await self._socket.receive(timeout=self._patience())
            except TimeoutError:
                raise _HangUp.of(Close.SESSION_TIMED_OUT) from None
            if message.type is WSMsgType.CLOSE:
                return message.data in (WSCloseCode.OK, WSCloseCode.GOING_AWAY)
            if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                return False
            self._count_frame()
            op, data = self._decoded(message.data)
            self._handle(op, data)

    def _patience(self) -> float | None:
        """Seconds to wait for a frame, so that a missed heartbeat is noticed in time.

        This goes by the event loop's time: no client beats faster because our clock was advanced.
        A person's page may lie in the background, where browsers let timers sleep.
        """
        if self.session is not None and not self.session.user.bot:
            return None
        due = self._beat_at + PATIENCE * self._handler.heartbeat_s
        # After a stall of the event loop the heartbeat may have come already, and lie unread.
        return max(0.05, due - asyncio.get_running_loop().time())

    def _count_frame(self) -> None:
        now = self._handler.now()
        while self._frames and self._frames[0] <= now - 60:
            self._frames.popleft()
        self._frames.append(now)
        if len(self._frames) > FRAMES_PER_MINUTE:
            raise _HangUp.of(Close.RATE_LIMITED)

    def _decoded(self, raw: str | bytes) -> tuple[int, Any]:
        encoded = raw.encode() if isinstance(raw, str) else raw
        if len(encoded) > FRAME_LIMIT:
            raise _HangUp.of(Close.DECODE_ERROR)
        try:
            frame = json.loads(encoded)
            op, data = frame["op"], frame.get("d")
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            raise _HangUp.of(Close.DECODE_ERROR) from None
        if not isinstance(op, int) or isinstance(op, bool):
            raise _HangUp.of(Close.DECODE_ERROR)
        self._handler.observe("in", self.session, encoded.decode())
        return op, data

    def _acknowledge(self) -> None:
        self._acks.popleft()
        self.send_op(Op.HEARTBEAT_ACK)

    def _handle(self, op: int, data: Any) -> None:
        loop = asyncio.get_running_loop()
        if op == Op.HEARTBEAT:
            self._beat_at = loop.time()
            self._acks.append(loop.call_later(ACK_DELAY_S, self._acknowledge))
            return
        if op in (Op.IDENTIFY, Op.RESUME):
            if self.session is not None:
                raise _HangUp.of(Close.ALREADY_AUTHENTICATED)
            if not isinstance(data, dict):
                raise _HangUp.of(Close.DECODE_ERROR)
            begin = self._handler.identify if op == Op.IDENTIFY else self._handler.resume
            code = begin(self, data)
        elif self.session is None:
            code = Close.NOT_AUTHENTICATED
        else:
            code = self._handler.receive(self.session, op, data)
        if code is not None:
            raise _HangUp.of(code)
