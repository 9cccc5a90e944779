"""All sessions there are, with and without a websocket."""

from playground.clock import Clock
from playground.gateway.session import Carrier, Session
from playground.world import User

# A session without a websocket can be resumed for this long (seconds of the playground's clock).
RESUMABLE_S = 300.0


class Sessions:
    """Sessions by their ids; those without a websocket are forgotten after a while."""

    def __init__(self, clock: Clock) -> None:
        """None yet."""
        self._clock = clock
        self._by_id: dict[str, Session] = {}

    def all(self) -> list[Session]:
        """Every session that is open or may be resumed."""
        limit = self._clock.now() - RESUMABLE_S
        for session in list(self._by_id.values()):
            if session.left_at is not None and session.left_at < limit:
                self.end(session)
        return list(self._by_id.values())

    def of(self, user: User) -> list[Session]:
        """The sessions of one user."""
        return [session for session in self.all() if session.user is user]

    def connected(self, user: User) -> list[Session]:
        """The sessions of one user that have a websocket."""
        return [session for session in self.of(user) if session.connection is not None]

    def connections(self, user: User) -> list[Carrier]:
        """The websockets of one user's sessions."""
        held = [session.connection for session in self.of(user)]
        return [connection for connection in held if connection is not None]

    def find(self, session_id: str, user: User) -> Session | None:
        """A session of a user by its id."""
        return next((each for each in self.of(user) if each.id == session_id), None)

    def add(self, session: Session) -> None:
        """Let a session be found."""
        self._by_id[session.id] = session

    def end(self, session: Session) -> None:
        """Forget a session: it can no longer be resumed."""
        self._by_id.pop(session.id, None)

    def leave(self, session: Session, connection: Carrier, *, for_good: bool) -> None:
        """A websocket ended. Closing with 1000 or 1001 ends its session too; else it is kept."""
        if session.connection is not connection:
            return
        session.connection = None
        session.left_at = self._clock.now()
        if for_good:
            self.end(session)
