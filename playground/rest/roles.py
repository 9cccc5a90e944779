"""/guilds/{id}/roles."""

from typing import Any

from aiohttp import web

from playground import errors, fields, payloads, permissions
from playground.errors import ApiError, FormErrors, InvalidForm, is_snowflake, shown
from playground.rest.base import Resource, answer, no_content, path_id
from playground.uploads import read_body
from playground.world import Guild, Role, User

MAX_COLOR = 0xFFFFFF
MAX_ROLES = 250
KEYS = (
    *("name", "permissions", "color", "hoist", "mentionable"),
    *("colors", "icon", "unicode_emoji"),  # of these only the primary color means anything here
)


class Roles(Resource):
    """The roles of guilds."""

    def routes(self) -> list[web.RouteDef]:
        """All routes of the resource."""
        return [
            web.get("/guilds/{guild_id}/roles", self.get_all),
            web.post("/guilds/{guild_id}/roles", self.create),
            web.patch("/guilds/{guild_id}/roles", self.move),
            web.get("/guilds/{guild_id}/roles/{role_id}", self.get),
            web.patch("/guilds/{guild_id}/roles/{role_id}", self.edit),
            web.delete("/guilds/{guild_id}/roles/{role_id}", self.delete),
        ]

    async def get_all(self, request: web.Request) -> web.Response:
        """A guild's roles."""
        return answer(self._all(self.guild(request, self.caller(request))))

    async def get(self, request: web.Request) -> web.Response:
        """One role."""
        guild = self.guild(request, self.caller(request))
        return answer(payloads.role(_role(guild, request)))

    async def create(self, request: web.Request) -> web.Response:
        """A new role, with the rights of @everyone where none are given."""
        guild, who = self._managed(request)
        if len(guild.roles) >= MAX_ROLES:
            raise ApiError(errors.TOO_MANY_ROLES)
        changes = _changes((await read_body(request)).fields)
        granted = changes.pop("permissions", guild.roles[guild.id].permissions)
        _check_granted(guild, who, granted)
        name = changes.pop("name", None) or "new role"
        role = self.services.guilds.roles.create(guild, name, granted, **changes)
        return answer(payloads.role(role))

    async def edit(self, request: web.Request) -> web.Response:
        """Change a role below one's own highest."""
        guild, who = self._managed(request)
        role = _role(guild, request)
        changes = _changes((await read_body(request)).fields)
        _check_below(guild, who, role)
        _check_granted(guild, who, changes.get("permissions", 0) & ~role.permissions)
        return answer(payloads.role(self.services.guilds.roles.edit(guild, role, **changes)))

    async def move(self, request: web.Request) -> web.Response:
        """Put roles elsewhere, as far as one's own highest reaches."""
        guild, who = self._managed(request)
        asked = (await read_body(request)).payload
        form = FormErrors()
        positions: dict[int, int] = {}
        for index, each in enumerate(form.objects((), asked, 0, MAX_ROLES)):
            form.snowflake((index, "id"), each.get("id"))
            form.integer((index, "position"), each.get("position"), 0, MAX_ROLES)
            form.raise_if_any()
            if each.get("position") is not None:
                positions[int(each["id"])] = each["position"]
        form.raise_if_any()
        for role_id in positions:
            if role_id not in guild.roles:
                raise ApiError(errors.UNKNOWN_ROLE)
            _check_below(guild, who, guild.roles[role_id])
        self.services.guilds.roles.move(guild, positions)
        return answer(self._all(guild))

    async def delete(self, request: web.Request) -> web.Response:
        """Remove a role; @everyone and those of bots stay."""
        guild, who = self._managed(request)
        role = _role(guild, request)
        if role.managed or role.id == guild.id:
            raise ApiError(errors.INVALID_ROLE)
        _check_below(guild, who, role)
        self.services.guilds.roles.delete(guild, role)
        return no_content()

    def _managed(self, request: web.Request) -> tuple[Guild, User]:
        who = self.caller(request)
        guild = self.guild(request, who)
        permissions.require_in_guild(guild, who, permissions.MANAGE_ROLES)
        return guild, who

    def _all(self, guild: Guild) -> list[dict[str, Any]]:
        return [payloads.role(role) for role in guild.roles.values()]


def _role(guild: Guild, request: web.Request) -> Role:
    role = guild.roles.get(path_id(request, "role_id"))
    if role is None:
        raise ApiError(errors.UNKNOWN_ROLE)
    return role


def _changes(body: dict[str, Any]) -> dict[str, Any]:
    """What a body says of a role's attributes."""
    form = FormErrors()
    fields.keys(form, (), body, KEYS)
    form.text(("name",), body.get("name"), 0, 100)
    form.integer(("color",), body.get("color"), 0, MAX_COLOR)
    for name in ("hoist", "mentionable"):
        fields.flag(form, (name,), body.get(name))
    primary = form.object(("colors",), body.get("colors")).get("primary_color")
    form.integer(("colors", "primary_color"), primary, 0, MAX_COLOR)
    form.raise_if_any()
    named = ("name", "color", "hoist", "mentionable")
    changes = {name: body[name] for name in named if body.get(name) is not None}
    if primary is not None:
        changes["color"] = primary
    if body.get("permissions") is not None:
        changes["permissions"] = read_permissions(body["permissions"], "permissions")
    return changes


def read_permissions(value: Any, name: str) -> int:
    """Permissions out of a body, as a number or its digits (50035 otherwise)."""
    if isinstance(value, bool) or not is_snowflake(value):
        raise InvalidForm.at((name,), "NUMBER_TYPE_COERCE", f'Value "{shown(value)}" is not int.')
    return int(value) & permissions.ALL


def _check_below(guild: Guild, who: User, role: Role) -> None:
    if role.id != guild.id and not permissions.outranks_role(guild, who, role):
        raise ApiError(errors.MISSING_PERMISSIONS)


def _check_granted(guild: Guild, who: User, granted: int) -> None:
    """Nobody gives rights that they have not."""
    if granted & ~permissions.in_guild(guild, who):
        raise ApiError(errors.MISSING_PERMISSIONS)
