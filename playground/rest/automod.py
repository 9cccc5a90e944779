"""/guilds/{id}/auto-moderation/rules: the words AutoMod stops."""

from typing import Any

from aiohttp import web

from playground import errors, fields, payloads, permissions
from playground.errors import ApiError, FormErrors
from playground.rest.base import Resource, answer, no_content, path_id
from playground.uploads import read_body
from playground.world import AutoModRule, Guild, User

MAX_RULES = 6
MAX_KEYWORDS = 1000
KEYWORD_LIMIT = 60
MESSAGE_LIMIT = 150
MESSAGE_SENT, KEYWORD, BLOCK_MESSAGE = 1, 1, 1
OTHER_TRIGGERS = (3, 4, 5, 6)
LEFT_OUT = (
    "regex_patterns", "presets", "mention_total_limit", "mention_raid_protection_enabled"
)  # fmt: skip
KEYS = (
    *("name", "event_type", "trigger_type", "trigger_metadata", "actions", "enabled"),
    *("exempt_roles", "exempt_channels"),
)
_ALL = "/guilds/{guild_id}/auto-moderation/rules"


class AutoModRules(Resource):
    """The rules of guilds: of keywords, that block a message."""

    def routes(self) -> list[web.RouteDef]:
        """All routes of the resource."""
        return [
            web.get(_ALL, self.get_all),
            web.post(_ALL, self.create),
            web.get(_ALL + "/{rule_id}", self.get),
            web.patch(_ALL + "/{rule_id}", self.edit),
            web.delete(_ALL + "/{rule_id}", self.delete),
        ]

    async def get_all(self, request: web.Request) -> web.Response:
        """All rules of a guild."""
        guild, _ = self._managed(request)
        return answer([payloads.automod_rule(each, guild) for each in guild.automod])

    async def get(self, request: web.Request) -> web.Response:
        """One rule."""
        guild, _ = self._managed(request)
        return answer(payloads.automod_rule(_rule(guild, request), guild))

    async def create(self, request: web.Request) -> web.Response:
        """A new rule."""
        guild, who = self._managed(request)
        if len(guild.automod) >= MAX_RULES:
            raise ApiError(errors.TOO_MANY_RULES)
        changes = _changes((await read_body(request)).fields, new=True)
        name, keywords = changes.pop("name"), changes.pop("keywords", [])
        # A rule is off unless the body says otherwise.
        changes = {"enabled": False, "creator_id": who.id, **changes}
        rule = self.services.guilds.automod.add(guild, name, keywords, **changes)
        return answer(payloads.automod_rule(rule, guild))

    async def edit(self, request: web.Request) -> web.Response:
        """Change a rule."""
        guild, _ = self._managed(request)
        rule = _rule(guild, request)
        changes = _changes((await read_body(request)).fields)
        self.services.guilds.automod.edit(guild, rule, **changes)
        return answer(payloads.automod_rule(rule, guild))

    async def delete(self, request: web.Request) -> web.Response:
        """Remove a rule."""
        guild, _ = self._managed(request)
        self.services.guilds.automod.remove(guild, _rule(guild, request))
        return no_content()

    def _managed(self, request: web.Request) -> tuple[Guild, User]:
        who = self.caller(request)
        guild = self.guild(request, who)
        permissions.require_in_guild(guild, who, permissions.MANAGE_GUILD)
        return guild, who


def _rule(guild: Guild, request: web.Request) -> AutoModRule:
    rule_id = path_id(request, "rule_id")
    for rule in guild.automod:
        if rule.id == rule_id:
            return rule
    raise ApiError(errors.UNKNOWN_AUTOMOD_RULE)


def _changes(body: dict[str, Any], *, new: bool = False) -> dict[str, Any]:
    """What a body says of a rule's attributes; 50035 where something is wrong."""
    form = FormErrors()
    fields.keys(form, (), body, KEYS)
    if new or "name" in body:
        form.text(("name",), body.get("name"), 1, 100)
    if new or "event_type" in body:
        form.choice(("event_type",), body.get("event_type"), (MESSAGE_SENT,))
    if new or "trigger_type" in body:
        _check_trigger(form, body.get("trigger_type"))
    fields.flag(form, ("enabled",), body.get("enabled"))
    metadata = _metadata(form, body)
    for key in ("keyword_filter", "allow_list"):
        here = ("trigger_metadata", key)
        for index, word in enumerate(fields.listed(form, here, metadata.get(key), 0, MAX_KEYWORDS)):
            form.text((*here, index), word, 1, KEYWORD_LIMIT)
    changes = _of_actions(form, body)
    for key, name, most in (("exempt_roles", "role", 20), ("exempt_channels", "channel", 50)):
        named = fields.ids(form, (key,), body.get(key), most)
        if key in body and not form.tree:
            changes[f"exempt_{name}_ids"] = [int(each) for each in named if each is not None]
    form.raise_if_any()
    changes |= {key: body[key] for key in ("name", "enabled") if body.get(key) is not None}
    if metadata.get("keyword_filter") is not None:
        changes["keywords"] = metadata["keyword_filter"]
    if metadata.get("allow_list") is not None:
        changes["allowed"] = metadata["allow_list"]
    return changes


def _check_trigger(form: FormErrors, kind: Any) -> None:
    if kind in OTHER_TRIGGERS and not isinstance(kind, bool):
        message = f"The playground has rules of keywords alone (trigger_type {KEYWORD})."
        form.add(("trigger_type",), "NOT_IN_THE_PLAYGROUND", message)
    else:
        form.choice(("trigger_type",), kind, (KEYWORD,))


def _metadata(form: FormErrors, body: dict[str, Any]) -> dict[str, Any]:
    """What triggers a rule. What the playground would never act on is refused, not kept in vain."""
    here = ("trigger_metadata",)
    metadata = form.object(here, body.get("trigger_metadata"))
    fields.keys(form, here, metadata, ("keyword_filter", "allow_list", *LEFT_OUT))
    for key in LEFT_OUT:
        if metadata.get(key):
            message = f"The playground has no rules with {key}, but such with a keyword_filter."
            form.add((*here, key), "NOT_IN_THE_PLAYGROUND", message)
    return metadata


def _of_actions(form: FormErrors, body: dict[str, Any]) -> dict[str, Any]:
    """What the blocked author is told: the one thing an action may say here."""
    changes: dict[str, Any] = {}
    for index, action in enumerate(form.objects(("actions",), body.get("actions"), 0, 5)):
        form.choice(("actions", index, "type"), action.get("type"), (BLOCK_MESSAGE,))
        here = ("actions", index, "metadata")
        message = form.object(here, action.get("metadata")).get("custom_message")
        form.text((*here, "custom_message"), message, 0, MESSAGE_LIMIT)
        changes["message"] = message
    return changes
