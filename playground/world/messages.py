"""Messages and their files."""

from dataclasses import dataclass, field
from typing import Any

from playground.world.users import User

# Flags of messages.
SUPPRESS_EMBEDS = 1 << 2
HAS_THREAD = 1 << 5
EPHEMERAL = 1 << 6
LOADING = 1 << 7
SUPPRESS_NOTIFICATIONS = 1 << 12
COMPONENTS_V2 = 1 << 15

# Types of messages.
DEFAULT_MESSAGE = 0
CHANNEL_NAME_CHANGE = 4
CHANNEL_PINNED_MESSAGE = 6
THREAD_CREATED = 18
REPLY = 19
CHAT_INPUT_COMMAND = 20
THREAD_STARTER_MESSAGE = 21
CONTEXT_MENU_COMMAND = 23


@dataclass(slots=True)
class Attachment:
    """A file on the CDN, and what a message says of it."""

    id: int
    channel_id: int
    filename: str
    size: int  # bytes
    content_type: str
    width: int | None = None
    height: int | None = None
    description: str | None = None
    ephemeral: bool = False


@dataclass(slots=True)
class Message:
    """A message as it is now. `files` holds all its files, those shown inside an embed too."""

    id: int
    channel_id: int
    author: User
    created_at: float
    type: int = DEFAULT_MESSAGE
    content: str = ""
    embeds: list[dict[str, Any]] = field(default_factory=list)
    components: list[dict[str, Any]] = field(default_factory=list)
    files: list[Attachment] = field(default_factory=list)
    flags: int = 0
    tts: bool = False
    edited_at: float | None = None
    nonce: str | int | None = None
    allowed_mentions: dict[str, Any] | None = None
    reference_id: int | None = None  # the message it answers
    reference_channel_id: int | None = None  # where that is, if not in the same channel
    private_to: int | None = None  # the only user who sees it (ephemeral)
    application_id: int | None = None  # set where it answers an interaction
    interaction_metadata: dict[str, Any] | None = None
    # By emoji (itself, or "name:id" of a guild's own): who reacted, in that order.
    reactions: dict[str, list[int]] = field(default_factory=dict)
    pinned_at: float | None = None

    @property
    def loading(self) -> bool:
        """Whether it is the "is thinking…" of a deferred answer."""
        return bool(self.flags & LOADING)
