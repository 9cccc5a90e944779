"""How much work a request is, and how to ask for less."""

from generation.catalog import ModelSpec, Size
from generation.errors import RequestRefused
from generation.request import GenerationRequest

_MEGA = 1_000_000


def check_workload(spec: ModelSpec, request: GenerationRequest, limit: float | None) -> None:
    """Refuse a request of more than `limit` megapixel-steps: millions of pixels × steps.

    Raises RequestRefused, which names what to lower and to what.
    """
    if limit is None:
        return
    most = round(limit * _MEGA)  # pixels × steps
    pixels = request.width * request.height
    if pixels * request.num_inference_steps <= most:
        return
    is_much = pixels * request.num_inference_steps / _MEGA
    field, remedy = _remedy(spec, request, most)
    raise RequestRefused(
        field,
        f"{request.width}x{request.height} pixels × {request.num_inference_steps} steps is"
        f" {is_much:,.4g} megapixel-steps; {limit:,.4g} are allowed.",
        remedy,
    )


def _remedy(spec: ModelSpec, request: GenerationRequest, most: int) -> tuple[str, str]:
    """Which option to change, and to what: one of the two if that is enough, else both."""
    fewer = _steps_at(spec, Size(width=request.width, height=request.height), most)
    smaller = _largest(spec, most, request.num_inference_steps)
    if fewer is not None and smaller is not None:
        return "steps", f"Lower steps to {fewer}, or size to {smaller}."
    if fewer is not None:
        return "steps", f"Lower steps to {fewer}."
    if smaller is not None:
        return "size", f"Lower size to {smaller}."
    both = _largest(spec, most, spec.steps.min)
    if both is None:
        return "model", f"{spec.title} can't paint with so little: choose another model."
    return "size", f"Lower size to {both}, and steps to {_steps_at(spec, both, most)}."


def _steps_at(spec: ModelSpec, size: Size, most: int) -> int | None:
    """The most steps that are left at a size, or None where the model needs more."""
    steps = min(most // (size.width * size.height), spec.steps.max)
    return steps if steps >= spec.steps.min else None


def _largest(spec: ModelSpec, most: int, steps: int) -> Size | None:
    """The largest size of the model that so many steps may be painted at."""
    fitting = [size for size in spec.sizes if size.width * size.height * steps <= most]
    return max(fitting, key=lambda size: size.width * size.height, default=None)
