"""/users: oneself, others, one's guilds and DMs."""

from typing import Any

from aiohttp import web

from playground import errors, payloads, permissions
from playground.errors import ApiError
from playground.rest.base import Resource, answer, page_of, path_id, snowflake
from playground.uploads import read_body
from playground.world import DM, Channel, Guild, User


class Users(Resource):
    """Users and their DM channels."""

    def routes(self) -> list[web.RouteDef]:
        """All routes of the resource."""
        return [
            web.get("/users/@me", self.me),
            web.get("/users/@me/guilds", self.guilds),
            web.get("/users/@me/channels", self.dms),
            web.post("/users/@me/channels", self.open_dm),
            web.get("/users/{user_id}", self.get),
        ]

    async def me(self, request: web.Request) -> web.Response:
        """The caller."""
        return answer(payloads.own_user(self.caller(request)))

    async def get(self, request: web.Request) -> web.Response:
        """Any user."""
        self.caller(request)
        return answer(payloads.user(self.world.user(path_id(request, "user_id"))))

    async def guilds(self, request: web.Request) -> web.Response:
        """The caller's guilds, in short."""
        who = self.caller(request)
        own = {guild.id: guild for guild in self.world.guilds_of(who)}
        counted = request.query.get("with_counts", "").lower() in ("1", "true")
        page = page_of(request.query, own, 200)
        return answer([_in_short(own[each], who, counted=counted) for each in page])

    async def dms(self, request: web.Request) -> web.Response:
        """A person's DM channels."""
        who = self.person(request)
        return answer([payloads.dm(channel, who) for channel in self.world.dms_of(who)])

    async def open_dm(self, request: web.Request) -> web.Response:
        """The DM channel with somebody; it is made on first use."""
        who = self.caller(request)
        fields = (await read_body(request)).fields
        recipients = fields.get("recipients") or [None]
        other_id = snowflake(fields.get("recipient_id") or recipients[0], "recipient_id")
        other = self.world.user(other_id)
        if other is who:
            raise ApiError(errors.CANNOT_DM)
        channel = self.world.dm_of(who, other)
        if channel is None:
            channel = Channel(self.services.ids.next(), DM, recipients=[who, other])
            self.world.channels[channel.id] = channel
        return answer(payloads.dm(channel, who))


def _in_short(guild: Guild, who: User, *, counted: bool) -> dict[str, Any]:
    """A guild as the list of one's own shows it."""
    shown: dict[str, Any] = {
        "id": str(guild.id),
        "name": guild.name,
        "icon": None,
        "banner": None,
        "owner": guild.owner_id == who.id,
        "permissions": str(permissions.in_guild(guild, who)),
        "features": [],
    }
    if counted:
        shown["approximate_member_count"] = len(guild.members)
        shown["approximate_presence_count"] = len(guild.members)
    return shown
