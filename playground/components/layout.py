"""What may stand where: messages and modals as a whole, and all that holds other components."""

from collections.abc import Callable, Collection
from typing import Any

from playground import fields
from playground.components import kinds
from playground.components.buttons import check_button
from playground.components.displays import (
    TEXT_LIMIT,
    check_file,
    check_gallery,
    check_separator,
    check_text_display,
    check_thumbnail,
)
from playground.components.inputs import (
    check_checkbox,
    check_checkbox_group,
    check_file_upload,
    check_radio_group,
    check_text_input,
)
from playground.components.inspection import Inspection
from playground.components.kinds import Component
from playground.components.selects import check_select
from playground.errors import FormErrors, Path

MAX_ROWS = 5  # of a message without components v2, and of a modal
MAX_COMPONENTS = 40  # of a message with components v2, at all depths together


def check_message(
    form: FormErrors,
    components: Any,
    path: Path,
    *,
    v2: bool,
    files: Collection[str] = (),
    lenient: bool = False,
) -> None:
    """Check the components of a message, whose files have these names."""
    on = Inspection(form, files=files, lenient=lenient)
    listed = form.objects(path, components, 0, MAX_COMPONENTS if v2 else MAX_ROWS)
    _check_all(on, path, listed, kinds.TOP_V2 if v2 else kinds.TOP_V1)
    if on.count > MAX_COMPONENTS:
        message = f"The total number of components cannot exceed {MAX_COMPONENTS}"
        form.add(path, "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED", message)
    if on.displayed > TEXT_LIMIT:
        message = f"The total displayable text size cannot exceed {TEXT_LIMIT}"
        form.add(path, "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", message)


def check_modal(form: FormErrors, data: dict[str, Any]) -> None:
    """Check a modal: its title, its id, and one to five components."""
    fields.keys(form, ("data",), data, ("custom_id", "title", "components"))
    form.text(("data", "custom_id"), data.get("custom_id"), 1, 100)
    form.text(("data", "title"), data.get("title"), 1, 45)
    path: Path = ("data", "components")
    on = Inspection(form, in_modal=True)
    listed = on.members(path, data.get("components"), 1, MAX_ROWS)
    _check_all(on, path, listed, kinds.TOP_MODAL)


def _check_all(
    on: Inspection, path: Path, components: list[Component], allowed: tuple[int, ...]
) -> None:
    for index, component in enumerate(components):
        _check_one(on, (*path, index), component, allowed)


def _check_one(on: Inspection, path: Path, component: Any, allowed: tuple[int, ...]) -> None:
    """Check a component and all inside it, if its kind may stand here at all."""
    if not isinstance(component, dict):
        on.form.object(path, "" if component is None else component)
        return
    kind = component.get("type")
    if isinstance(kind, int) and not isinstance(kind, bool) and kind in allowed:
        on.identity(path, component)
        _RULES[kind](on, path, component)
    elif kind is None:
        on.form.add(path, "TAG_FIELD_MISSING", 'Field "type" is required')
    elif len(allowed) == 1:
        on.form.choice((*path, "type"), None if isinstance(kind, float) else kind, allowed)
    else:
        names = ", ".join(map(str, allowed))
        message = f'Value of field "type" must be one of ({names}).'
        on.form.add(path, "UNION_TYPE_CHOICES", message)


def _check_row(on: Inspection, path: Path, row: Component) -> None:
    """A row holds up to five buttons, or one of anything else: all but buttons fill it."""
    inner = (*path, "components")
    children = on.members(inner, row.get("components"), 1, 5)
    _check_all(on, inner, children, kinds.IN_MODAL_ROW if on.in_modal else kinds.IN_ROW)
    if any(child.get("type") != kinds.BUTTON for child in children):
        for index in range(1, len(children)):
            message = "The specified component exceeds the maximum width"
            on.form.add((*inner, index), "COMPONENT_LAYOUT_WIDTH_EXCEEDED", message)


def _check_section(on: Inspection, path: Path, section: Component) -> None:
    """A section is one to three texts beside a button or a thumbnail."""
    inner = (*path, "components")
    children = on.members(inner, section.get("components"), 1, 3)
    _check_all(on, inner, children, kinds.IN_SECTION)
    _check_inner(on, (*path, "accessory"), section.get("accessory"), kinds.ACCESSORIES)


def _check_container(on: Inspection, path: Path, container: Component) -> None:
    """A container holds what a message may hold, but no further container."""
    inner = (*path, "components")
    children = on.members(inner, container.get("components"), 1, MAX_COMPONENTS)
    _check_all(on, inner, children, kinds.IN_CONTAINER)
    on.form.integer((*path, "accent_color"), container.get("accent_color"), 0, 0xFFFFFF)
    fields.flag(on.form, (*path, "spoiler"), container.get("spoiler"))


def _check_label(on: Inspection, path: Path, label: Component) -> None:
    """A label names one component that asks for something."""
    on.form.text((*path, "label"), label.get("label"), 1, 45)
    on.form.text((*path, "description"), label.get("description"), 0, 100)
    _check_inner(on, (*path, "component"), label.get("component"), kinds.IN_LABEL)


def _check_inner(on: Inspection, path: Path, component: Any, allowed: tuple[int, ...]) -> None:
    if component is None:
        on.form.required(path)
    else:
        _check_one(on, path, component, allowed)


_RULES: dict[int, Callable[[Inspection, Path, Component], None]] = {
    kinds.ACTION_ROW: _check_row,
    kinds.BUTTON: check_button,
    kinds.TEXT_INPUT: check_text_input,
    **dict.fromkeys(kinds.SELECTS, check_select),
    kinds.SECTION: _check_section,
    kinds.TEXT_DISPLAY: check_text_display,
    kinds.THUMBNAIL: check_thumbnail,
    kinds.MEDIA_GALLERY: check_gallery,
    kinds.FILE: check_file,
    kinds.SEPARATOR: check_separator,
    kinds.CONTAINER: _check_container,
    kinds.LABEL: _check_label,
    kinds.FILE_UPLOAD: check_file_upload,
    kinds.RADIO_GROUP: check_radio_group,
    kinds.CHECKBOX_GROUP: check_checkbox_group,
    kinds.CHECKBOX: check_checkbox,
}
