"""A call that ends early leaves the networks where they belong, and as they were."""

import io
import logging
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from accelerate.hooks import CpuOffload
from PIL import Image

from generation.catalog import ToolSpec
from generation.inputs.store import InputImage
from generation.request import GenerationRequest
from generation.worker.calls import left_as_found
from generation.worker.device import Device
from generation.worker.diffusion import DiffusionEnlarger
from generation.worker.loaded import LoadedModel
from generation.worker.loader import Loader
from generation.worker.paint import Interrupted, paint
from tests.small_models.upscaler import write_small_x4
from tests.unit.generation.worker.entries import CPU, entry, load
from tests.unit.generation.worker.tools import picture

TURBO = entry("sdxl-turbo")
HALF = Device(torch.device("cpu"), "CPU", torch.float16)
BROUGHT = InputImage(sha256="0" * 64, width=64, height=64)


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Which networks would be on a GPU: the hooks for it work on a processor as well."""
    found: set[str] = set()
    init_hook, pre_forward = CpuOffload.init_hook, CpuOffload.pre_forward

    def leave(hook: Any, module: Any) -> Any:
        found.discard(type(module).__name__)
        return init_hook(hook, module)

    def come(hook: Any, module: Any, *values: Any, **named: Any) -> Any:
        if hook.prev_module_hook is not None:
            found.discard(type(hook.prev_module_hook.model).__name__)
        found.add(type(module).__name__)
        return pre_forward(hook, module, *values, **named)

    monkeypatch.setattr(CpuOffload, "init_hook", leave)
    monkeypatch.setattr(CpuOffload, "pre_forward", come)
    return found


def painted(model: LoadedModel, on_step: Any = lambda _: None, *, from_picture: bool) -> Any:
    buffer = io.BytesIO()
    Image.linear_gradient("L").resize((64, 64)).convert("RGB").save(buffer, "PNG")
    image = BROUGHT if from_picture else None
    request = GenerationRequest.build(TURBO, "a (red)1.2 fox", seed=7, steps=2, image=image)
    request = request.model_copy(update={"width": 64, "height": 64})
    return paint(model, TURBO, [request], on_step, buffer.getvalue() if from_picture else None)[0]


@pytest.mark.parametrize("from_picture", [False, True])
def test_a_cancelled_one_leaves_no_network_on_the_device(
    there: set[str], *, from_picture: bool
) -> None:
    model = load(TURBO)
    before = painted(model, from_picture=from_picture)
    model.pipeline.enable_model_cpu_offload(device=torch.device("cpu"))
    seen: list[set[str]] = []

    def cancel(_: int) -> None:
        seen.append(set(there))
        raise Interrupted

    with pytest.raises(Interrupted):
        painted(model, cancel, from_picture=from_picture)
    assert "UNet2DConditionModel" in seen[0]
    assert there == set()
    assert np.array_equal(painted(model, from_picture=from_picture), before)


def test_words_that_take_too_much_memory_leave_no_network_on_the_device(
    there: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    model = load(TURBO)
    model.pipeline.enable_model_cpu_offload(device=torch.device("cpu"))
    monkeypatch.setattr(model.pipeline.text_encoder_2.text_model, "forward", out_of_memory)
    with pytest.raises(torch.OutOfMemoryError):
        painted(model, from_picture=False)
    assert there == set()


def test_a_tile_that_is_not_finished_leaves_no_network_on_the_device(
    tmp_path: Path, there: set[str]
) -> None:
    tool = ToolSpec.model_validate(
        {
            "name": "x4",
            "title": "Diffusion",
            "description": "Small.",
            "kind": "upscaler",
            "repo": str(write_small_x4(tmp_path / "x4")),
            "pipeline": "StableDiffusionUpscalePipeline",
            "scale": 4,
            "tile": 64,
            "steps": 2,
            "guidance": 1.0,
            "licence": {"name": "MIT", "commercial": True},
        }
    )
    pipeline = Loader(CPU).get(tool.as_model(), lambda _: None, paints=False).pipeline
    pipeline.enable_model_cpu_offload(device=torch.device("cpu"))
    enlarger = DiffusionEnlarger(tool, pipeline, CPU)

    def cancel() -> None:
        assert there == {"UNet2DConditionModel"}
        raise Interrupted

    enlarger.prepare("a fox", 7, cancel)
    with pytest.raises(Interrupted):
        enlarger.enlarge(picture(64, 64), 0)
    assert there == set()


# Diffusers calls it itself.
@pytest.mark.filterwarnings("ignore:`upcast_vae` is deprecated:FutureWarning")
@pytest.mark.parametrize("from_picture", [False, True])
def test_a_decoder_that_lacked_memory_in_32_bits_is_in_16_for_the_next_one(
    monkeypatch: pytest.MonkeyPatch, *, from_picture: bool
) -> None:
    model = Loader(HALF).get(TURBO, lambda _: None)
    vae = model.pipeline.vae
    vae.register_to_config(force_upcast=True)
    before = painted(model, from_picture=from_picture)
    kinds: list[torch.dtype] = []
    with monkeypatch.context() as patched:
        patched.setattr(vae, "decode", lambda *_, **__: kinds.append(vae.dtype) or out_of_memory())
        with pytest.raises(torch.OutOfMemoryError):
            painted(model, from_picture=from_picture)
    assert kinds == [torch.float32]
    assert {each.dtype for each in vae.parameters()} == {torch.float16}
    assert np.array_equal(painted(model, from_picture=from_picture), before)


def out_of_memory(*_: object, **__: object) -> None:
    raise torch.OutOfMemoryError("CUDA out of memory")


def test_what_can_not_be_put_back_is_logged_and_what_ended_the_call_is_raised(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def fail() -> None:
        raise RuntimeError("CUDA error: an illegal memory access")

    pipeline = SimpleNamespace(maybe_free_model_hooks=fail)
    with (
        pytest.raises(KeyboardInterrupt),
        caplog.at_level(logging.WARNING),
        left_as_found(pipeline),
    ):
        raise KeyboardInterrupt
    assert "an illegal memory access" in caplog.text


def test_a_call_that_comes_to_its_end_is_left_alone() -> None:
    with left_as_found(SimpleNamespace()):
        pass
