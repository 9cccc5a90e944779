"""Why a request is not taken now, in words: the limit, what is left of it, when it comes back."""

import math

from generation.errors import IntakeFull
from generation.limits.quotas import Quota

_FIELDS = {"per_minute": "requests a minute", "per_day": "pictures a day"}
_COUNTED = {"per_minute": "requests in a minute", "per_day": "pictures in 24 hours"}


def queue_full(total: int, free_in: float | None = None) -> IntakeFull:
    """All members together have as much waiting as may wait; `free_in`: seconds until one less."""
    remedy = "Try again when some are done."
    if free_in is not None:
        remedy = f"Try again about {in_words(free_in)} from now: then a place is likely free."
    are = "request waits" if total == 1 else "requests wait"
    return IntakeFull("queue", f"It is full: {total:,} {are} already.", remedy)


def too_many_waiting(
    own: int, allowed: int, *, in_guild: bool, free_in: float | None
) -> IntakeFull:
    """One member has as much waiting as they may; `free_in`: seconds until one is taken up."""
    requests = f"{own:,} request{'' if own == 1 else 's'}"
    where = " in this guild" if in_guild else ""
    are = "is" if allowed == 1 else "are"
    when = "." if free_in is None else f", about {in_words(free_in)} from now."
    return IntakeFull(
        "queue",
        f"You have {requests} waiting{where}; {allowed:,} {are} allowed.",
        f"Ask again when the first of them is being painted{when}",
    )


def quota_used(quota: Quota) -> IntakeFull:
    """One member has had all of a quota, or too much of it for what they ask for."""
    if quota.wanted > quota.allowed:
        return IntakeFull(
            _FIELDS[quota.name],
            f"These are {quota.wanted:,} pictures; {quota.allowed:,} {counted(quota)} are allowed.",
            f"Ask for {quota.allowed:,} at most.",
        )
    if quota.wanted > 1:
        return IntakeFull(
            _FIELDS[quota.name],
            f"These are {quota.wanted:,} pictures, and you have had {quota.used:,} of"
            f" {quota.allowed:,} {counted(quota)}.",
            f"Ask for fewer, or in {in_words(quota.free_in or 0)}.",
        )
    return IntakeFull(
        _FIELDS[quota.name],
        f"You have had {quota.used:,} of {quota.allowed:,} {counted(quota)}.",
        f"The next is free in {in_words(quota.free_in or 0)}.",
    )


def counted(quota: Quota) -> str:
    """What a quota counts: requests in a minute, pictures in 24 hours in this guild."""
    return f"{_COUNTED[quota.name]}{' in this guild' if quota.in_guild else ''}"


def in_words(seconds: float) -> str:
    """12 s, 4 min, 3 h 12 min: rounded up, so that who waits so long does not come too early."""
    whole = max(1, math.ceil(seconds))
    if whole < 60:
        return f"{whole} s"
    minutes = math.ceil(whole / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"
