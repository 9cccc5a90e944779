"""Checks of single fields that several kinds of bodies share; faults go to a form."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, TypeGuard
from urllib.parse import urlsplit

from playground.errors import FormErrors, Path, shown

WEB = ("http", "https")
# What shows a picture may also name a file of its own message.
PICTURE = (*WEB, "attachment")
URL_LIMIT = 2048
# Slips of libraries in use, which their users can't mend: interactions.py sends this in messages.
_SLIPS = ("pass_self_into_delete",)
# So many unknown keys are named one by one.
_NAMED_KEYS = 10


def keys(form: FormErrors, path: Path, thing: dict[str, Any], known: Collection[str]) -> None:
    """Note every key that means nothing here: nearly always a slip of the pen.

    Discord itself passes over most of them without a word; the playground is there to tell.
    """
    _unknown(form, path, thing, {*known, *_SLIPS}, 'The key "{}" is not known here.')


def only(form: FormErrors, path: Path, thing: dict[str, Any], known: Collection[str]) -> None:
    """Note every unknown key of a document of the playground's own, and say which are known."""
    _unknown(form, path, thing, set(known), f"Known are {', '.join(known)}.")


def _unknown(
    form: FormErrors,
    path: Path,
    thing: dict[str, Any],
    known: Collection[str],
    message: str,
) -> None:
    """Note keys; `{}` in the message stands for each."""
    unknown = [key for key in thing if key not in known]
    for key in unknown[:_NAMED_KEYS]:
        form.add((*path, shown(key)), "UNKNOWN_KEY", message.format(shown(key)))
    if len(unknown) > _NAMED_KEYS:
        more = len(unknown) - _NAMED_KEYS
        form.add(path, "UNKNOWN_KEY", f"{more} more keys are not known here.")


def flag(form: FormErrors, path: Path, value: Any) -> None:
    """Note what is neither None nor a boolean."""
    if value is not None and not isinstance(value, bool):
        form.add(path, "BOOLEAN_TYPE_CONVERT", "Must be either true or false.")


def listed(form: FormErrors, path: Path, value: Any, low: int, high: int) -> list[Any]:
    """A list of anything (None is an empty one) of low..high members; [] where it has more."""
    if value is not None and not isinstance(value, list):
        form.add(path, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
        return []
    form.length(path, value, low, high)
    return [] if value is None or len(value) > high else value


def unique(form: FormErrors, path: Path, values: Iterable[Any]) -> None:
    """Note values that stand in a set twice; `1` and `"1"` are the same id."""
    seen: set[str] = set()
    for index, value in enumerate(values):
        if shown(value) in seen:
            message = "The set already contains this value"
            form.add((*path, index), "SET_TYPE_ALREADY_CONTAINS_VALUE", message)
        seen.add(shown(value))


def ids(form: FormErrors, path: Path, value: Any, high: int) -> list[Any]:
    """A set of at most `high` ids; nulls in it are passed over."""
    named = listed(form, path, value, 0, high)
    for index, each in enumerate(named):
        if each is not None:
            form.snowflake((*path, index), each)
    unique(form, path, named)
    return named


def members(form: FormErrors, path: Path, value: Any, known: Collection[Any]) -> list[Any]:
    """A set (None is an empty one) whose members are all among the known ones."""
    named = listed(form, path, value, 0, len(known))
    for index, each in enumerate(named):
        form.choice((*path, index), each, tuple(known))
    unique(form, path, named)
    return named


def url(
    form: FormErrors,
    path: Path,
    value: Any,
    *,
    schemes: Collection[str] = WEB,
    high: int = URL_LIMIT,
) -> None:
    """Note a text (None is none) that is no URL of one of the schemes."""
    form.text(path, value, 0, high)
    if not value or not isinstance(value, str):
        return
    scheme, colon, rest = value.partition("://")
    if not colon or not rest or not _is_well_formed(value):
        form.add(path, "URL_TYPE_INVALID_URL", "Not a well formed URL.")
    elif scheme.lower() not in schemes:
        names = ", ".join(repr(each) for each in schemes)
        message = f'Scheme "{scheme}" is not supported. Scheme must be one of ({names}).'
        form.add(path, "URL_TYPE_INVALID_SCHEME", message)


def _is_well_formed(value: str) -> bool:
    """Whether a URL can be taken apart; one of the web also has to name a host."""
    if any(character.isspace() for character in value):
        return False
    try:
        parts = urlsplit(value)
        host, _ = parts.hostname, parts.port
    except ValueError:  # brackets that are no address, a port that is no number
        return False
    return bool(host) or parts.scheme not in WEB


def timestamp(form: FormErrors, path: Path, value: Any) -> None:
    """Note what is neither None nor a moment in ISO 8601."""
    if value is None:
        return
    try:
        datetime.fromisoformat(value)
    except (TypeError, ValueError):
        message = f"Could not parse {shown(value)}. Should be ISO8601."
        form.add(path, "DATE_TIME_TYPE_PARSE", message)


def is_number(value: Any) -> TypeGuard[int | float]:
    """Whether a value is a JSON number."""
    return isinstance(value, int | float) and not isinstance(value, bool)
