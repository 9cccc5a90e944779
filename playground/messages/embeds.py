"""Embeds: what Discord checks of them, and how it keeps them."""

from datetime import UTC, datetime
from typing import Any

from playground import fields
from playground.errors import FormErrors, Path

MAX_EMBEDS = 10
MAX_FIELDS = 25
TEXT_LIMIT = 6000  # characters in all embeds of a message together
# A client may send an embed as it received it, so the keys of answers are known as well.
_PICTURE = (
    "url", "proxy_url", "width", "height", "content_type", "placeholder", "placeholder_version",
    "is_animated", "description", "flags",
)  # fmt: skip
_AUTHOR = ("name", "url", "icon_url", "proxy_icon_url")
_FOOTER = ("text", "icon_url", "proxy_icon_url")
_FIELD = ("name", "value", "inline")
_PICTURES = ("image", "thumbnail", "video")
_SHOWN = ("title", "description", "fields", "author", "footer", *_PICTURES, "provider")
_EMBED = (*_SHOWN, "type", "url", "color", "timestamp", "flags", "content_scan_version")


def check_embeds(form: FormErrors, sent: Any, at: Path, *, lenient: bool = False) -> None:
    """Note everything that is wrong with a message's embeds.

    `lenient`: keys that are not known are passed over.
    """
    embeds = form.objects(at, sent, 0, MAX_EMBEDS)
    total = 0
    for index, embed in enumerate(embeds):
        here = (*at, index)
        if not lenient:
            _check_keys(form, embed, here)
        total += _check_texts(form, embed, here)
        _check_rest(form, embed, here)
    if total > TEXT_LIMIT:
        message = f"Embed size exceeds maximum size of {TEXT_LIMIT}"
        form.add(at, "MAX_EMBED_SIZE_EXCEEDED", message)


def kept(embed: dict[str, Any]) -> dict[str, Any]:
    """A checked embed (without nulls) as Discord keeps it."""
    made = {"type": "rich", **embed}
    for part, needed in (("author", "name"), ("footer", "text")):
        if not (made.get(part) or {}).get(needed):
            made.pop(part, None)
    if "fields" in made:
        made["fields"] = [{"inline": False, **each} for each in made["fields"]]
    if "timestamp" in made:
        moment = datetime.fromisoformat(made["timestamp"])
        made["timestamp"] = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).isoformat()
    return made


def _check_keys(form: FormErrors, embed: dict[str, Any], at: Path) -> None:
    fields.keys(form, at, embed, _EMBED)
    parts = {"author": _AUTHOR, "footer": _FOOTER, "provider": ("name", "url")}
    for name, known in (parts | dict.fromkeys(_PICTURES, _PICTURE)).items():
        part = embed.get(name)
        if isinstance(part, dict):
            fields.keys(form, (*at, name), part, known)
    listed = embed.get("fields")
    for index, each in enumerate(listed[:MAX_FIELDS] if isinstance(listed, list) else ()):
        if isinstance(each, dict):
            fields.keys(form, (*at, "fields", index), each, _FIELD)


def _check_texts(form: FormErrors, embed: dict[str, Any], at: Path) -> int:
    """Check the texts that share one limit; their length."""
    footer = form.object((*at, "footer"), embed.get("footer"))
    author = form.object((*at, "author"), embed.get("author"))
    texts: list[tuple[Path, Any, int, int]] = [
        (("title",), embed.get("title"), 0, 256),
        (("description",), embed.get("description"), 0, 4096),
        (("footer", "text"), footer.get("text"), 0, 2048),
        (("author", "name"), author.get("name"), 0, 256),
    ]
    listed = form.objects((*at, "fields"), embed.get("fields"), 0, MAX_FIELDS)
    for index, field in enumerate(listed):
        texts.append((("fields", index, "name"), _stripped(field.get("name")), 1, 256))
        texts.append((("fields", index, "value"), _stripped(field.get("value")), 1, 1024))
        fields.flag(form, (*at, "fields", index, "inline"), field.get("inline"))
    for path, text, low, high in texts:
        form.text((*at, *path), text, low, high)
    return sum(len(text) for _, text, _, _ in texts if isinstance(text, str))


def _check_rest(form: FormErrors, embed: dict[str, Any], at: Path) -> None:
    if not any(embed.get(key) for key in _SHOWN):
        # An embed that shows nothing; Discord names the description.
        form.required((*at, "description"))
    form.text((*at, "type"), embed.get("type"), 0, 64)
    form.integer((*at, "color"), embed.get("color"), 0, 0xFFFFFF)
    fields.url(form, (*at, "url"), embed.get("url"))
    fields.timestamp(form, (*at, "timestamp"), embed.get("timestamp"))
    for key in _PICTURES:
        picture = form.object((*at, key), embed.get(key))
        where = (*at, key, "url")
        if picture and not picture.get("url"):
            form.required(where)
        fields.url(form, where, picture.get("url"), schemes=fields.PICTURE)
    for key in ("author", "footer"):
        part = embed.get(key)
        if isinstance(part, dict):
            fields.url(form, (*at, key, "icon_url"), part.get("icon_url"), schemes=fields.PICTURE)
            fields.url(form, (*at, key, "url"), part.get("url"))
    provider = form.object((*at, "provider"), embed.get("provider"))
    form.text((*at, "provider", "name"), provider.get("name"), 0, 256)
    fields.url(form, (*at, "provider", "url"), provider.get("url"))


def _stripped(text: Any) -> Any:
    """Blanks around a field's texts do not count: a blank field is an empty one."""
    return text.strip() if isinstance(text, str) else text
