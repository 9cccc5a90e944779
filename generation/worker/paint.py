"""Requests on a loaded pipeline, one or several at once: from words to 8-bit pixels."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from generation.catalog import ModelSpec
from generation.prompts import accepted
from generation.request import GenerationRequest
from generation.worker import starting
from generation.worker.calls import left_as_found
from generation.worker.loaded import LoadedModel

Pixels = npt.NDArray[np.uint8]  # height x width x 3, RGB
#: Called with a step's number, from 1, and its latents, which go on being used.
OnLatents = Callable[[int, torch.Tensor], None]

_APART = 16  # pixels


class BadPicture(Exception):
    """What came out is no picture: not finite, or a single color."""


class Interrupted(Exception):
    """The run was cancelled between two steps."""


def paint(
    model: LoadedModel,
    spec: ModelSpec,
    requests: Sequence[GenerationRequest],
    on_step: Callable[[int], None],
    image: bytes | None = None,
    on_latents: OnLatents | None = None,
) -> list[Pixels | BadPicture]:
    """Paint requests that differ in words and seed alone; a picture of each, or what it is instead.

    `image` is the PNG to start from, where there is one. `on_step` is called after each step with
    its number, from 1; what it raises ends the painting. `on_latents` is called after it.
    """
    images = _run(model, spec, requests, on_step, image, on_latents)
    finite = _are_finite(images)
    if not all(finite) and _raise_vae_precision(model.pipeline):
        # Some decoders overflow in 16 bits. The denoising is repeated with it: this is rare, and
        # stays so for this model as long as it is loaded.
        images = _run(model, spec, requests, on_step, image, on_latents)
        finite = _are_finite(images)
    return [
        _checked(_to_pixels(image)) if is_finite else BadPicture("not finite")
        for image, is_finite in zip(images, finite, strict=True)
    ]


def extra_arguments(spec: ModelSpec, request: GenerationRequest) -> Mapping[str, Any]:
    """What the pipeline is called with beside what a request has."""
    extra = spec.extra_arguments
    if extra is None or request.num_inference_steps < extra.from_steps:
        return {}
    return extra.values


def _checked(pixels: Pixels) -> Pixels | BadPicture:
    first = pixels[0, 0]
    # Nearly every picture shows in a few of its pixels that it has several colors.
    if (pixels[::_APART, ::_APART] == first).all() and (pixels == first).all():
        return BadPicture("a single color")
    return pixels


def _run(
    model: LoadedModel,
    spec: ModelSpec,
    requests: Sequence[GenerationRequest],
    on_step: Callable[[int], None],
    image: bytes | None,
    on_latents: OnLatents | None,
) -> torch.Tensor:
    """The pictures as floats in [0, 1], count x 3 x height x width, on the device."""

    def after_step(
        _pipeline: Any, step: int, _timestep: Any, tensors: dict[str, Any]
    ) -> dict[str, Any]:
        # No look at a tensor here: copying one would make the device wait at every step.
        on_step(step + 1)
        if on_latents is not None:
            on_latents(step + 1, tensors["latents"])
        return tensors

    first = requests[0]
    pipeline = model.pipeline if image is None else model.from_picture()
    pipeline.scheduler = model.new_scheduler(spec)
    arguments: dict[str, Any] = {
        "num_inference_steps": first.num_inference_steps,
        "guidance_scale": first.guidance_scale,
        "width": first.width,
        "height": first.height,
        # On the CPU, so that a seed means the same noise on every device.
        "generator": _all(torch.Generator("cpu").manual_seed(request.seed) for request in requests),
        "output_type": "pt",
        "callback_on_step_end": after_step,
        "callback_on_step_end_tensor_inputs": [] if on_latents is None else ["latents"],
        **extra_arguments(spec, first),
    }
    with left_as_found(model.pipeline):
        arguments |= _words(model, spec, requests)
        if image is None:
            return pipeline(**arguments).images
        images = pipeline(**starting.arguments(pipeline, arguments, image, first)).images
    # Where networks come to the device one after the other, only their first owner sends them back.
    model.pipeline.maybe_free_model_hooks()
    return images


def _words(
    model: LoadedModel, spec: ModelSpec, requests: Sequence[GenerationRequest]
) -> dict[str, Any]:
    """The pipeline's arguments for what is wanted, and what is not where it takes that."""
    prompts = [request.prompt for request in requests]
    negatives = [request.negative_prompt for request in requests]
    if model.encoder is not None:
        return model.encoder.arguments(prompts, negatives, requests[0].loras)
    words: dict[str, Any] = {"prompt": _all(accepted(prompt).plain for prompt in prompts)}
    if spec.negative_prompt_above is not None:  # some pipelines take none
        words["negative_prompt"] = _all(each and accepted(each).plain for each in negatives)
    return words


def _all(values: Iterable[Any]) -> Any:
    """What a pipeline takes for several pictures: a list; for one, or for none, just that."""
    listed = list(values)
    return listed[0] if len(listed) == 1 or listed[0] is None else listed


def _are_finite(images: torch.Tensor) -> list[bool]:
    """Of each picture, with one look at the device: what is not finite makes its sum the same."""
    return images.flatten(1).sum(1, dtype=torch.float32).isfinite().tolist()


def _raise_vae_precision(pipeline: Any) -> bool:
    """Have the decoder run in 32 bits from now on; False where it does already or can't."""
    vae = getattr(pipeline, "vae", None)
    if vae is None or vae.dtype != torch.float16 or not hasattr(vae, "post_quant_conv"):
        return False
    if getattr(vae.config, "force_upcast", True):
        return False
    vae.register_to_config(force_upcast=True)
    return True


def _to_pixels(image: torch.Tensor) -> Pixels:
    """Rounded once, on the device: a quarter of the bytes to copy."""
    rounded = image.float().mul(255).round().to(torch.uint8)
    return rounded.permute(1, 2, 0).contiguous().cpu().numpy()
