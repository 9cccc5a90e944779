"""How a session begins (IDENTIFY) and goes on (RESUME): what is refused, and how it is greeted."""

import logging
import secrets
from collections.abc import Callable
from typing import Any

from playground.gateway.greeting import Greeting
from playground.gateway.presences import Presences
from playground.gateway.protocol import KNOWN_INTENTS, PRIVILEGED, Close, Intents, Op
from playground.gateway.session import Carrier, Session
from playground.gateway.sessions import Sessions
from playground.gateway.starts import Starts
from playground.world import User, World

log = logging.getLogger(__name__)


class Handshake:
    """Begins sessions and takes them up again."""

    def __init__(
        self,
        world: World,
        sessions: Sessions,
        presences: Presences,
        starts: Starts,
        greeting: Greeting,
        recognized: Callable[[User, Carrier], None],
    ) -> None:
        """Works on `sessions`; `recognized` is called once it is known whose a connection is."""
        self._world = world
        self._sessions = sessions
        self._presences = presences
        self._starts = starts
        self._greeting = greeting
        self._recognized = recognized

    def identify(self, connection: Carrier, data: dict[str, Any]) -> Close | None:
        """Begin a session; the close code if it is refused."""
        user = self._user(data)
        if user is None:
            return Close.AUTHENTICATION_FAILED
        self._recognized(user, connection)
        if user.bot and not self._starts.count():
            self._reset_token(user)
            return Close.AUTHENTICATION_FAILED
        session = self._session(user, data)
        if isinstance(session, Close):
            return session
        if user.bot and self._starts.too_early(session.shard[0] if session.shard else 0):
            connection.send_op(Op.INVALID_SESSION, False)
            return None
        if data.get("compress") is True:
            connection.compress_payloads()
        asked = self._presences.read(data.get("presence"), session.presence)
        session.presence = asked or session.presence
        self._sessions.add(session)
        session.connection = connection
        connection.session = session
        self._greeting.greet(session)
        self._presences.refresh(user)
        return None

    def resume(self, connection: Carrier, data: dict[str, Any]) -> Close | None:
        """Take up a session again; the close code if it is refused."""
        user = self._user(data)
        if user is None:
            return Close.AUTHENTICATION_FAILED
        self._recognized(user, connection)
        session = self._sessions.find(str(data.get("session_id")), user)
        sequence = data.get("seq")
        if session is None or isinstance(sequence, bool) or not isinstance(sequence, int):
            connection.send_op(Op.INVALID_SESSION, False)
            return None
        former = session.connection
        if former is not None:
            # The client came back before we noticed that it had gone.
            former.session = None
            former.close(Close.UNKNOWN_ERROR, "Resumed elsewhere.")
            session.connection = None
        refusal: Close | None = None
        if not 0 <= sequence <= session.sequence:
            self._sessions.end(session)
            refusal = Close.INVALID_SEQUENCE
        elif session.resume(connection, sequence):
            connection.session = session
            log.info("session of %s resumed after event %s", user.username, sequence)
        else:
            self._sessions.end(session)
            connection.send_op(Op.INVALID_SESSION, False)
        self._presences.refresh(user)
        return refusal

    def _user(self, data: dict[str, Any]) -> User | None:
        return self._world.by_token(str(data.get("token", "")).removeprefix("Bot "))

    def _session(self, user: User, data: dict[str, Any]) -> Session | Close:
        """The session that a client asks for, or why it cannot have it."""
        if not user.bot:
            return Session(user)
        asked = data.get("intents")
        if not isinstance(asked, int) or isinstance(asked, bool) or asked & ~KNOWN_INTENTS:
            return Close.INVALID_INTENTS
        flags = self._world.application.flags
        if any(asked & intent and not flags & on for intent, on in PRIVILEGED.items()):
            return Close.DISALLOWED_INTENTS
        shard = _shard(data.get("shard"))
        if data.get("shard") is not None and shard is None:
            return Close.INVALID_SHARD
        threshold = data.get("large_threshold")
        large = threshold if isinstance(threshold, int) and 50 <= threshold <= 250 else 50
        return Session(user, Intents(asked), shard, large_threshold=large)

    def _reset_token(self, bot: User) -> None:
        """End all the bot does, since it began too many sessions in a day."""
        log.warning("too many sessions in a day: the bot's token is reset")
        for session in self._sessions.of(bot):
            self._sessions.end(session)
            if session.connection is not None:
                session.connection.close(
                    Close.AUTHENTICATION_FAILED, Close.AUTHENTICATION_FAILED.reason
                )
        self._world.change_token(bot, f"{bot.token.split('.')[0]}.reset.{secrets.token_hex(19)}")
        self._presences.refresh(bot)


def _shard(asked: Any) -> tuple[int, int] | None:
    match asked:
        case [int(number), int(count)] if 0 <= number < count:
            return (int(number), int(count))
    return None
