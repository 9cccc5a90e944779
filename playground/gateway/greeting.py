"""What a session is told first: READY, and for a bot then a GUILD_CREATE each guild."""

from typing import Any

from playground import payloads
from playground.gateway.presences import Presences
from playground.gateway.protocol import Intents
from playground.gateway.session import Session
from playground.world import Guild, GuildMember, World

Json = dict[str, Any]


class Greeting:
    """Tells new sessions what there is."""

    def __init__(self, world: World, presences: Presences) -> None:
        """Knows all guilds."""
        self.url = ""  # where a client is to resume
        self._world = world
        self._presences = presences

    def greet(self, session: Session) -> None:
        """Send READY, and what follows it."""
        who = session.user
        guilds = [each for each in self._world.guilds_of(who) if session.serves(each.id)]
        if not who.bot:
            shown = [self.guild(session, each) for each in guilds]
            ready = payloads.ready_for_person(self._world, who, session.id, self.url, shown)
            session.dispatch("READY", ready)
            return
        ready = payloads.ready_for_bot(self._world, session.id, self.url, guilds, session.shard)
        session.dispatch("READY", ready)
        if session.hears(Intents.GUILDS):
            for guild in guilds:
                if guild.available:
                    session.dispatch("GUILD_CREATE", self.guild(session, guild))

    def guild(self, session: Session, guild: Guild) -> Json:
        """GUILD_CREATE's data, as one session may have it."""
        if not guild.available:
            return {"id": str(guild.id), "unavailable": True}
        presences = self._presences.in_guild(guild)
        if not session.user.bot:
            return payloads.guild_for_person(guild, session.user, presences)
        large = len(guild.members) > session.large_threshold
        online = {each["user"]["id"] for each in presences}
        members = [
            each
            for each in guild.members.values()
            if self._tells_of(session, each, large=large, online=str(each.user.id) in online)
        ]
        if not session.hears(Intents.GUILD_PRESENCES):
            presences = []
        return payloads.guild_create(guild, session.user, members, presences, large=large)

    def _tells_of(
        self, session: Session, member: GuildMember, *, large: bool, online: bool
    ) -> bool:
        """Whether a bot is told of a member unasked: the presences' intent decides."""
        if member.user is session.user:
            return True
        if not session.hears(Intents.GUILD_PRESENCES):
            return False
        return not large or online or bool(member.role_ids) or member.nick is not None
