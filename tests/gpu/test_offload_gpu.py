"""Networks that come to a CUDA device when needed: any prompt works, and all of them leave it."""

from typing import Any

import pytest
import torch

from generation.request import GenerationRequest
from generation.worker.device import Device
from generation.worker.loaded import LoadedModel
from generation.worker.loader import Loader
from generation.worker.paint import Interrupted, paint
from tests.unit.generation.worker.entries import entry

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device"),
]

LONG = ", ".join(f"thing number {number}" for number in range(60))


def loaded(name: str, offload: Any) -> LoadedModel:
    device = Device(torch.device("cuda", 0), "GPU", torch.float16)
    return Loader(device).get(entry(name, offload=offload, memory_gib={}), lambda _: None)


def painted(model: LoadedModel, name: str, prompt: str, on_step: Any = lambda _: None) -> Any:
    spec = entry(name)
    request = GenerationRequest.build(spec, prompt, seed=7)
    small = request.model_copy(update={"width": 64, "height": 64})
    return paint(model, spec, [small], on_step)[0]


@pytest.mark.parametrize("offload", ["none", "model", "layer"])
@pytest.mark.parametrize("name", ["sdxl-turbo", "sd-2-1"])
def test_weighted_and_long_prompts_are_painted(name: str, offload: Any) -> None:
    model = loaded(name, offload)
    for prompt in ("a (red)1.3 fox", "a fox in (snow)0.5", LONG):
        made = painted(model, name, prompt)
        assert not isinstance(made, Exception), made
        assert made.shape == (64, 64, 3)


@pytest.mark.parametrize("name", ["sdxl-turbo", "sd-2-1", "z-image-turbo", "flux-1-schnell"])
def test_a_cancelled_picture_leaves_no_network_on_the_device(name: str) -> None:
    model = loaded(name, "model")

    def cancel(_: int) -> None:
        raise Interrupted

    with pytest.raises(Interrupted):
        painted(model, name, "a red fox", cancel)
    networks = [each for each in model.pipeline.components.values() if hasattr(each, "parameters")]
    assert {weight.device.type for each in networks for weight in each.parameters()} == {"cpu"}
    assert not isinstance(painted(model, name, "a red fox"), Exception)
