"""A guild's limits in words, for its admins."""

from collections.abc import Iterator, Mapping

from generation.limits import CEILINGS, NAMES, Limits, Subject, SubjectKind

_LONGEST = 2000  # characters of a message

_WORDS = {
    "waiting": "{:,} waiting at a time",
    "per_minute": "{:,} a minute",
    "per_day": "{:,} a day",
    "megapixel_steps": "{:,g} megapixel-steps a job",
    "weight": "weight {:g}",
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
    return list(_pages(lines))


def changed(subject: Subject, limits: Limits, given: Limits, host: Limits) -> str:
    """What holds for somebody now, and what of the given values the host's limits make idle."""
    lines = [f"For {name(subject)}: {_in_words(limits)}."]
    for each in CEILINGS:
        value, ceiling = getattr(given, each), getattr(host, each)
        if value is not None and ceiling is not None and value > ceiling:
            lines.append(f"-# `{each}`: this host allows {ceiling:,g}, so more has no effect.")
    return "\n".join(lines)


def name(subject: Subject) -> str:
    """Whom the limits are for. The client of whoever reads it shows the name."""
    match subject.kind:
        case SubjectKind.EVERYONE:
            return "everyone"
        case SubjectKind.ROLE:
            return f"<@&{subject.id}>"
        case SubjectKind.MEMBER:
            return f"<@{subject.id}>"


def _in_words(limits: Limits) -> str:
    said = ((each, getattr(limits, each)) for each in NAMES)
    return ", ".join(_WORDS[each].format(value) for each, value in said if value is not None)


def _pages(lines: list[str]) -> Iterator[str]:
    page = ""
    for line in lines:
        if page and len(page) + 1 + len(line) > _LONGEST:
            yield page
            page = ""
        page = f"{page}\n{line}" if page else line
    yield page
