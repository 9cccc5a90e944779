"""AutoMod: rules of words that stop a message before anybody sees it."""

import re
from typing import Any

from playground import errors, payloads, permissions
from playground.errors import ApiError
from playground.gateway.protocol import Intents
from playground.guilds.tools import Tools
from playground.world import AutoModRule, Channel, Guild, User


class AutoMod:
    """The rules of all guilds."""

    def __init__(self, tools: Tools) -> None:
        """Works on the rules of the guilds."""
        self._tools = tools

    def add(
        self,
        guild: Guild,
        name: str,
        keywords: list[str],
        message: str | None = None,
        **fields: Any,
    ) -> AutoModRule:
        """A new rule; `fields` are further attributes of the AutoModRule."""
        rule = AutoModRule(self._tools.ids.next(), name, keywords, message, **fields)
        guild.automod.append(rule)
        self._changed(guild, rule, "CREATE")
        return rule

    def edit(self, guild: Guild, rule: AutoModRule, **changes: Any) -> AutoModRule:
        """Change attributes of a rule."""
        for name, value in changes.items():
            setattr(rule, name, value)
        self._changed(guild, rule, "UPDATE")
        return rule

    def remove(self, guild: Guild, rule: AutoModRule) -> None:
        """Remove a rule."""
        guild.automod.remove(rule)
        self._changed(guild, rule, "DELETE")

    def check(self, channel: Channel, author: User, content: str) -> None:
        """Refuse a message with forbidden words (200000); bots and managers may say anything."""
        guild = channel.guild
        if guild is None or author.bot:
            return
        if permissions.in_guild(guild, author) & permissions.MANAGE_GUILD:
            return
        for rule in guild.automod:
            if not _applies(rule, channel, guild.members[author.id].role_ids):
                continue
            hit = _hit(rule, content)
            if hit is not None:
                self._blocked(guild, channel, author, rule, content, *hit)

    def _blocked(
        self,
        guild: Guild,
        channel: Channel,
        author: User,
        rule: AutoModRule,
        content: str,
        keyword: str,
        matched: str,
    ) -> None:
        """Tell those who manage the guild, and refuse the message."""
        self._tools.news.tell(
            guild,
            "AUTO_MODERATION_ACTION_EXECUTION",
            {
                "action": payloads.automod_rule(rule, guild)["actions"][0],
                "rule_id": str(rule.id),
                "rule_trigger_type": 1,
                "user_id": str(author.id),
                "channel_id": str(channel.id),
                "content": content,
                "matched_keyword": keyword,
                "matched_content": matched,
            },
            Intents.AUTO_MODERATION_EXECUTION,
            permissions.MANAGE_GUILD,
        )
        tree = None
        if rule.message is not None:
            fault = {"code": "AUTO_MODERATION_MESSAGE_BLOCKED", "message": rule.message}
            tree = {"content": {"_errors": [fault]}}
        raise ApiError(errors.BLOCKED_BY_AUTOMOD, errors=tree)

    def _changed(self, guild: Guild, rule: AutoModRule, what: str) -> None:
        self._tools.news.tell(
            guild,
            f"AUTO_MODERATION_RULE_{what}",
            payloads.automod_rule(rule, guild),
            Intents.AUTO_MODERATION_CONFIGURATION,
            permissions.MANAGE_GUILD,
        )


def _applies(rule: AutoModRule, channel: Channel, role_ids: list[int]) -> bool:
    place = channel.thread.parent if channel.thread else channel
    exempt = {channel.id, place.id} & set(rule.exempt_channel_ids)
    return rule.enabled and not exempt and not set(role_ids) & set(rule.exempt_role_ids)


def _hit(rule: AutoModRule, content: str) -> tuple[str, str] | None:
    """The first keyword that stands in a text, and as what."""
    for keyword in rule.keywords:
        for found in _pattern(keyword).finditer(content):
            allowed = (_pattern(each).fullmatch(found[0]) for each in rule.allowed)
            if not any(allowed):
                return keyword, found[0]
    return None


def _pattern(keyword: str) -> re.Pattern[str]:
    """A keyword means a whole word; `*` at an end lets the word go on there."""
    core = re.escape(keyword.strip("*"))
    before = r"\w*" if keyword.startswith("*") else r"(?<!\w)"
    after = r"\w*" if keyword.endswith("*") else r"(?!\w)"
    return re.compile(before + core + after, re.IGNORECASE)
