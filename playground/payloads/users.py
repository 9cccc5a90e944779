"""Users and members."""

from datetime import UTC, datetime
from typing import Any

from playground.world import GuildMember, User


def iso(moment: float) -> str:
    """A moment (seconds since the Unix epoch) as Discord writes it."""
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="microseconds")


def user(who: User) -> dict[str, Any]:
    """A user as others see them."""
    shown: dict[str, Any] = {
        "id": str(who.id),
        "username": who.username,
        "discriminator": "0",
        "global_name": who.global_name,
        "avatar": None,
        "avatar_decoration_data": None,
        "collectibles": None,
        "primary_guild": None,
        "banner": None,
        "accent_color": None,
        "public_flags": 0,
        "flags": 0,
    }
    if who.bot:
        shown["bot"] = True
    return shown


def own_user(who: User) -> dict[str, Any]:
    """A user as they see themselves."""
    return {
        **user(who),
        "mfa_enabled": True,
        "verified": True,
        "email": None,
        "locale": "en-US",
        "premium_type": 0,
    }


def member(who: GuildMember, *, with_user: bool = True) -> dict[str, Any]:
    """A member of a guild; the one in a message's `member` comes without its user."""
    shown: dict[str, Any] = {
        "roles": [str(role_id) for role_id in who.role_ids],
        "nick": who.nick,
        "avatar": None,
        "banner": None,
        "joined_at": iso(who.joined_at),
        "premium_since": None,
        "communication_disabled_until": iso(who.time_out.until) if who.time_out else None,
        "pending": False,
        "mute": False,
        "deaf": False,
        "flags": 0,
    }
    if with_user:
        shown["user"] = user(who.user)
    return shown
