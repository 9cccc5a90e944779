"""/channels/{id} and /guilds/{id}/channels: channels, and who may do what in them."""

from typing import Any

from aiohttp import web

from playground import errors, fields, payloads, permissions
from playground.errors import ApiError, FormErrors
from playground.rest.base import Resource, answer, no_content, path_id
from playground.rest.roles import read_permissions
from playground.rest.threads import delete_thread, edit_thread
from playground.uploads import read_body
from playground.world import GUILD_TEXT, Channel, Overwrite, User

MAX_CHANNELS = 500
MAX_OVERWRITES = 100
MAX_SLOW_MODE_S = 21_600
TOPIC_LIMIT = 1024
KEYS = (
    *("name", "type", "position", "topic", "nsfw", "rate_limit_per_user", "permission_overwrites"),
    # Of categories, forums and voice channels, which are not here:
    *("bitrate", "user_limit", "parent_id", "rtc_region", "video_quality_mode", "flags"),
    *("default_auto_archive_duration", "default_reaction_emoji", "default_sort_order"),
    *("default_thread_rate_limit_per_user", "default_forum_layout", "default_tag_setting"),
    *("available_tags", "lock_permissions"),
)
# What the keys are called in the world.
_ATTRIBUTES = {
    "name": "name",
    "topic": "topic",
    "nsfw": "nsfw",
    "position": "position",
    "rate_limit_per_user": "slow_mode_s",
}
_BY_DEFAULT: dict[str, Any] = {"nsfw": False, "position": 0, "rate_limit_per_user": 0}
_KINDS = {0: False, 1: True, "role": False, "member": True}


class Channels(Resource):
    """The channels of guilds."""

    def routes(self) -> list[web.RouteDef]:
        """All routes of the resource."""
        return [
            web.get("/guilds/{guild_id}/channels", self.get_all),
            web.post("/guilds/{guild_id}/channels", self.create),
            web.patch("/guilds/{guild_id}/channels", self.move),
            web.get("/channels/{channel_id}", self.get),
            web.patch("/channels/{channel_id}", self.edit),
            web.delete("/channels/{channel_id}", self.delete),
            web.put("/channels/{channel_id}/permissions/{overwrite_id}", self.allow),
            web.delete("/channels/{channel_id}/permissions/{overwrite_id}", self.disallow),
            web.post("/channels/{channel_id}/typing", self.typing),
        ]

    async def get_all(self, request: web.Request) -> web.Response:
        """A guild's channels that the caller sees; a bot receives the others without their name."""
        who = self.caller(request)
        guild = self.guild(request, who)
        return answer(
            [
                payloads.channel(channel, who)
                for channel in guild.channels.values()
                if permissions.may(channel, who, permissions.VIEW_CHANNEL)
            ]
        )

    async def get(self, request: web.Request) -> web.Response:
        """A channel, thread or DM."""
        who = self.caller(request)
        channel = self.channel(request)
        permissions.require(channel, who, permissions.VIEW_CHANNEL)
        return answer(payloads.channel(channel, who))

    async def create(self, request: web.Request) -> web.Response:
        """A new text channel."""
        who = self.caller(request)
        guild = self.guild(request, who)
        permissions.require_in_guild(guild, who, permissions.MANAGE_CHANNELS)
        if len(guild.channels) >= MAX_CHANNELS:
            raise ApiError(errors.TOO_MANY_CHANNELS)
        body = (await read_body(request)).fields
        changes = _changes(body, new=True)
        name = changes.pop("name")
        channel = self.services.guilds.channels.create(guild, name, **changes)
        return answer(payloads.channel(channel, who), 201)

    async def move(self, request: web.Request) -> web.Response:
        """Put channels elsewhere in the list."""
        who = self.caller(request)
        guild = self.guild(request, who)
        permissions.require_in_guild(guild, who, permissions.MANAGE_CHANNELS)
        form = FormErrors()
        asked = form.objects((), (await read_body(request)).payload, 0, MAX_CHANNELS)
        for index, each in enumerate(asked):
            form.snowflake((index, "id"), each.get("id"))
            form.integer((index, "position"), each.get("position"), 0, MAX_CHANNELS)
        form.raise_if_any()
        for each in asked:
            channel = guild.channels.get(int(each["id"]))
            if channel is None:
                raise ApiError(errors.UNKNOWN_CHANNEL)
            if each.get("position") is not None:
                self.services.guilds.channels.edit(channel, position=each["position"])
        return no_content()

    async def edit(self, request: web.Request) -> web.Response:
        """Change a channel or a thread."""
        who = self.caller(request)
        channel = self._of_guild(request)
        if channel.thread is not None:
            body = (await read_body(request)).fields
            edit_thread(self.services.guilds.threads, channel, who, body)
            return answer(payloads.channel(channel, who))
        permissions.require(channel, who, permissions.MANAGE_CHANNELS)
        body = (await read_body(request)).fields
        changes = _changes(body)
        if "overwrites" in changes:
            permissions.require(channel, who, permissions.MANAGE_ROLES)
        return answer(payloads.channel(self.services.guilds.channels.edit(channel, **changes), who))

    async def delete(self, request: web.Request) -> web.Response:
        """Remove a channel or a thread."""
        who = self.caller(request)
        channel = self._of_guild(request)
        shown = payloads.channel(channel, who)
        if channel.thread is not None:
            delete_thread(self.services.guilds.threads, channel, who)
        else:
            permissions.require(channel, who, permissions.MANAGE_CHANNELS)
            self.services.guilds.channels.delete(channel)
        return answer(shown)

    async def allow(self, request: web.Request) -> web.Response:
        """Let a role, or a member, do more or less in a channel than elsewhere."""
        who = self.caller(request)
        channel = self._for_overwrites(request, who)
        body = (await read_body(request)).fields
        overwrite_id = path_id(request, "overwrite_id")
        form = FormErrors()
        fields.keys(form, (), body, ("id", "type", "allow", "deny"))
        form.choice(("type",), body.get("type"), tuple(_KINDS))
        form.raise_if_any()
        overwrite = _overwrite({**body, "id": overwrite_id})
        # Nobody allows, or takes away, what they may not do themselves.
        if (overwrite.allow | overwrite.deny) & ~permissions.in_channel(channel, who):
            raise ApiError(errors.MISSING_PERMISSIONS)
        self.services.guilds.channels.allow(
            channel,
            overwrite_id,
            allow=overwrite.allow,
            deny=overwrite.deny,
            member=overwrite.is_member,
        )
        return no_content()

    async def disallow(self, request: web.Request) -> web.Response:
        """Let a role or member do in a channel what they may elsewhere."""
        channel = self._for_overwrites(request, self.caller(request))
        overwrite_id = path_id(request, "overwrite_id")
        if all(each.id != overwrite_id for each in channel.overwrites):
            raise ApiError(errors.UNKNOWN_OVERWRITE)
        self.services.guilds.channels.disallow(channel, overwrite_id)
        return no_content()

    async def typing(self, request: web.Request) -> web.Response:
        """Show to the others that the caller types."""
        who = self.caller(request)
        channel = self.channel(request)
        permissions.require(channel, who, permissions.writing(channel))
        self.services.board.typing(channel, who)
        return no_content()

    def _of_guild(self, request: web.Request) -> Channel:
        channel = self.channel(request)
        if channel.guild is None:
            raise ApiError(errors.NO_DM_ACTION)
        return channel

    def _for_overwrites(self, request: web.Request, who: User) -> Channel:
        channel = self._of_guild(request)
        if channel.thread is not None:
            raise ApiError(errors.NO_CHANNEL_OF_THIS_TYPE)
        permissions.require(channel, who, permissions.MANAGE_ROLES)
        return channel


