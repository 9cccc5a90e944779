"""Who is seen online, and telling others when that changes."""

import logging
from collections.abc import Callable
from typing import Any

from playground import payloads
from playground.clock import Clock
from playground.gateway.protocol import Intents
from playground.gateway.session import Presence, Session
from playground.gateway.sessions import Sessions
from playground.world import Guild, User, World

log = logging.getLogger(__name__)

STATUSES = ("online", "dnd", "idle", "invisible", "offline")
# What a bot may say of an activity.
_ACTIVITY_KEYS = ("name", "type", "state", "url")
_ACTIVITY_TYPES = range(6)  # playing, streaming, listening, watching, custom, competing
_NAME_LENGTH = 128


class Presences:
    """The presence of every user in every guild, as its members see it."""

    def __init__(self, world: World, clock: Clock, sessions: Sessions) -> None:
        """Everybody is offline."""
        self.listeners: list[Callable[[bool], None]] = []  # of the bot's coming and going
        self._world = world
        self._clock = clock
        self._sessions = sessions
        self._told: dict[tuple[int, int], dict[str, Any]] = {}  # by user and guild
        self._bot_was_online = False

    @property
    def bot_online(self) -> bool:
        """Whether the bot has an open websocket with a session."""
        return bool(self._sessions.connected(self._world.bot))

    def in_guild(self, guild: Guild) -> list[dict[str, Any]]:
        """The presences of all members that are not offline."""
        shown = [self._of(member.user, guild) for member in guild.members.values()]
        return [each for each in shown if each["status"] != "offline"]

    def refresh(self, user: User) -> None:
        """Tell those who see a user what has changed about them."""
        guilds = self._world.guilds_of(user)
        for user_id, guild_id in list(self._told):
            if user_id == user.id and guild_id not in [guild.id for guild in guilds]:
                del self._told[user_id, guild_id]
        for guild in guilds:
            now = self._of(user, guild)
            key = (user.id, guild.id)
            if now == self._told.get(key, payloads.presence(user, guild)):
                continue
            self._told[key] = now
            for session in self._sessions.all():
                if session.user is not user and self._sees(session, guild):
                    session.dispatch("PRESENCE_UPDATE", now)
        if user is self._world.bot and self.bot_online != self._bot_was_online:
            self._bot_was_online = self.bot_online
            for listener in self.listeners:
                listener(self._bot_was_online)

    def read(self, data: Any, before: Presence) -> Presence | None:
        """What UPDATE_PRESENCE or an IDENTIFY asks for; None where that is no presence."""
        if not isinstance(data, dict):
            return None
        status = data.get("status") or "online"
        activities = data.get("activities") or []
        if status not in STATUSES or not isinstance(activities, list):
            return None
        if not all(_is_activity(each) for each in activities):
            return None
        began = int(self._clock.now() * 1000)
        known = {_essence(each): each["created_at"] for each in before.activities}
        return Presence(
            status,
            [
                {**_activity(each), "created_at": known.get(_essence(_activity(each)), began)}
                for each in activities
            ],
        )

    def _of(self, user: User, guild: Guild) -> dict[str, Any]:
        """A user as seen in a guild: by the newest of the sessions that serve it."""
        serving = [each for each in self._sessions.connected(user) if each.serves(guild.id)]
        if not serving or serving[-1].presence.status in ("invisible", "offline"):
            return payloads.presence(user, guild)
        chosen = serving[-1].presence
        return payloads.presence(user, guild, chosen.status, chosen.activities)

    def _sees(self, session: Session, guild: Guild) -> bool:
        return (
            session.user.id in guild.members
            and session.serves(guild.id)
            and session.hears(Intents.GUILD_PRESENCES)
        )


def _is_activity(asked: Any) -> bool:
    return (
        isinstance(asked, dict)
        and isinstance(asked.get("name"), str)
        and 0 < len(asked["name"]) <= _NAME_LENGTH
        and asked.get("type", 0) in _ACTIVITY_TYPES
        and all(isinstance(asked.get(key), str | None) for key in ("state", "url"))
    )


def _activity(asked: dict[str, Any]) -> dict[str, Any]:
    shown = {key: asked[key] for key in _ACTIVITY_KEYS if asked.get(key) is not None}
    return {"id": "custom" if asked.get("type") == 4 else "playing", "type": 0, **shown}


def _essence(activity: dict[str, Any]) -> str:
    """What makes an activity the same as before, whenever it began."""
    return repr(sorted((k, v) for k, v in activity.items() if k != "created_at"))
