"""/guilds and /channels: guilds, roles, members, channels, typing."""

from aiohttp import web

from playground import errors, payloads, permissions
from playground.errors import ApiError
from playground.rest.base import Resource, answer, limit_of, no_content, path_id, snowflake


class Guilds(Resource):
    """Guilds and what is in them."""

    def routes(self) -> list[web.RouteDef]:
        """All routes of the resource."""
        return [
            web.get("/guilds/{guild_id}", self.get),
            web.get("/guilds/{guild_id}/channels", self.channels),
            web.get("/guilds/{guild_id}/roles", self.roles),
            web.get("/guilds/{guild_id}/members", self.members),
            web.get("/guilds/{guild_id}/members/search", self.search),
            web.get("/guilds/{guild_id}/members/{user_id}", self.member),
            web.get("/users/@me/guilds/{guild_id}/member", self.own_member),
            web.get("/channels/{channel_id}", self.get_channel),
            web.post("/channels/{channel_id}/typing", self.typing),
        ]

    async def get(self, request: web.Request) -> web.Response:
        """A guild."""
        guild = self.guild(request, self.caller(request))
        shown = payloads.guild(guild)
        if request.query.get("with_counts", "").lower() in ("1", "true"):
            shown["approximate_member_count"] = len(guild.members)
            shown["approximate_presence_count"] = len(guild.members)
        return answer(shown)

    async def channels(self, request: web.Request) -> web.Response:
        """A guild's channels that the caller sees."""
        who = self.caller(request)
        guild = self.guild(request, who)
        return answer(
            [
                payloads.channel(channel, who)
                for channel in guild.channels.values()
                if permissions.may(channel, who, permissions.VIEW_CHANNEL)
            ]
        )

    async def roles(self, request: web.Request) -> web.Response:
        """A guild's roles."""
        guild = self.guild(request, self.caller(request))
        return answer([payloads.role(role) for role in guild.roles.values()])

    async def members(self, request: web.Request) -> web.Response:
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
            each for each in guild.members.values() if each.user.username.lower().startswith(prefix)
        ]
        return answer([payloads.member(each) for each in found[:limit]])

    async def member(self, request: web.Request) -> web.Response:
        """One member."""
        guild = self.guild(request, self.caller(request))
        member = guild.members.get(path_id(request, "user_id"))
        if member is None:
            raise ApiError(errors.UNKNOWN_MEMBER)
        return answer(payloads.member(member))

    async def own_member(self, request: web.Request) -> web.Response:
        """The caller's own membership."""
        who = self.caller(request)
        return answer(payloads.member(self.guild(request, who).members[who.id]))

    async def get_channel(self, request: web.Request) -> web.Response:
        """A channel or DM."""
        who = self.caller(request)
        channel = self.channel(request)
        permissions.require(channel, who, permissions.VIEW_CHANNEL)
        return answer(payloads.channel(channel, who))

    async def typing(self, request: web.Request) -> web.Response:
        """Show to the others that the caller types."""
        who = self.caller(request)
        channel = self.channel(request)
        permissions.require(channel, who, permissions.SEND_MESSAGES)
        self.services.board.typing(channel, who)
        return no_content()
