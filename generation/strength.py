"""How far a picture is left behind that one starts from, and how many steps that takes."""

import math

from generation.catalog import ModelSpec
from generation.errors import RequestRefused
from generation.ranges import in_words, plain

#: A strength that has to be raised is raised to a multiple of one by this.
_PARTS = 10_000


def steps_made(steps: int, strength: float | None, *, rounds_up: bool = False) -> int:
    """How many of the steps are made: from a picture on, only the later ones.

    As diffusers reckons, to the last bit: `rounds_up` is what the catalog says of the pipeline.
    """
    if strength is None:
        return steps
    made = min(steps * strength, steps)
    return steps - int(steps - made) if rounds_up else max(1, int(made))


def checked(spec: ModelSpec, strength: float | None) -> float:
    """The strength that is meant: the model's own where none is given. Raises RequestRefused."""
    allowed = spec.strengths
    if strength is None:
        return allowed.default
    if not (math.isfinite(strength) and allowed.min <= strength <= allowed.max):
        raise RequestRefused(
            "strength",
            f"{spec.title} takes {in_words(allowed)}, not {plain(strength)}.",
            "Choose one of those, or leave strength out for the default.",
        )
    return float(strength)


def fitted(spec: ModelSpec, steps: int, strength: float) -> tuple[int, float]:
    """Steps and strength of which at least one step is made.

    More steps where the model takes them, since that leaves the strength as it was asked for; as
    many as it takes and the strength as much higher as is needed, where it does not.
    """
    if spec.rounds_up or int(steps * strength) >= 1:
        return steps, strength
    enough = math.ceil(1 / strength)
    while int(enough * strength) < 1:  # 1 / strength was rounded down
        enough += 1
    if enough <= spec.steps.max:
        return max(enough, spec.steps.min), strength
    most = spec.steps.max
    raised = math.ceil(_PARTS / most) / _PARTS
    return most, raised


def note(asked_steps: int, asked: float, steps: int, strength: float) -> str | None:
    """What to say where steps or strength are not those that were asked for; None if they are."""
    if (asked_steps, asked) == (steps, strength):
        return None
    few = "1 step" if asked_steps == 1 else f"{asked_steps} steps"
    instead = [
        *([f"{steps} steps"] if steps != asked_steps else []),
        *([f"strength {plain(strength)}"] if strength != asked else []),
    ]
    return (
        f"With {few} and strength {plain(asked)}, not even one step would be made from your"
        f" picture: it is painted with {' and '.join(instead)}."
    )
