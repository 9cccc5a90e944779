"""Mixes the weights of models into a folder that is loaded as any other.

One tensor is mixed at a time, in 32 bits, so two large models take little memory.
"""

import logging
import shutil
from collections import ChainMap
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path

import torch
from torch import Tensor
from tqdm import tqdm

from generation.catalog import ModelSpec
from generation.mixing import MADE, Made, MixOrder, MixRefused, mixed_loras
from generation.tools._parts import Parent, copy_the_rest
from generation.tools._weights import Shape, Weights, write
from generation.worker import loras, selection
from generation.worker.causes import trail
from generation.worker.load_errors import LoadError, explain
from generation.worker.sources import Sources, gather

log = logging.getLogger(__name__)

_GIB = 1024**3

# A word for all that read the prompt, however many those are.
_TEXT_ENCODERS = "text_encoders"


def mix(order: MixOrder, folder: Path, work: Path) -> Made:
    """Mix, and write the pipeline's folder. Raises MixRefused, LoadError and OSError."""
    parents = [_gathered(spec, work / str(number)) for number, spec in enumerate(order.parents)]
    first = parents[0]
    for other in parents[1:]:
        if other.predicts != first.predicts:
            raise MixRefused(
                f"{first.spec.name} and {other.spec.name} can't be mixed, their denoisers predict"
                f" different things: {first.predicts} and {other.predicts}."
            )
    weights = _weights(order, first)
    for name in weights:
        _check_same(name, parents)
    denoiser = selection.denoiser(first.sources.index)
    _check_loras(weights, denoiser, parents)
    made = Made(
        weights=weights,
        loras=mixed_loras(order, weights.get(denoiser, 0.0)),
        commits=dict(ChainMap(*(parent.sources.commits for parent in parents))),
        resolved=dict(ChainMap(*(parent.sources.resolved for parent in parents))),
    )
    _check_room(first, folder)
    copy_the_rest(first, folder)
    for name in first.files:
        _write_network(name, parents, weights.get(name, 0.0), folder / name)
    (folder / MADE).write_text(made.model_dump_json(indent=2), encoding="utf-8")
    return made


def _gathered(spec: ModelSpec, work: Path) -> Parent:
    """A model with its files, which may have to be downloaded. Raises LoadError."""
    try:
        sources = _fetched(spec)
        _ = sources.elements  # which opens all files: a damaged one is told of now
        if sources.checkpoint is not None:
            _check_space(sources.checkpoint.stat().st_size, work)
        return Parent.of(spec, sources, work)
    except (LoadError, MixRefused):
        raise
    except Exception as error:
        log.error("%s: %s", spec.name, trail(error))
        raise LoadError(explain(error, spec)) from error


def _fetched(spec: ModelSpec) -> Sources:
    with tqdm(
        desc=spec.name, unit="B", unit_scale=True, leave=False, delay=0.5, disable=None
    ) as bar:

        def watch(here: int, total: int) -> None:
            bar.total = total
            bar.update(here - bar.n)

        return gather(spec, watch)


def _weights(order: MixOrder, first: Parent) -> dict[str, float]:
    """The weight of each network that is mixed."""
    own = {
        name: weight for word, weight in order.weights.items() for name in _networks(word, first)
    }
    if order.only:
        chosen = [name for word in order.only for name in _networks(word, first)]
    else:
        # One decoder serves all models of a kind.
        chosen = [name for name in first.files if name != "vae"]
    return {name: own.get(name, order.weight) for name in first.files if name in {*chosen, *own}}


def _networks(word: str, first: Parent) -> list[str]:
    named = [
        name
        for name in first.files
        if name == word or (word == _TEXT_ENCODERS and name.startswith("text_encoder"))
    ]
    if not named:
        names = ", ".join((*first.files, _TEXT_ENCODERS))
        raise MixRefused(f"{first.spec.name} has no network {word}. It has: {names}.")
    return named


