"""What an entry says of diffusers' classes, held against these before any weights are fetched.

The catalog looks at an entry for itself, and knows some of the classes by heart; here are all of
them, in the version that is installed.
"""

import difflib
import importlib.util
import inspect
import logging
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import diffusers
import torch
from diffusers.pipelines.pipeline_utils import DiffusionPipeline
from diffusers.schedulers.scheduling_utils import SchedulerMixin

from generation.catalog import ModelSpec
from generation.worker import selection, signatures
from generation.worker.load_errors import LoadError

log = logging.getLogger(__name__)

_MOST_NAMED = 12
# How the names of the classes of diffusers begin that are VAEs.
_VAES = ("Autoencoder", "AsymmetricAutoencoder", "ConsistencyDecoderVAE", "VQModel")
# Components of a repo that make it another kind of model where the pipeline has no place for them.
_TELLING = ("unet", "transformer", "text_encoder")
# What is in the names of those pipelines that begin with more than words.
_MORE_THAN_WORDS = re.compile(
    r"Img2Img|Inpaint(ing)?|ControlNet(XS|Union)?|Control|EditPlus|Edit|Modular"
)


class Mistake(NamedTuple):
    """Something that an entry says, and that can't be so."""

    field: str  # of its table, with dots
    what: str  # a sentence without its end: what is written there, and why that is wrong
    instead: str = ""  # what might be meant, if anything

    @property
    def said(self) -> str:
        """All of it."""
        return f"`{self.field}` {self.what}{f' ({self.instead})' if self.instead else ''}"


def mistakes(
    spec: ModelSpec,
    index: Mapping[str, Any] | None = None,
    vae: Mapping[str, Any] | None = None,
) -> Sequence[Mistake]:
    """What is wrong with a local entry.

    By its repo's list of components, and by the configuration of its VAE from elsewhere, as well,
    where those are known.
    """
    found = _classes(spec)
    if isinstance(found, Mistake):
        return [found]
    wrong = [*_of_scheduler(spec), *_of_class(spec, found)]
    if index is not None:
        wrong += _of_repo(spec, found, index)
    if vae is not None:
        wrong += _of_vae(spec, vae)
    return wrong


def remedy(spec: ModelSpec) -> str:
    """What is to be done about a mistake of its."""
    return f"correct [{spec.name}] in models.toml"


def refuse(
    spec: ModelSpec,
    index: Mapping[str, Any] | None = None,
    vae: Mapping[str, Any] | None = None,
) -> None:
    """Raise LoadError where there is a mistake."""
    if wrong := mistakes(spec, index, vae):
        said = "; ".join(each.said for each in wrong)
        raise LoadError(
            f"{spec.title} can't be loaded: its entry's {said}. Choose another model. Whoever runs"
            f" Easel has to {remedy(spec)}."
        )


def _classes(spec: ModelSpec) -> type[Any] | Mistake:
    """Its pipeline's class, or what is wrong with that."""
    name = spec.pipeline or ""
    found = _class(name, "pipeline", DiffusionPipeline)
    if isinstance(found, Mistake):
        return found
    if why := signatures.why_not_painting(found):
        return Mistake("pipeline", f"is {name}, which {why}", _of_words(name))
    return found


def _class(name: str, field: str, base: type[Any]) -> type[Any] | Mistake:
    """A class of diffusers of the kind meant there, or what is wrong with its name."""
    found = getattr(diffusers, name, None)
    if isinstance(found, type) and issubclass(found, base) and found is not base:
        return found
    lacking = [each for each in getattr(found, "_backends", ()) if not _is_installed(each)]
    if lacking:
        return Mistake(field, f"is {name}, which needs {' and '.join(lacking)} installed")
    kind = "Scheduler" if base is SchedulerMixin else "Pipeline"
    if found is not None:
        what = f"is {name}, which is no {kind.lower()} that Easel can use"
        return Mistake(field, what, _of_words(name))
    known = [each for each in dir(diffusers) if each.endswith(kind) and "Modular" not in each]
    what = f"is {name}, which diffusers {diffusers.__version__} does not have"
    return Mistake(field, what, _nearest(name, known))


def _of_words(name: str) -> str:
    """The pipeline of the same model that begins with words, if there is one."""
    plain = _MORE_THAN_WORDS.sub("", name)
    return f"the nearest is {plain}" if plain != name and hasattr(diffusers, plain) else ""


def _is_installed(library: str) -> bool:
    return importlib.util.find_spec(library) is not None


def _of_scheduler(spec: ModelSpec) -> Iterator[Mistake]:
    if spec.scheduler is None:
        return
    found = _class(spec.scheduler.name, "scheduler.name", SchedulerMixin)
    if isinstance(found, Mistake):
        yield found
        return
    known, given = signatures.init_names(found), spec.scheduler.options
    for option in given:
        if option not in known:
            what = f"has {option}, which {found.__name__} does not take"
            yield Mistake("scheduler.options", what, _nearest(option, known))
    why = _why_no_steps(found, given, spec) if given.keys() <= {*known} else None
    # Some need more than that for their steps, whatever the options.
    if why is not None and _why_no_steps(found, {}, spec) is None:
        yield Mistake("scheduler.options", f"has what {found.__name__} can't do: {why}")


def _why_no_steps(scheduler: type[Any], options: Mapping[str, Any], spec: ModelSpec) -> str | None:
    """What it says where it can't be made with these options, or not take the entry's steps."""
    try:
        made = scheduler(**options)
        shifts = {"mu": 1.0} if options.get("use_dynamic_shifting") else {}
        made.set_timesteps(spec.steps.default, **shifts)
        _take_one(made)
    except Exception as error:  # there are many kinds, and each says that it can't be painted with
        return " ".join(str(error).split()).rstrip(".") or type(error).__name__
    return None


