"""Components of messages and modals: what Discord checks of them, and how they are numbered."""

from collections.abc import Iterator
from typing import Any

from playground.errors import FormErrors, Path

ACTION_ROW = 1
BUTTON = 2
STRING_SELECT = 3
TEXT_INPUT = 4
SELECTS = (3, 5, 6, 7, 8)
TEXT_DISPLAY = 10
THUMBNAIL = 11
MEDIA_GALLERY = 12
FILE = 13
LABEL = 18
# What a label may hold besides text inputs and selects: an upload, radio buttons, checkboxes.
FIELDS = (19, 21, 22, 23)
KINDS = (*range(1, 15), 17, 18, *FIELDS)
LINK_STYLE = 5
PREMIUM_STYLE = 6

# What may stand at the top of a message without and with the components-v2 flag, and of a modal.
TOP_V1 = (1,)
TOP_V2 = (1, 9, 10, 12, 13, 14, 17)
TOP_MODAL = (1, 10, 18)

Component = dict[str, Any]


def walk(components: list[Component], path: Path = ()) -> Iterator[tuple[Path, Component]]:
    """Every component with its path, the outer before the inner."""
    for index, component in enumerate(components):
        if not isinstance(component, dict):
            continue
        here = (*path, index)
        yield here, component
        if isinstance(component.get("components"), list):
            yield from walk(component["components"], (*here, "components"))
        for key in ("accessory", "component"):
            inner = component.get(key)
            if isinstance(inner, dict):
                yield (*here, key), inner


def find(components: list[Component], custom_id: str) -> Component | None:
    """The component with a custom_id."""
    for _, component in walk(components):
        if component.get("custom_id") == custom_id:
            return component
    return None


def numbered(components: list[Component]) -> list[Component]:
    """A copy in which every component has an `id`, unique in it, and its type's defaults."""
    taken = {c["id"] for _, c in walk(components) if c.get("id")}
    fresh = (number for number in range(1, 10_000) if number not in taken)

    def copy(component: Component) -> Component:
        made = without_nulls(component)
        if not made.get("id"):
            made["id"] = next(fresh)
        if made.get("type") in SELECTS:
            made = {"min_values": 1, "max_values": 1, **made}
        if isinstance(made.get("components"), list):
            made["components"] = [copy(each) for each in made["components"]]
        for key in ("accessory", "component"):
            if isinstance(made.get(key), dict):
                made[key] = copy(made[key])
        for key, default in _DEFAULTS.get(made.get("type", 0), {}).items():
            made.setdefault(key, default)
        if isinstance(made.get("items"), list):
            made["items"] = [{"description": None, "spoiler": False, **i} for i in made["items"]]
        return made

    return [copy(each) for each in components]


def without_nulls(node: Any) -> Any:
    """A copy without the fields that were sent as null, at any depth: Discord leaves them out."""
    if isinstance(node, list):
        return [without_nulls(each) for each in node]
    if isinstance(node, dict):
        return {key: without_nulls(value) for key, value in node.items() if value is not None}
    return node


_DEFAULTS: dict[int, dict[str, Any]] = {
    11: {"description": None, "spoiler": False},
    13: {"spoiler": False, "name": None, "size": None},
    14: {"spacing": 1, "divider": True},
    17: {"accent_color": None, "spoiler": False},
}


def check_message(form: FormErrors, components: Any, path: Path, *, v2: bool) -> None:
    """Check the components of a message."""
    listed = form.objects(path, components, 0, 40 if v2 else 5)
    if v2 and sum(1 for _ in walk(listed)) > 40:
        form.add(path, "BASE_TYPE_MAX_LENGTH", "Must be 40 or fewer in length.")
    _check_all(form, listed, path, TOP_V2 if v2 else TOP_V1)


def check_modal(form: FormErrors, data: dict[str, Any]) -> None:
    """Check a modal: its title, its id, and one to five components."""
    form.text(("data", "custom_id"), data.get("custom_id"), 1, 100)
    form.text(("data", "title"), data.get("title"), 1, 45)
    path: Path = ("data", "components")
    listed = form.objects(path, data.get("components"), 1, 5)
    _check_all(form, listed, path, TOP_MODAL)


