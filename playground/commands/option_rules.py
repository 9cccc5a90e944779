"""What Discord checks of a command's options."""

import re
from typing import Any

from playground import fields
from playground.commands.choices import check_choices, check_number
from playground.commands.localizations import check_localizations
from playground.errors import FormErrors, Path, shown

SUBCOMMAND, SUBCOMMAND_GROUP, STRING, INTEGER, BOOLEAN = 1, 2, 3, 4, 5
USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = 6, 7, 8, 9, 10, 11
NESTING = (SUBCOMMAND, SUBCOMMAND_GROUP)
PLAIN = tuple(range(STRING, ATTACHMENT + 1))
WITH_CHOICES = (STRING, INTEGER, NUMBER)
CHANNEL_TYPES = (0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15, 16)
# Which types of options have what not all have.
_ONLY_FOR = {
    "choices": WITH_CHOICES,
    "autocomplete": WITH_CHOICES,
    "min_value": (INTEGER, NUMBER),
    "max_value": (INTEGER, NUMBER),
    "min_length": (STRING,),
    "max_length": (STRING,),
    "channel_types": (CHANNEL,),
    "options": NESTING,
}
_KEYS = (
    "type", "name", "name_localizations", "description", "description_localizations", "required",
    *_ONLY_FOR,
)  # fmt: skip
MAX_OPTIONS = 25
MAX_STRING = 6000
DESCRIPTION_LIMIT = 100
# Letters and digits of any script (the marks of Devanagari and Thai among them), - _ and '.
_NAME = re.compile(r"[-_'\w\u0900-\u097f\u0e00-\u0e7f]{1,32}")


def check_options(form: FormErrors, sent: Any, path: Path) -> None:
    """Note everything that is wrong with the options of a command."""
    _check_all(form, sent, path, (*NESTING, *PLAIN))


def check_name(form: FormErrors, path: Path, name: Any) -> None:
    """Note what can be no name of a command or option: they have no capitals and no blanks."""
    if name is None or name == "":
        form.required(path)
    elif not isinstance(name, str):
        form.add(path, "STRING_TYPE_CONVERT", "Could not interpret value as string.")
    elif not _NAME.fullmatch(name) or name != name.lower():
        form.add(path, "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")


def check_texts(form: FormErrors, thing: dict[str, Any], path: Path) -> None:
    """Check the name and the description of a command or an option, in all languages."""
    check_name(form, (*path, "name"), thing.get("name"))
    form.text((*path, "description"), thing.get("description"), 1, DESCRIPTION_LIMIT)
    check_localizations(form, (*path, "name_localizations"), thing, 32, check_name)
    translated = (*path, "description_localizations")
    check_localizations(form, translated, thing, DESCRIPTION_LIMIT)


def _check_all(form: FormErrors, sent: Any, path: Path, allowed: tuple[int, ...]) -> None:
    options = form.objects(path, sent, 0, MAX_OPTIONS)
    _check_mixture(form, options, path)
    names: set[str] = set()
    seen_optional = False
    for index, option in enumerate(options):
        here = (*path, index)
        name = shown(option.get("name"))
        if name in names:
            message = "Option names must be unique"
            form.add((*here, "name"), "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", message)
        names.add(name)
        if not _check_kind(form, option, here, allowed):
            continue
        _check_option(form, option, here)
        if option["type"] in NESTING:
            continue
        if option.get("required") and seen_optional:
            message = "Required options must be placed before non-required options"
            form.add(here, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", message)
        seen_optional = seen_optional or not option.get("required")


def _check_mixture(form: FormErrors, options: list[dict[str, Any]], path: Path) -> None:
    nesting = [option.get("type") in NESTING for option in options]
    if any(nesting) and not all(nesting):
        message = "Sub-commands and sub-command groups are mutually exclusive to all other types"
        form.add(path, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message)


def _check_kind(
    form: FormErrors, option: dict[str, Any], path: Path, allowed: tuple[int, ...]
) -> bool:
    """Whether an option of this type may stand here; it is noted if not."""
    kind = option.get("type")
    if isinstance(kind, int) and not isinstance(kind, bool) and kind in allowed:
        return True
    if kind is None:
        form.add(path, "TAG_FIELD_MISSING", 'Field "type" is required')
    elif len(allowed) == 1:
        form.choice((*path, "type"), None if isinstance(kind, float) else kind, allowed)
    else:
        names = ", ".join(map(str, allowed))
        message = f'Value of field "type" must be one of ({names}).'
        form.add(path, "UNION_TYPE_CHOICES", message)
    return False


def _check_option(form: FormErrors, option: dict[str, Any], path: Path) -> None:
    kind = option["type"]
    fields.keys(form, path, option, _KEYS)
    check_texts(form, option, path)
    for key in ("required", "autocomplete"):
        fields.flag(form, (*path, key), option.get(key))
    for key, kinds in _ONLY_FOR.items():
        if option.get(key) not in (None, False, []) and kind not in kinds:
            message = f"This type of option has no {key}"
            form.add((*path, key), "APPLICATION_COMMAND_OPTION_TYPE_UNSUPPORTED", message)
    if kind == SUBCOMMAND_GROUP:
        _check_all(form, option.get("options"), (*path, "options"), (SUBCOMMAND,))
    elif kind == SUBCOMMAND:
        _check_all(form, option.get("options"), (*path, "options"), PLAIN)
    elif kind == CHANNEL:
        fields.members(form, (*path, "channel_types"), option.get("channel_types"), CHANNEL_TYPES)
    elif kind in WITH_CHOICES:
        _check_values(form, option, path)


def _check_values(form: FormErrors, option: dict[str, Any], path: Path) -> None:
    """Choices, autocomplete and bounds."""
    kind = option["type"]
    if option.get("autocomplete") and option.get("choices"):
        message = "Autocomplete cannot be used together with choices"
        code = "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_INVALID"
        form.add((*path, "autocomplete"), code, message)
    check_choices(form, option.get("choices"), (*path, "choices"), kind)
    if kind == STRING:
        form.integer((*path, "min_length"), option.get("min_length"), 0, MAX_STRING)
        form.integer((*path, "max_length"), option.get("max_length"), 1, MAX_STRING)
    else:
        for key in ("min_value", "max_value"):
            if option.get(key) is not None:
                check_number(form, (*path, key), kind, option[key])
    for low_key, high_key in (("min_value", "max_value"), ("min_length", "max_length")):
        low, high = option.get(low_key), option.get(high_key)
        if fields.is_number(low) and fields.is_number(high) and low > high:
            form.add((*path, low_key), "NUMBER_TYPE_MAX", f"{low_key} is more than {high_key}")