def _changes(body: dict[str, Any], *, new: bool = False) -> dict[str, Any]:
    """What a body says of a text channel's attributes; 50035 where something is wrong."""
    form = FormErrors()
    fields.keys(form, (), body, KEYS)
    if body.get("type") is not None:
        form.choice(("type",), body["type"], (GUILD_TEXT,))
    if new or "name" in body:
        form.text(("name",), body.get("name"), 1, 100)
    form.text(("topic",), body.get("topic"), 0, TOPIC_LIMIT)
    fields.flag(form, ("nsfw",), body.get("nsfw"))
    form.integer(("position",), body.get("position"), 0, MAX_CHANNELS)
    form.integer(("rate_limit_per_user",), body.get("rate_limit_per_user"), 0, MAX_SLOW_MODE_S)
    listed = form.objects(
        ("permission_overwrites",), body.get("permission_overwrites"), 0, MAX_OVERWRITES
    )
    for index, each in enumerate(listed):
        form.snowflake(("permission_overwrites", index, "id"), each.get("id"))
        form.choice(("permission_overwrites", index, "type"), each.get("type"), tuple(_KINDS))
    form.raise_if_any()
    changes: dict[str, Any] = {}
    for key, attribute in _ATTRIBUTES.items():
        if key in body and not (new and body[key] is None):
            changes[attribute] = _BY_DEFAULT.get(key) if body[key] is None else body[key]
    if "name" in changes:
        # Text channels have no capitals and no blanks in their names.
        changes["name"] = "-".join(changes["name"].lower().split())
    if body.get("permission_overwrites") is not None:
        changes["overwrites"] = [_overwrite(each) for each in listed]
    return changes


def _overwrite(body: dict[str, Any]) -> Overwrite:
    return Overwrite(
        int(body["id"]),
        _KINDS[body["type"]],
        read_permissions(body.get("allow") or 0, "allow"),
        read_permissions(body.get("deny") or 0, "deny"),
    )
