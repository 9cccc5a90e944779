"""What only modals ask for: texts, files, radio buttons and checkboxes."""

from playground import fields
from playground.components.inspection import Inspection
from playground.components.kinds import Component
from playground.errors import Path

TEXT_LIMIT = 4000
MAX_CHOICES = 10  # of files, radio buttons, checkboxes


def check_text_input(on: Inspection, path: Path, component: Component) -> None:
    """A text input names itself in a row, and is named by its label in a label."""
    form = on.form
    form.text((*path, "custom_id"), component.get("custom_id"), 1, 100)
    form.choice((*path, "style"), component.get("style"), (1, 2))
    label = component.get("label")
    if path[-1] == "component":
        if label is not None:
            message = "A text input inside a label has no label of its own"
            form.add((*path, "label"), "COMPONENT_LABEL_NOT_ALLOWED", message)
    else:
        form.text((*path, "label"), label, 1, 45)
    form.text((*path, "placeholder"), component.get("placeholder"), 0, 100)
    fields.flag(form, (*path, "required"), component.get("required"))
    low, high = component.get("min_length"), component.get("max_length")
    form.integer((*path, "min_length"), low, 0, TEXT_LIMIT)
    form.integer((*path, "max_length"), high, 1, TEXT_LIMIT)
    most = high if fields.is_number(high) and 1 <= high <= TEXT_LIMIT else TEXT_LIMIT
    if fields.is_number(low) and most < low <= TEXT_LIMIT:
        message = f"min_length must be equal to or less than {most}"
        form.add((*path, "min_length"), "NUMBER_TYPE_MAX", message)
    form.text((*path, "value"), component.get("value"), 0, int(most))


def check_file_upload(on: Inspection, path: Path, component: Component) -> None:
    """A file upload takes up to ten files."""
    _check_field(on, path, component)
    on.amounts(path, component, MAX_CHOICES)


def check_radio_group(on: Inspection, path: Path, component: Component) -> None:
    """Of radio buttons there are two or more, and at most one is preset."""
    _check_field(on, path, component)
    options = on.options(path, component, 2, MAX_CHOICES)
    defaults = sum(option.get("default") is True for option in options)
    on.too_many_defaults((*path, "options"), defaults, 1)


def check_checkbox_group(on: Inspection, path: Path, component: Component) -> None:
    """A group of checkboxes, of which some number may be ticked."""
    _check_field(on, path, component)
    sent = component.get("options")
    unset = len(sent) if isinstance(sent, list) and 1 <= len(sent) <= MAX_CHOICES else MAX_CHOICES
    allowed = on.amounts(path, component, MAX_CHOICES, unset)
    said = component.get("max_values") is not None
    options = on.options(path, component, allowed if said else 1, MAX_CHOICES)
    defaults = sum(option.get("default") is True for option in options)
    on.too_many_defaults((*path, "options"), defaults, allowed)


def check_checkbox(on: Inspection, path: Path, component: Component) -> None:
    """One checkbox."""
    _check_field(on, path, component)
    fields.flag(on.form, (*path, "default"), component.get("default"))


def _check_field(on: Inspection, path: Path, component: Component) -> None:
    on.form.text((*path, "custom_id"), component.get("custom_id"), 1, 100)
    fields.flag(on.form, (*path, "required"), component.get("required"))