def _check_all(
    form: FormErrors, components: list[Component], path: Path, top: tuple[int, ...]
) -> None:
    for index, component in enumerate(components):
        form.choice((*path, index, "type"), component.get("type"), top)
    seen: set[str] = set()
    ids: set[int] = set()
    for where, component in walk(components, path):
        custom_id, number = component.get("custom_id"), component.get("id")
        if isinstance(custom_id, str):
            if custom_id in seen:
                message = "Component custom id cannot be duplicated"
                form.add((*where, "custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED", message)
            seen.add(custom_id)
        form.integer((*where, "id"), number, 0, 2**31 - 1)
        if isinstance(number, int) and number:
            if number in ids:
                message = "Component id cannot be duplicated"
                form.add((*where, "id"), "COMPONENT_ID_DUPLICATED", message)
            ids.add(number)
        _check_one(form, where, component)


def _check_one(form: FormErrors, path: Path, component: Component) -> None:
    kind = component.get("type")
    form.choice((*path, "type"), kind, KINDS)
    if kind == ACTION_ROW:
        _check_row(form, path, component)
    elif kind == BUTTON:
        _check_button(form, path, component)
    elif kind in SELECTS:
        _check_select(form, path, component)
    elif kind == TEXT_INPUT:
        _check_custom_id(form, path, component)
        form.choice((*path, "style"), component.get("style"), (1, 2))
        form.text((*path, "value"), component.get("value"), 0, 4000)
    elif kind == TEXT_DISPLAY:
        form.text((*path, "content"), component.get("content"), 1, 4000)
    elif kind == LABEL:
        form.text((*path, "label"), component.get("label"), 1, 45)
        form.text((*path, "description"), component.get("description"), 0, 100)
        if not form.object((*path, "component"), component.get("component")):
            form.required((*path, "component"))
    elif kind in FIELDS:
        _check_custom_id(form, path, component)
        _check_options(form, path, component, 0)
    elif kind == MEDIA_GALLERY:
        for index, item in enumerate(form.objects((*path, "items"), component.get("items"), 1, 10)):
            _check_media(form, (*path, "items", index, "media"), item.get("media"))
    elif kind in (THUMBNAIL, FILE):
        key = "media" if kind == THUMBNAIL else "file"
        _check_media(form, (*path, key), component.get(key))
    else:
        form.objects((*path, "components"), component.get("components"), 0, 40)


def _check_media(form: FormErrors, path: Path, media: Any) -> None:
    form.text((*path, "url"), form.object(path, media).get("url"), 1, 2048)


def _check_row(form: FormErrors, path: Path, row: Component) -> None:
    inner = (*path, "components")
    children = form.objects(inner, row.get("components"), 1, 5)
    kinds = [child.get("type") for child in children]
    if any(kind != BUTTON for kind in kinds):
        form.length(inner, children, 1, 1)  # all but buttons fill a row
    for index, kind in enumerate(kinds):
        form.choice((*inner, index, "type"), kind, (BUTTON, TEXT_INPUT, *SELECTS))


def _check_button(form: FormErrors, path: Path, button: Component) -> None:
    style = button.get("style")
    form.choice((*path, "style"), style, (1, 2, 3, 4, LINK_STYLE, PREMIUM_STYLE))
    form.text((*path, "label"), button.get("label"), 0, 80)
    form.object((*path, "emoji"), button.get("emoji"))
    if style == LINK_STYLE:
        form.text((*path, "url"), button.get("url"), 1, 512)
        if button.get("custom_id") is not None:
            message = "A custom id and url cannot both be specified"
            code = "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE"
            form.add((*path, "custom_id"), code, message)
    elif style != PREMIUM_STYLE:
        _check_custom_id(form, path, button)
        if not button.get("label") and not button.get("emoji"):
            message = "A label or emoji is required"
            form.add((*path, "label"), "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED", message)


def _check_custom_id(form: FormErrors, path: Path, component: Component) -> None:
    if component.get("custom_id") is None:
        message = "A custom id is required"
        form.add((*path, "custom_id"), "COMPONENT_CUSTOM_ID_REQUIRED", message)
    else:
        form.text((*path, "custom_id"), component["custom_id"], 1, 100)


def _check_select(form: FormErrors, path: Path, select: Component) -> None:
    _check_custom_id(form, path, select)
    form.text((*path, "placeholder"), select.get("placeholder"), 0, 150)
    form.integer((*path, "min_values"), select.get("min_values"), 0, 25)
    form.integer((*path, "max_values"), select.get("max_values"), 1, 25)
    if select["type"] == STRING_SELECT:
        _check_options(form, path, select, 1)


def _check_options(form: FormErrors, path: Path, component: Component, low: int) -> None:
    options = form.objects((*path, "options"), component.get("options"), low, 25)
    values: set[str] = set()
    for index, option in enumerate(options):
        here = (*path, "options", index)
        value = option.get("value")
        form.text((*here, "label"), option.get("label"), 1, 100)
        form.text((*here, "value"), value, 1, 100)
        form.text((*here, "description"), option.get("description"), 0, 100)
        if isinstance(value, str):
            if value in values:
                message = "The specified option value is already used"
                form.add((*here, "value"), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", message)
            values.add(value)
