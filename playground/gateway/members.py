"""REQUEST_GUILD_MEMBERS: which members of a guild a session may ask for, sent in chunks."""

from typing import Any

from playground import payloads
from playground.clock import Clock
from playground.errors import is_snowflake
from playground.gateway.presences import Presences
from playground.gateway.protocol import Intents, Op
from playground.gateway.session import Session
from playground.world import Guild, GuildMember, World

CHUNK = 1000
# As many are found by ids, or by the beginning of their names.
FOUND_AT_MOST = 100
NONCE_BYTES = 32
# All members of a guild may be asked for this often by a session.
ALL_EVERY_S = 30.0

Json = dict[str, Any]


class Members:
    """Answers requests for members."""

    def __init__(self, world: World, clock: Clock, presences: Presences) -> None:
        """Nobody has asked yet."""
        self._world = world
        self._clock = clock
        self._presences = presences
        self._asked_for_all: dict[tuple[str, int], float] = {}  # by session and guild

    def answer(self, session: Session, asked: Any) -> bool:
        """Send GUILD_MEMBERS_CHUNKs, nothing where that is not allowed; False for nonsense."""
        if not isinstance(asked, dict) or not _is_request(asked):
            return False
        guild = self._guild(session, asked["guild_id"])
        if guild is None:
            return True
        if asked.get("user_ids"):
            wanted = _listed(asked["user_ids"])[:FOUND_AT_MOST]
            found = [each for each in guild.members.values() if str(each.user.id) in wanted]
            missing = [each for each in wanted if int(each) not in guild.members]
            self._send(session, guild, found, asked, missing)
        elif asked["query"] != "" or asked["limit"] > 0:
            self._send(session, guild, _named(guild, asked["query"], asked["limit"]), asked)
        elif session.hears(Intents.GUILD_MEMBERS) and not self._too_often(session, guild, asked):
            self._send(session, guild, list(guild.members.values()), asked)
        return True

    def _guild(self, session: Session, asked: Any) -> Guild | None:
        which = _listed(asked)
        guild = self._world.guilds.get(int(which[0])) if len(which) == 1 else None
        if guild is None or session.user.id not in guild.members or not session.serves(guild.id):
            return None
        return guild

    def _too_often(self, session: Session, guild: Guild, asked: Json) -> bool:
        """Whether all members were asked for just now; the session is told so."""
        now, key = self._clock.now(), (session.id, guild.id)
        left = self._asked_for_all.get(key, 0.0) + ALL_EVERY_S - now
        if left <= 0:
            self._asked_for_all[key] = now
            return False
        about = {"guild_id": str(guild.id), **_nonce(asked)}
        session.dispatch(
            "RATE_LIMITED",
            {"opcode": int(Op.REQUEST_GUILD_MEMBERS), "retry_after": left, "meta": about},
        )
        return True

    def _send(
        self,
        session: Session,
        guild: Guild,
        found: list[GuildMember],
        asked: Json,
        missing: list[str] | None = None,
    ) -> None:
        chunks = [found[at : at + CHUNK] for at in range(0, len(found), CHUNK)] or [[]]
        with_presences = asked.get("presences") is True and session.hears(Intents.GUILD_PRESENCES)
        for index, members in enumerate(chunks):
            data = {**payloads.members_chunk(guild, members, index, len(chunks)), **_nonce(asked)}
            if with_presences:
                ids = {str(each.user.id) for each in members}
                present = self._presences.in_guild(guild)
                data["presences"] = [each for each in present if each["user"]["id"] in ids]
            if missing and index == 0:
                data["not_found"] = missing
            session.dispatch("GUILD_MEMBERS_CHUNK", data)


def _is_request(asked: Json) -> bool:
    limit = asked.get("limit", 0)
    by_name = isinstance(asked.get("query"), str)
    return (
        _are_ids(asked.get("guild_id"))
        and (by_name or bool(asked.get("user_ids")))
        and (asked.get("user_ids") is None or _are_ids(asked["user_ids"]))
        and isinstance(limit, int)
        and not isinstance(limit, bool)
        and (not by_name or "limit" in asked)
    )


def _are_ids(value: Any) -> bool:
    return value is not None and all(is_snowflake(each) for each in _listed(value))


def _listed(value: Any) -> list[str]:
    return [str(each) for each in (value if isinstance(value, list) else [value])]


def _nonce(asked: Json) -> Json:
    nonce = asked.get("nonce")
    fits = isinstance(nonce, str) and 0 < len(nonce.encode()) <= NONCE_BYTES
    return {"nonce": nonce} if fits else {}


def _named(guild: Guild, query: str, limit: int) -> list[GuildMember]:
    """The members whose names begin so."""
    prefix = query.lower()
    named = [
        member
        for member in guild.members.values()
        if any(
            name is not None and name.lower().startswith(prefix)
            for name in (member.user.username, member.user.global_name, member.nick)
        )
    ]
    return named[: min(limit, FOUND_AT_MOST) if limit > 0 else FOUND_AT_MOST]
