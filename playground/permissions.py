"""Who may do what, computed as Discord does: the guild's roles, then the channel's overwrites."""

from playground import errors
from playground.errors import ApiError
from playground.world import PRIVATE_THREAD, Channel, Guild, GuildMember, Role, User

KICK_MEMBERS = 1 << 1
BAN_MEMBERS = 1 << 2
ADMINISTRATOR = 1 << 3
MANAGE_CHANNELS = 1 << 4
MANAGE_GUILD = 1 << 5
ADD_REACTIONS = 1 << 6
VIEW_CHANNEL = 1 << 10
SEND_MESSAGES = 1 << 11
SEND_TTS_MESSAGES = 1 << 12
MANAGE_MESSAGES = 1 << 13
EMBED_LINKS = 1 << 14
ATTACH_FILES = 1 << 15
READ_MESSAGE_HISTORY = 1 << 16
MENTION_EVERYONE = 1 << 17
USE_EXTERNAL_EMOJIS = 1 << 18
CHANGE_NICKNAME = 1 << 26
MANAGE_NICKNAMES = 1 << 27
MANAGE_ROLES = 1 << 28
USE_APPLICATION_COMMANDS = 1 << 31
MANAGE_THREADS = 1 << 34
CREATE_PUBLIC_THREADS = 1 << 35
CREATE_PRIVATE_THREADS = 1 << 36
SEND_MESSAGES_IN_THREADS = 1 << 38
MODERATE_MEMBERS = 1 << 40
USE_EXTERNAL_APPS = 1 << 50
PIN_MESSAGES = 1 << 51
BYPASS_SLOWMODE = 1 << 52

ALL = (1 << 53) - 1
# What remains to a member during a time-out.
_IN_TIME_OUT = VIEW_CHANNEL | READ_MESSAGE_HISTORY
# What nobody can do where they may not write.
_WITH_WRITING = SEND_TTS_MESSAGES | MENTION_EVERYONE | EMBED_LINKS | ATTACH_FILES
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
    granted = _of_roles(guild, member)
    return granted & _IN_TIME_OUT if member.timed_out and granted != ALL else granted


def in_channel(channel: Channel, user: User) -> int:
    """The permissions of a user in a channel, overwrites included; a thread has its parent's."""
    guild = channel.guild
    if guild is None:
        return IN_DM if user in channel.recipients else 0
    member = guild.members.get(user.id)
    if member is None:
        return 0
    granted = _of_roles(guild, member)
    if granted == ALL:
        return ALL
    granted = _overwritten(granted, _place(channel), guild, member)
    # Who may not see a channel can do nothing else there either.
    if not granted & VIEW_CHANNEL or _kept_out(channel, user, granted):
        return 0
    if not granted & writing(channel):
        granted &= ~_WITH_WRITING
    return granted & _IN_TIME_OUT if member.timed_out else granted


def _of_roles(guild: Guild, member: GuildMember) -> int:
    """What the roles of a member say, time-outs aside."""
    if guild.owner_id == member.user.id:
        return ALL
    granted = guild.roles[guild.id].permissions
    for role_id in member.role_ids:
        granted |= guild.roles[role_id].permissions
    return ALL if granted & ADMINISTRATOR else granted


def _overwritten(granted: int, channel: Channel, guild: Guild, member: GuildMember) -> int:
    """Everyone's overwrite first, then those of all roles together, then the member's own."""
    by_id = {overwrite.id: overwrite for overwrite in channel.overwrites}
    everyone = by_id.get(guild.id)
    if everyone is not None:
        granted = granted & ~everyone.deny | everyone.allow
    allow = deny = 0
    for role_id in member.role_ids:
        if role_id in by_id:
            allow |= by_id[role_id].allow
            deny |= by_id[role_id].deny
    granted = granted & ~deny | allow
    own = by_id.get(member.user.id)
    return granted if own is None else granted & ~own.deny | own.allow


def _place(channel: Channel) -> Channel:
    """Where the overwrites of a channel are: a thread has none of its own."""
    return channel.thread.parent if channel.thread else channel


def _kept_out(channel: Channel, user: User, granted: int) -> bool:
    """Whether a private thread is one the user was not added to."""
    thread = channel.thread
    if thread is None or channel.type != PRIVATE_THREAD:
        return False
    return user.id not in thread.joined and not granted & MANAGE_THREADS


def of_everyone(channel: Channel) -> int:
    """What @everyone may do in a guild's channel."""
    guild = channel.guild
    if guild is None:
        return 0
    granted = guild.roles[guild.id].permissions
    for overwrite in _place(channel).overwrites:
        if overwrite.id == guild.id:
            granted = granted & ~overwrite.deny | overwrite.allow
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


def require_in_guild(guild: Guild, user: User, needed: int) -> None:
    """Refuse as Discord does who lacks a right in the whole guild (50013)."""
    if in_guild(guild, user) & needed != needed:
        raise ApiError(errors.MISSING_PERMISSIONS)


def writing(channel: Channel) -> int:
    """The right to post in a channel, which is another one in a thread."""
    return SEND_MESSAGES if channel.thread is None else SEND_MESSAGES_IN_THREADS


def may_write(channel: Channel, user: User) -> bool:
    """Whether a user may post in a channel or thread, as far as rights go."""
    return may(channel, user, VIEW_CHANNEL | writing(channel))


# --- who stands above whom ---


def outranks_role(guild: Guild, user: User, role: Role) -> bool:
    """Whether a role lies below the highest one of a user, so that they may change or give it."""
    return guild.owner_id == user.id or _rank(role) < _highest(guild, user.id)


def outranks(guild: Guild, user: User, other: User) -> bool:
    """Whether a user may kick, ban or rename another: the owner is above all, roles decide."""
    if guild.owner_id in (user.id, other.id):
        return guild.owner_id == user.id
    return _highest(guild, other.id) < _highest(guild, user.id)


def _highest(guild: Guild, user_id: int) -> tuple[int, int]:
    member = guild.members.get(user_id)
    roles = [guild.roles[role_id] for role_id in member.role_ids] if member else []
    return max((_rank(role) for role in roles), default=(0, -guild.id))


def _rank(role: Role) -> tuple[int, int]:
    """Where a role stands; of two at the same position the older is the higher."""
    return role.position, -role.id
