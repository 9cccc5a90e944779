"""Painting from a picture that was brought along: in which size it is, and what paints from it."""

import inspect
import io
from collections.abc import Mapping
from typing import Any

from PIL import Image, ImageOps

from generation.request import GenerationRequest


def sister(pipeline: Any) -> Any:
    """The pipeline of the same networks that starts from a picture."""
    # It imports all pipelines that diffusers has: only those who need it wait for that.
    from diffusers.pipelines.auto_pipeline import AutoPipelineForImage2Image

    made = AutoPipelineForImage2Image.from_pipe(pipeline)
    made.set_progress_bar_config(disable=True)
    return made


def arguments(
    pipeline: Any, usual: Mapping[str, Any], image: bytes, request: GenerationRequest
) -> dict[str, Any]:
    """What that pipeline is called with, by what the other one would be called with.

    `image` is a PNG.
    """
    known = inspect.signature(pipeline.__call__).parameters
    # Most take the size from the picture, and few all that an entry has for the other one.
    kept = {name: value for name, value in usual.items() if name in known}
    return kept | {"image": fitting(image, request), "strength": request.strength}


def fitting(png: bytes, request: GenerationRequest) -> Image.Image:
    """The picture in the request's size: its middle, where it has another shape."""
    with Image.open(io.BytesIO(png), formats=("PNG",)) as image:
        size = (request.width, request.height)
        return ImageOps.fit(image.convert("RGB"), size, Image.Resampling.LANCZOS)
