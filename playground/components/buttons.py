"""Buttons and their emoji."""

from typing import Any

from playground import fields
from playground.components.inspection import Inspection
from playground.components.kinds import LINK_STYLE, PREMIUM_STYLE, STYLES, Component
from playground.errors import FormErrors, Path

_LINKS = (*fields.WEB, "discord")
_MUTUALLY_EXCLUSIVE = "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE"


def check_button(on: Inspection, path: Path, button: Component) -> None:
    """A button has a custom_id, a url or a sku_id, as its style says, and never two of them."""
    form, style = on.form, button.get("style")
    if style is None:
        form.required((*path, "style"))
    else:
        form.choice((*path, "style"), style, STYLES)
    form.text((*path, "label"), button.get("label"), 0, 80)
    fields.flag(form, (*path, "disabled"), button.get("disabled"))
    check_emoji(on, (*path, "emoji"), button.get("emoji"))
    if style == PREMIUM_STYLE:
        _check_premium(form, path, button)
        return
    if button.get("sku_id") is not None:
        message = "Only buttons of the premium style have a SKU"
        form.add((*path, "sku_id"), "BUTTON_COMPONENT_SKU_ID_INVALID", message)
    if style == LINK_STYLE:
        _check_link(form, path, button)
    else:
        _check_interactive(form, path, button)
    if not button.get("label") and not button.get("emoji"):
        message = "A label or emoji is required"
        form.add((*path, "label"), "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED", message)


def _check_link(form: FormErrors, path: Path, button: Component) -> None:
    if not button.get("url"):
        form.required((*path, "url"))
    fields.url(form, (*path, "url"), button.get("url"), schemes=_LINKS, high=512)
    if button.get("custom_id") is not None:
        message = "A custom id and url cannot both be specified"
        form.add((*path, "custom_id"), _MUTUALLY_EXCLUSIVE, message)


def _check_interactive(form: FormErrors, path: Path, button: Component) -> None:
    if button.get("custom_id") is None:
        message = "A custom id is required"
        form.add((*path, "custom_id"), "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED", message)
    else:
        form.text((*path, "custom_id"), button["custom_id"], 1, 100)
    if button.get("url") is not None:
        message = "A custom id and url cannot both be specified"
        form.add((*path, "url"), _MUTUALLY_EXCLUSIVE, message)


def _check_premium(form: FormErrors, path: Path, button: Component) -> None:
    form.snowflake((*path, "sku_id"), button.get("sku_id"))
    for key in ("custom_id", "url", "label", "emoji"):
        if button.get(key) is not None:
            message = f"A premium button has no {key}"
            form.add((*path, key), "BUTTON_COMPONENT_PREMIUM_FIELD_INVALID", message)


def check_emoji(on: Inspection, path: Path, value: Any) -> None:
    """An emoji of Unicode by its name, or one of a guild or application by its id.

    Whether an emoji of that id exists is not looked up.
    """
    form = on.form
    emoji = form.object(path, value)
    if not emoji:
        return
    on.keys(path, emoji, ("id", "name", "animated"))
    fields.flag(form, (*path, "animated"), emoji.get("animated"))
    name = emoji.get("name")
    form.text((*path, "name"), name, 0, 32)
    if emoji.get("id") is not None:
        form.snowflake((*path, "id"), emoji["id"])
    elif not isinstance(name, str) or not is_emoji(name):
        form.add((*path, "name"), "BUTTON_COMPONENT_INVALID_EMOJI", "Invalid emoji")


def is_emoji(text: str) -> bool:
    """Whether a text looks like one emoji of Unicode: no letters, and something beyond ASCII.

    Digits, `#` and `*` are emoji only with the key around them (U+20E3).
    """
    plain = [character for character in text if character.isascii()]
    keycap = text.endswith("\u20e3") and len(plain) == 1 and plain[0] in "0123456789#*"
    # Of all emoji only ℹ counts as a letter.
    letters = [character for character in text if character.isalpha() and character != "ℹ"]
    return bool(text) and (keycap or not plain) and not letters
