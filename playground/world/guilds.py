"""Guilds with their roles and members."""

from dataclasses import dataclass, field

from playground.clock import Clock
from playground.world.channels import Channel
from playground.world.users import User


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
    hoist: bool = False  # its members stand apart in the list
    mentionable: bool = False


@dataclass(frozen=True, slots=True)
class TimeOut:
    """A while in which a member may only read."""

    until: float
    clock: Clock = field(repr=False)  # the playground's, which decides when it is over

    @property
    def over(self) -> bool:
        """Whether the member may write again."""
        return self.clock.now() >= self.until


@dataclass(slots=True)
class GuildMember:
    """A user in a guild."""

    user: User
    joined_at: float
    role_ids: list[int] = field(default_factory=list)
    nick: str | None = None
    time_out: TimeOut | None = None  # the latest, over or not

    @property
    def timed_out(self) -> bool:
        """Whether the member may only read for now."""
        return self.time_out is not None and not self.time_out.over


@dataclass(slots=True)
class AutoModRule:
    """Words that AutoMod lets nobody but managers post."""

    id: int
    name: str
    keywords: list[str]
    message: str | None = None  # what the blocked author is told
    creator_id: int = 0
    enabled: bool = True
    allowed: list[str] = field(default_factory=list)  # words that are no hits
    exempt_role_ids: list[int] = field(default_factory=list)
    exempt_channel_ids: list[int] = field(default_factory=list)


@dataclass(slots=True)
class Ban:
    """That a user may not come back to a guild."""

    user: User
    reason: str | None = None


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
    bans: dict[int, Ban] = field(default_factory=dict)
    emojis: dict[int, str] = field(default_factory=dict)  # their names by their ids
