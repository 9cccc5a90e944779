"""Where the application is installed: in a guild, or on a person's account; and what follows."""

from playground import permissions
from playground.world import Channel, User, World

# Contexts of an interaction: what `context` says, and a command's `contexts`.
IN_GUILD, IN_BOT_DM, IN_PRIVATE_CHANNEL = 0, 1, 2
# Ways to install: the keys of `authorizing_integration_owners`, and a command's
# `integration_types`.
GUILD_INSTALL, USER_INSTALL = 0, 1

Owners = dict[str, str]

# What is told of an application's rights where there are no roles: these, and not that it may read
# and write there.
_IN_DM = permissions.ATTACH_FILES | permissions.EMBED_LINKS | permissions.MENTION_EVERYONE


def context_of(world: World, channel: Channel) -> int:
    """Where an interaction in a channel happens."""
    if channel.guild is not None:
        return IN_GUILD
    return IN_BOT_DM if world.bot in channel.recipients else IN_PRIVATE_CHANNEL


def owners(world: World, who: User, channel: Channel, supported: list[int]) -> Owners:
    """Whose installations let somebody use the application in a channel, by their way.

    `supported` are a command's ways. Nothing is returned where the application is not to be had.
    """
    found: Owners = {}
    if GUILD_INSTALL in supported:
        if channel.guild is not None and world.bot.id in channel.guild.members:
            found[str(GUILD_INSTALL)] = str(channel.guild.id)
        elif context_of(world, channel) == IN_BOT_DM:
            found[str(GUILD_INSTALL)] = "0"
    if USER_INSTALL in supported and who.id in world.installed_by:
        found[str(USER_INSTALL)] = str(who.id)
    return found


def only_by_user(found: Owners) -> bool:
    """Whether nothing but a person's own installation lets them use the application."""
    return [*found] == [str(USER_INSTALL)]


def app_permissions(world: World, channel: Channel) -> int:
    """What the application may do in a channel: `app_permissions` of an interaction."""
    guild = channel.guild
    if guild is None:
        between = context_of(world, channel) == IN_PRIVATE_CHANNEL
        return _IN_DM if between else _IN_DM | permissions.USE_EXTERNAL_EMOJIS
    if world.bot.id in guild.members:
        return permissions.in_channel(channel, world.bot)
    return permissions.of_everyone(channel)


def must_be_private(found: Owners, who: User, channel: Channel) -> bool:
    """Whether answers are shown to nobody else: a guild may keep foreign applications out."""
    return (
        channel.guild is not None
        and only_by_user(found)
        and not permissions.may(channel, who, permissions.USE_EXTERNAL_APPS)
    )
