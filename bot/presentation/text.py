"""Small pieces of text, as members read them."""

from discord.utils import escape_markdown

_SHOWN_PROMPT = 1500
_BAR = 12


def quote(prompt: str) -> str:
    """A prompt as it was typed: markdown in it is shown, not obeyed."""
    shown = prompt if len(prompt) <= _SHOWN_PROMPT else prompt[: _SHOWN_PROMPT - 1] + "…"
    return escape_markdown(shown)


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 11th."""
    suffix = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{'th' if 10 <= number % 100 <= 20 else suffix}"


def bar(done: int, total: int) -> str:
    """A progress bar of fixed width."""
    filled = round(_BAR * min(max(done / total, 0.0), 1.0)) if total else 0
    return "▰" * filled + "▱" * (_BAR - filled)


def seconds(value: float) -> str:
    """0.84 s, 12.3 s, 2 min 5 s."""
    if value < 10:
        return f"{value:.2f} s"
    if value < 60:
        return f"{value:.1f} s"
    whole = round(value)
    return f"{whole // 60} min {whole % 60} s"
