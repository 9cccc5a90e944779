"""Faults in the components of messages, without and with the components-v2 flag."""

from typing import Any

from tests.unit.playground.planted_faults.fault import Fault
from tests.unit.playground.planted_faults.in_messages import A_FILE

Component = dict[str, Any]
V2 = 1 << 15
TEXT: Component = {"type": 10, "content": "hello"}
PICTURE = {"media": {"url": "https://example.com/a.png"}}
OPTIONS = [{"label": each, "value": each} for each in "abc"]


def button(**parts: Any) -> Component:
    """A healthy button."""
    return {"type": 2, "style": 1, "label": "Again", "custom_id": "again", **parts}


def link(**parts: Any) -> Component:
    """A healthy link."""
    return {"type": 2, "style": 5, "label": "Read", "url": "https://example.com", **parts}


def select(kind: int = 3, **parts: Any) -> Component:
    """A healthy select."""
    options = {"options": OPTIONS} if kind == 3 else {}
    return {"type": kind, "custom_id": "select", **options, **parts}


def row(*children: Component) -> Component:
    """A row."""
    return {"type": 1, "components": list(children)}


def v1(*children: Component) -> dict[str, Any]:
    """A body with a row of these."""
    return {"content": "hello", "components": [row(*children)]}


def v2(*components: Component, **parts: Any) -> dict[str, Any]:
    """A body with components v2."""
    return {"flags": V2, "components": list(components), **parts}


def section(*children: Component, **parts: Any) -> Component:
    """A section with a button beside it."""
    return {"type": 9, "components": list(children), "accessory": button(), **parts}


def container(*children: Component, **parts: Any) -> Component:
    """A container."""
    return {"type": 17, "components": list(children), **parts}


def buttons(count: int, **parts: Any) -> list[Component]:
    """Buttons with ids of their own."""
    return [button(custom_id=str(n), **parts) for n in range(count)]


def rows(count: int) -> dict[str, Any]:
    """A body with as many rows."""
    return {"content": "a", "components": [row(each) for each in buttons(count)]}


ONE = "components.0.components.0"

V1 = [
    Fault("too many rows", "post", rows(6), rows(5), "components", "BASE_TYPE_MAX_LENGTH"),
    Fault("too many rows", "answer", rows(6), rows(5), "data.components", "BASE_TYPE_MAX_LENGTH"),
    Fault("too many buttons", "post", v1(*buttons(6)), v1(*buttons(5)), "components.0.components",
          "BASE_TYPE_BAD_LENGTH"),
    Fault("empty row", "post", v1(), v1(button()), "components.0.components",
          "BASE_TYPE_BAD_LENGTH"),
    Fault("select beside a button", "post", v1(button(), select()), v1(select()),
          "components.0.components.1", "COMPONENT_LAYOUT_WIDTH_EXCEEDED"),
    Fault("button without a row", "post", {"content": "a", "components": [button()]}, v1(button()),
          "components.0.type", "BASE_TYPE_CHOICES"),
    Fault("text display without the flag", "post", {"components": [TEXT]}, v2(TEXT),
          "components.0.type", "BASE_TYPE_CHOICES"),
    Fault("without a type", "post", {"content": "a", "components": [{}]}, v1(button()),
          "components.0", "TAG_FIELD_MISSING"),
    Fault("text input in a message", "post", v1({"type": 4, "custom_id": "a", "style": 1}),
          v1(button()), ONE, "UNION_TYPE_CHOICES"),
    Fault("custom_id twice", "post", v1(button(), button()), v1(*buttons(2)),
          "components.0.components.1.custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED"),
    Fault("id twice", "post", v1(*buttons(2, id=7)), v1(button(id=7)),
          "components.0.components.1.id", "COMPONENT_ID_DUPLICATED"),
    Fault("id too big", "post", v1(button(id=2**31)), v1(button(id=2**31 - 1)), f"{ONE}.id",
          "NUMBER_TYPE_MAX"),
    Fault("unknown key of a button", "edit", v1(button(text="Again")), v1(button()), f"{ONE}.text",
          "UNKNOWN_KEY"),
]  # fmt: skip

