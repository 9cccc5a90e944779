"""Channels of guilds, their threads, and DMs."""

from typing import Any

from playground import permissions
from playground.payloads.users import iso, member, user
from playground.world import (
    PRIVATE_THREAD,
    THREAD_STARTER_MESSAGE,
    Channel,
    Overwrite,
    Thread,
    User,
)

# Since 2026-11-16 a channel out of the bot's sight comes without its name, with this flag.
HIDDEN = 1 << 17
# A count of a thread's members goes no further.
MAX_MEMBER_COUNT = 50


def channel(which: Channel, viewer: User) -> dict[str, Any]:
    """A channel as one user receives it: of a guild, a thread, or the DM with somebody else."""
    if which.guild is None:
        return dm(which, viewer)
    if which.thread is not None:
        return thread(which, viewer)
    hidden = not permissions.may(which, viewer, permissions.VIEW_CHANNEL)
    return {
        "id": str(which.id),
        "type": which.type,
        "guild_id": str(which.guild.id),
        "name": "___hidden___" if hidden else which.name,
        "topic": None if hidden else which.topic,
        "position": which.position,
        "parent_id": None,
        "nsfw": which.nsfw,
        "rate_limit_per_user": which.slow_mode_s,
        "last_message_id": None if hidden else _last_message_id(which),
        "permission_overwrites": [overwrite(each) for each in which.overwrites],
        "flags": HIDDEN if hidden else 0,
    }


def overwrite(which: Overwrite) -> dict[str, Any]:
    """What a channel allows or denies."""
    return {
        "id": str(which.id),
        "type": int(which.is_member),
        "allow": str(which.allow),
        "deny": str(which.deny),
    }


def thread(which: Channel, viewer: User | None = None) -> dict[str, Any]:
    """A thread; with `member` where it is a viewer's who has joined it."""
    about = which.thread
    if about is None:
        raise ValueError(f"{which.name} is no thread.")
    counted = [m for m in which.messages.values() if m.type != THREAD_STARTER_MESSAGE]
    shown: dict[str, Any] = {
        "id": str(which.id),
        "type": which.type,
        "guild_id": str(which.guild_id),
        "parent_id": str(about.parent.id),
        "owner_id": str(about.owner_id),
        "name": which.name,
        "last_message_id": _last_message_id(which),
        "rate_limit_per_user": which.slow_mode_s,
        "message_count": len(counted),
        "member_count": min(len(about.joined), MAX_MEMBER_COUNT),
        "total_message_sent": len(counted),
        "flags": 0,
        "thread_metadata": _metadata(about, private=which.type == PRIVATE_THREAD),
    }
    if viewer is not None and viewer.id in about.joined:
        shown["member"] = thread_member(which, viewer.id)
    return shown


def thread_member(which: Channel, user_id: int, *, with_member: bool = False) -> dict[str, Any]:
    """Somebody who has joined a thread."""
    joined = which.thread.joined if which.thread else {}
    shown: dict[str, Any] = {
        "id": str(which.id),
        "user_id": str(user_id),
        "join_timestamp": iso(joined[user_id]),
        "flags": 0,
    }
    if with_member and which.guild is not None and user_id in which.guild.members:
        shown["member"] = member(which.guild.members[user_id])
    return shown


def _metadata(about: Thread, *, private: bool) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "archived": about.archived,
        "archive_timestamp": iso(about.archived_at or about.created_at),
        "auto_archive_duration": about.auto_archive_minutes,
        "locked": about.locked,
        "create_timestamp": iso(about.created_at),
    }
    if private:
        shown["invitable"] = about.invitable
    return shown


def dm(which: Channel, viewer: User) -> dict[str, Any]:
    """A DM channel as one of its two users receives it: the other is the recipient."""
    return {
        "id": str(which.id),
        "type": which.type,
        "last_message_id": _last_message_id(which),
        "flags": 0,
        "recipients": [user(other) for other in which.recipients if other is not viewer],
    }


def _last_message_id(which: Channel) -> str | None:
    newest_first = reversed(which.messages.values())
    return next((str(message.id) for message in newest_first if message.private_to is None), None)
