"""What Discord checks when an application registers a command."""

import re
from typing import Any, TypeGuard

from playground.errors import FormErrors, Path

SUBCOMMAND, SUBCOMMAND_GROUP, STRING, INTEGER, BOOLEAN = 1, 2, 3, 4, 5
USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = 6, 7, 8, 9, 10, 11
OPTION_TYPES = tuple(range(1, 12))
CHAT_INPUT, USER_COMMAND, MESSAGE_COMMAND = 1, 2, 3
WITH_CHOICES = (STRING, INTEGER, NUMBER)
_ONLY_FOR = {
    "choices": WITH_CHOICES,
    "autocomplete": WITH_CHOICES,
    "min_value": (INTEGER, NUMBER),
    "max_value": (INTEGER, NUMBER),
    "min_length": (STRING,),
    "max_length": (STRING,),
    "channel_types": (CHANNEL,),
}
MAX_OPTIONS = MAX_CHOICES = 25
MAX_TEXT = 8000
_NAME = re.compile(r"^[-_'\w]{1,32}$")


def check_command(form: FormErrors, command: Any, path: Path = ()) -> None:
    """Note everything that is wrong with a command."""
    if not isinstance(command, dict):
        form.add(path, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
        return
    kind = command.get("type") or CHAT_INPUT
    form.choice((*path, "type"), kind, (CHAT_INPUT, USER_COMMAND, MESSAGE_COMMAND))
    _check_places(form, command, path)
    if kind != CHAT_INPUT:
        _check_menu_command(form, command, path)
        return
    _check_name(form, command, path)
    _check_description(form, command, path)
    options = _options(form, command, path)
    _check_options(form, options, (*path, "options"), depth=0)
    if _text_length(command) > MAX_TEXT:
        message = f"Command exceeds maximum size ({MAX_TEXT})"
        form.add(path, "APPLICATION_COMMAND_TOO_LARGE", message)


def _check_places(form: FormErrors, command: dict[str, Any], path: Path) -> None:
    """Where the command is offered, and to whom."""
    for key, known in (("contexts", (0, 1, 2)), ("integration_types", (0, 1))):
        given = command.get(key)
        if given is not None and not isinstance(given, list):
            message = "Only iterables may be used in a ListType"
            form.add((*path, key), "LIST_TYPE_CONVERT", message)
        for index, each in enumerate(given if isinstance(given, list) else ()):
            form.choice((*path, key, index), each, known)
    needed = command.get("default_member_permissions")
    if needed is not None:
        form.snowflake((*path, "default_member_permissions"), needed)


def _check_menu_command(form: FormErrors, command: dict[str, Any], path: Path) -> None:
    """Commands of context menus have a free name, and neither description nor options."""
    form.text((*path, "name"), command.get("name"), 1, 32)
    for key in ("description", "options"):
        if command.get(key):
            message = "Context menu commands cannot have " + key
            form.add(
                (*path, key), f"APPLICATION_COMMAND_CONTEXT_MENU_{key.upper()}_INVALID", message
            )


def _check_name(form: FormErrors, thing: dict[str, Any], path: Path) -> None:
    name = thing.get("name")
    if not name:
        form.required((*path, "name"))
    elif not isinstance(name, str) or not _NAME.match(name) or name != name.lower():
        form.add((*path, "name"), "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")


def _check_description(form: FormErrors, thing: dict[str, Any], path: Path) -> None:
    form.text((*path, "description"), thing.get("description"), 1, 100)


def _options(form: FormErrors, thing: dict[str, Any], path: Path) -> list[dict[str, Any]]:
    return form.objects((*path, "options"), thing.get("options"), 0, MAX_OPTIONS)


def _check_options(form: FormErrors, options: list[dict[str, Any]], path: Path, depth: int) -> None:
    names: set[str] = set()
    seen_optional = False
    nesting = [each.get("type") in (SUBCOMMAND, SUBCOMMAND_GROUP) for each in options]
    if any(nesting) and not all(nesting):
        message = "Sub-commands and sub-command groups are mutually exclusive to all other types"
        form.add(path, "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message)
    for index, option in enumerate(options):
        here = (*path, index)
        form.choice((*here, "type"), option.get("type"), OPTION_TYPES)
        _check_name(form, option, here)
        _check_description(form, option, here)
        name = str(option.get("name"))
        if name in names:
            message = "Option names must be unique"
            form.add((*here, "name"), "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", message)
        names.add(name)
        if nesting[index]:
            _check_nested(form, option, here, depth)
            continue
        if option.get("required") and seen_optional:
            message = "Required options must be placed before non-required options"
            form.add(here, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", message)
        seen_optional = seen_optional or not option.get("required")
        _check_values(form, option, here)


def _check_nested(form: FormErrors, option: dict[str, Any], path: Path, depth: int) -> None:
    """A group holds subcommands, a subcommand holds plain options; nothing lies deeper."""
    inner = _options(form, option, path)
    wrong = option["type"] == SUBCOMMAND_GROUP and (
        depth > 0 or any(each.get("type") != SUBCOMMAND for each in inner)
    )
    wrong = wrong or (
        option["type"] == SUBCOMMAND
        and any(each.get("type") in (SUBCOMMAND, SUBCOMMAND_GROUP) for each in inner)
    )
    if wrong:
        message = "Sub-commands cannot be nested this way"
        form.add((*path, "type"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message)
        return
    _check_options(form, inner, (*path, "options"), depth + 1)


def _check_values(form: FormErrors, option: dict[str, Any], path: Path) -> None:
    """Choices, autocomplete and bounds, each only where the option's type has them."""
    kind = option.get("type")
    if option.get("autocomplete") and option.get("choices"):
        message = "Autocomplete cannot be used together with choices"
        code = "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_INVALID"
        form.add((*path, "autocomplete"), code, message)
    for key, kinds in _ONLY_FOR.items():
        if option.get(key) not in (None, False, []) and kind not in kinds:
            message = f"This type of option has no {key}"
            form.add((*path, key), "APPLICATION_COMMAND_OPTION_TYPE_UNSUPPORTED", message)
    _check_choices(form, option, path)
    form.integer((*path, "min_length"), option.get("min_length"), 0, 6000)
    form.integer((*path, "max_length"), option.get("max_length"), 1, 6000)
    for low_key, high_key in (("min_value", "max_value"), ("min_length", "max_length")):
        low, high = option.get(low_key), option.get(high_key)
        for key, value in ((low_key, low), (high_key, high)):
            if value is not None and not _is_number(value):
                form.add((*path, key), "NUMBER_TYPE_COERCE", f'Value "{value}" is not a number.')
        if _is_number(low) and _is_number(high) and low > high:
            form.add((*path, low_key), "NUMBER_TYPE_MAX", f"{low_key} is more than {high_key}")


def _check_choices(form: FormErrors, option: dict[str, Any], path: Path) -> None:
    choices = form.objects((*path, "choices"), option.get("choices"), 0, MAX_CHOICES)
    seen: set[str] = set()
    for index, choice in enumerate(choices):
        here = (*path, "choices", index)
        name = choice.get("name")
        form.text((*here, "name"), name, 1, 100)
        if str(name) in seen:
            message = "Option choice names must be unique"
            form.add(here, "APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_ALREADY_EXISTS", message)
        seen.add(str(name))
        _check_choice_value(form, (*here, "value"), option.get("type"), choice.get("value"))


def _check_choice_value(form: FormErrors, path: Path, kind: Any, value: Any) -> None:
    if kind == STRING:
        form.text(path, value, 1, 100)
    elif not _is_number(value) or (kind == INTEGER and not isinstance(value, int)):
        form.add(path, "NUMBER_TYPE_COERCE", f'Value "{value}" is not a number.')


def _is_number(value: Any) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _text_length(thing: Any) -> int:
    """The characters of all names, descriptions and choice values, which share one limit."""
    if isinstance(thing, list):
        return sum(_text_length(each) for each in thing)
    if not isinstance(thing, dict):
        return 0
    texts = (thing.get(key) for key in ("name", "description", "value"))
    own = sum(len(text) for text in texts if isinstance(text, str))
    return own + _text_length(thing.get("options")) + _text_length(thing.get("choices"))
