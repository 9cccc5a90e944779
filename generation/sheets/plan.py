"""What a member compares, as one request whose parts are painted one after another."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from generation.catalog import Catalog, ModelSpec
from generation.errors import RequestRefused
from generation.ranges import plain
from generation.reading import read
from generation.request import GenerationRequest, Part, Varied
from generation.sheets.values import read_values

MOST_MODELS = 4
#: The options that are whole numbers.
_WHOLE = ("steps", "seed")

#: A request, and remarks on what of it was left out or changed.
Planned = tuple[GenerationRequest, Sequence[str]]


def compare(
    catalog: Catalog, default: ModelSpec, prompt: str, models: str, **options: Any
) -> Planned:
    """The same words and seed by each of the models, separated by commas.

    `options` are those of `read`; what is not given is each model's own default. Raises
    RequestRefused where one of the models can't do what is asked for.
    """
    specs = _models(catalog, models)
    return _plan(
        "model",
        lambda values: read(catalog, default, prompt, **{**options, **values}),
        [{"model": spec.name} for spec in specs],
    )


def sweep(
    catalog: Catalog, default: ModelSpec, prompt: str, over: Varied, values: str, **options: Any
) -> Planned:
    """The same words with each of the values for one option. Raises RequestRefused."""
    if options.get(over) is not None:
        raise RequestRefused(over, "It is what differs between the pictures.", f"Leave {over} out.")
    numbers = read_values(values)
    if over in _WHOLE and (halves := [each for each in numbers if not isinstance(each, int)]):
        raise RequestRefused(
            "values", f"{plain(halves[0])} is no whole number.", f"{over.capitalize()} are whole."
        )
    return _plan(
        over,
        lambda value: read(catalog, default, prompt, **{**options, **value}),
        [{over: number} for number in numbers],
    )


def label(catalog: Catalog, varied: Varied | None, request: GenerationRequest) -> str:
    """What a part is, beside the others."""
    match varied:
        case "steps":
            steps = request.num_inference_steps
            return "1 step" if steps == 1 else f"{steps} steps"
        case "guidance":
            return f"guidance {plain(request.guidance_scale)}"
        case "seed":
            return f"seed {request.seed}"
        case "strength":
            return f"strength {plain(request.strength or 0)}"
        case _:
            spec = catalog.get(request.model)
            return spec.title if spec else request.model


def _plan(
    varied: Varied, ask: Callable[[Mapping[str, Any]], Planned], values: Sequence[Mapping[str, Any]]
) -> Planned:
    parts: list[GenerationRequest] = []
    said: list[str] = []
    for each in values:
        # One seed for all: that which was drawn for the first.
        same = {"seed": parts[0].seed} if parts and varied != "seed" else {}
        request, remarks = ask({**same, **each})
        parts.append(request)
        said += remarks
    first = parts[0]
    # Also those that got the drawn one did not ask for it.
    parts = [part.model_copy(update={"seed_given": first.seed_given}) for part in parts]
    whole = first.model_copy(
        update={"varied": varied, "parts": tuple(Part(request=part) for part in parts)}
    )
    return whole, tuple(dict.fromkeys(said))


def _models(catalog: Catalog, typed: str) -> list[ModelSpec]:
    """Two to four of them, each once. Raises RequestRefused."""
    names = [name.strip() for name in typed.replace(";", ",").split(",") if name.strip()]
    try:
        specs = {(spec := catalog.find(name)).name: spec for name in names}
    except RequestRefused as refusal:
        remedy = f"Name 2 to {MOST_MODELS} of those, separated by commas."
        raise RequestRefused("models", refusal.limit, remedy) from None
    if not 2 <= len(specs) <= MOST_MODELS:
        how_many = {0: "None is", 1: "One alone is"}.get(len(specs), f"{len(specs)} are")
        what = "nothing to compare" if len(specs) < 2 else "more than one sheet has room for"
        raise RequestRefused(
            "models",
            f"{how_many} {what}.",
            f"Name 2 to {MOST_MODELS}, separated by commas: “demo, sdxl-turbo”.",
        )
    return [*specs.values()]