def _take_one(scheduler: Any) -> None:
    """Take its first step, of a picture of nothing. Raises what it says of its options there."""
    nothing, first = torch.zeros(1, 4, 8, 8), scheduler.timesteps[0]
    if hasattr(scheduler, "scale_model_input"):
        nothing = scheduler.scale_model_input(nothing, first)
    # Where it takes one, it leaves that of everybody alone.
    own = "generator" in inspect.signature(scheduler.step).parameters
    try:
        scheduler.step(nothing, first, nothing, **({"generator": torch.Generator()} if own else {}))
    except (ValueError, NotImplementedError):
        raise
    except Exception:  # such as shapes, or arguments, that its own pipelines alone have
        log.debug("%s was not tried out", type(scheduler).__name__, exc_info=True)


def _of_class(spec: ModelSpec, pipeline: type[Any]) -> Iterator[Mistake]:
    name = pipeline.__name__
    takes = signatures.call_parameters(pipeline)
    for argument in spec.extra_arguments.values if spec.extra_arguments else ():
        if argument not in takes:
            what = f"has {argument}, which {name} does not take"
            yield Mistake("extra_arguments.values", what, _nearest(argument, takes))
    if spec.negative_prompt_above is not None and "negative_prompt" not in takes:
        what = f"is {spec.negative_prompt_above:g}, but {name} takes no negative prompts"
        yield Mistake("negative_prompt_above", what, "leave it out")
    if spec.weighting and not signatures.weighs_words(pipeline):
        what = f"is true, but {name} can't weigh words: that takes prompts that CLIP alone reads"
        yield Mistake("weighting", what, "leave it out")
    if spec.loras and not hasattr(pipeline, "load_lora_weights"):
        yield Mistake("loras", f"is given, but {name} takes no LoRAs", "leave it out")
    if spec.checkpoint is not None and not hasattr(pipeline, "from_single_file"):
        yield Mistake("checkpoint", f"is given, but {name} can't be loaded from a single file")
    yield from _of_components(spec, pipeline)


def _of_components(spec: ModelSpec, pipeline: type[Any]) -> Iterator[Mistake]:
    name, known = pipeline.__name__, signatures.components(pipeline)
    networks = signatures.networks(pipeline)
    for component in spec.quantization.components if spec.quantization else ():
        if component not in networks:
            what = f"has {component}, which is no network of {name}"
            yield Mistake("quantization.components", what, _nearest(component, networks))
    for component in spec.left_out:
        if component not in known:
            what = f"has {component}, which is no component of {name}"
            yield Mistake("left_out", what, _nearest(component, known))
        elif component in signatures.indispensable(pipeline):
            yield Mistake("left_out", f"has {component}, which {name} can't paint without")
    if spec.vae is not None and "vae" not in known:
        yield Mistake("vae", f"is given, but {name} has none")
    if spec.unet is not None and not {"unet", "transformer"} & {*known}:
        yield Mistake("unet", f"is given, but {name} has none")


def _of_repo(spec: ModelSpec, pipeline: type[Any], index: Mapping[str, Any]) -> Iterator[Mistake]:
    """What does not go together with what the repo holds."""
    name, here = pipeline.__name__, selection.components(index)
    # A folder's place on this host is nobody's business.
    repo = "its folder" if spec.is_folder else spec.repo
    theirs = index.get("_class_name")
    meant = f"its own is {theirs}" if isinstance(theirs, str) and theirs != name else ""
    known = signatures.components(pipeline)
    given = {*here, *spec.left_out, *selection.replaced(spec, index)}
    for component in sorted({*signatures.needed(pipeline)} - given):
        yield Mistake("pipeline", f"is {name}, whose {component} {repo} does not hold", meant)
    for component in here:
        if component not in known and component.startswith(_TELLING):
            what = f"is {name}, which has no place for the {component} of {repo}"
            yield Mistake("pipeline", what, meant)
    for component in spec.quantization.components if spec.quantization else ():
        if component in known and component not in here:
            what = f"has {component}, which {repo} does not hold"
            networks = [each for each in signatures.networks(pipeline) if each in here]
            yield Mistake("quantization.components", what, _nearest(component, networks))
    encoders = [index[each][1] for each in here if each.startswith("text_encoder")]
    if spec.weighting and signatures.weighs_words(pipeline):
        for encoder in {*encoders} - signatures.CLIP_NAMES:
            what = f"is true, but {repo} has its prompts read by {encoder}, not by CLIP"
            yield Mistake("weighting", what, "leave it out")


def _of_vae(spec: ModelSpec, vae: Mapping[str, Any]) -> Iterator[Mistake]:
    """What is wrong with a VAE from elsewhere, by its configuration."""
    assert spec.vae is not None
    name = vae.get("_class_name")
    found = getattr(diffusers, name, None) if isinstance(name, str) else None
    # Their only common base is that of all networks.
    if isinstance(found, type) and name is not None and name.startswith(_VAES):
        return
    source = "its folder" if spec.vae.is_folder else spec.vae.repo
    place = f"the folder {spec.vae.subfolder} of {source}" if spec.vae.subfolder else source
    what = f"is {place}, which holds {name or 'a network of no known kind'}, and no VAE"
    yield Mistake("vae", what)


def _nearest(written: str, known: Collection[str]) -> str:
    """What might be meant, or all there is where that is little; empty where neither helps."""
    by_letters = {each.casefold(): each for each in sorted(known)}
    near = difflib.get_close_matches(written.casefold(), by_letters, n=1)
    if near:
        return f"the nearest is {by_letters[near[0]]}"
    if known and len(known) <= _MOST_NAMED:
        return f"there are {', '.join(sorted(known))}"
    return ""
