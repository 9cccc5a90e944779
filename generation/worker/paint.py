"""One request on a loaded pipeline: from words to 8-bit pixels."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import torch

from generation.catalog import ModelSpec
from generation.request import GenerationRequest
from generation.worker.loader import LoadedModel

Pixels = npt.NDArray[np.uint8]  # height x width x 3, RGB


class BadPicture(Exception):
    """What came out is no picture: not finite, or a single color."""


class Interrupted(Exception):
    """The run was cancelled between two steps."""


def paint(
    model: LoadedModel, spec: ModelSpec, request: GenerationRequest, on_step: Callable[[int], None]
) -> Pixels:
    """Paint. `on_step` is called after each step with its number, from 1.

    What it raises ends the painting. Raises BadPicture.
    """
    model.pipeline.scheduler = model.new_scheduler(spec)
    image = _run(model.pipeline, spec, request, on_step)
    if not _is_finite(image) and _raise_vae_precision(model.pipeline):
        # Some decoders overflow in 16 bits. The denoising is repeated with it: this is rare, and
        # stays so for this model as long as it is loaded.
        model.pipeline.scheduler = model.new_scheduler(spec)
        image = _run(model.pipeline, spec, request, on_step)
    if not _is_finite(image):
        raise BadPicture("not finite")
    pixels = _to_pixels(image)
    if (pixels == pixels[0, 0]).all():
        raise BadPicture("a single color")
    return pixels


def _run(
    pipeline: Any, spec: ModelSpec, request: GenerationRequest, on_step: Callable[[int], None]
) -> torch.Tensor:
    """The picture as floats in [0, 1], 3 x height x width, on the device."""

    def after_step(
        _pipeline: Any, step: int, _timestep: Any, tensors: dict[str, Any]
    ) -> dict[str, Any]:
        # No look at a tensor here: copying one would make the device wait at every step.
        on_step(step + 1)
        return tensors

    options: dict[str, Any] = {}
    if spec.negative_prompt_above is not None:  # some pipelines take none
        options["negative_prompt"] = request.negative_prompt
    return pipeline(
        prompt=request.prompt,
        num_inference_steps=request.num_inference_steps,
        guidance_scale=request.guidance_scale,
        width=request.width,
        height=request.height,
        # On the CPU, so that a seed means the same noise on every device.
        generator=torch.Generator("cpu").manual_seed(request.seed),
        output_type="pt",
        callback_on_step_end=after_step,
        callback_on_step_end_tensor_inputs=[],
        **options,
    ).images[0]


def _is_finite(image: torch.Tensor) -> bool:
    return bool(torch.isfinite(image).all())


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
