"""What somebody typed, flags and options together, as a complete request."""

from collections.abc import Sequence

from generation.catalog import Catalog, ModelSpec
from generation.prompts import split_flags
from generation.request import GenerationRequest


def read(
    catalog: Catalog,
    default: ModelSpec,
    prompt: str,
    *,
    negative_prompt: str | None = None,
    model: str | None = None,
    steps: int | None = None,
    guidance: float | None = None,
    seed: int | None = None,
    size: str | None = None,
) -> tuple[GenerationRequest, Sequence[str]]:
    """The request, and remarks on what of the flags in the prompt was left out or changed.

    An option wins over its flag; `default` is the model where neither names one. Raises
    RequestRefused.
    """
    text, flags = split_flags(prompt)
    flags = flags.overruled_by(
        model=model or None,
        size=size or None,
        seed=seed,
        steps=steps,
        guidance=guidance,
        negative_prompt=negative_prompt or None,
    )
    spec = catalog.find(flags.model) if flags.model else default
    said = list(flags.notes)
    chosen = flags.size
    if flags.aspect is not None:
        nearest = flags.aspect.nearest(spec.sizes)
        chosen = str(nearest)
        if note := flags.aspect.note(nearest):
            said.append(note)
    request = GenerationRequest.build(
        spec,
        text,
        negative_prompt=flags.negative_prompt,
        steps=flags.steps,
        guidance=flags.guidance,
        seed=flags.seed,
        size=chosen,
    )
    return request, tuple(said)
