"""Who is connected, and who receives which event."""

import json
import logging
from collections.abc import Callable
from typing import Any

from aiohttp import WSCloseCode, web

from playground import permissions
from playground.clock import Clock
from playground.gateway.compression import TRANSPORTS, packer
from playground.gateway.connection import Connection
from playground.gateway.faults import GatewayFaults
from playground.gateway.greeting import Greeting
from playground.gateway.handshake import Handshake
from playground.gateway.members import Members
from playground.gateway.presences import Presences
from playground.gateway.protocol import Close, Intents, Op
from playground.gateway.session import Carrier, Session
from playground.gateway.sessions import Sessions
from playground.gateway.starts import Starts
from playground.world import Channel, Guild, User, World

log = logging.getLogger(__name__)

# What bots may send and nothing here comes of: there is no voice, and there are no sounds.
_WITHOUT_EFFECT = (Op.VOICE_STATE_UPDATE, Op.REQUEST_SOUNDBOARD_SOUNDS)

Json = dict[str, Any]
Build = Callable[[Session], Json | None]
# Called with "out" or "in", the session (None before it began), and the frame.
Tap = Callable[[str, Session | None, Json], None]


class Gateway(GatewayFaults):
    """All sessions of the bot and of the people, and the ways to send them events.

    `data` of the `to_…` methods is an event's data, or a function that makes it for each session
    (None for none). `intent` is the one a bot needs to hear of it.
    """

    def __init__(self, world: World, clock: Clock, heartbeat_s: float = 41.25) -> None:
        """Nobody is connected. `heartbeat_s`: how often clients are told to beat."""
        sessions = Sessions(clock)
        presences = Presences(world, clock, sessions)
        super().__init__(world, clock, sessions, presences)
        self.heartbeat_s = heartbeat_s
        self.shards = 1  # with how many a bot is told to come
        self.starts = Starts(clock)
        self.taps: list[Tap] = []
        self._greeting = Greeting(world, presences)
        self._handshake = Handshake(
            world, sessions, presences, self.starts, self._greeting, self.hush_if_silent
        )
        self._members = Members(world, clock, presences)
        self._connections: set[Connection] = set()

    @property
    def url(self) -> str:
        """Where the gateway is; empty until the port is known."""
        return self._greeting.url

    @url.setter
    def url(self, url: str) -> None:
        self._greeting.url = url

    @property
    def on_presence(self) -> list[Callable[[bool], None]]:
        """Who is told when the bot comes or goes."""
        return self._presences.listeners

    @property
    def bot_online(self) -> bool:
        """Whether the bot has an open websocket with a session."""
        return self._presences.bot_online

    @property
    def bot_resumable(self) -> bool:
        """Whether the bot is online, or may still come back and receive what it missed."""
        return bool(self._sessions.of(self._world.bot))

    # --- events ---

    def to_user(self, user: User, event: str, data: Json | Build) -> None:
        """Send an event to all sessions of one user."""
        for session in self._sessions.of(user):
            _dispatch(session, event, data)

    def to_bot(
        self, event: str, data: Json | Build, guild_id: int | None, intent: Intents | None = None
    ) -> None:
        """Send the bot an event, by the shard of a guild (None: of DMs)."""
        for session in self._sessions.of(self._world.bot):
            if session.serves(guild_id) and session.hears(intent):
                _dispatch(session, event, data)

    def to_guild(
        self,
        guild: Guild,
        event: str,
        data: Json | Build,
        intent: Intents | None = Intents.GUILDS,
        *,
        about: User | None = None,
    ) -> None:
        """Send an event to all in a guild; whom it is `about` needs no intent for it.

        What happens during a guild's outage nobody is told.
        """
        if not guild.available:
            return
        for session in self._sessions.all():
            if session.user.id not in guild.members or not session.serves(guild.id):
                continue
            if session.user is about or session.hears(intent):
                _dispatch(session, event, data)

    def to_channel(
        self,
        channel: Channel,
        event: str,
        data: Json | Build,
        intents: tuple[Intents, Intents],
    ) -> None:
        """Send an event to all who see a channel; `intents` are those for a guild and for a DM."""
        intent = intents[channel.guild is None]
        if channel.guild is not None and not channel.guild.available:
            return
        for session in self._sessions.all():
            if not session.hears(intent) or not session.serves(channel.guild_id):
                continue
            if permissions.may(channel, session.user, permissions.VIEW_CHANNEL):
                _dispatch(session, event, data)

    def guild_create(self, session: Session, guild: Guild) -> Json:
        """GUILD_CREATE's data for one session."""
        return self._greeting.guild(session, guild)

    def moved(self, user: User) -> None:
        """Somebody has joined or left a guild: whoever is there now sees them online, or not."""
        self._presences.refresh(user)

    # --- the websocket, and what comes by it ---

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Handle a websocket's request until it ends."""
        # A client that does not answer our closing is gone: two seconds are enough to know.
        socket = web.WebSocketResponse(timeout=2.0, max_msg_size=0, compress=False)
        await socket.prepare(request)
        if request.query.get("v", "10") not in ("9", "10"):
            await _refuse(socket, Close.INVALID_API_VERSION, "Invalid API version.")
            return socket
        transport = request.query.get("compress")
        if request.query.get("encoding", "json") != "json":
            await _refuse(socket, Close.DECODE_ERROR, "The playground speaks JSON only.")
            return socket
        if transport is not None and transport not in TRANSPORTS:
            await _refuse(socket, Close.DECODE_ERROR, "Unknown transport compression.")
            return socket
        connection = Connection(self, socket, packer(transport))
        self._connections.add(connection)
        try:
            await connection.run()
        finally:
            self._connections.discard(connection)
        return socket

    def now(self) -> float:
        """The playground's time."""
        return self._clock.now()

    def identify(self, connection: Carrier, data: Json) -> Close | None:
        """Begin a session; the close code if it is refused."""
        return self._handshake.identify(connection, data)

    def resume(self, connection: Carrier, data: Json) -> Close | None:
        """Take up a session again; the close code if it is refused."""
        return self._handshake.resume(connection, data)

    def leave(self, session: Session, connection: Carrier, *, for_good: bool) -> None:
        """A websocket ended. Closing with 1000 or 1001 ends its session too; else it is kept."""
        self._sessions.leave(session, connection, for_good=for_good)
        self._presences.refresh(session.user)

    def receive(self, session: Session, op: int, data: Any) -> Close | None:
        """Handle a frame of a session; the close code if it breaks the protocol."""
        if op == Op.REQUEST_GUILD_MEMBERS:
            if not self._members.answer(session, data):
                return Close.UNKNOWN_OPCODE  # "or an invalid payload for an opcode"
        elif op == Op.PRESENCE_UPDATE:
            asked = self._presences.read(data, session.presence)
            if asked is None:
                return Close.UNKNOWN_OPCODE
            session.presence = asked
            self._presences.refresh(session.user)
        elif op not in _WITHOUT_EFFECT and session.user.bot:
            # Discord's own client sends more opcodes than bots may; a person's are let pass.
            return Close.UNKNOWN_OPCODE
        return None

    def observe(self, direction: str, session: Session | None, frame: str) -> None:
        """Show a frame to the taps, without the token it may carry."""
        if not self.taps:
            return
        shown = json.loads(frame)
        data = shown.get("d")
        if shown.get("op") in (Op.IDENTIFY, Op.RESUME) and isinstance(data, dict):
            shown["d"] = {**data, "token": "[redacted]"}
        for tap in self.taps:
            try:
                tap(direction, session, shown)
            except Exception:
                log.exception("a tap of the gateway failed")

    def shut_down(self) -> None:
        """Hang up on everybody, since the server ends."""
        self.end_silences()
        for connection in list(self._connections):
            connection.close(WSCloseCode.GOING_AWAY, "The playground ends.")


def _dispatch(session: Session, event: str, data: Json | Build) -> None:
    built = data(session) if callable(data) else data
    if built is not None:
        session.dispatch(event, built)


async def _refuse(socket: web.WebSocketResponse, code: Close, reason: str) -> None:
    await socket.close(code=code, message=reason.encode())
