"""Values of a request's options, each checked against its model's entry."""

import math
import re

from generation.catalog import IntegerRange, ModelSpec, NumberRange, Size
from generation.errors import RequestRefused
from generation.inputs.store import InputImage
from generation.prompts.aspect import Aspect
from generation.ranges import in_words, is_fixed, plain

#: Seeds stay exact in JavaScript and in Discord's integer options.
SEED_LIMIT = 2**53 - 1
#: What other tools take for a seed that is to be drawn.
_DRAWN = -1

#: So many of a model's sizes are named where another was asked for.
_MOST_NAMED = 12

_SIZE = re.compile(r"^\s*(\d{1,5})\s*[x×*]\s*(\d{1,5})\s*$", re.IGNORECASE)


def steps(spec: ModelSpec, steps: int | None) -> int:
    """The steps; the model's default where none are given. Raises RequestRefused."""
    allowed = spec.steps
    if steps is None:
        return allowed.default
    if not allowed.min <= steps <= allowed.max:
        raise _out_of_range("steps", spec, allowed, steps)
    return steps


def guidance(spec: ModelSpec, guidance: float | None) -> float:
    """The guidance; the model's default where none is given. Raises RequestRefused."""
    allowed = spec.guidance
    if guidance is None:
        return allowed.default
    if not (math.isfinite(guidance) and allowed.min <= guidance <= allowed.max):
        raise _out_of_range("guidance", spec, allowed, guidance)
    return float(guidance)


def _out_of_range(
    option: str, spec: ModelSpec, allowed: IntegerRange | NumberRange, given: float
) -> RequestRefused:
    remedy = _leave_out(option)
    if is_fixed(allowed):
        remedy = f"Leave {option} out: {spec.title} knows no other value."
    limit = f"{spec.title} takes {in_words(allowed)}, not {plain(given)}."
    return RequestRefused(option, limit, remedy)


def check_start(spec: ModelSpec, image: InputImage | None, strength: float | None) -> None:
    """Whether there is a picture to start from where that matters. Raises RequestRefused."""
    if image is not None and not spec.takes_pictures:
        raise RequestRefused(
            "image",
            f"{spec.title} can't start from a picture.",
            "Leave image out, or choose a model that can; /models tells which.",
        )
    if image is None and strength is not None:
        raise RequestRefused(
            "strength",
            "It says how far a picture that you bring is left behind, and you brought none.",
            "Bring one with image, or leave strength out.",
        )


def size(spec: ModelSpec, size: str | None, image: InputImage | None) -> Size:
    """The size; where none is given, the nearest in shape to a picture that was brought.

    Raises RequestRefused.
    """
    if size is None or not size.strip():
        return Aspect.of(image).nearest(spec.sizes) if image else spec.default_size
    match = _SIZE.match(size)
    wanted = (int(match[1]), int(match[2])) if match else None
    for offered in spec.sizes:
        if (offered.width, offered.height) == wanted:
            return offered
    names = ", ".join(str(offered) for offered in spec.sizes[:_MOST_NAMED])
    if len(spec.sizes) > _MOST_NAMED:
        names += f" and {len(spec.sizes) - _MOST_NAMED} more"
    given = size.strip()[:40]
    raise RequestRefused("size", f"{spec.title} paints {names}, not {given}.", _leave_out("size"))


def seed(seed: int | None) -> int | None:
    """The seed, or None where one is to be drawn. Raises RequestRefused."""
    if seed is None or seed == _DRAWN:
        return None
    if not 0 <= seed <= SEED_LIMIT:
        raise RequestRefused(
            "seed",
            f"It is a whole number from 0 to {SEED_LIMIT}, not {seed}.",
            "Choose one of those, or leave seed out to have one drawn.",
        )
    return seed


def _leave_out(option: str) -> str:
    return f"Choose one of those, or leave {option} out for the default."
