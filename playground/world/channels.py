"""Channels, threads, and who may do more or less in them."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from playground.world.messages import Message
from playground.world.users import User

if TYPE_CHECKING:
    from playground.world.guilds import Guild

# Types of channels.
GUILD_TEXT = 0
DM = 1
PUBLIC_THREAD = 11
PRIVATE_THREAD = 12
THREADS = (PUBLIC_THREAD, PRIVATE_THREAD)


@dataclass(slots=True)
class Overwrite:
    """What a channel allows or denies to a role or a member, beyond the guild's roles."""

    id: int
    is_member: bool
    allow: int = 0
    deny: int = 0


@dataclass(slots=True)
class Thread:
    """What makes a channel a thread."""

    parent: "Channel"
    owner_id: int
    created_at: float
    archived: bool = False
    archived_at: float = 0.0  # when `archived` last changed
    locked: bool = False
    auto_archive_minutes: int = 1440
    invitable: bool = True  # whether anybody in a private thread may add others
    joined: dict[int, float] = field(default_factory=dict)  # user ids, and since when


@dataclass(slots=True)
class Channel:
    """A text channel or thread of a guild, or the DM of two users."""

    id: int
    type: int
    name: str | None = None
    guild: "Guild | None" = None
    topic: str | None = None
    position: int = 0
    nsfw: bool = False
    slow_mode_s: int = 0  # seconds a person waits between two messages
    thread: Thread | None = None  # set for a thread
    overwrites: list[Overwrite] = field(default_factory=list)
    recipients: list[User] = field(default_factory=list)  # of a DM: both users
    messages: dict[int, Message] = field(default_factory=dict)  # oldest first
    posted_at: dict[int, float] = field(default_factory=dict)  # by user ids: their latest post

    @property
    def guild_id(self) -> int | None:
        """The guild's id, None in a DM."""
        return self.guild.id if self.guild else None
