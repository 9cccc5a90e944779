"""What Discord checks when an application registers a command."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from playground import errors, fields
from playground.commands.localizations import check_localizations, longest
from playground.commands.option_rules import check_options, check_texts
from playground.errors import ApiError, FormErrors, Path, is_snowflake, shown

CHAT_INPUT, USER_COMMAND, MESSAGE_COMMAND = 1, 2, 3
# How many of each type a scope may have.
MOST = {CHAT_INPUT: 100, USER_COMMAND: 15, MESSAGE_COMMAND: 15}
_NAMES = {CHAT_INPUT: "", USER_COMMAND: " user commands", MESSAGE_COMMAND: " message commands"}
MAX_TEXT = 8000
_KEYS = (
    "id", "type", "name", "name_localizations", "description", "description_localizations",
    "options", "default_member_permissions", "default_permission", "dm_permission", "contexts",
    "integration_types", "nsfw", "handler",
)  # fmt: skip


def kind_of(command: dict[str, Any]) -> Any:
    """A command's type as it was sent; chat input where it was not."""
    kind = command.get("type")
    return CHAT_INPUT if kind is None else kind


def check_command(form: FormErrors, command: Any, path: Path = ()) -> None:
    """Note everything that is wrong with a command."""
    if not isinstance(command, dict):
        form.add(path, "MODEL_TYPE_CONVERT", "Expected an object/dictionary.")
        return
    kind = kind_of(command)
    form.choice((*path, "type"), kind, tuple(MOST))
    fields.keys(form, path, command, _KEYS)
    _check_places(form, command, path)
    if kind != CHAT_INPUT:
        _check_menu_command(form, command, path)
        return
    check_texts(form, command, path)
    check_options(form, command.get("options"), (*path, "options"))
    if _text_length(command) > MAX_TEXT:
        message = f"Command exceeds maximum size ({MAX_TEXT})"
        form.add(path, "APPLICATION_COMMAND_TOO_LARGE", message)


def too_many(kinds: Iterable[int]) -> int | None:
    """The type of which a scope with commands of these types has more than Discord keeps."""
    counted = Counter(kinds).items()
    return next((kind for kind, count in counted if count > MOST[kind]), None)


def check_number(kinds: Iterable[int]) -> None:
    """Refuse more commands of a type than a scope may have (30032), naming the limit that was hit.

    Discord's own words for chat input commands name no type.
    """
    kind = too_many(kinds)
    if kind is None:
        return
    limit = f"{MOST[kind]}{_NAMES[kind]}"
    message = f"Maximum number of application commands reached ({limit})."
    raise ApiError(errors.TOO_MANY_COMMANDS._replace(message=message))


def _check_places(form: FormErrors, command: dict[str, Any], path: Path) -> None:
    """Where the command is offered, and to whom."""
    for key, known in (("contexts", (0, 1, 2)), ("integration_types", (0, 1))):
        here = (*path, key)
        if command.get(key) == []:
            form.length(here, [], 1, len(known))
        fields.members(form, here, command.get(key), known)
    for key in ("nsfw", "dm_permission", "default_permission"):
        fields.flag(form, (*path, key), command.get(key))
    needed = command.get("default_member_permissions")
    if needed is not None and (isinstance(needed, bool) or not is_snowflake(needed)):
        message = f'Value "{shown(needed)}" is not a set of permissions.'
        form.add((*path, "default_member_permissions"), "NUMBER_TYPE_COERCE", message)


def _check_menu_command(form: FormErrors, command: dict[str, Any], path: Path) -> None:
    """Commands of context menus have a free name, and neither description nor options."""
    form.text((*path, "name"), command.get("name"), 1, 32)
    check_localizations(form, (*path, "name_localizations"), command, 32)
    for key in ("description", "options", "description_localizations"):
        if command.get(key):
            message = "Context menu commands cannot have " + key
            code = f"APPLICATION_COMMAND_CONTEXT_MENU_{key.upper()}_INVALID"
            form.add((*path, key), code, message)


def _text_length(thing: Any) -> int:
    """The characters of all names, descriptions and choice values, which share one limit.

    Of translations the longest counts.
    """
    if isinstance(thing, list):
        return sum(_text_length(each) for each in thing)
    if not isinstance(thing, dict):
        return 0
    value = thing.get("value")
    own = longest(thing, "name") + longest(thing, "description")
    own += len(value) if isinstance(value, str) else 0
    return own + _text_length(thing.get("options")) + _text_length(thing.get("choices"))
