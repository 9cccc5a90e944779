"""What a test may do to the bot's connections: cut, redirect, invalidate or silence them."""

import asyncio

from playground.clock import Clock
from playground.gateway.presences import Presences
from playground.gateway.protocol import Close, Op
from playground.gateway.session import Carrier, Session
from playground.gateway.sessions import Sessions
from playground.world import User, World


class GatewayFaults:
    """Faults of the gateway, done to the bot's sessions where no other user is named."""

    def __init__(
        self, world: World, clock: Clock, sessions: Sessions, presences: Presences
    ) -> None:
        """Nothing is wrong yet."""
        self._world = world
        self._clock = clock
        self._sessions = sessions
        self._presences = presences
        # By user: whose connections are silent, and what ends that.
        self._hushed: dict[int, set[Carrier]] = {}
        self._endings: dict[int, asyncio.Task[None]] = {}

    def connections_of(self, shard: int | None) -> int:
        """How many websockets with a session one shard of the bot's has; None: all its shards."""
        return len(_of_shard(self._sessions.connected(self._world.bot), shard))

    def close(
        self, code: int = Close.UNKNOWN_ERROR, user: User | None = None, *, shard: int | None = None
    ) -> None:
        """Close the websockets of a user, or of one shard; their sessions can be resumed."""
        for session in _of_shard(self._sessions.connected(user or self._world.bot), shard):
            assert session.connection is not None
            session.connection.close(code)

    def reconnect(self, *, shard: int | None = None) -> None:
        """Ask the bot, or one of its shards, to reconnect and resume (op 7)."""
        for session in _of_shard(self._sessions.connected(self._world.bot), shard):
            assert session.connection is not None
            session.connection.send_op(Op.RECONNECT)

    def invalidate(self, *, resumable: bool, shard: int | None = None) -> None:
        """Tell the bot that its session is invalid (op 9): to resume it, or to identify anew."""
        for session in _of_shard(self._sessions.of(self._world.bot), shard):
            connection = session.connection
            # Whoever is still connected may go on with the same websocket: IDENTIFY, or RESUME as
            # discord.js does without hanging up first.
            session.connection = None
            session.left_at = self._clock.now()
            if not resumable:
                self._sessions.end(session)
            if connection is not None:
                connection.session = None
                connection.send_op(Op.INVALID_SESSION, resumable)
        self._presences.refresh(self._world.bot)

    def request_heartbeat(self) -> None:
        """Ask the bot for a heartbeat out of turn (op 1)."""
        for connection in self._sessions.connections(self._world.bot):
            connection.send_op(Op.HEARTBEAT)

    def silence(self, seconds: float | None, user: User | None = None) -> None:
        """Let no frame leave to a user, not even a heartbeat's answer, while websockets stay open.

        For so many seconds of the playground's clock; None until `silence(0)`. What was held back
        goes out afterward; a client that hung up meanwhile finds its events by RESUME. One that
        dials during the silence hears HELLO (nobody knows yet who it is) and then nothing.
        """
        who = user or self._world.bot
        ending = self._endings.pop(who.id, None)
        if ending is not None:
            ending.cancel()
        if seconds is not None and seconds <= 0:
            self._speak(who)
            return
        for connection in self._sessions.connections(who):
            self._hush(who, connection)
        self._hushed.setdefault(who.id, set())
        if seconds is not None:
            self._endings[who.id] = asyncio.create_task(
                self._end_silence(who, seconds), name=f"end of the silence to {who.username}"
            )

    def hush_if_silent(self, user: User, connection: Carrier) -> None:
        """Silence also the connection of a client that dials during a silence."""
        if user.id in self._hushed:
            self._hush(user, connection)

    def end_silences(self) -> None:
        """Forget all silences, since the server ends."""
        for ending in self._endings.values():
            ending.cancel()
        self._endings.clear()
        self._hushed.clear()

    async def _end_silence(self, user: User, seconds: float) -> None:
        await self._clock.sleep(seconds)
        del self._endings[user.id]
        self._speak(user)

    def _hush(self, user: User, connection: Carrier) -> None:
        self._hushed.setdefault(user.id, set()).add(connection)
        connection.mute(True)

    def _speak(self, user: User) -> None:
        for connection in self._hushed.pop(user.id, set()):
            connection.mute(False)


def _of_shard(sessions: list[Session], shard: int | None) -> list[Session]:
    """Those of one shard; all where none is named. Without sharding there is only shard 0."""
    return [each for each in sessions if shard is None or (each.shard or (0, 1))[0] == shard]
