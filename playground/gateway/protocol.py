"""Numbers of gateway v10: opcodes, close codes, intents."""

from enum import IntEnum, IntFlag


class Op(IntEnum):
    """What a frame is; `op` of every frame."""

    DISPATCH = 0
    HEARTBEAT = 1
    IDENTIFY = 2
    PRESENCE_UPDATE = 3
    VOICE_STATE_UPDATE = 4
    RESUME = 6
    RECONNECT = 7
    REQUEST_GUILD_MEMBERS = 8
    INVALID_SESSION = 9
    HELLO = 10
    HEARTBEAT_ACK = 11
    REQUEST_SOUNDBOARD_SOUNDS = 31


class Close(IntEnum):
    """Why the gateway hung up; a client does not reconnect after 4004 and 4010 to 4014."""

    UNKNOWN_ERROR = 4000
    UNKNOWN_OPCODE = 4001
    DECODE_ERROR = 4002
    NOT_AUTHENTICATED = 4003
    AUTHENTICATION_FAILED = 4004
    ALREADY_AUTHENTICATED = 4005
    INVALID_SEQUENCE = 4007
    RATE_LIMITED = 4008
    SESSION_TIMED_OUT = 4009
    INVALID_SHARD = 4010
    SHARDING_REQUIRED = 4011
    INVALID_API_VERSION = 4012
    INVALID_INTENTS = 4013
    DISALLOWED_INTENTS = 4014

    @property
    def reason(self) -> str:
        """What is said along with the code."""
        if self is Close.DECODE_ERROR:
            return "Error while decoding payload."
        return self.name.replace("_", " ").capitalize() + "."


class Intents(IntFlag):
    """What a bot asks to hear of."""

    GUILDS = 1 << 0
    GUILD_MEMBERS = 1 << 1
    GUILD_MODERATION = 1 << 2
    GUILD_EXPRESSIONS = 1 << 3
    GUILD_INTEGRATIONS = 1 << 4
    GUILD_WEBHOOKS = 1 << 5
    GUILD_INVITES = 1 << 6
    GUILD_VOICE_STATES = 1 << 7
    GUILD_PRESENCES = 1 << 8
    GUILD_MESSAGES = 1 << 9
    GUILD_MESSAGE_REACTIONS = 1 << 10
    GUILD_MESSAGE_TYPING = 1 << 11
    DIRECT_MESSAGES = 1 << 12
    DIRECT_MESSAGE_REACTIONS = 1 << 13
    DIRECT_MESSAGE_TYPING = 1 << 14
    MESSAGE_CONTENT = 1 << 15
    GUILD_SCHEDULED_EVENTS = 1 << 16
    AUTO_MODERATION_CONFIGURATION = 1 << 20
    AUTO_MODERATION_EXECUTION = 1 << 21
    GUILD_MESSAGE_POLLS = 1 << 24
    DIRECT_MESSAGE_POLLS = 1 << 25


# Asking for any other bit is an error (4013). Bit 17 is Discord's own, for activities: it is in no
# document, has no event here, and interactions.py asks for it by default.
KNOWN_INTENTS = sum(Intents) | 1 << 17

# Intents that have to be switched on in the developer portal (4014 where they are not), and the
# application's flags that say so: of a verified bot, and of one in fewer than 100 guilds.
PRIVILEGED = {
    Intents.GUILD_PRESENCES: 1 << 12 | 1 << 13,
    Intents.GUILD_MEMBERS: 1 << 14 | 1 << 15,
    Intents.MESSAGE_CONTENT: 1 << 18 | 1 << 19,
}
