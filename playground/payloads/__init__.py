"""How things look as Discord's JSON: ids are strings, times ISO 8601, permissions decimals."""

from playground.payloads.channels import channel, dm, thread, thread_member
from playground.payloads.gateway import (
    guild_create,
    guild_for_person,
    members_chunk,
    presence,
    ready_for_bot,
    ready_for_person,
)
from playground.payloads.guilds import (
    application,
    application_card,
    automod_rule,
    ban,
    emoji,
    guild,
    role,
)
from playground.payloads.messages import MessageWriter
from playground.payloads.users import member, own_user, user

__all__ = [
    "MessageWriter",
    "application",
    "application_card",
    "automod_rule",
    "ban",
    "channel",
    "dm",
    "emoji",
    "guild",
    "guild_create",
    "guild_for_person",
    "member",
    "members_chunk",
    "own_user",
    "presence",
    "ready_for_bot",
    "ready_for_person",
    "role",
    "thread",
    "thread_member",
    "user",
]
