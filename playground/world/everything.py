"""All there is, and how to find it."""

from typing import TypeVar

from playground import errors
from playground.errors import ApiError
from playground.world.channels import DM, Channel
from playground.world.guilds import Guild
from playground.world.users import Application, User

T = TypeVar("T")


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

    def change_token(self, user: User, token: str) -> None:
        """Give a user another token; the old one is good for nothing."""
        del self._by_token[user.token]
        user.token = token
        self._by_token[token] = user

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
