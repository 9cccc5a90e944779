"""Reactions to messages."""

from typing import Any

from playground.world import Message, User


def emoji(key: str) -> dict[str, Any]:
    """The emoji of a reaction: one of Unicode, or a guild's own as "name:id"."""
    name, _, emoji_id = key.rpartition(":")
    if not name:
        return {"id": None, "name": key}
    return {"id": emoji_id, "name": name, "animated": False}


def reactions(which: Message, viewer: User | None) -> list[dict[str, Any]]:
    """How often each emoji was given, and whether by the viewer."""
    return [
        {
            "emoji": emoji(key),
            "count": len(who),
            "count_details": {"burst": 0, "normal": len(who)},
            "burst_colors": [],
            "me_burst": False,
            "me": viewer is not None and viewer.id in who,
        }
        for key, who in which.reactions.items()
    ]
