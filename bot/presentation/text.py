"""Small pieces of text, as members read them."""

import re
from collections.abc import Callable, Sequence

from generation.finishing import Extent
from generation.queue import Forecast
from generation.request import GenerationRequest

#: Characters of a prompt that are shown.
SHOWN_PROMPT = 4000
#: Whether something that was typed may not be read by those who read a message.
Hides = Callable[[str], bool]
_NOT_SHOWN = "(not shown here)"
_BAR = 12
# It takes a time that grows with the text alone, whatever is written. (discord.py's own escaping
# tries each `[` with each `](` behind it, and holds the event loop.)
_MARKS = re.compile(
    # Discord takes an address whole, with all marks in it; a backslash there would be seen.
    r"(?:https?|steam)://[^\s<\\]+[^<\\.,:;\"')\]\s]"
    # What means something at a line's start alone: headings, lists, quotations, small print.
    r"|(?P<before>^[^\S\n]*(?:[0-9]+(?=\.)|(?=[-+#>]))"
    # What means something wherever it stands; `<` begins mentions, times, emoji.
    r"|(?=[\\*_~|`\[\]<]))(?P<mark>.)",
    re.MULTILINE,
)


def quote(prompt: str, limit: int = SHOWN_PROMPT) -> str:
    """A prompt as it was typed, in at most `limit` characters.

    Markdown in it is shown, not obeyed; neither is what Discord makes of angle brackets
    (mentions, times, emoji).
    """
    # Cut first: no more is looked at than can be shown, for escaping makes nothing shorter.
    shown = _MARKS.sub(_escaped, prompt[:limit])
    if len(prompt) <= limit and len(shown) <= limit:
        return shown
    kept = shown[: limit - 1]
    if (len(kept) - len(kept.rstrip("\\"))) % 2:
        kept = kept[:-1]  # the backslash of what no longer follows it
    return f"{kept}…"


def hides_nothing(_typed: str) -> bool:
    """Where nobody else reads it."""
    return False


def quote_unless(hides: Hides, typed: str, limit: int = SHOWN_PROMPT) -> str:
    """The same, or that it is not shown."""
    return _NOT_SHOWN if hides(typed) else quote(typed, limit)


def _escaped(found: re.Match[str]) -> str:
    mark = found["mark"]
    return found[0] if mark is None else f"{found['before']}\\{mark}"


def subject(request: GenerationRequest) -> str:
    """What a picture is known by: its prompt; without one, that it was brought along."""
    return request.prompt or "A picture that was brought along"


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 11th."""
    suffix = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if 10 <= number % 100 <= 20 else suffix}"


def bar(done: int, total: int) -> str:
    """A progress bar of fixed width."""
    filled = round(_BAR * min(max(done / total, 0.0), 1.0)) if total else 0
    return "▰" * filled + "▱" * (_BAR - filled)


def place(forecast: Forecast) -> str:
    """3rd in line, about 40 s."""
    shown = f"{ordinal(forecast.place)} in line"
    return shown if forecast.seconds is None else f"{shown}, {about(forecast.seconds)}"


def about(value: float) -> str:
    """How long a wait will be, as roughly as it is known: under 5 s, about 40 s, about 3 min."""
    if value < 5:
        return "under 5 s"
    if value < 55:
        return f"about {5 * round(value / 5)} s"
    if value < 55 * 60:
        return f"about {max(1, round(value / 60))} min"
    hours = max(2, round(value / 1800))  # in halves
    return f"about {hours / 2:g} h"


def about_duration(value: float) -> str:
    """How long a picture takes: about 0.8 s, about 12 s, about 3 min."""
    if value < 1:
        return f"about {max(value, 0.1):.1f} s"
    if value < 90:
        return f"about {value:.0f} s"
    return f"about {round(value / 60)} min"


def smaller(size: int, quality: int | None, scaled_to: Extent | None = None) -> str:
    """Why a file is not the original: bytes of that, and the quality of this (None: lossless).

    `scaled_to`: how many pixels it has, where those are not the original's.
    """
    how = "without loss, as WebP" if quality is None else f"as WebP of quality {quality}"
    if scaled_to is not None:
        how += f" and {scaled_to} pixels"
    return (
        f"The original ({size / 1024 / 1024:.1f} MiB) is larger than this place takes: it is posted"
        f" {how}. The host keeps the original."
    )


def loras(names: Sequence[str]) -> str:
    """The LoRAs ink, grain; nothing where there are none."""
    return f"the LoRA{'s' if len(names) > 1 else ''} {', '.join(names)}" if names else ""


def downloaded(done: int, total: int) -> str:
    """2.1 of 6.9 GB; in MB what is small."""
    unit, size = ("GB", 1e9) if total >= 1e9 else ("MB", 1e6)
    return f"{done / size:.1f} of {total / size:.1f} {unit}"


def seconds(value: float) -> str:
    """0.84 s, 12.3 s, 2 min 5 s."""
    if value < 10:
        return f"{value:.2f} s"
    if value < 60:
        return f"{value:.1f} s"
    whole = round(value)
    return f"{whole // 60} min {whole % 60} s"
