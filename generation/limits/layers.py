"""How much a member may ask for, in layers.

The host's limits hold for everybody and count what a member asks for anywhere. Below that ceiling a
guild may set its own, which count what is asked for in the guild: for everybody there, for whoever
has a role, for one member. What is nearest to the member holds, each limit for itself; of several
roles the most generous.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any, NamedTuple, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Limits:
    """What one layer says; None where it says nothing."""

    waiting: int | None = None  # jobs that wait at a time
    per_minute: int | None = None  # jobs in 60 seconds
    per_day: int | None = None  # pictures in 24 hours
    megapixel_steps: float | None = None  # of one job: millions of pixels × steps
    weight: float | None = None  # the share in the guild's turns; 1 where nothing is said


class SubjectKind(StrEnum):
    """Whom a guild's limits are for."""

    EVERYONE = "everyone"
    ROLE = "role"
    MEMBER = "member"


class Subject(NamedTuple):
    """Whom exactly: everybody in a guild has the guild's own id."""

    kind: SubjectKind
    id: int


@dataclass(frozen=True, slots=True)
class Asker:
    """Who asks, and as what."""

    user_id: int
    guild_id: int | None  # None in direct messages, where only the host's limits hold
    roles: frozenset[int] = frozenset()  # the ids of the roles they have in the guild


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one member may ask for in one place."""

    host: Limits  # of all they ask for, anywhere
    guild: Limits  # of what they ask for in this guild; only what is below the host's

    @property
    def effective(self) -> Limits:
        """The limits that are reached first by whoever asks in this guild only."""
        return Limits(
            *(_first(getattr(self.guild, name), getattr(self.host, name)) for name in NAMES)
        )

    @property
    def weight(self) -> float:
        """The share in the guild's turns."""
        return self.guild.weight or 1.0


NAMES = tuple(field.name for field in fields(Limits))
#: What the host's limits are a ceiling for. A weight concerns nobody outside the guild.
CEILINGS = tuple(name for name in NAMES if name != "weight")


def allowance(host: Limits, entries: Mapping[Subject, Limits], asker: Asker) -> Allowance:
    """What somebody may ask for, by the host's limits and the entries of the guild they ask in."""
    if not entries:  # as in most guilds, and it is asked several times a request
        return Allowance(host, Limits())
    of_guild: dict[str, Any] = {name: _nearest(name, entries, asker) for name in NAMES}
    for name in CEILINGS:
        if is_without_effect(of_guild[name], getattr(host, name)):
            of_guild[name] = None
    return Allowance(host, Limits(**of_guild))


def is_without_effect(value: float | None, ceiling: float | None) -> bool:
    """Whether a guild's limit never refuses what the host's does not refuse anyway."""
    return value is not None and ceiling is not None and value >= ceiling


def _nearest(name: str, entries: Mapping[Subject, Limits], asker: Asker) -> float | None:
    """The member's own, else the most generous of their roles', else everybody's."""
    if asker.guild_id is None:
        return None

    def of(kind: SubjectKind, ids: Iterable[int]) -> float | None:
        found = (entries.get(Subject(kind, each)) for each in ids)
        said = (getattr(limits, name) for limits in found if limits is not None)
        return max((value for value in said if value is not None), default=None)

    return _first(
        of(SubjectKind.MEMBER, [asker.user_id]),
        of(SubjectKind.ROLE, asker.roles),
        of(SubjectKind.EVERYONE, [asker.guild_id]),
    )


def _first(*values: T | None) -> T | None:
    return next((value for value in values if value is not None), None)