BUTTONS = [
    Fault("without a custom_id", "post", v1(button(custom_id=None)), v1(button()),
          f"{ONE}.custom_id", "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED"),
    Fault("custom_id too long", "post", v1(button(custom_id="x" * 101)),
          v1(button(custom_id="x" * 100)), f"{ONE}.custom_id", "BASE_TYPE_BAD_LENGTH"),
    Fault("label too long", "post", v1(button(label="x" * 81)), v1(button(label="x" * 80)),
          f"{ONE}.label", "BASE_TYPE_MAX_LENGTH"),
    Fault("neither label nor emoji", "post", v1(button(label=None)),
          v1(button(label=None, emoji={"name": "🎨"})), f"{ONE}.label",
          "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED"),
    Fault("unknown style", "post", v1(button(style=7)), v1(button(style=4)), f"{ONE}.style",
          "BASE_TYPE_CHOICES"),
    Fault("emoji that is none", "post", v1(button(emoji={"name": ":art:"})),
          v1(button(emoji={"name": "ℹ️"})), f"{ONE}.emoji.name", "BUTTON_COMPONENT_INVALID_EMOJI"),
    Fault("url and custom_id", "post", v1(link(custom_id="a")), v1(link()), f"{ONE}.custom_id",
          "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE"),
    Fault("custom_id and url", "post", v1(button(url="https://example.com")), v1(button()),
          f"{ONE}.url", "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE"),
    Fault("link to nowhere", "follow_up", v1(link(url=None)), v1(link()), f"{ONE}.url",
          "BASE_TYPE_REQUIRED"),
    Fault("link's scheme", "post", v1(link(url="steam://run/1")), v1(link(url="discord://-/home")),
          f"{ONE}.url", "URL_TYPE_INVALID_SCHEME"),
    Fault("premium without a SKU", "post", v1({"type": 2, "style": 6}),
          v1({"type": 2, "style": 6, "sku_id": "1"}), f"{ONE}.sku_id", "BASE_TYPE_REQUIRED"),
    Fault("premium with a label", "post", v1({"type": 2, "style": 6, "sku_id": "1", "label": "a"}),
          v1({"type": 2, "style": 6, "sku_id": "1"}), f"{ONE}.label",
          "BUTTON_COMPONENT_PREMIUM_FIELD_INVALID"),
    Fault("disabled as a text", "post", v1(button(disabled="no")), v1(button(disabled=False)),
          f"{ONE}.disabled", "BOOLEAN_TYPE_CONVERT"),
]  # fmt: skip

SELECTS = [
    Fault("too many options", "post",
          v1(select(options=[{"label": str(n), "value": str(n)} for n in range(26)])),
          v1(select(options=[{"label": str(n), "value": str(n)} for n in range(25)])),
          f"{ONE}.options", "BASE_TYPE_BAD_LENGTH"),
    Fault("no options", "post", v1(select(options=None)), v1(select()), f"{ONE}.options",
          "BASE_TYPE_REQUIRED"),
    Fault("a value twice", "post", v1(select(options=OPTIONS[:1] * 2)), v1(select()),
          f"{ONE}.options.1", "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED"),
    Fault("option's label too long", "post",
          v1(select(options=[{"label": "x" * 101, "value": "a"}])),
          v1(select(options=[{"label": "x" * 100, "value": "a"}])), f"{ONE}.options.0.label",
          "BASE_TYPE_BAD_LENGTH"),
    Fault("placeholder too long", "post", v1(select(placeholder="x" * 151)),
          v1(select(placeholder="x" * 150)), f"{ONE}.placeholder", "BASE_TYPE_MAX_LENGTH"),
    Fault("more to choose than there is", "post", v1(select(max_values=4)),
          v1(select(max_values=3)), f"{ONE}.options", "BASE_TYPE_BAD_LENGTH"),
    Fault("least over most", "post", v1(select(min_values=3, max_values=2)),
          v1(select(min_values=2, max_values=2)), f"{ONE}.min_values", "NUMBER_TYPE_MAX"),
    Fault("most out of range", "post", v1(select(5, max_values=26)), v1(select(5, max_values=25)),
          f"{ONE}.max_values", "NUMBER_TYPE_MAX"),
    Fault("too many preset options", "post",
          v1(select(options=[{**each, "default": True} for each in OPTIONS])),
          v1(select(options=[{**each, "default": True} for each in OPTIONS], max_values=3)),
          f"{ONE}.options", "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES"),
    Fault("preset of another kind", "post",
          v1(select(6, default_values=[{"id": "1", "type": "user"}])),
          v1(select(7, default_values=[{"id": "1", "type": "user"}])),
          f"{ONE}.default_values.0.type", "BASE_TYPE_CHOICES"),
    Fault("too many presets", "post",
          v1(select(5, default_values=[{"id": n, "type": "user"} for n in "12"])),
          v1(select(5, max_values=2, default_values=[{"id": n, "type": "user"} for n in "12"])),
          f"{ONE}.default_values", "SELECT_COMPONENT_TOO_MANY_DEFAULT_VALUES"),
    Fault("unknown channel type", "post", v1(select(8, channel_types=[99])),
          v1(select(8, channel_types=[0])), f"{ONE}.channel_types.0", "BASE_TYPE_CHOICES"),
]  # fmt: skip

