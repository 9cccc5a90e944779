"""Members: who joins and leaves, under which name, with which roles."""

from collections.abc import Sequence

from playground import errors, payloads
from playground.errors import ApiError
from playground.gateway.protocol import Intents
from playground.guilds.tools import Tools
from playground.world import Ban, Guild, GuildMember, TimeOut, User


class Members:
    """The members of all guilds."""

    def __init__(self, tools: Tools) -> None:
        """Works on the members of the guilds."""
        self._tools = tools
        self._news = tools.news

    def join(self, guild: Guild, user: User, role_ids: Sequence[int] = ()) -> GuildMember:
        """Let somebody in (GUILD_CREATE to them, GUILD_MEMBER_ADD to all). Refused if banned."""
        if user.id in guild.bans:
            raise ApiError(errors.BANNED)
        known = guild.members.get(user.id)
        if known is not None:
            return known
        member = GuildMember(user, self._tools.clock.now(), list(role_ids))
        guild.members[user.id] = member
        self._news.joined(guild, user)
        self._news.member(guild, "GUILD_MEMBER_ADD", member)
        self._news.moved(user)
        return member

    def leave(self, guild: Guild, user: User) -> None:
        """Let somebody go, by their own will or not; a bot's own role goes with it."""
        if guild.members.pop(user.id, None) is None:
            raise ApiError(errors.UNKNOWN_MEMBER)
        for thread in guild.threads.values():
            if thread.thread is not None:
                thread.thread.joined.pop(user.id, None)
        self._news.left(guild, user)
        self._news.moved(user)
        gone = {"user": payloads.user(user)}
        self._news.tell(guild, "GUILD_MEMBER_REMOVE", gone, Intents.GUILD_MEMBERS)
        for role in [each for each in guild.roles.values() if each.bot_id == user.id]:
            del guild.roles[role.id]
            self._news.tell(guild, "GUILD_ROLE_DELETE", {"role_id": str(role.id)})

    def kick(self, guild: Guild, user: User) -> None:
        """Make somebody leave; they may come back."""
        self.leave(guild, user)

    def ban(
        self, guild: Guild, user: User, reason: str | None = None, forget_s: float = 0.0
    ) -> None:
        """Keep somebody out, and delete what they wrote in the last `forget_s` seconds."""
        guild.bans[user.id] = Ban(user, reason)
        if user.id in guild.members:
            self.leave(guild, user)
        banned = {"user": payloads.user(user)}
        self._news.tell(guild, "GUILD_BAN_ADD", banned, Intents.GUILD_MODERATION)
        since = self._tools.clock.now() - forget_s
        for channel in [*guild.channels.values(), *guild.threads.values()]:
            written = [
                message
                for message in channel.messages.values()
                if message.author is user
                and message.created_at > since
                and message.private_to is None
            ]
            self._tools.board.delete_many(channel, written)

    def unban(self, guild: Guild, user: User) -> None:
        """Let somebody come back."""
        if guild.bans.pop(user.id, None) is None:
            raise ApiError(errors.UNKNOWN_BAN)
        banned = {"user": payloads.user(user)}
        self._news.tell(guild, "GUILD_BAN_REMOVE", banned, Intents.GUILD_MODERATION)

    def rename(self, guild: Guild, user: User, nick: str | None) -> None:
        """Give somebody another name in a guild, or their own again."""
        self._of(guild, user).nick = nick or None
        self._changed(guild, user)

    def time_out(self, guild: Guild, user: User, seconds: float) -> None:
        """Let somebody only read for a while; 0 ends it."""
        clock = self._tools.clock
        with self._news.sight(guild):
            self._of(guild, user).time_out = (
                TimeOut(clock.now() + seconds, clock) if seconds > 0 else None
            )
        self._changed(guild, user)

    def set_roles(self, guild: Guild, user: User, role_ids: Sequence[int]) -> None:
        """Let somebody have these roles and no others."""
        with self._news.sight(guild):
            self._of(guild, user).role_ids = [*dict.fromkeys(role_ids)]
        self._changed(guild, user)

    def give(self, guild: Guild, user: User, *role_ids: int) -> None:
        """Give somebody roles."""
        self.set_roles(guild, user, [*self._of(guild, user).role_ids, *role_ids])

    def take(self, guild: Guild, user: User, *role_ids: int) -> None:
        """Take roles from somebody."""
        has = self._of(guild, user).role_ids
        self.set_roles(guild, user, [each for each in has if each not in role_ids])

    def _changed(self, guild: Guild, user: User) -> None:
        self._news.member(guild, "GUILD_MEMBER_UPDATE", guild.members[user.id])

    def _of(self, guild: Guild, user: User) -> GuildMember:
        member = guild.members.get(user.id)
        if member is None:
            raise ApiError(errors.UNKNOWN_MEMBER)
        return member
