"""What exists on the playground: users, guilds, channels, messages. Plain data, ids as integers.

How Discord writes these as JSON is `playground.payloads`; who may do what, `permissions`; what
happens to them, `guilds` and `messages`.
"""

from playground.world.channels import (
    DM,
    GUILD_TEXT,
    PRIVATE_THREAD,
    PUBLIC_THREAD,
    THREADS,
    Channel,
    Overwrite,
    Thread,
)
from playground.world.everything import (
    World,
)
from playground.world.guilds import (
    AutoModRule,
    Ban,
    Guild,
    GuildMember,
    Role,
    TimeOut,
)
from playground.world.messages import (
    CHANNEL_NAME_CHANGE,
    CHANNEL_PINNED_MESSAGE,
    CHAT_INPUT_COMMAND,
    COMPONENTS_V2,
    CONTEXT_MENU_COMMAND,
    DEFAULT_MESSAGE,
    EPHEMERAL,
    HAS_THREAD,
    LOADING,
    REPLY,
    SUPPRESS_EMBEDS,
    SUPPRESS_NOTIFICATIONS,
    THREAD_CREATED,
    THREAD_STARTER_MESSAGE,
    Attachment,
    Message,
)
from playground.world.users import (
    Application,
    User,
)

__all__ = [
    "CHANNEL_NAME_CHANGE",
    "CHANNEL_PINNED_MESSAGE",
    "CHAT_INPUT_COMMAND",
    "COMPONENTS_V2",
    "CONTEXT_MENU_COMMAND",
    "DEFAULT_MESSAGE",
    "DM",
    "EPHEMERAL",
    "GUILD_TEXT",
    "HAS_THREAD",
    "LOADING",
    "PRIVATE_THREAD",
    "PUBLIC_THREAD",
    "REPLY",
    "SUPPRESS_EMBEDS",
    "SUPPRESS_NOTIFICATIONS",
    "THREADS",
    "THREAD_CREATED",
    "THREAD_STARTER_MESSAGE",
    "Application",
    "Attachment",
    "AutoModRule",
    "Ban",
    "Channel",
    "Guild",
    "GuildMember",
    "Message",
    "Overwrite",
    "Role",
    "Thread",
    "TimeOut",
    "User",
    "World",
]
