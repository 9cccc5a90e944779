"""How much work a request is, and how to ask for less."""

from generation.catalog import ModelSpec, Size
from generation.errors import RequestRefused
from generation.request import GenerationRequest
from generation.strength import steps_made

_MEGA = 1_000_000


def check_workload(spec: ModelSpec, request: GenerationRequest, limit: float | None) -> None:
    """Refuse a request of more than `limit` megapixel-steps: millions of pixels × steps.

    Raises RequestRefused, which names what to lower and to what.
    """
    if limit is None:
        return
    most = round(limit * _MEGA)  # pixels × steps
    if request.parts:
        _check_parts(request, most, limit)
        return
    pixels = request.width * request.height
    if not request.paints or pixels * request.steps_made <= most:
        _check_finishing(request, most, limit)
        return
    is_much = pixels * request.steps_made / _MEGA
    field, remedy = _remedy(spec, request, most)
    raise RequestRefused(
        field,
        f"{request.width}x{request.height} pixels × {request.steps_made} steps is"
        f" {is_much:,.4g} megapixel-steps; {limit:,.4g} are allowed.",
        remedy,
    )


def _check_finishing(request: GenerationRequest, most: int, limit: float) -> None:
    """What is done with the picture once it is there: a step for each pixel that it has then."""
    if request.work > most:
        field = "upscale" if request.paints else "to"
        raise RequestRefused(
            field if request.upscale else "image",
            f"All that is done for these {request.extent} pixels is"
            f" {request.work / _MEGA:,.4g} megapixel-steps; {limit:,.4g} are allowed.",
            "Ask for less, or begin with a smaller picture.",
        )


def _check_parts(request: GenerationRequest, most: int, limit: float) -> None:
    """All pictures of one job together."""
    parts = [part.request for part in request.parts]
    whole = sum(part.width * part.height * part.steps_made for part in parts)
    if whole > most:
        raise RequestRefused(
            "models" if request.varied == "model" else "values",
            f"These {len(parts)} pictures are {whole / _MEGA:,.4g} megapixel-steps together;"
            f" {limit:,.4g} are allowed.",
            "Ask for fewer of them, or for fewer steps.",
        )


def _remedy(spec: ModelSpec, request: GenerationRequest, most: int) -> tuple[str, str]:
    """Which option to change, and to what: one of the two if that is enough, else both."""
    strength = request.strength
    fewer = _steps_at(spec, Size(width=request.width, height=request.height), most, strength)
    smaller = _largest(spec, most, request.steps_made)
    if fewer is not None and smaller is not None:
        return "steps", f"Lower steps to {fewer}, or size to {smaller}."
    if fewer is not None:
        return "steps", f"Lower steps to {fewer}."
    if smaller is not None:
        return "size", f"Lower size to {smaller}."
    both = _largest(spec, most, steps_made(spec.steps.min, strength, rounds_up=spec.rounds_up))
    if both is None:
        return "model", f"{spec.title} can't paint with so little: choose another model."
    return "size", f"Lower size to {both}, and steps to {_steps_at(spec, both, most, strength)}."


def _steps_at(spec: ModelSpec, size: Size, most: int, strength: float | None) -> int | None:
    """The most steps that are left at a size, or None where the model needs more."""
    left = most // (size.width * size.height)
    possible = range(spec.steps.max, spec.steps.min - 1, -1)

    def made(steps: int) -> int:
        return steps_made(steps, strength, rounds_up=spec.rounds_up)

    return next((steps for steps in possible if made(steps) <= left), None)


def _largest(spec: ModelSpec, most: int, steps: int) -> Size | None:
    """The largest size of the model that so many steps may be painted at."""
    fitting = [size for size in spec.sizes if size.width * size.height * steps <= most]
    return max(fitting, key=lambda size: size.width * size.height, default=None)
