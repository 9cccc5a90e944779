"""`name_localizations` and `description_localizations`: a text for each of Discord's locales."""

from collections.abc import Callable
from typing import Any

from playground.errors import FormErrors, Path

LOCALES = (
    "ar", "bg", "cs", "da", "de", "el", "en-GB", "en-US", "es-419", "es-ES", "fi", "fr", "he",
    "hi", "hr", "hu", "id", "it", "ja", "ko", "lt", "nl", "no", "pl", "pt-BR", "ro", "ru",
    "sv-SE", "th", "tr", "uk", "vi", "zh-CN", "zh-TW",
)  # fmt: skip


def check_localizations(
    form: FormErrors,
    path: Path,
    thing: dict[str, Any],
    high: int,
    check: Callable[[FormErrors, Path, Any], None] | None = None,
) -> None:
    """Check the translations that stand at the last step of `path` in `thing`.

    Each is 1 to `high` characters long, unless `check` knows more of it.
    """
    for locale, text in form.object(path, thing.get(str(path[-1]))).items():
        here = (*path, locale)
        if locale not in LOCALES:
            form.add(here, "LOCALE_UNKNOWN", f'"{locale}" is none of Discord\'s locales.')
        elif check is not None:
            check(form, here, text)
        else:
            form.text(here, text, 1, high)


def longest(thing: dict[str, Any], key: str) -> int:
    """The length of a text, or of the longest of its translations."""
    translated = thing.get(f"{key}_localizations")
    texts = [thing.get(key), *(translated.values() if isinstance(translated, dict) else ())]
    return max((len(text) for text in texts if isinstance(text, str)), default=0)
