"""Who is connected, and who receives which event."""

import logging
from collections.abc import Callable
from typing import Any

from aiohttp import WSCloseCode, web

from playground import payloads, permissions
from playground.clock import Clock
from playground.gateway.connection import Connection
from playground.gateway.protocol import KNOWN_INTENTS, Close, Intents, Op
from playground.gateway.session import Session
from playground.world import Channel, User, World

log = logging.getLogger(__name__)

# A session without a websocket can be resumed for this long (seconds of the playground's clock).
RESUMABLE_S = 300.0

Build = Callable[[Session], dict[str, Any] | None]


class Gateway:
    """All sessions of the bot and of the people.

    A test may cut, redirect or invalidate the bot's sessions: `close(code)`, `reconnect()`,
    `invalidate(resumable=…)`, `request_heartbeat()`.
    """

    def __init__(self, world: World, clock: Clock, heartbeat_s: float = 41.25) -> None:
        """Nobody is connected. `heartbeat_s`: how often clients are told to beat."""
        self.heartbeat_s = heartbeat_s
        self.url = ""  # set once the port is known
        self.on_presence: list[Callable[[bool], None]] = []
        self._world = world
        self._clock = clock
        self._sessions: dict[str, Session] = {}
        self._connections: set[Connection] = set()

    # --- the websocket ---

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Handle a websocket's request until it ends."""
        socket = web.WebSocketResponse(max_msg_size=0, compress=False)
        await socket.prepare(request)
        if request.query.get("v", "10") not in ("9", "10"):
            await socket.close(code=Close.INVALID_API_VERSION, message=b"Invalid API version.")
            return socket
        connection = Connection(self, socket, request.query.get("compress") == "zlib-stream")
        self._connections.add(connection)
        try:
            await connection.run()
        finally:
            self._connections.discard(connection)
        return socket

    def identify(self, connection: Connection, data: dict[str, Any]) -> Close | None:
        """Begin a session; the close code if it is refused."""
        user = self._world.by_token(str(data.get("token", "")).removeprefix("Bot "))
        if user is None:
            return Close.AUTHENTICATION_FAILED
        intents: Intents | None = None
        shard: tuple[int, int] | None = None
        if user.bot:
            asked = data.get("intents")
            if not isinstance(asked, int) or asked & ~KNOWN_INTENTS:
                return Close.INVALID_INTENTS
            intents = Intents(asked)
            shard = _shard(data.get("shard"))
            if "shard" in data and shard is None:
                return Close.INVALID_SHARD
        session = Session(user, intents, shard)
        self._forget_old()
        was_online = self.bot_online
        self._sessions[session.id] = session
        session.connection = connection
        connection.session = session
        self._greet(session)
        self._note_presence(was_online)
        return None

    def resume(self, connection: Connection, data: dict[str, Any]) -> Close | None:
        """Take up a session again; the close code if it is refused."""
        user = self._world.by_token(str(data.get("token", "")).removeprefix("Bot "))
        if user is None:
            return Close.AUTHENTICATION_FAILED
        self._forget_old()
        session = self._sessions.get(str(data.get("session_id")))
        sequence = data.get("seq")
        if session is None or session.user is not user or not isinstance(sequence, int):
            connection.send_op(Op.INVALID_SESSION, False)
            return None
        if sequence > session.sequence:
            return Close.INVALID_SEQUENCE
        was_online = self.bot_online
        former = session.connection
        if former is not None:
            # The client came back before we noticed that it had gone.
            former.session = None
            former.close(Close.UNKNOWN_ERROR, "Resumed elsewhere.")
            session.connection = None
        if session.resume(connection, sequence):
            connection.session = session
            log.info("session of %s resumed after event %s", user.username, sequence)
        else:
            del self._sessions[session.id]
            connection.send_op(Op.INVALID_SESSION, False)
        self._note_presence(was_online)
        return None

    def leave(self, session: Session, connection: Connection, *, for_good: bool) -> None:
        """A websocket ended. Closing with 1000 or 1001 ends its session too; else it is kept."""
        if session.connection is not connection:
            return
        was_online = self.bot_online
        session.connection = None
        session.left_at = self._clock.now()
        if for_good:
            self._sessions.pop(session.id, None)
        self._note_presence(was_online)

    # --- events ---

    @property
    def bot_online(self) -> bool:
        """Whether the bot has an open websocket with a session."""
        return any(
            session.user.bot and session.connection is not None
            for session in self._sessions.values()
        )

    @property
    def bot_resumable(self) -> bool:
        """Whether the bot is online, or may still come back and receive what it missed."""
        self._forget_old()
        return any(session.user.bot for session in self._sessions.values())

    def to_user(self, user: User, event: str, data: dict[str, Any]) -> None:
        """Send an event to all sessions of one person."""
        for session in self._of(user):
            session.dispatch(event, data)

    def to_bot(
        self,
        event: str,
        data: dict[str, Any],
        guild_id: int | None,
    ) -> None:
        """Send the bot an event that needs no intent, by the shard of a guild (None: of DMs)."""
        for session in self._of(self._world.bot):
            if session.serves(guild_id):
                session.dispatch(event, data)

    def to_channel(
        self,
        channel: Channel,
        event: str,
        build: Build,
        intents: tuple[Intents, Intents],
    ) -> None:
        """Send an event to all who see a channel; `build` makes each session's data, None for none.

        `intents` are those a bot needs for it in a guild and in a DM.
        """
        intent = intents[channel.guild is None]
        for session in list(self._sessions.values()):
            if not session.hears(intent) or not session.serves(channel.guild_id):
                continue
            if not permissions.may(channel, session.user, permissions.VIEW_CHANNEL):
                continue
            data = build(session)
            if data is not None:
                session.dispatch(event, data)

    # --- what a test may do to the bot's connections ---

    def close(self, code: int = Close.UNKNOWN_ERROR, user: User | None = None) -> None:
        """Close the websockets of a user (default: the bot); their sessions can be resumed."""
        for session in self._of(user or self._world.bot):
            if session.connection is not None:
                session.connection.close(code)

    def reconnect(self) -> None:
        """Ask the bot to reconnect and resume (op 7)."""
        for connection in self._bot_connections():
            connection.send_op(Op.RECONNECT)

    def invalidate(self, *, resumable: bool) -> None:
        """Tell the bot that its session is invalid (op 9): to resume it, or to identify anew."""
        was_online = self.bot_online
        for session in self._of(self._world.bot):
            connection = session.connection
            if not resumable:
                # Whoever is still connected may identify anew on the same websocket.
                del self._sessions[session.id]
                session.connection = None
            if connection is not None:
                connection.session = session if resumable else None
                connection.send_op(Op.INVALID_SESSION, resumable)
        self._note_presence(was_online)

    def request_heartbeat(self) -> None:
        """Ask the bot for a heartbeat out of turn (op 1)."""
        for connection in self._bot_connections():
            connection.send_op(Op.HEARTBEAT)

    def shut_down(self) -> None:
        """Hang up on everybody, since the server ends."""
        for connection in list(self._connections):
            connection.close(WSCloseCode.GOING_AWAY, "The playground ends.")

    # --- inside ---

    def send_members(self, session: Session, data: Any) -> None:
        """Answer REQUEST_GUILD_MEMBERS in one chunk."""
        asked = data if isinstance(data, dict) else {}
        guild = self._world.guilds.get(int(asked.get("guild_id") or 0))
        if guild is not None:
            session.dispatch("GUILD_MEMBERS_CHUNK", payloads.members_chunk(guild, asked))

    def _greet(self, session: Session) -> None:
        """READY, and for a bot then a GUILD_CREATE each guild."""
        if not session.user.bot:
            ready = payloads.ready_for_person(self._world, session, self.url, self.bot_online)
            session.dispatch("READY", ready)
            return
        guilds = [g for g in self._world.guilds_of(session.user) if session.serves(g.id)]
        session.dispatch("READY", payloads.ready_for_bot(self._world, session, self.url, guilds))
        if session.hears(Intents.GUILDS):
            for guild in guilds:
                session.dispatch(
                    "GUILD_CREATE",
                    payloads.guild_create(
                        guild, session.user, session.hears(Intents.GUILD_MEMBERS)
                    ),
                )

    def _note_presence(self, was_online: bool) -> None:
        """Tell the people when the bot came or went."""
        online = self.bot_online
        if online == was_online:
            return
        for person in self._world.people:
            for guild in self._world.guilds_of(person):
                self.to_user(
                    person, "PRESENCE_UPDATE", payloads.presence(self._world.bot, guild, online)
                )
        for listener in self.on_presence:
            listener(online)

    def _of(self, user: User) -> list[Session]:
        return [session for session in self._sessions.values() if session.user is user]

    def _bot_connections(self) -> list[Connection]:
        return [
            session.connection
            for session in self._of(self._world.bot)
            if session.connection is not None
        ]

    def _forget_old(self) -> None:
        limit = self._clock.now() - RESUMABLE_S
        for session in list(self._sessions.values()):
            if session.left_at is not None and session.left_at < limit:
                del self._sessions[session.id]


def _shard(asked: Any) -> tuple[int, int] | None:
    match asked:
        case [int(number), int(count)] if 0 <= number < count:
            return number, count
    return None
