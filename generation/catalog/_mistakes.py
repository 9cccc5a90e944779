"""What is wrong with a table of a models.toml, in sentences: where, what, and what is allowed."""

import difflib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple, get_args

from pydantic import ValidationError
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from ._values import CLASHES, Part

_Location = tuple[int | str, ...]

#: What pydantic calls a mistake, and what is said of it. `{got}` is what stands there; all else
#: is of the limit that was missed.
SAID: Mapping[str, str] = {
    "string_type": 'must be text in quotation marks, as in "…"',
    "string_too_short": "must not be empty",
    "string_too_long": "is too long: {max_length} characters at most",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number, not {got}",
    "int_parsing_size": "must be a whole number that is less large",
    "int_from_float": "must be a whole number, not {got}",
    "float_type": "must be a number",
    "float_parsing": "must be a number, not {got}",
    "finite_number": "must be a finite number: {got} is none",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false, not {got}",
    "greater_than": "must be above {gt:g}, not {got}",
    "greater_than_equal": "must be at least {ge:g}, not {got}",
    "less_than": "must be below {lt:g}, not {got}",
    "less_than_equal": "must be at most {le:g}, not {got}",
    "multiple_of": "must be a multiple of {multiple_of:g}, not {got}",
    "tuple_type": "must be a list, as in [ … ]",
    "too_short": "must hold at least one",
    "dict_type": "must be a table, as in {{ … }}",
}
_MOST_SHOWN = 60  # characters of a value


class Mistake(NamedTuple):
    """One mistake, and where it stands."""

    file: Path
    table: str  # as the file has it: [demo]
    field: str  # with dots, as in steps.min; empty where it is the table's
    said: str

    def __str__(self) -> str:
        """The whole sentence."""
        field = f", {self.field}" if self.field else ""
        return f"{self.file}, {self.table}{field}: {self.said}"


def in_words(error: ValidationError, model: type[Part]) -> Iterator[tuple[str, str]]:
    """The field of each mistake, and what is wrong; what a table lacks is told at once."""
    lacking: dict[_Location, list[str]] = {}
    errors = error.errors(include_url=False)
    within = {each["loc"][:end] for each in errors for end in range(len(each["loc"]))}
    for each in errors:
        loc = tuple(part for part in each["loc"] if part != "[key]")
        if each["type"] == "too_short" and loc in within:
            continue  # what is wrong in it does not count: the list is not that short
        if each["type"] == "missing":
            lacking.setdefault(loc[:-1], []).append(str(loc[-1]))
        elif each["type"] == CLASHES:
            yield from each.get("ctx", {})["found"]
        else:
            yield _dotted(loc), _sentence(each, loc, model)
    for loc, names in lacking.items():
        yield _dotted(loc), _lacks(names, table_at(model, loc), is_entry=not loc)


def did_you_mean(typed: object, known: Collection[str]) -> str:
    """A question, beginning with a space, where one of the known is near; else nothing."""
    near = difflib.get_close_matches(str(typed).casefold(), known, n=1)
    return f" Did you mean {near[0]}?" if near else ""


def keys_of(model: type[Part] | None) -> list[str]:
    """The keys that a table of that kind may have."""
    fields = model.model_fields if model else {}
    return [name for name, field in fields.items() if not is_given_elsewhere(field)]


def is_given_elsewhere(field: FieldInfo) -> bool:
    """Whether a field of an entry is no key of its table."""
    extra = field.json_schema_extra
    return isinstance(extra, dict) and bool(extra.get("elsewhere"))


def table_at(model: type[Part], loc: _Location) -> type[Part] | None:
    """The kind of table that stands there; None where there is no such."""
    found: type[Part] | None = model
    for part in loc:
        if not isinstance(part, int):
            field = found.model_fields.get(part) if found else None
            found = _part_in(field.annotation) if field else None
    return found


def _sentence(error: ErrorDetails, loc: _Location, model: type[Part]) -> str:
    kind, got = error["type"], error["input"]
    context = error.get("ctx", {})
    match kind:
        case "value_error":
            return str(context["error"])
        case "extra_forbidden":
            return _no_such_key(str(loc[-1]), keys_of(table_at(model, loc[:-1])))
        case "literal_error":
            allowed = [str(value) for value in _literals(context["expected"])]
            listed = ", ".join(allowed)
            return f"{shown(got)} is none of: {listed}.{did_you_mean(got, allowed)}"
        case "string_pattern_mismatch":
            field = _field_at(model, loc)
            wanted = field.description if field else None
            return f"must be {wanted or context['pattern']}, not {shown(got)}"
        case "model_type":
            return f"must be a table, as in {_template(table_at(model, loc))}"
    if kind in SAID:
        return SAID[kind].format(got=shown(got), **context)
    return error["msg"]


def shown(value: object) -> str:
    """A value as a host wrote it, more or less."""
    if isinstance(value, str):
        plain = "".join(each if each.isprintable() else "·" for each in value)
        cut = plain if len(plain) <= _MOST_SHOWN else f"{plain[:_MOST_SHOWN]}…"
        return f"“{cut}”"
    return str(value).lower()[:_MOST_SHOWN]


def _lacks(names: list[str], table: type[Part] | None, *, is_entry: bool) -> str:
    listed = " and ".join((", ".join(names[:-1]), names[-1])) if names[1:] else names[0]
    if is_entry:
        return f"lacks {listed}"
    return f"lacks {listed}; write {_template(table)}"


def _no_such_key(key: str, known: list[str]) -> str:
    hint = did_you_mean(key, known)
    if not hint and len(known) > 8:
        return "there is no such key; docs/models.md lists all"
    allowed = f" Allowed are: {', '.join(known)}."
    return f"there is no such key.{hint or allowed}"


def _template(table: type[Part] | None) -> str:
    fields = table.model_fields if table else {}
    keys = [name for name, field in fields.items() if field.is_required()]
    return f"{{ {', '.join(f'{key} = …' for key in keys) or '…'} }}"


def _literals(expected: str) -> list[str]:
    """The values in pydantic's own list: 'float16', 'bfloat16' or 'float32'."""
    return expected.replace(" or ", ", ").replace("'", "").split(", ")


def _field_at(model: type[Part], loc: _Location) -> FieldInfo | None:
    *way, last = (part for part in loc if not isinstance(part, int))
    table = table_at(model, tuple(way))
    return table.model_fields.get(last) if table else None


def _part_in(annotation: Any) -> type[Part] | None:
    """The kind of table in an annotation such as tuple[Size, ...] or Licence | None."""
    if isinstance(annotation, type) and issubclass(annotation, Part):
        return annotation
    return next(filter(None, map(_part_in, get_args(annotation))), None)


def _dotted(loc: _Location) -> str:
    return ".".join(str(part) for part in loc)
