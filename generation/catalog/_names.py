"""What people call models: which entry is meant by what they typed, and which it may be."""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

#: By the name of an entry, all that it is called, in small letters.
Names = Mapping[str, Sequence[str]]

#: A piece of a name that is shorter than this (characters) may mean anything.
_LEAST_TYPED = 3
#: So many models are named where one was asked for that is not there.
_MOST_NAMED = 25


def called(typed: str, names: Names) -> str | None:
    """The entry that is called exactly so, in any case."""
    wanted = _plain(typed)
    return next((name for name, all_names in names.items() if wanted in all_names), None)


def having(part: str, names: Names) -> list[str]:
    """The entries that have that in one of their names, in any case."""
    wanted = _plain(part)
    if len(wanted) < _LEAST_TYPED:
        return []
    return [name for name, all_names in names.items() if wanted in "\n".join(all_names)]


def did_you_mean(typed: str, names: Names) -> str:
    """A question, beginning with a space, where an entry is called nearly so; else nothing."""
    entries = {each: name for name, all_names in names.items() for each in all_names}
    near = difflib.get_close_matches(_plain(typed), entries, n=1)
    return f" Did you mean {entries[near[0]]}?" if near else ""


def listed(names: Iterable[str], withheld: Mapping[str, str]) -> str:
    """Names in a row: those of `withheld` last, each with why it is."""
    ordered = sorted(names, key=lambda name: withheld.get(name, ""))
    parts: list[str] = []
    for why, group in groupby(ordered[:_MOST_NAMED], lambda name: withheld.get(name, "")):
        said = f" (not painted here: {why})" if why else ""
        parts.append(f"{', '.join(group)}{said}")
    more = len(ordered) - _MOST_NAMED
    return f"{', '.join(parts)}{f' and {more} more' if more > 0 else ''}"


def _plain(typed: str) -> str:
    return typed.strip().casefold()
