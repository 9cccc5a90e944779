"""What autocomplete offers for /imagine, by the chosen model: few choices, without any I/O."""

import math
from collections.abc import Iterator

from discord import app_commands

from bot.presentation.look import CHOICES
from generation.catalog import Catalog, IntegerRange, ModelSpec, NumberRange, Size
from generation.errors import RequestRefused
from generation.prompts import split_flags
from generation.prompts.aspect import Aspect
from generation.ranges import in_words, is_fixed, plain

#: Between the ends of a range stand multiples of the first of these that gives no more than this.
_STRIDES = (0.5, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
_MOST_BETWEEN = 10


def chosen_model(
    catalog: Catalog, default: ModelSpec, option: str | None, prompt: str | None
) -> ModelSpec:
    """The model that the command will be sent with, as far as it is typed."""
    try:
        wanted = option or split_flags(prompt or "")[1].model
        return catalog.find(wanted) if wanted else default
    except RequestRefused:  # not typed to its end yet
        return default


def size_choices(spec: ModelSpec, current: str) -> list[app_commands.Choice[str]]:
    """The model's sizes that begin with what was typed; of a ratio such as 3:2, the nearest first.

    The default one first, where nothing was typed.
    """
    typed = current.strip().lower().replace("×", "x")
    sizes = [size for size in spec.sizes if str(size).startswith(typed)]
    aspect = Aspect.read(typed) if ":" in typed else None
    if aspect is not None:
        sizes = sorted(spec.sizes, key=aspect.distance)
    return [
        app_commands.Choice(name=_size_label(spec, size), value=str(size))
        for size in sizes[:CHOICES]
    ]


def step_choices(spec: ModelSpec, current: str) -> list[app_commands.Choice[int]]:
    """Numbers of steps that the model takes; what was typed first, if it is one of them."""
    return [
        app_commands.Choice(name=label, value=int(number))
        for number, label in _numbers(spec, spec.steps, current)
    ]


def guidance_choices(spec: ModelSpec, current: str) -> list[app_commands.Choice[float]]:
    """Guidances that the model takes; what was typed first, if it is one of them."""
    return [
        app_commands.Choice(name=label, value=float(number))
        for number, label in _numbers(spec, spec.guidance, current)
    ]


def _numbers(
    spec: ModelSpec, allowed: IntegerRange | NumberRange, current: str
) -> Iterator[tuple[float, str]]:
    """Numbers to choose from, each with its label."""
    if is_fixed(allowed):
        yield allowed.default, f"{plain(allowed.default)} – {spec.title} takes {in_words(allowed)}"
        return
    typed = _read(current)
    halves = isinstance(allowed, NumberRange)
    if typed is None or not (halves or isinstance(typed, int)):
        numbers = _spread(allowed)
    elif allowed.min <= typed <= allowed.max:
        begun = plain(typed)
        numbers = [typed, *(n for n in _spread(allowed) if n != typed and _begins(n, begun))]
    else:
        numbers = [allowed.min if typed < allowed.min else allowed.max]
    for number in numbers:
        yield number, _number_label(spec, allowed, number)


def _read(typed: str) -> float | None:
    try:
        number = float(typed.strip().replace(",", "."))
    except ValueError:
        return None
    if not math.isfinite(number):
        return None
    return int(number) if number == int(number) else number


def _begins(number: float, typed: str) -> bool:
    return plain(number).startswith(typed)


def _spread(allowed: IntegerRange | NumberRange) -> list[float]:
    """Both ends, the default, and round numbers between them, rising."""
    strides = [each for each in _STRIDES if isinstance(allowed, NumberRange) or each >= 1]
    wide = allowed.max - allowed.min
    stride = next((each for each in strides if wide / each <= _MOST_BETWEEN), strides[-1])
    first = math.ceil(allowed.min / stride)
    round_ones = [number * stride for number in range(first, int(allowed.max / stride) + 1)]
    found = {allowed.min, allowed.default, allowed.max, *round_ones[: CHOICES - 3]}
    return sorted(found)


def _number_label(spec: ModelSpec, allowed: IntegerRange | NumberRange, number: float) -> str:
    shown = plain(number)
    if number == allowed.default:
        return f"{shown} – the default of {spec.title}"
    if number == allowed.max:
        return f"{shown} – the most that {spec.title} takes"
    if number == allowed.min:
        return f"{shown} – the least that {spec.title} takes"
    return shown


def _size_label(spec: ModelSpec, size: Size) -> str:
    shape = (
        "square" if size.width == size.height else "wide" if size.width > size.height else "tall"
    )
    default = ", default" if size == spec.default_size else ""
    return f"{size} – {shape}{default}"
