"""/guilds/{id}/members and /bans: who is in a guild, as what, and who may not come back."""

from datetime import datetime
from typing import Any

from aiohttp import web

from playground import errors, fields, payloads, permissions
from playground.errors import ApiError, FormErrors, is_snowflake
from playground.rest.base import Resource, answer, limit_of, no_content, page_of, path_id, snowflake
from playground.uploads import read_body
from playground.world import Guild, GuildMember, Role, User

NICK_LIMIT = 32
MAX_TIME_OUT_S = 28 * 24 * 3600.0
MAX_FORGET_S = 7 * 24 * 3600
OWN_KEYS = ("nick", "avatar", "banner", "bio")
KEYS = (
    *("nick", "roles", "communication_disabled_until"),
    *("mute", "deaf", "channel_id", "flags"),  # of voice and of screening: no meaning here
)
BAN_KEYS = ("delete_message_seconds", "delete_message_days", "reason")


class Members(Resource):
    """The members of guilds."""

    def routes(self) -> list[web.RouteDef]:
        """All routes of the resource."""
        return [
            web.get("/guilds/{guild_id}/members", self.get_all),
            web.get("/guilds/{guild_id}/members/search", self.search),
            web.patch("/guilds/{guild_id}/members/@me", self.edit_own),
            web.get("/guilds/{guild_id}/members/{user_id}", self.get),
            web.patch("/guilds/{guild_id}/members/{user_id}", self.edit),
            web.delete("/guilds/{guild_id}/members/{user_id}", self.kick),
            web.put("/guilds/{guild_id}/members/{user_id}/roles/{role_id}", self.give),
            web.delete("/guilds/{guild_id}/members/{user_id}/roles/{role_id}", self.take),
            web.get("/users/@me/guilds/{guild_id}/member", self.get_own),
            web.get("/guilds/{guild_id}/bans", self.bans),
            web.get("/guilds/{guild_id}/bans/{user_id}", self.get_ban),
            web.put("/guilds/{guild_id}/bans/{user_id}", self.ban),
            web.delete("/guilds/{guild_id}/bans/{user_id}", self.unban),
        ]

    async def get_all(self, request: web.Request) -> web.Response:
        """A guild's members in the order of their ids."""
        guild = self.guild(request, self.caller(request))
        after = snowflake(request.query.get("after", "0"), "after")
        limit = limit_of(request.query, 1, 1000)
        known = [guild.members[key] for key in sorted(guild.members) if key > after]
        return answer([payloads.member(each) for each in known[:limit]])

    async def search(self, request: web.Request) -> web.Response:
        """Members whose name begins so."""
        guild = self.guild(request, self.caller(request))
        prefix = request.query.get("query", "").lower()
        limit = limit_of(request.query, 1, 1000)
        found = [
            each
            for each in guild.members.values()
            if each.user.username.lower().startswith(prefix)
            or (each.nick or "").lower().startswith(prefix)
        ]
        return answer([payloads.member(each) for each in found[:limit]])

    async def get(self, request: web.Request) -> web.Response:
        """One member."""
        guild = self.guild(request, self.caller(request))
        return answer(payloads.member(_member(guild, path_id(request, "user_id"))))

    async def get_own(self, request: web.Request) -> web.Response:
        """The caller's own membership."""
        who = self.caller(request)
        return answer(payloads.member(self.guild(request, who).members[who.id]))

    async def edit_own(self, request: web.Request) -> web.Response:
        """Change one's own name in a guild."""
        who = self.caller(request)
        guild = self.guild(request, who)
        body = (await read_body(request)).fields
        form = FormErrors()
        fields.keys(form, (), body, OWN_KEYS)
        form.text(("nick",), body.get("nick"), 0, NICK_LIMIT)
        form.raise_if_any()
        if "nick" in body:
            permissions.require_in_guild(guild, who, permissions.CHANGE_NICKNAME)
            self.services.guilds.members.rename(guild, who, body["nick"])
        return answer(payloads.member(guild.members[who.id]))

    async def edit(self, request: web.Request) -> web.Response:
        """Change a member's name, roles or time-out."""
        who = self.caller(request)
        guild = self.guild(request, who)
        member = _member(guild, path_id(request, "user_id"))
        body = (await read_body(request)).fields
        until = self._checked(guild, body)
        self._check_rights(guild, who, member, body)
        members = self.services.guilds.members
        if "nick" in body:
            members.rename(guild, member.user, body["nick"])
        if body.get("roles") is not None:
            members.set_roles(guild, member.user, _ids(body["roles"]))
        if "communication_disabled_until" in body:
            members.time_out(guild, member.user, until - self.services.clock.now())
        return answer(payloads.member(member))

    async def kick(self, request: web.Request) -> web.Response:
        """Make a member leave."""
        who = self.caller(request)
        guild = self.guild(request, who)
        member = _member(guild, path_id(request, "user_id"))
        _require_over(guild, who, member.user, permissions.KICK_MEMBERS)
        self.services.guilds.members.kick(guild, member.user)
        return no_content()

    async def give(self, request: web.Request) -> web.Response:
        """Give a member a role."""
        guild, member, role = self._role_of(request)
        self.services.guilds.members.give(guild, member.user, role.id)
        return no_content()

    async def take(self, request: web.Request) -> web.Response:
        """Take a role from a member."""
        guild, member, role = self._role_of(request)
        self.services.guilds.members.take(guild, member.user, role.id)
        return no_content()

    # --- bans ---

    async def bans(self, request: web.Request) -> web.Response:
        """Who may not come back."""
        guild = self._for_bans(request)
        page = page_of(request.query, guild.bans, 1000)
        return answer([payloads.ban(guild.bans[each]) for each in page])

    async def get_ban(self, request: web.Request) -> web.Response:
        """Whether somebody may not come back, and why."""
        ban = self._for_bans(request).bans.get(path_id(request, "user_id"))
        if ban is None:
            raise ApiError(errors.UNKNOWN_BAN)
        return answer(payloads.ban(ban))

    async def ban(self, request: web.Request) -> web.Response:
        """Keep somebody out, whether or not they are in."""
        who = self.caller(request)
        guild = self.guild(request, who)
        user = self.world.user(path_id(request, "user_id"))
        _require_over(guild, who, user, permissions.BAN_MEMBERS)
        body = (await read_body(request)).fields
        form = FormErrors()
        fields.keys(form, (), body, BAN_KEYS)
        form.integer(
            ("delete_message_seconds",), body.get("delete_message_seconds"), 0, MAX_FORGET_S
        )
        form.integer(("delete_message_days",), body.get("delete_message_days"), 0, 7)
        form.raise_if_any()
        days = body.get("delete_message_days") or 0
        forget_s = body.get("delete_message_seconds") or days * 24 * 3600
        reason = request.headers.get("X-Audit-Log-Reason")
        self.services.guilds.members.ban(guild, user, reason, forget_s)
        return no_content()

    async def unban(self, request: web.Request) -> web.Response:
        """Let somebody come back."""
        guild = self._for_bans(request)
        user = self.world.user(path_id(request, "user_id"))
        self.services.guilds.members.unban(guild, user)
        return no_content()

    # --- inside ---

    def _for_bans(self, request: web.Request) -> Guild:
        who = self.caller(request)
        guild = self.guild(request, who)
        permissions.require_in_guild(guild, who, permissions.BAN_MEMBERS)
        return guild

    def _role_of(self, request: web.Request) -> tuple[Guild, GuildMember, Role]:
        who = self.caller(request)
        guild = self.guild(request, who)
        member = _member(guild, path_id(request, "user_id"))
        role = guild.roles.get(path_id(request, "role_id"))
        if role is None:
            raise ApiError(errors.UNKNOWN_ROLE)
        _require_role(guild, who, role)
        return guild, member, role

    def _checked(self, guild: Guild, body: dict[str, Any]) -> float:
        """Refuse a body that is wrong; until when the member may only read (0: not at all)."""
        form = FormErrors()
        fields.keys(form, (), body, KEYS)
        form.text(("nick",), body.get("nick"), 0, NICK_LIMIT)
        for index, role_id in enumerate(fields.ids(form, ("roles",), body.get("roles"), 250)):
            if is_snowflake(role_id) and int(role_id) not in guild.roles:
                form.add(("roles", index), "ROLE_DOES_NOT_EXIST", "Unknown Role")
        raw = body.get("communication_disabled_until")
        fields.timestamp(form, ("communication_disabled_until",), raw)
        form.raise_if_any()
        until = 0.0 if raw is None else datetime.fromisoformat(raw).timestamp()
        if until > self.services.clock.now() + MAX_TIME_OUT_S:
            message = "The timeout may last 28 days at most."
            form.add(("communication_disabled_until",), "COMMUNICATION_DISABLED_TOO_LONG", message)
        form.raise_if_any()
        return until

    def _check_rights(
        self, guild: Guild, who: User, member: GuildMember, body: dict[str, Any]
    ) -> None:
        if "nick" in body:
            _require_over(guild, who, member.user, permissions.MANAGE_NICKNAMES)
        if "communication_disabled_until" in body:
            _require_over(guild, who, member.user, permissions.MODERATE_MEMBERS)
            if permissions.in_guild(guild, member.user) & permissions.ADMINISTRATOR:
                raise ApiError(errors.MISSING_PERMISSIONS)
        if body.get("roles") is not None:
            for role_id in set(_ids(body["roles"])) ^ set(member.role_ids):
                _require_role(guild, who, guild.roles[role_id])


def _ids(sent: list[Any]) -> list[int]:
    """Checked ids; nulls among them are passed over."""
    return [int(each) for each in sent if each is not None]


def _member(guild: Guild, user_id: int) -> GuildMember:
    member = guild.members.get(user_id)
    if member is None:
        raise ApiError(errors.UNKNOWN_MEMBER)
    return member


def _require_over(guild: Guild, who: User, other: User, needed: int) -> None:
    """Refuse who lacks a right, or stands no higher than the one it would be used on."""
    permissions.require_in_guild(guild, who, needed)
    if not permissions.outranks(guild, who, other):
        raise ApiError(errors.MISSING_PERMISSIONS)


def _require_role(guild: Guild, who: User, role: Role) -> None:
    """Refuse who may not give or take a role."""
    permissions.require_in_guild(guild, who, permissions.MANAGE_ROLES)
    if role.managed or role.id == guild.id:
        raise ApiError(errors.INVALID_ROLE)
    if not permissions.outranks_role(guild, who, role):
        raise ApiError(errors.MISSING_PERMISSIONS)
