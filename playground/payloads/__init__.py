"""How things look as Discord's JSON: ids are strings, times ISO 8601, permissions decimals."""

from playground.payloads.gateway import (
    guild_create,
    members_chunk,
    presence,
    ready_for_bot,
    ready_for_person,
)
from playground.payloads.guilds import application, application_card, channel, dm, guild, role
from playground.payloads.messages import MessageWriter
from playground.payloads.users import member, own_user, user

__all__ = [
    "MessageWriter",
    "application",
    "application_card",
    "channel",
    "dm",
    "guild",
    "guild_create",
    "member",
    "members_chunk",
    "own_user",
    "presence",
    "ready_for_bot",
    "ready_for_person",
    "role",
    "user",
]