LAYOUT = [
    Fault("content beside v2", "post", v2(TEXT, content="a"), v2(TEXT), "content",
          "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"),
    Fault("embeds beside v2", "answer", v2(TEXT, embeds=[{"title": "a"}]), v2(TEXT),
          "data.embeds", "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"),
    Fault("old content left beside v2", "edit", v2(TEXT), v2(TEXT, content=None, embeds=[]),
          "content", "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"),
    Fault("too many components", "post", v2(container(*[TEXT] * 20), container(*[TEXT] * 19)),
          v2(container(*[TEXT] * 19), container(*[TEXT] * 19)), "components",
          "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED"),
    Fault("too much text in all", "post", v2(*[{"type": 10, "content": "x" * 2001}] * 2),
          v2(*[{"type": 10, "content": "x" * 2000}] * 2), "components",
          "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED"),
    Fault("empty text", "post", v2({"type": 10, "content": ""}), v2(TEXT), "components.0.content",
          "BASE_TYPE_REQUIRED"),
    Fault("container in a container", "post", v2(container(container(TEXT))), v2(container(TEXT)),
          ONE, "UNION_TYPE_CHOICES"),
    Fault("thumbnail at the top", "post", v2({"type": 11, **PICTURE}),
          v2(section(TEXT, accessory={"type": 11, **PICTURE})), "components.0",
          "UNION_TYPE_CHOICES"),
    Fault("empty container", "post", v2(container()), v2(container(TEXT)),
          "components.0.components", "BASE_TYPE_BAD_LENGTH"),
    Fault("accent color out of range", "post", v2(container(TEXT, accent_color=1 << 24)),
          v2(container(TEXT, accent_color=(1 << 24) - 1)), "components.0.accent_color",
          "NUMBER_TYPE_MAX"),
    Fault("section of four texts", "post", v2(section(*[TEXT] * 4)), v2(section(*[TEXT] * 3)),
          "components.0.components", "BASE_TYPE_BAD_LENGTH"),
    Fault("section without an accessory", "post", v2(section(TEXT, accessory=None)),
          v2(section(TEXT)), "components.0.accessory", "BASE_TYPE_REQUIRED"),
    Fault("accessory of the wrong kind", "post", v2(section(TEXT, accessory=select())),
          v2(section(TEXT, accessory=link())), "components.0.accessory", "UNION_TYPE_CHOICES"),
    Fault("button in a section", "post", v2(section(button())), v2(section(TEXT)), f"{ONE}.type",
          "BASE_TYPE_CHOICES"),
    Fault("custom_id twice in the depths", "post", v2(section(TEXT), container(section(TEXT))),
          v2(section(TEXT), container(section(TEXT, accessory=link()))),
          "components.1.components.0.accessory.custom_id", "COMPONENT_CUSTOM_ID_DUPLICATED"),
    Fault("too many pictures", "post", v2({"type": 12, "items": [PICTURE] * 11}),
          v2({"type": 12, "items": [PICTURE] * 10}), "components.0.items", "BASE_TYPE_BAD_LENGTH"),
    Fault("picture without a URL", "post", v2({"type": 12, "items": [{"media": {}}]}),
          v2({"type": 12, "items": [PICTURE]}), "components.0.items.0.media.url",
          "BASE_TYPE_REQUIRED"),
    Fault("picture that was not sent", "post",
          v2({"type": 12, "items": [{"media": {"url": "attachment://b.png"}}]}),
          v2({"type": 12, "items": [{"media": {"url": "attachment://a.png"}}]}),
          "components.0.items.0.media.url", "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND",
          files=A_FILE),
    Fault("file from elsewhere", "post", v2({"type": 13, "file": {"url": "https://a.com/a.png"}}),
          v2({"type": 13, "file": {"url": "attachment://a.png"}}), "components.0.file.url",
          "URL_TYPE_INVALID_SCHEME", files=A_FILE),
    Fault("spacing out of range", "post", v2(TEXT, {"type": 14, "spacing": 3}),
          v2(TEXT, {"type": 14, "spacing": 2}), "components.1.spacing", "BASE_TYPE_CHOICES"),
    Fault("label in a message", "post", v2({"type": 18, "label": "a", "component": select()}),
          v2(TEXT), "components.0", "UNION_TYPE_CHOICES"),
]  # fmt: skip

IN_COMPONENTS = [*V1, *BUTTONS, *SELECTS, *LAYOUT]
