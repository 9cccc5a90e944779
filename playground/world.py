"""What exists on the playground: users, guilds, channels, messages. Plain data, ids as integers.

How Discord writes these as JSON is `playground.payloads`; who may do what, `permissions`.
"""

from dataclasses import dataclass, field
from typing import Any, TypeVar

from playground import errors
from playground.errors import ApiError

T = TypeVar("T")

# Types of channels.
GUILD_TEXT = 0
DM = 1
PUBLIC_THREAD = 11
PRIVATE_THREAD = 12
THREADS = (PUBLIC_THREAD, PRIVATE_THREAD)

# Flags of messages.
SUPPRESS_EMBEDS = 1 << 2
EPHEMERAL = 1 << 6
LOADING = 1 << 7
SUPPRESS_NOTIFICATIONS = 1 << 12
COMPONENTS_V2 = 1 << 15

# Types of messages.
DEFAULT_MESSAGE = 0
REPLY = 19
CHAT_INPUT_COMMAND = 20
CONTEXT_MENU_COMMAND = 23


@dataclass(slots=True)
class User:
    """An account: a person's or the bot's."""

    id: int
    username: str
    global_name: str | None
    token: str  # without "Bot "
    bot: bool = False
    takes_dms: bool = True  # False: messages to this user are refused (50007)


@dataclass(slots=True)
class Role:
    """A role of a guild; the one whose id is the guild's is @everyone."""

    id: int
    name: str
    permissions: int
    position: int = 0
    color: int = 0
    managed: bool = False
    bot_id: int | None = None  # whose managed role it is


@dataclass(slots=True)
class Overwrite:
    """What a channel allows or denies to a role or a member, beyond the guild's roles."""

    id: int
    is_member: bool
    allow: int = 0
    deny: int = 0


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
    reference_id: int | None = None  # the message it answers, in the same channel
    private_to: int | None = None  # the only user who sees it (ephemeral)
    application_id: int | None = None  # set where it answers an interaction
    interaction_metadata: dict[str, Any] | None = None
    # By emoji (itself, or "name:id" of a guild's own): who reacted, in that order.
    reactions: dict[str, list[int]] = field(default_factory=dict)

    @property
    def loading(self) -> bool:
        """Whether it is the "is thinking…" of a deferred answer."""
        return bool(self.flags & LOADING)


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

    @property
    def guild_id(self) -> int | None:
        """The guild's id, None in a DM."""
        return self.guild.id if self.guild else None


@dataclass(slots=True)
class GuildMember:
    """A user in a guild."""

    user: User
    joined_at: float
    role_ids: list[int] = field(default_factory=list)
    nick: str | None = None


@dataclass(slots=True)
class AutoModRule:
    """Words that AutoMod lets nobody but managers post."""

    id: int
    name: str
    keywords: list[str]
    message: str | None = None  # what the blocked author is told


@dataclass(slots=True)
class Guild:
    """A guild with its roles, channels and members."""

    id: int
    name: str
    owner_id: int
    boost_level: int = 0  # 0 to 3; with it grows what a file may weigh
    available: bool = True  # False: an outage
    automod: list[AutoModRule] = field(default_factory=list)
    roles: dict[int, Role] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)  # without threads
    threads: dict[int, Channel] = field(default_factory=dict)
    members: dict[int, GuildMember] = field(default_factory=dict)


@dataclass(slots=True)
class Application:
    """The bot's application, as the developer portal has it."""

    id: int
    name: str
    description: str
    owner: User
    bot: User
    flags: int
    verify_key: str


class World:
    """Everything there is, and how to find it."""

    def __init__(self, application: Application) -> None:
        """Nobody and nothing is there but the application."""
        self.application = application
        self.users: dict[int, User] = {}
        self.guilds: dict[int, Guild] = {}
        self.channels: dict[int, Channel] = {}  # threads and DMs too
        # Who has added the application to their account, to use it where its bot is not.
        self.installed_by: set[int] = set()
        self._by_token: dict[str, User] = {}

    @property
    def bot(self) -> User:
        """The bot's account."""
        return self.application.bot

    @property
    def people(self) -> list[User]:
        """The users that are not the bot, in the order they were added."""
        return [user for user in self.users.values() if not user.bot]

    def add_user(self, user: User) -> None:
        """Let a user exist."""
        self.users[user.id] = user
        self._by_token[user.token] = user

    def add_guild(self, guild: Guild) -> None:
        """Let a guild and its channels exist."""
        self.guilds[guild.id] = guild
        self.channels.update(guild.channels)

    def by_token(self, token: str) -> User | None:
        """The user whose token this is."""
        return self._by_token.get(token)

    def dm_of(self, one: User, other: User) -> Channel | None:
        """The DM channel of two users."""
        both = {one.id, other.id}
        for channel in self.channels.values():
            if channel.type == DM and {user.id for user in channel.recipients} == both:
                return channel
        return None

    def user(self, user_id: int) -> User:
        """A user, or Discord's refusal."""
        return _found(self.users.get(user_id), errors.UNKNOWN_USER)

    def guild(self, guild_id: int) -> Guild:
        """A guild, or Discord's refusal."""
        return _found(self.guilds.get(guild_id), errors.UNKNOWN_GUILD)

    def channel(self, channel_id: int) -> Channel:
        """A channel, or Discord's refusal."""
        return _found(self.channels.get(channel_id), errors.UNKNOWN_CHANNEL)

    def guilds_of(self, user: User) -> list[Guild]:
        """The guilds a user is in."""
        return [guild for guild in self.guilds.values() if user.id in guild.members]

    def dms_of(self, user: User) -> list[Channel]:
        """The DM channels a user is in."""
        return [
            channel
            for channel in self.channels.values()
            if channel.type == DM and user in channel.recipients
        ]


def _found(thing: T | None, refusal: errors.Refusal) -> T:
    if thing is None:
        raise ApiError(refusal)
    return thing
