"""Fields of an entry that do not go together, each of them allowed alone."""

from collections.abc import Callable, Collection, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, get_args

from ._mistakes import did_you_mean
from ._pipelines import INDISPENSABLE, PIPELINES
from ._running import MemorySetting
from ._values import Clash

if TYPE_CHECKING:
    from ._model import ModelSpec

_Check = Callable[["ModelSpec"], Iterator[Clash]]

# Fields that only a pipeline of this host reads.
_LOCAL_ONLY = (
    *("checkpoint", "unet", "vae", "loras", "left_out", "quantization", "scheduler", "variant"),
    *("dtype", "memory_gib", "extra_arguments", "latents"),
)
_HOSTED_ONLY = ("provider", "endpoint")
#: What an entry that was written for this host may have, and a hosted one may not, or not so.
NOT_HOSTED = (*_LOCAL_ONLY, "batch_limit", "weighting", "offload", "strength", "repo")


def clashes(spec: "ModelSpec", unknown: Collection[str] = ()) -> Iterator[Clash]:
    """All of them but those that fields of `unknown` worth have a part in."""
    for fields, check in _CHECKS:
        if not set(fields) & set(unknown):
            yield from check(spec)


def _executor(spec: "ModelSpec") -> Iterator[Clash]:
    if spec.executor == "local":
        if spec.pipeline is None:
            yield "pipeline", "a local model needs it: the class of diffusers that runs it"
        for name in _HOSTED_ONLY:
            if getattr(spec, name):
                yield name, f"only hosted models have one: leave `{name}` out"
        return
    if spec.batch_limit > 1:
        yield "batch_limit", "only local models paint in batches: leave `batch_limit` out"
    if spec.weighting:
        yield "weighting", "no hosted API weighs words: leave `weighting` out"
    if spec.offload != "none":
        yield "offload", "only local models use this host's GPU: leave `offload` out"
    if spec.strength is not None:
        yield "strength", "no hosted API starts from a picture: leave `strength` out"
    for name in _LOCAL_ONLY:
        if getattr(spec, name):
            yield name, f"only local models load weights: leave `{name}` out"


def _whereabouts(spec: "ModelSpec") -> Iterator[Clash]:
    if spec.executor != "hosted":
        return
    if spec.provider and spec.endpoint:
        yield "provider", "`endpoint` says already who paints: leave one of both out"
    if spec.is_folder:
        yield "repo", "a hosted model is a repo of the hub, as owner/name, and no folder"


def _numbers(spec: "ModelSpec") -> Iterator[Clash]:
    if spec.steps.min < 1:
        yield "steps.min", "must be at least 1"


def _strength(spec: "ModelSpec") -> Iterator[Clash]:
    if spec.strength is None:
        return
    if spec.executor == "local" and spec.pipeline is not None and not spec.takes_pictures:
        yield "strength", f"a {spec.pipeline} starts from no picture: leave `strength` out"
    for field, value in (("min", spec.strength.min), ("max", spec.strength.max)):
        if not 0.05 <= value <= 1:
            yield f"strength.{field}", f"must be from 0.05 to 1, not {value:g}"


def _sizes(spec: "ModelSpec") -> Iterator[Clash]:
    for number, size in enumerate(spec.sizes):
        if size.width % spec.size_multiple or size.height % spec.size_multiple:
            yield f"sizes.{number}", f"{size} is no multiple of {spec.size_multiple}"
        if size in spec.sizes[:number]:
            yield f"sizes.{number}", f"{size} is in the list already: leave it out"


def _memory(spec: "ModelSpec") -> Iterator[Clash]:
    settings: tuple[MemorySetting, ...] = get_args(MemorySetting)
    given = [(name, spec.memory_gib[name]) for name in settings if name in spec.memory_gib]
    for (dearer, more), (cheaper, less) in pairwise(given):
        if less > more:
            yield f"memory_gib.{cheaper}", f"{cheaper} must not take more than {dearer}"


def _weights(spec: "ModelSpec") -> Iterator[Clash]:
    if spec.checkpoint is not None and spec.unet is not None:
        yield "unet", "`checkpoint` holds the denoiser already: leave `unet` out"
    quantization = spec.quantization
    if quantization is None:
        return
    if quantization.always and not spec.may_be_in_4_bits:
        yield "quantization", "weights in 4 bits take no `loras`, `checkpoint` or `unet`"
    for name in sorted({*quantization.components} & {*spec.left_out}):
        yield "quantization.components", f"{name} can't be in 4 bits: `left_out` has it"


def _pipeline(spec: "ModelSpec") -> Iterator[Clash]:
    if spec.pipeline is None or spec.executor != "local":
        return
    known = PIPELINES.get(spec.pipeline)
    if known is None:
        return
    if spec.weighting and not known.weighs_words:
        yield (
            "weighting",
            f"words can't be weighed with a {spec.pipeline}, only where CLIP alone reads prompts:"
            " Stable Diffusion 1, 2 and XL. Leave `weighting` out, or say false",
        )
    if spec.checkpoint is not None and not known.reads_single_files:
        yield "checkpoint", f"a {spec.pipeline} can't be loaded from a single file"
    for name in spec.quantization.components if spec.quantization else ():
        if name not in known.networks:
            what = _none_of(name, spec.pipeline, "network", known.networks)
            yield "quantization.components", what
    for name in spec.left_out:
        if name not in known.components:
            optional = known.components - INDISPENSABLE
            yield "left_out", _none_of(name, spec.pipeline, "component", optional)


def _left_out(spec: "ModelSpec") -> Iterator[Clash]:
    for name in spec.left_out:
        if name in INDISPENSABLE:
            yield "left_out", f"nothing is painted without {name}"


def _none_of(name: str, pipeline: str, kind: str, known: Collection[str]) -> str:
    allowed = ", ".join(sorted(known))
    hint = did_you_mean(name, known)
    return f"a {pipeline} has no {kind} “{name}”; allowed are: {allowed}.{hint}"


#: Each check, and the fields it looks at.
_CHECKS: tuple[tuple[tuple[str, ...], _Check], ...] = (
    (
        (
            "executor",
            "pipeline",
            "batch_limit",
            "weighting",
            "offload",
            "strength",
            *_LOCAL_ONLY,
            *_HOSTED_ONLY,
        ),
        _executor,
    ),
    (("executor", "provider", "endpoint", "repo"), _whereabouts),
    (("steps",), _numbers),
    (("executor", "pipeline", "strength"), _strength),
    (("sizes", "size_multiple"), _sizes),
    (("memory_gib",), _memory),
    (("quantization", "loras", "checkpoint", "unet", "left_out"), _weights),
    (("executor", "pipeline", "weighting", "checkpoint", "quantization", "left_out"), _pipeline),
    (("left_out",), _left_out),
)
