"""What a person did to a component or filled into a form, checked against what was shown."""

from typing import Any

from playground import fields
from playground.components import (
    BUTTON,
    CHANNEL_SELECT,
    CHECKBOX,
    CHECKBOX_GROUP,
    FILE_UPLOAD,
    LINK_STYLE,
    MENTIONABLE_SELECT,
    PREMIUM_STYLE,
    RADIO_GROUP,
    ROLE_SELECT,
    SELECTS,
    STRING_SELECT,
    TEXT_INPUT,
    USER_SELECT,
    find,
    walk,
)
from playground.errors import FormErrors, Path, is_snowflake
from playground.interactions.options import Kind, OptionReader

_KINDS: dict[int, tuple[Kind, ...]] = {
    USER_SELECT: ("user",),
    ROLE_SELECT: ("role",),
    MENTIONABLE_SELECT: ("user", "role"),
    CHANNEL_SELECT: ("channel",),
    FILE_UPLOAD: ("attachment",),
}
_WITH_VALUES = (*SELECTS, FILE_UPLOAD, CHECKBOX_GROUP)
_WITH_VALUE = (TEXT_INPUT, RADIO_GROUP, CHECKBOX)
_MAX_TEXT = 4000
MAX_COMPONENTS = 40  # more than any form has, however flat they are sent


def read_component(
    components: list[dict[str, Any]], sent: dict[str, Any], form: FormErrors, reader: OptionReader
) -> dict[str, Any]:
    """The data of a component interaction as the bot receives it."""
    custom_id = str(sent.get("custom_id"))
    shown = find(components, custom_id)
    at: Path = ("data", "custom_id")
    if shown is None or not _usable(shown):
        message = "Component validation failed"
        form.add(at, "COMPONENT_VALIDATION_FAILED", message)
        return {}
    kind = shown["type"]
    form.choice(("data", "component_type"), sent.get("component_type"), (kind,))
    made: dict[str, Any] = {
        "custom_id": custom_id,
        "component_type": kind,
        "id": shown["id"],
    }
    if kind != BUTTON:
        # Whether something is required is a question for modals only.
        asked = {**shown, "required": True}
        made["values"] = _values(asked, sent.get("values"), form, ("data", "values"), reader)
        if reader.resolved:
            made["resolved"] = reader.resolved
    return made


def _usable(shown: dict[str, Any]) -> bool:
    """Whether a person can do anything with a component that is shown."""
    dead = shown["type"] == BUTTON and shown.get("style") in (LINK_STYLE, PREMIUM_STYLE)
    return not dead and not shown.get("disabled")


def read_modal(
    modal: dict[str, Any], sent: dict[str, Any], form: FormErrors, reader: OptionReader
) -> dict[str, Any]:
    """The data of a submitted form as the bot receives it: the form's own tree, filled in.

    The fields may be sent nested as they were shown or in a flat list; they are found by custom_id.
    """
    form.choice(("data", "custom_id"), sent.get("custom_id"), (modal["custom_id"],))
    listed = sent.get("components")
    if not isinstance(listed, list):
        form.required(("data", "components"))
        return {}
    if len(listed) > MAX_COMPONENTS:
        form.length(("data", "components"), listed, 0, MAX_COMPONENTS)
        return {}
    filled: dict[str, tuple[Path, dict[str, Any]]] = {
        each["custom_id"]: (path, each)
        for path, each in walk(listed, ("data", "components"))
        if isinstance(each.get("custom_id"), str)
    }
    _check_filled(modal, filled, form)
    made: dict[str, Any] = {
        "custom_id": modal["custom_id"],
        "components": [_submitted(each, filled, form, reader) for each in modal["components"]],
    }
    if reader.resolved:
        made["resolved"] = reader.resolved
    return made


def _check_filled(
    modal: dict[str, Any], filled: dict[str, tuple[Path, dict[str, Any]]], form: FormErrors
) -> None:
    """What was filled in has to be of the form, and of the kind it is there."""
    for custom_id, (path, each) in filled.items():
        shown = find(modal["components"], custom_id)
        if shown is None:
            message = "Component validation failed"
            form.add((*path, "custom_id"), "COMPONENT_VALIDATION_FAILED", message)
        elif each.get("type") is not None:
            form.choice((*path, "type"), each["type"], (shown["type"],))


def _submitted(
    shown: dict[str, Any],
    filled: dict[str, tuple[Path, dict[str, Any]]],
    form: FormErrors,
    reader: OptionReader,
) -> dict[str, Any]:
    made: dict[str, Any] = {"type": shown["type"], "id": shown["id"]}
    if "components" in shown:
        made["components"] = [_submitted(c, filled, form, reader) for c in shown["components"]]
    if "component" in shown:
        made["component"] = _submitted(shown["component"], filled, form, reader)
    if "custom_id" not in shown:
        return made
    made["custom_id"] = shown["custom_id"]
    path, sent = filled.get(shown["custom_id"], (("data", "components"), {}))
    if shown["type"] in _WITH_VALUES:
        made["values"] = _values(shown, sent.get("values"), form, (*path, "values"), reader)
    elif shown["type"] in _WITH_VALUE:
        made["value"] = _value(shown, sent.get("value"), form, (*path, "value"))
    return made


def _value(shown: dict[str, Any], value: Any, form: FormErrors, path: Path) -> Any:
    if shown["type"] == CHECKBOX:
        fields.flag(form, path, value)
        return bool(value)
    required = shown.get("required", True)
    if not value:
        if required:
            form.required(path)
        return None if shown["type"] == RADIO_GROUP else ""
    if not isinstance(value, str):
        form.add(path, "STRING_TYPE_CONVERT", "Could not interpret value as string.")
    elif shown["type"] == TEXT_INPUT:
        high = shown.get("max_length") or _MAX_TEXT
        form.length(path, value, shown.get("min_length") or 0, high)
    else:
        form.choice(path, value, [option["value"] for option in shown.get("options") or []])
    return value


def _values(
    shown: dict[str, Any], values: Any, form: FormErrors, path: Path, reader: OptionReader
) -> list[str]:
    chosen = [str(value) for value in values] if isinstance(values, list) else []
    low, high = shown.get("min_values", 1), shown.get("max_values", 1)
    if not shown.get("required", True) and not chosen:
        low = 0
    form.length(path, chosen, low, high)
    if len(chosen) > high:
        return []
    if len(set(chosen)) < len(chosen):
        form.add(path, "SET_TYPE_ALREADY_CONTAINS_VALUE", "The set already contains this value")
    if shown["type"] in (STRING_SELECT, CHECKBOX_GROUP):
        allowed = [option["value"] for option in shown.get("options") or []]
        for index, value in enumerate(chosen):
            form.choice((*path, index), value, allowed)
        return chosen
    return [_resolved(shown, v, form, (*path, i), reader) for i, v in enumerate(chosen)]


def _resolved(
    shown: dict[str, Any], value: str, form: FormErrors, path: Path, reader: OptionReader
) -> str:
    """An id chosen in a select, or an upload's index; its object joins the resolved ones."""
    resolved = None
    if is_snowflake(value):
        kinds = _KINDS[shown["type"]]
        resolved = reader.resolve(kinds, int(value), shown.get("channel_types"))
    if resolved is None:
        form.add(path, "SELECT_COMPONENT_INVALID_VALUE", f'Value "{value}" means nothing here.')
        return value
    return resolved
