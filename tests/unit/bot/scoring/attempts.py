"""Attempts as tests want them."""

from pathlib import Path

from bot.scoring import Attempt, Scored

FAILED = "Its files are damaged."


def attempt(
    number: int, model: str, score: float | None, seconds: float | None = 1.0, cut: int = 0
) -> Attempt:
    """One with a score, or a failed one."""
    if score is None:
        return Attempt(number, f"prompt {number}", model, failure=FAILED)
    return Attempt(
        *(number, f"prompt {number}", model),
        file=Path(f"out/pictures/{number}-{model}.png"),
        seconds=seconds,
        scored=Scored(score, cut),
    )