def _check_same(name: str, parents: Sequence[Parent]) -> None:
    """Raise MixRefused where a network's weights are not of the same names and shapes in all."""
    first, *others = parents
    for other in others:
        pair = f"{first.spec.name} and {other.spec.name} can't be mixed, their {name} differs:"
        if name not in other.files:
            raise MixRefused(f"{pair} {other.spec.name} has none.")
        with Weights(first.files[name]) as ours, Weights(other.files[name]) as theirs:
            sizes, other_sizes = _sizes(ours), _sizes(theirs)
        for tensor in sorted(sizes.keys() ^ other_sizes.keys()):
            which = first if tensor in sizes else other
            raise MixRefused(f"{pair} only {which.spec.name} has {tensor}.")
        for tensor, size in sizes.items():
            if size != other_sizes[tensor]:
                shapes = " and ".join(
                    "x".join(map(str, each)) for each in (size, other_sizes[tensor])
                )
                raise MixRefused(f"{pair} {tensor} is {shapes}.")


def _sizes(weights: Weights) -> dict[str, tuple[int, ...]]:
    """Of what is mixed: tables of positions and the like are no weights."""
    shapes = {name: weights.shape(name) for name in weights.names}
    return {name: shape.size for name, shape in shapes.items() if shape.dtype.is_floating_point}


def _check_loras(weights: Mapping[str, float], denoiser: str, parents: Sequence[Parent]) -> None:
    """Raise MixRefused where a LoRA file would have to weigh more here than there."""
    encoders = [name for name in parents[0].files if name.startswith("text_encoder")]
    if all(weights.get(name, 0.0) == weights.get(denoiser, 0.0) for name in encoders):
        return
    for parent in parents:
        for lora, path in zip(parent.spec.loras, parent.sources.loras, strict=True):
            if loras.touches_text_encoders(path):
                raise MixRefused(
                    f"The LoRA file {lora.file} of {parent.spec.name} changes the {denoiser} and"
                    " the text encoders: give both the same weight."
                )


def _check_room(first: Parent, folder: Path) -> None:
    size = 0
    for files in first.files.values():
        with Weights(files) as weights:
            size += sum(_kept(first.spec, weights.shape(name)).nbytes for name in weights.names)
    _check_space(size, folder)


def _check_space(size: int, folder: Path) -> None:
    there = next(path for path in (folder, *folder.parents) if path.exists())
    free = shutil.disk_usage(there).free
    if size > free:
        raise MixRefused(
            f"The disk has no room for the mix: {size / _GIB:.1f} GiB are to be written,"
            f" {free / _GIB:.1f} GiB are free."
        )


def _kept(spec: ModelSpec, shape: Shape) -> Shape:
    """As it is written: in the precision of the entry, or else of the model it began with."""
    if spec.dtype is None or not shape.dtype.is_floating_point:
        return shape
    return Shape(shape.size, getattr(torch, spec.dtype))


def _write_network(name: str, parents: Sequence[Parent], weight: float, folder: Path) -> None:
    library = parents[0].sources.index[name][0]
    stem = "diffusion_pytorch_model" if library == "diffusers" else "model"
    folder.mkdir(exist_ok=True)
    # What takes no part need not have it.
    taking_part = parents if weight else parents[:1]
    with ExitStack() as opened:
        first, *others = (opened.enter_context(Weights(each.files[name])) for each in taking_part)
        names = {first.written(tensor): tensor for tensor in first.names}
        shapes = {
            written: _kept(parents[0].spec, first.shape(tensor))
            for written, tensor in names.items()
        }
        bar = opened.enter_context(tqdm(total=len(names), desc=name, unit=" tensors", disable=None))

        def make(written: str) -> Tensor:
            bar.update()
            tensor, shape = names[written], shapes[written]
            is_mixed = shape.dtype.is_floating_point
            mixed = blend(
                first.read(tensor), [other.read(tensor) for other in others if is_mixed], weight
            )
            made = mixed.to(shape.dtype)
            if is_mixed and not torch.isfinite(made).all():
                raise MixRefused(f"{name}: {tensor} is too large for {shape.dtype}.")
            return made

        write(folder / f"{stem}.safetensors", shapes, make)


def blend(first: Tensor, others: Sequence[Tensor], weight: float) -> Tensor:
    """A tensor and those it is mixed with; nothing is computed where one of them is all of it."""
    if weight == 0 or not others:
        return first
    if len(others) == 1:
        if weight == 1:
            return others[0]
        return torch.lerp(first.float(), others[0].float(), weight)
    more, less = others
    return first.float() + weight * (more.float() - less.float())
