"""The world a playground starts with: an application, its bot, three people, a guild, DMs.

The ids are fixed, so that what the bot remembers of a guild or a member still fits after a restart.
"""

import base64
import hashlib

from playground import permissions
from playground.clock import Clock
from playground.world import (
    DM,
    GUILD_TEXT,
    Application,
    Channel,
    Guild,
    GuildMember,
    Overwrite,
    Role,
    User,
    World,
)

APPLICATION_ID = 1_100_000_000_000_000_001
OWNER_ID = 1_100_000_000_000_000_101
MEMBER_ID = 1_100_000_000_000_000_102
OTHER_MEMBER_ID = 1_100_000_000_000_000_103
GUILD_ID = 1_100_000_000_000_000_201
BOT_ROLE_ID = 1_100_000_000_000_000_211
MODERATORS_ID = 1_100_000_000_000_000_212
GENERAL_ID = 1_100_000_000_000_000_301
AGE_RESTRICTED_ID = 1_100_000_000_000_000_302
FORBIDDEN_ID = 1_100_000_000_000_000_303
FIRST_DM_ID = 1_100_000_000_000_000_401

# The privileged intents count as switched on in the portal (the "limited" flags of small bots).
APPLICATION_FLAGS = 1 << 13 | 1 << 15 | 1 << 19

EVERYONE = (
    permissions.IN_DM
    | permissions.CHANGE_NICKNAME
    | permissions.CREATE_PUBLIC_THREADS
    | permissions.SEND_MESSAGES_IN_THREADS
    | permissions.USE_EXTERNAL_APPS
)
MODERATION = (
    EVERYONE
    | permissions.MANAGE_MESSAGES
    | permissions.PIN_MESSAGES
    | permissions.MANAGE_THREADS
    | permissions.MANAGE_NICKNAMES
    | permissions.MODERATE_MEMBERS
    | permissions.BYPASS_SLOWMODE
)
MODERATORS_COLOR = 0xE67E22


def build(clock: Clock) -> World:
    """A fresh world."""
    owner = person(OWNER_ID, "owner", "Olive Owner")
    people = [
        owner,
        person(MEMBER_ID, "mel", "Mel Member"),
        person(OTHER_MEMBER_ID, "robin", "Robin Other"),
    ]
    # A bot's user has the id of its application.
    bot = User(APPLICATION_ID, "Easel", None, _token(APPLICATION_ID), bot=True)
    world = World(
        Application(
            id=APPLICATION_ID,
            name="Easel",
            description="Paints what you ask for.",
            owner=owner,
            bot=bot,
            flags=APPLICATION_FLAGS,
            verify_key=hashlib.sha256(b"playground verify key").hexdigest(),
        )
    )
    for user in [*people, bot]:
        world.add_user(user)
    world.add_guild(_guild(people, bot, clock.now()))
    for index, user in enumerate(people):
        channel = Channel(FIRST_DM_ID + index, DM, recipients=[user, bot])
        world.channels[channel.id] = channel
    return world


def _guild(people: list[User], bot: User, now: float) -> Guild:
    guild = Guild(GUILD_ID, "Playground", owner_id=people[0].id)
    guild.roles = {
        GUILD_ID: Role(GUILD_ID, "@everyone", EVERYONE),
        BOT_ROLE_ID: Role(BOT_ROLE_ID, bot.username, EVERYONE, 1, managed=True, bot_id=bot.id),
        MODERATORS_ID: Role(
            MODERATORS_ID, "Moderators", MODERATION, 2, color=MODERATORS_COLOR, hoist=True
        ),
    }
    guild.members = {user.id: GuildMember(user, now) for user in people}
    guild.members[people[0].id].role_ids.append(MODERATORS_ID)
    guild.members[bot.id] = GuildMember(bot, now, [BOT_ROLE_ID])
    channels = [
        Channel(GENERAL_ID, GUILD_TEXT, "general", guild, "Where everything may happen."),
        Channel(AGE_RESTRICTED_ID, GUILD_TEXT, "age-restricted", guild, "For adults.", nsfw=True),
        Channel(
            FORBIDDEN_ID,
            GUILD_TEXT,
            "no-bots",
            guild,
            "The bot may read here, but not post.",
            overwrites=[Overwrite(BOT_ROLE_ID, is_member=False, deny=permissions.SEND_MESSAGES)],
        ),
    ]
    for position, channel in enumerate(channels):
        channel.position = position
        guild.channels[channel.id] = channel
    return guild


def person(user_id: int, username: str, name: str) -> User:
    """A person's account."""
    return User(user_id, username, name, _token(user_id))


def _token(user_id: int) -> str:
    """A token in Discord's three parts. It is no secret: /playground/state shows it."""
    first = base64.urlsafe_b64encode(str(user_id).encode()).decode().rstrip("=")
    return f"{first}.playground.{hashlib.sha256(first.encode()).hexdigest()[:38]}"
