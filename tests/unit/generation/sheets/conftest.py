"""What the tests of sheets share: a real imaging process, and pictures it can read."""

import os
from collections.abc import AsyncIterator
from dataclasses import replace

import pytest
from PIL import Image

from generation.executors.base import Finished, Work
from generation.imaging import png
from generation.imaging.process import ImagingProcess
from generation.recipe import recipe
from tests.support.executors import PICTURE


@pytest.fixture
async def imaging() -> AsyncIterator[ImagingProcess]:
    process = ImagingProcess({"PATH": os.environ["PATH"]})
    yield process
    await process.close()


def painted(work: Work) -> Finished:
    """The picture of a work, in a color of its seed and steps, with its recipe."""
    request = work.request
    image = Image.new("RGB", (64, 64), (request.seed % 256, 30 * request.num_inference_steps, 99))
    image.putpixel((0, 0), (0, 0, 0))
    data = png.encode(image, recipe(work.spec, request))
    return Finished(replace(PICTURE, data=data, width=64, height=64, seconds=0.5))
