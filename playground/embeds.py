"""Embeds: what Discord checks of them."""

from typing import Any

from playground.errors import FormErrors, Path

MAX_EMBEDS = 10
TEXT_LIMIT = 6000  # characters in all embeds of a message together


def check_embeds(form: FormErrors, sent: Any, at: Path) -> None:
    """Note everything that is wrong with a message's embeds."""
    embeds = form.objects(at, sent, 0, MAX_EMBEDS)
    total = sum(_check_embed(form, embed, (*at, index)) for index, embed in enumerate(embeds))
    if total > TEXT_LIMIT:
        message = f"Embed size exceeds maximum size of {TEXT_LIMIT}"
        form.add(at, "MAX_EMBED_SIZE_EXCEEDED", message)


def _check_embed(form: FormErrors, embed: dict[str, Any], at: Path) -> int:
    """Check one embed; the length of its texts."""
    footer = form.object((*at, "footer"), embed.get("footer"))
    author = form.object((*at, "author"), embed.get("author"))
    texts: list[tuple[Path, Any, int, int]] = [
        (("title",), embed.get("title"), 0, 256),
        (("description",), embed.get("description"), 0, 4096),
        (("footer", "text"), footer.get("text"), 0, 2048),
        (("author", "name"), author.get("name"), 0, 256),
    ]
    fields = form.objects((*at, "fields"), embed.get("fields"), 0, 25)
    for index, field in enumerate(fields):
        texts.append((("fields", index, "name"), field.get("name"), 1, 256))
        texts.append((("fields", index, "value"), field.get("value"), 1, 1024))
    for path, text, low, high in texts:
        form.text((*at, *path), text, low, high)
    form.integer((*at, "color"), embed.get("color"), 0, 0xFFFFFF)
    form.text((*at, "url"), embed.get("url"), 0, 2048)
    form.text((*at, "timestamp"), embed.get("timestamp"), 0, 64)
    for key in ("image", "thumbnail", "video"):
        image = form.object((*at, key), embed.get(key))
        form.text((*at, key, "url"), image.get("url"), 0, 2048)
    form.text((*at, "author", "icon_url"), author.get("icon_url"), 0, 2048)
    form.text((*at, "footer", "icon_url"), footer.get("icon_url"), 0, 2048)
    return sum(len(text) for _, text, _, _ in texts if isinstance(text, str))
