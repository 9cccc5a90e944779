"""What somebody typed, flags and options together, as a complete request."""

from collections.abc import Iterator, Sequence

from generation import strength as strengths
from generation.catalog import Catalog, ModelSpec
from generation.errors import RequestRefused
from generation.finishing import choose_restoration, choose_upscaling, terms_notes
from generation.inputs.store import InputImage
from generation.prompts import split_flags
from generation.prompts.aspect import Aspect
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
    image: InputImage | None = None,
    strength: float | None = None,
    upscale: str | None = None,
    faces: bool = False,
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
        image=image,
        strength=strength,
    )
    said += _of_picture(spec, request, flags.steps, strength)
    request = _finished(catalog, spec, request, upscale, faces=faces)
    said += terms_notes(catalog.tools, request)
    return request, tuple(said)


def _finished(
    catalog: Catalog,
    spec: ModelSpec,
    request: GenerationRequest,
    upscale: str | None,
    *,
    faces: bool,
) -> GenerationRequest:
    """The same, with what is to be done with the picture once it is painted."""
    if not upscale and not faces:
        return request
    if spec.executor != "local":
        raise RequestRefused(
            "upscale" if upscale else "faces",
            f"{spec.title} is painted by a hosted API, which does nothing else with a picture.",
            "Leave it out, and give the picture to /upscale or /faces then.",
        )
    tools = catalog.tools
    changes = {
        "faces": choose_restoration(tools) if faces else None,
        "upscale": choose_upscaling(tools, request, upscale) if upscale else None,
    }
    return request.model_copy(update=changes)


def _of_picture(
    spec: ModelSpec, request: GenerationRequest, steps: int | None, strength: float | None
) -> Iterator[str]:
    """What is to be said of starting from a picture."""
    if request.image is None or request.strength is None:
        return
    asked = spec.steps.default if steps is None else steps
    wanted = spec.strengths.default if strength is None else strength
    if changed := strengths.note(asked, wanted, request.num_inference_steps, request.strength):
        yield changed
    if not Aspect.of(request.image).is_of(request):
        yield (
            f"Your picture has another shape than {request.width}x{request.height}: what is too"
            " much of it at two of its edges is left out."
        )
