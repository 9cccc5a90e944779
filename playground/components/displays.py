"""What only shows something: texts, pictures, files and lines."""

from typing import Any

from playground import fields
from playground.components.inspection import Inspection
from playground.components.kinds import ITEM_KEYS, MEDIA_KEYS, Component
from playground.errors import Path
from playground.payloads.messages import ATTACHMENT_SCHEME, clean_filename

TEXT_LIMIT = 4000  # characters in all text displays of a message together
MAX_ITEMS = 10
DESCRIPTION_LIMIT = 1024


def check_text_display(on: Inspection, path: Path, component: Component) -> None:
    """A text display has a text; all of a message share one limit."""
    content = component.get("content")
    on.form.text((*path, "content"), content, 1, TEXT_LIMIT)
    on.displayed += len(content) if isinstance(content, str) else 0


def check_thumbnail(on: Inspection, path: Path, component: Component) -> None:
    """A thumbnail shows one picture."""
    _check_item(on, path, component)


def check_gallery(on: Inspection, path: Path, component: Component) -> None:
    """A media gallery shows one to ten pictures."""
    where = (*path, "items")
    for index, item in enumerate(on.members(where, component.get("items"), 1, MAX_ITEMS)):
        on.keys((*where, index), item, ITEM_KEYS)
        _check_item(on, (*where, index), item)


def check_file(on: Inspection, path: Path, component: Component) -> None:
    """A file component shows a file of its own message, never one from elsewhere."""
    fields.flag(on.form, (*path, "spoiler"), component.get("spoiler"))
    _check_media(on, (*path, "file"), component.get("file"), ("attachment",))


def check_separator(on: Inspection, path: Path, component: Component) -> None:
    """A separator is small (1) or large (2), with a line or without."""
    fields.flag(on.form, (*path, "divider"), component.get("divider"))
    if component.get("spacing") is not None:
        on.form.choice((*path, "spacing"), component["spacing"], (1, 2))


def _check_item(on: Inspection, path: Path, item: dict[str, Any]) -> None:
    on.form.text((*path, "description"), item.get("description"), 0, DESCRIPTION_LIMIT)
    fields.flag(on.form, (*path, "spoiler"), item.get("spoiler"))
    _check_media(on, (*path, "media"), item.get("media"), fields.PICTURE)


def _check_media(on: Inspection, path: Path, value: Any, schemes: tuple[str, ...]) -> None:
    form = on.form
    if value is None:
        form.required(path)
        return
    media = form.object(path, value)
    if not isinstance(value, dict):
        return
    on.keys(path, media, MEDIA_KEYS)
    where, url = (*path, "url"), media.get("url")
    if not url:
        form.required(where)
    fields.url(form, where, url, schemes=schemes)
    if isinstance(url, str) and url.startswith(ATTACHMENT_SCHEME):
        name = url.removeprefix(ATTACHMENT_SCHEME)
        if name and clean_filename(name) not in on.files:
            message = (
                f"The referenced attachment '{name}' was not found. "
                "Please ensure that it is uploaded with the message"
            )
            form.add(where, "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND", message)
