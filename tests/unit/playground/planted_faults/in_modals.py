"""Faults in modals."""

from typing import Any

from tests.unit.playground.planted_faults.fault import Fault
from tests.unit.playground.planted_faults.in_components import (
    OPTIONS,
    Component,
    button,
    row,
    select,
)


def text(**parts: Any) -> Component:
    """A healthy text input."""
    return {"type": 4, "custom_id": "prompt", "style": 1, **parts}


def label(component: Any, **parts: Any) -> Component:
    """A label around something."""
    return {"type": 18, "label": "Prompt", "component": component, **parts}


def modal(*components: Component, **parts: Any) -> dict[str, Any]:
    """A modal with these components."""
    return {"custom_id": "form", "title": "Edit", "components": list(components), **parts}


def labels(count: int) -> dict[str, Any]:
    """A modal with as many labels."""
    return modal(*(label(text(custom_id=str(n))) for n in range(count)))


INNER = "data.components.0.component"
RADIOS = {"type": 21, "custom_id": "radio", "options": OPTIONS}
BOXES = {"type": 22, "custom_id": "boxes", "options": OPTIONS}
UPLOAD = {"type": 19, "custom_id": "file"}

IN_MODALS = [
    Fault("title too long", "modal", modal(label(text()), title="x" * 46),
          modal(label(text()), title="x" * 45), "data.title", "BASE_TYPE_BAD_LENGTH"),
    Fault("without a title", "modal", modal(label(text()), title=None), modal(label(text())),
          "data.title", "BASE_TYPE_REQUIRED"),
    Fault("custom_id too long", "modal", modal(label(text()), custom_id="x" * 101),
          modal(label(text()), custom_id="x" * 100), "data.custom_id", "BASE_TYPE_BAD_LENGTH"),
    Fault("too many components", "modal", labels(6), labels(5), "data.components",
          "BASE_TYPE_BAD_LENGTH"),
    Fault("no components", "modal", modal(), labels(1), "data.components", "BASE_TYPE_BAD_LENGTH"),
    Fault("unknown key", "modal", modal(label(text()), content="a"), modal(label(text())),
          "data.content", "UNKNOWN_KEY"),
    Fault("custom_id twice", "modal", modal(label(text()), label(text())), labels(2),
          "data.components.1.component.custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED"),
    Fault("select in a row", "modal", modal(row(select())), modal(label(select())),
          "data.components.0.components.0.type", "BASE_TYPE_CHOICES"),
    Fault("button in a label", "modal", modal(label(button())), modal(label(text())), INNER,
          "UNION_TYPE_CHOICES"),
    Fault("label around nothing", "modal", modal(label(None)), modal(label(text())), INNER,
          "BASE_TYPE_REQUIRED"),
    Fault("label too long", "modal", modal(label(text(), label="x" * 46)),
          modal(label(text(), label="x" * 45)), "data.components.0.label", "BASE_TYPE_BAD_LENGTH"),
    Fault("text input without a label", "modal", modal(row(text())), modal(row(text(label="a"))),
          "data.components.0.components.0.label", "BASE_TYPE_REQUIRED"),
    Fault("text input with two labels", "modal", modal(label(text(label="a"))),
          modal(label(text(label=None))), f"{INNER}.label", "COMPONENT_LABEL_NOT_ALLOWED"),
    Fault("two text inputs in a row", "modal",
          modal(row(text(label="a"), text(label="b", custom_id="b"))),
          modal(row(text(label="a")), row(text(label="b", custom_id="b"))),
          "data.components.0.components.1", "COMPONENT_LAYOUT_WIDTH_EXCEEDED"),
    Fault("unknown style of text", "modal", modal(label(text(style=3))),
          modal(label(text(style=2))), f"{INNER}.style", "BASE_TYPE_CHOICES"),
    Fault("least text over most", "modal", modal(label(text(min_length=9, max_length=8))),
          modal(label(text(min_length=8, max_length=8))), f"{INNER}.min_length",
          "NUMBER_TYPE_MAX"),
    Fault("preset text too long", "modal", modal(label(text(value="x" * 4001))),
          modal(label(text(value="x" * 4000))), f"{INNER}.value", "BASE_TYPE_MAX_LENGTH"),
    Fault("placeholder too long", "modal", modal(label(text(placeholder="x" * 101))),
          modal(label(text(placeholder="x" * 100))), f"{INNER}.placeholder",
          "BASE_TYPE_MAX_LENGTH"),
    Fault("disabled select", "modal", modal(label(select(disabled=True))),
          modal(label(select(disabled=False))), f"{INNER}.disabled", "COMPONENT_DISABLED_IN_MODAL"),
    Fault("required, yet none to choose", "modal", modal(label(select(min_values=0))),
          modal(label(select(min_values=0, required=False))), f"{INNER}.min_values",
          "NUMBER_TYPE_MIN"),
    Fault("too many files", "modal", modal(label({**UPLOAD, "max_values": 11})),
          modal(label({**UPLOAD, "max_values": 10})), f"{INNER}.max_values", "NUMBER_TYPE_MAX"),
    Fault("one radio button", "modal", modal(label({**RADIOS, "options": OPTIONS[:1]})),
          modal(label(RADIOS)), f"{INNER}.options", "BASE_TYPE_BAD_LENGTH"),
    Fault("checkbox group without options", "modal", modal(label({**BOXES, "options": None})),
          modal(label(BOXES)), f"{INNER}.options", "BASE_TYPE_REQUIRED"),
    Fault("checkbox with a label", "modal",
          modal(label({"type": 23, "custom_id": "a", "label": "a"})),
          modal(label({"type": 23, "custom_id": "a"})), f"{INNER}.label", "UNKNOWN_KEY"),
    Fault("container in a modal", "modal", modal({"type": 17, "components": []}),
          modal({"type": 10, "content": "a"}, label(text())), "data.components.0",
          "UNION_TYPE_CHOICES"),
]  # fmt: skip
