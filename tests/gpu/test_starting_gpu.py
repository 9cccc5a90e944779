"""Painting from a picture on a CUDA device: in half precision, with networks that come and go."""

import io
from typing import Any

import pytest
import torch
from PIL import Image

from generation.inputs.store import InputImage
from generation.request import GenerationRequest
from generation.worker.device import Device
from generation.worker.loader import Loader
from generation.worker.paint import paint
from tests.unit.generation.worker.entries import entry

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device"),
]

IMAGE = InputImage(sha256="0" * 64, width=64, height=64)


def brought() -> bytes:
    buffer = io.BytesIO()
    Image.linear_gradient("L").resize((64, 64)).convert("RGB").save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.parametrize("offload", ["none", "model", "layer"])
@pytest.mark.parametrize("name", ["sdxl-turbo", "sd-2-1", "z-image-turbo", "flux-1-schnell"])
def test_a_picture_is_painted_from_and_words_alone_work_afterwards(name: str, offload: Any) -> None:
    spec = entry(name, offload=offload, memory_gib={})
    device = Device(torch.device("cuda", 0), "GPU", torch.float16)
    model = Loader(device).get(spec, lambda _: None)
    from_words = GenerationRequest.build(spec, "a red fox", seed=7)
    from_picture = GenerationRequest.build(spec, "a red fox", seed=7, image=IMAGE)
    for request, png in ((from_picture, brought()), (from_words, None), (from_picture, brought())):
        small = request.model_copy(update={"width": 64, "height": 64})
        made = paint(model, spec, [small], lambda _: None, png)[0]
        assert not isinstance(made, Exception), made
        assert made.shape == (64, 64, 3)
