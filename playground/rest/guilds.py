"""/guilds: guilds as a whole, and the emojis they have."""

from aiohttp import web

from playground import errors, fields, payloads, permissions
from playground.errors import ApiError, FormErrors
from playground.rest.base import Resource, answer, no_content, path_id
from playground.uploads import read_body

# What may be said of a guild; only the name means anything here.
KEYS = (
    *("name", "description", "region", "icon", "verification_level", "preferred_locale"),
    *("default_message_notifications", "explicit_content_filter", "afk_timeout", "afk_channel_id"),
    *("system_channel_id", "system_channel_flags", "splash", "banner", "features", "home_header"),
    *("discovery_splash", "rules_channel_id", "safety_alerts_channel_id", "owner_id"),
    *("public_updates_channel_id", "premium_progress_bar_enabled"),
)


class Guilds(Resource):
    """Guilds."""

    def routes(self) -> list[web.RouteDef]:
        """All routes of the resource."""
        return [
            web.get("/guilds/{guild_id}", self.get),
            web.patch("/guilds/{guild_id}", self.edit),
            web.delete("/users/@me/guilds/{guild_id}", self.leave),
            web.get("/guilds/{guild_id}/emojis", self.emojis),
            web.get("/guilds/{guild_id}/emojis/{emoji_id}", self.emoji),
            web.get("/guilds/{guild_id}/stickers", self.stickers),
        ]

    async def get(self, request: web.Request) -> web.Response:
        """A guild."""
        guild = self.guild(request, self.caller(request))
        shown = payloads.guild(guild)
        if request.query.get("with_counts", "").lower() in ("1", "true"):
            shown["approximate_member_count"] = len(guild.members)
            shown["approximate_presence_count"] = len(guild.members)
        return answer(shown)

    async def edit(self, request: web.Request) -> web.Response:
        """Rename a guild."""
        who = self.caller(request)
        guild = self.guild(request, who)
        permissions.require_in_guild(guild, who, permissions.MANAGE_GUILD)
        body = (await read_body(request)).fields
        form = FormErrors()
        fields.keys(form, (), body, KEYS)
        if "name" in body:
            form.text(("name",), body["name"], 2, 100)
        form.raise_if_any()
        if "name" in body:
            self.services.guilds.rename(guild, body["name"])
        return answer(payloads.guild(guild))

    async def leave(self, request: web.Request) -> web.Response:
        """Leave a guild; its owner cannot."""
        who = self.caller(request)
        guild = self.world.guild(path_id(request, "guild_id"))
        if who.id not in guild.members:
            raise ApiError(errors.UNKNOWN_GUILD)
        if guild.owner_id == who.id:
            raise ApiError(errors.INVALID_GUILD)
        self.services.guilds.members.leave(guild, who)
        return no_content()

    async def emojis(self, request: web.Request) -> web.Response:
        """A guild's emojis."""
        guild = self.guild(request, self.caller(request))
        return answer([payloads.emoji(each, name) for each, name in guild.emojis.items()])

    async def stickers(self, request: web.Request) -> web.Response:
        """A guild's stickers: none."""
        self.guild(request, self.caller(request))
        return answer([])

    async def emoji(self, request: web.Request) -> web.Response:
        """One of a guild's emojis."""
        guild = self.guild(request, self.caller(request))
        emoji_id = path_id(request, "emoji_id")
        if emoji_id not in guild.emojis:
            raise ApiError(errors.UNKNOWN_EMOJI)
        return answer(payloads.emoji(emoji_id, guild.emojis[emoji_id]))
