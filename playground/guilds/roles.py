"""Roles: made, changed, moved, deleted."""

from typing import Any

from playground import payloads
from playground.guilds.tools import Tools
from playground.world import Guild, Role


class Roles:
    """The roles of all guilds."""

    def __init__(self, tools: Tools) -> None:
        """Works on the roles of the guilds."""
        self._tools = tools
        self._news = tools.news

    def create(
        self, guild: Guild, name: str = "new role", permissions: int = 0, **fields: Any
    ) -> Role:
        """A new role just above @everyone; `fields` are further attributes of the Role."""
        managed = fields.get("bot_id") is not None
        role = Role(self._tools.ids.next(), name, permissions, 1, managed=managed, **fields)
        higher = [each for each in guild.roles.values() if each.position > 0]
        guild.roles[role.id] = role
        self._news.tell(guild, "GUILD_ROLE_CREATE", {"role": payloads.role(role)})
        for each in higher:
            each.position += 1
            self._changed(guild, each)
        return role

    def edit(self, guild: Guild, role: Role, **changes: Any) -> Role:
        """Change attributes of a role (GUILD_ROLE_UPDATE)."""
        with self._news.sight(guild):
            for name, value in changes.items():
                setattr(role, name, value)
        self._changed(guild, role)
        return role

    def move(self, guild: Guild, positions: dict[int, int]) -> None:
        """Put roles elsewhere, by their ids; the others make room."""
        movable = [role for role in guild.roles.values() if role.id != guild.id]
        # A role that is moved stands before one that happens to be there.
        movable.sort(key=lambda role: (positions.get(role.id, role.position), role.id))
        before = {role.id: role.position for role in movable}
        for position, role in enumerate(movable, 1):
            role.position = position
            if before[role.id] != position:
                self._changed(guild, role)

    def delete(self, guild: Guild, role: Role) -> None:
        """Remove a role, from its members and the channels too."""
        with self._news.sight(guild):
            del guild.roles[role.id]
            for channel in guild.channels.values():
                channel.overwrites = [each for each in channel.overwrites if each.id != role.id]
            had = [each for each in guild.members.values() if role.id in each.role_ids]
            for member in had:
                member.role_ids.remove(role.id)
        self._news.tell(guild, "GUILD_ROLE_DELETE", {"role_id": str(role.id)})
        for member in had:
            self._news.member(guild, "GUILD_MEMBER_UPDATE", member)

    def _changed(self, guild: Guild, role: Role) -> None:
        self._news.tell(guild, "GUILD_ROLE_UPDATE", {"role": payloads.role(role)})
