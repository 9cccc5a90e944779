"""Who may do what, computed as Discord does: the guild's roles, then the channel's overwrites."""

from playground import errors
from playground.errors import ApiError
from playground.world import Channel, Guild, User

ADMINISTRATOR = 1 << 3
MANAGE_CHANNELS = 1 << 4
MANAGE_GUILD = 1 << 5
ADD_REACTIONS = 1 << 6
VIEW_CHANNEL = 1 << 10
SEND_MESSAGES = 1 << 11
MANAGE_MESSAGES = 1 << 13
EMBED_LINKS = 1 << 14
ATTACH_FILES = 1 << 15
READ_MESSAGE_HISTORY = 1 << 16
USE_EXTERNAL_EMOJIS = 1 << 18
CHANGE_NICKNAME = 1 << 26
USE_APPLICATION_COMMANDS = 1 << 31
CREATE_PUBLIC_THREADS = 1 << 35
SEND_MESSAGES_IN_THREADS = 1 << 38

ALL = (1 << 51) - 1
# What a bot or a person has in a DM, where no roles are.
IN_DM = (
    VIEW_CHANNEL
    | SEND_MESSAGES
    | EMBED_LINKS
    | ATTACH_FILES
    | READ_MESSAGE_HISTORY
    | ADD_REACTIONS
    | USE_EXTERNAL_EMOJIS
    | USE_APPLICATION_COMMANDS
)


def in_guild(guild: Guild, user: User) -> int:
    """The permissions a user's roles give in the whole guild; 0 for who is not in it."""
    member = guild.members.get(user.id)
    if member is None:
        return 0
    if guild.owner_id == user.id:
        return ALL
    granted = guild.roles[guild.id].permissions
    for role_id in member.role_ids:
        granted |= guild.roles[role_id].permissions
    return ALL if granted & ADMINISTRATOR else granted


def in_channel(channel: Channel, user: User) -> int:
    """The permissions of a user in a channel, overwrites included."""
    guild = channel.guild
    if guild is None:
        return IN_DM if user in channel.recipients else 0
    granted = in_guild(guild, user)
    if granted in (0, ALL):
        return granted
    by_id = {overwrite.id: overwrite for overwrite in channel.overwrites}
    allow = deny = 0
    everyone = by_id.get(guild.id)
    if everyone is not None:
        granted = granted & ~everyone.deny | everyone.allow
    for role_id in guild.members[user.id].role_ids:
        if role_id in by_id:
            allow |= by_id[role_id].allow
            deny |= by_id[role_id].deny
    granted = granted & ~deny | allow
    own = by_id.get(user.id)
    if own is not None:
        granted = granted & ~own.deny | own.allow
    # Who may not see a channel, or not write in it, can do nothing else there either.
    if not granted & VIEW_CHANNEL:
        return 0
    if not granted & SEND_MESSAGES:
        granted &= ~(EMBED_LINKS | ATTACH_FILES)
    return granted


def may(channel: Channel, user: User, needed: int) -> bool:
    """Whether a user has all the needed permissions in a channel."""
    return in_channel(channel, user) & needed == needed


def require(channel: Channel, user: User, needed: int) -> None:
    """Refuse as Discord does: 50001 for a channel out of sight, 50013 for a missing right."""
    if not may(channel, user, VIEW_CHANNEL):
        raise ApiError(errors.MISSING_ACCESS)
    if not may(channel, user, needed):
        raise ApiError(errors.MISSING_PERMISSIONS)
