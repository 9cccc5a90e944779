"""Previews on a CUDA device: beside the painting, on a stream of their own."""

import io
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from generation.catalog import Catalog
from generation.request import GenerationRequest
from generation.worker import previews
from generation.worker.device import Device
from generation.worker.loader import Loader
from generation.worker.paint import paint
from generation.worker.previews import Previews
from generation.worker.run import Run
from tests.small_models.cache import small_repos
from tests.unit.generation.worker.entries import entry

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device"),
]


@pytest.mark.parametrize("offload", ["none", "model", "layer"])
@pytest.mark.parametrize("name", ["sdxl", "sd-2-1", "z-image-turbo", "flux-1-schnell"])
def test_a_picture_with_previews_by_a_tool_is_that_without_to_the_byte(
    name: str, offload: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generation.worker.decoders.SMALL", 0)  # as with the real ones
    monkeypatch.setattr(previews, "_FIRST_S", 0.0)
    monkeypatch.setattr(previews, "INTERVAL_S", 0.0)
    monkeypatch.setattr(previews, "_PAUSE", 0)
    spec = entry(name, offload=offload, memory_gib={})
    tool = Catalog.load().tools.decoder_of(spec.latents_family)
    assert tool is not None
    tool = tool.model_copy(update={"repo": str(small_repos() / str(tool.repo))})
    device = Device(torch.device("cuda", 0), "GPU", torch.float16)
    model = Loader(device).get(spec, lambda _: None)
    request = GenerationRequest.build(spec, "a red fox", seed=7).model_copy(
        update={"width": 64, "height": 64, "num_inference_steps": 8}
    )
    run = Run(7, spec, [1], [request], [None], [], 0, None, previews=True, decoder=tool)
    sent: list[bytes] = []
    beside = Previews(device, lambda run, kind, blob=b"", **_: sent.append(blob))

    def made(*, with_them: bool) -> Any:
        with beside.of(run, model) as watched:
            on_latents = watched if with_them else None
            return paint(model, spec, [request], lambda _: None, None, on_latents)[0]

    made(with_them=True)  # the first time kernels may be chosen otherwise
    with_them, without = made(with_them=True), made(with_them=False)
    beside.begin(lambda: None).result(30)
    assert np.array_equal(with_them, without)
    assert Image.open(io.BytesIO(sent[0])).size == (64, 64)
