"""What a person did to a component or filled into a form, checked against what was shown."""

from typing import Any

from playground.components import BUTTON, LINK_STYLE, SELECTS, STRING_SELECT, TEXT_INPUT, find, walk
from playground.errors import FormErrors, Path
from playground.options import OptionReader

USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT = 5, 6, 7, 8
FILE_UPLOAD, RADIO_GROUP, CHECKBOX_GROUP, CHECKBOX = 19, 21, 22, 23
_WITH_VALUES = (*SELECTS, FILE_UPLOAD, CHECKBOX_GROUP)
_WITH_VALUE = (TEXT_INPUT, RADIO_GROUP, CHECKBOX)
_MAX_TEXT = 4000


def read_component(
    components: list[dict[str, Any]], sent: dict[str, Any], form: FormErrors, reader: OptionReader
) -> dict[str, Any]:
    """The data of a component interaction as the bot receives it."""
    custom_id = str(sent.get("custom_id"))
    shown = find(components, custom_id)
    at: Path = ("data", "custom_id")
    if shown is None or shown.get("style") == LINK_STYLE or shown.get("disabled"):
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
        made["values"] = _values(shown, sent.get("values"), form, ("data", "values"), reader)
        if reader.resolved:
            made["resolved"] = reader.resolved
    return made


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
    filled = {
        each["custom_id"]: (path, each)
        for path, each in walk(listed, ("data", "components"))
        if "custom_id" in each
    }
    made: dict[str, Any] = {
        "custom_id": modal["custom_id"],
        "components": [_submitted(each, filled, form, reader) for each in modal["components"]],
    }
    if reader.resolved:
        made["resolved"] = reader.resolved
    return made


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
        made["values"] = _values(shown, sent.get("values"), form, path, reader)
    elif shown["type"] in _WITH_VALUE:
        made["value"] = _value(shown, sent.get("value"), form, (*path, "value"))
    return made


def _value(shown: dict[str, Any], value: Any, form: FormErrors, path: Path) -> Any:
    if shown["type"] == CHECKBOX:
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
    if len(set(chosen)) < len(chosen):
        form.add(path, "SET_TYPE_ALREADY_CONTAINS_VALUE", "The set already contains this value")
    if shown["type"] in (STRING_SELECT, CHECKBOX_GROUP):
        allowed = [option["value"] for option in shown.get("options") or []]
        for index, value in enumerate(chosen):
            form.choice((*path, index), value, allowed)
        return chosen
    return [_resolved(shown["type"], v, form, (*path, i), reader) for i, v in enumerate(chosen)]


def _resolved(kind: int, value: str, form: FormErrors, path: Path, reader: OptionReader) -> str:
    """An id chosen in a select, or an upload's index; its object joins the resolved ones."""
    found = False
    if value.isdecimal():
        identifier = int(value)
        if kind == FILE_UPLOAD:
            attachment_id = reader.resolve_upload(identifier)
            if attachment_id is not None:
                return attachment_id
        elif kind == CHANNEL_SELECT:
            found = reader.resolve_channel(identifier)
        else:
            if kind in (USER_SELECT, MENTIONABLE_SELECT):
                found = reader.resolve_user(identifier)
            if kind in (ROLE_SELECT, MENTIONABLE_SELECT):
                found = reader.resolve_role(identifier) or found
    if not found:
        form.add(path, "SELECT_COMPONENT_INVALID_VALUE", f'Value "{value}" means nothing here.')
    return value
