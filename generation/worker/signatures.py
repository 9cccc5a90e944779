"""What classes of diffusers take and hold, by their own signatures: nothing is loaded for it."""

import inspect
from collections.abc import Collection, Mapping
from typing import Any

import torch
from transformers import CLIPTextModel, CLIPTextModelWithProjection

from generation.catalog import CALLED_WITH, EMBEDDED, POOLED

# What only those take that begin with a picture, or make something else of the words than one.
_OF_PICTURES = ("strength", "mask_image", "control_image", "controlnet_conditioning_scale")
_OF_FILMS = ("num_frames", "frames", "video")
# Without these nothing is painted, whatever a pipeline says of what reads its words: it takes what
# they make of them as well, and Easel hands over none of that.
_ALWAYS = ("text_encoder", "tokenizer")
_AT_HEART = ("scheduler", "transformer", "unet", "vae")
# Of these, that one may be left out: its place is filled with nothing.
_FILLED = {"StableDiffusion3": ("text_encoder_3", "tokenizer_3")}

_CLIP = frozenset({CLIPTextModel, CLIPTextModelWithProjection})
#: The same by name, as a repo's list of its components has them.
CLIP_NAMES = frozenset(each.__name__ for each in _CLIP)


def call_parameters(pipeline_class: type[Any]) -> Mapping[str, inspect.Parameter]:
    """What a pipeline may be called with, by name; what it swallows unread is not among it."""
    found = inspect.signature(pipeline_class.__call__).parameters
    return {name: each for name, each in found.items() if name != "self" and _is_named(each)}


def init_names(any_class: type[Any]) -> list[str]:
    """The options that a class has a name for."""
    found = inspect.signature(any_class.__init__).parameters
    return [name for name, each in found.items() if name != "self" and _is_named(each)]


def why_not_painting(pipeline_class: type[Any]) -> str | None:
    """Why Easel can't paint with a pipeline class, as the end of a sentence about it."""
    takes = call_parameters(pipeline_class)
    if any(name in takes for name in _OF_FILMS):
        return "makes films, and no pictures"
    if any(name in takes for name in _OF_PICTURES) or _edits(pipeline_class, takes):
        return "begins with a picture, and not with words alone"
    known = {"prompt", *CALLED_WITH}
    required = [name for name, each in takes.items() if each.default is inspect.Parameter.empty]
    if lacking := next((name for name in required if name not in known), None):
        return f"needs `{lacking}`, which no request has"
    if lacking := next((name for name in ("prompt", *CALLED_WITH) if name not in takes), None):
        return f"takes no `{lacking}`, which Easel calls it with"
    return None


def components(pipeline_class: type[Any]) -> Collection[str]:
    """All components that a pipeline of that class may have."""
    # Of the class itself: it knows which of its optional arguments are components.
    expected, _ = pipeline_class._get_signature_keys(pipeline_class)
    return expected


def needed(pipeline_class: type[Any]) -> Collection[str]:
    """Those without which it can't be put together."""
    optional = pipeline_class._optional_components
    return [name for name in components(pipeline_class) if name not in optional]


def indispensable(pipeline_class: type[Any]) -> Collection[str]:
    """Those that no entry can leave out: nothing could be painted without them."""
    name = pipeline_class.__name__
    filled = {each for start, those in _FILLED.items() if name.startswith(start) for each in those}
    heart = [each for each in needed(pipeline_class) if each.startswith(_AT_HEART)]
    readers = [each for each in components(pipeline_class) if each.startswith(_ALWAYS)]
    return [each for each in (*heart, *readers) if each not in filled]


def networks(pipeline_class: type[Any]) -> Collection[str]:
    """Those components that have weights."""
    types = pipeline_class._get_signature_types()
    return [name for name in components(pipeline_class) if _may_be_network(types.get(name, ()))]


def weighs_words(pipeline_class: type[Any]) -> bool:
    """Whether CLIP alone reads its prompts, in the ways that Compel knows."""
    types = pipeline_class._get_signature_types()
    encoders = {name for name in components(pipeline_class) if "text_encoder" in name}
    if not all(_CLIP & {*types.get(name, ())} for name in encoders):
        return False
    takes = call_parameters(pipeline_class)
    if encoders == {"text_encoder"}:
        return all(name in takes for name in EMBEDDED)
    both = {"text_encoder", "text_encoder_2"}
    return encoders == both and all(name in takes for name in (*EMBEDDED, *POOLED))


def _is_named(parameter: inspect.Parameter) -> bool:
    return parameter.kind not in (parameter.VAR_KEYWORD, parameter.VAR_POSITIONAL)


def _edits(pipeline_class: type[Any], takes: Collection[str]) -> bool:
    """Whether it can't do without a picture, though its signature lets it be left out."""
    return "image" in takes and "Edit" in pipeline_class.__name__


def _may_be_network(types: Collection[Any]) -> bool:
    """Of a component by its annotations, where those say."""
    known = [each for each in types if isinstance(each, type)]
    return not known or any(issubclass(each, torch.nn.Module) for each in known)
