"""A guild's limits in words, for its admins."""

from collections.abc import Mapping

from generation.limits.layers import CEILINGS, NAMES, Limits, Subject, SubjectKind
from generation.safety.pseudonyms import FIRST_NUMBER

from ._answers import pages

#: For one, and for any other number.
_WORDS = {
    "waiting": ("1 request waiting at a time", "{:,} requests waiting at a time"),
    "per_minute": ("1 request a minute", "{:,} requests a minute"),
    "per_day": ("1 picture a day", "{:,} pictures a day"),
    "megapixel_steps": ("1 megapixel-step a request", "{:,g} megapixel-steps a request"),
    "weight": ("weight 1", "weight {:g}"),
}


def shown(entries: Mapping[Subject, Limits], host: Limits) -> list[str]:
    """All that a guild has set, and the host's ceilings, in messages that are short enough."""
    lines = [f"**This host's limits, for each member:** {_in_words(host) or 'none'}."]
    if entries:
        lines.append("**This guild's**, of which the nearest to a member holds:")
    else:
        lines.append("This guild has set none of its own.")
    order = list(SubjectKind)
    for subject, limits in sorted(entries.items(), key=lambda e: (order.index(e[0].kind), e[0].id)):
        lines.append(f"- {name(subject)}: {_in_words(limits)}")
    return list(pages(lines))


def changed(subject: Subject, limits: Limits, given: Limits, host: Limits) -> str:
    """What holds for somebody now, and what of the given values the host's limits make idle."""
    lines = [f"For {name(subject)}: {_in_words(limits)}."]
    for each in CEILINGS:
        value, ceiling = getattr(given, each), getattr(host, each)
        if value is not None and ceiling is not None and value > ceiling:
            lines.append(f"-# `{each}`: this host allows {ceiling:,g}, so more has no effect.")
    return "\n".join(lines)


def cleared_one(subject: Subject, limit: str, left: Limits | None) -> str:
    """That one limit of somebody's is gone, and what they have `left`; None is nothing."""
    said = f"Cleared `{limit}` for {name(subject)}."
    return said if left is None else f"{said}\nFor {name(subject)}: {_in_words(left)}."


def name(subject: Subject) -> str:
    """Whom the limits are for. The client of whoever reads it shows the name."""
    match subject.kind:
        case SubjectKind.EVERYONE:
            return "everyone"
        case SubjectKind.ROLE:
            return f"<@&{subject.id}>"
        case SubjectKind.MEMBER:
            if subject.id >= FIRST_NUMBER:
                return "a member who had their data deleted"
            return f"<@{subject.id}>"


def _in_words(limits: Limits) -> str:
    said = ((each, getattr(limits, each)) for each in NAMES)
    return ", ".join(
        _WORDS[each][value != 1].format(value) for each, value in said if value is not None
    )
