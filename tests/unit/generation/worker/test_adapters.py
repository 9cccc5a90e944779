"""LoRAs of a prompt: on for its picture, off for the next, and what is said of those that fail."""

import json
import sys
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from diffusers.pipelines import pipeline_utils
from safetensors.torch import save_file

from generation.catalog import ModelSpec
from generation.loras import AskedLora
from generation.worker import economy, selection
from generation.worker.load_errors import LoadError, LoraError
from generation.worker.loaded import LoadedModel
from generation.worker.loader import Loader
from generation.worker.paint import Pixels
from tests.small_models.adapter import write_small_style, write_small_zb_tech
from tests.small_models.cache import small_repos
from tests.unit.generation.worker.entries import CPU, entry, load, pixels

pytestmark = [
    # A second LoRA file is meant to be one, and one that does not fit leaves the first.
    pytest.mark.filterwarnings("ignore:Already found a `peft_config`:UserWarning"),
    pytest.mark.filterwarnings("ignore:Adapter lora1 was active:UserWarning"),
]

TURBO = entry("sdxl-turbo")


def of_repo(repo: str, file: str, weight: float = 1.0) -> AskedLora:
    return AskedLora(name="mine", licence="MIT", repo=repo, file=file, weight=weight)


ZB_TECH = of_repo(str(small_repos() / "ZB-Tech/Text-to-Image"), "pytorch_lora_weights.safetensors")
LIGHTNING = of_repo(
    str(small_repos() / "ByteDance/SDXL-Lightning"), "sdxl_lightning_4step_lora.safetensors"
)


@pytest.fixture(scope="module")
def style(tmp_path_factory: pytest.TempPathFactory) -> AskedLora:
    """One that changes the text encoders as well."""
    folder = write_small_style(tmp_path_factory.mktemp("loras"), "style")
    return of_repo(str(folder), "style.safetensors")


@pytest.fixture(scope="module")
def loader() -> Loader:
    return Loader(CPU)


def model_with(loader: Loader, *loras: AskedLora, spec: ModelSpec = TURBO) -> LoadedModel:
    return load(spec, loader, loras)


def picture(loader: Loader, *loras: AskedLora, spec: ModelSpec = TURBO) -> Pixels:
    return pixels(spec, loader, loras=loras)


def write_with_settings(path: Path, spec: ModelSpec, **settings: Any) -> None:
    """A LoRA file as diffusers saves it, with settings of its training beside the tensors."""
    torch.manual_seed(5)
    tensors = {}
    for layer, module in load(spec).pipeline.unet.named_modules():
        if layer.endswith(("to_q", "to_v")):
            tensors[f"unet.{layer}.lora_A.weight"] = torch.randn(8, module.in_features) / 4
            tensors[f"unet.{layer}.lora_B.weight"] = torch.randn(module.out_features, 8) / 4
    settings = {"r": 8, "lora_alpha": 8, "target_modules": ["to_q", "to_v"]} | settings
    told = json.dumps({f"unet.{name}": value for name, value in settings.items()})
    save_file(tensors, path, metadata={"format": "pt", "lora_adapter_metadata": told})


def weights_of(model: LoadedModel) -> dict[str, torch.Tensor]:
    return {
        f"{part}.{name}": tensor.clone()
        for part in ("unet", "text_encoder", "text_encoder_2")
        for name, tensor in getattr(model.pipeline, part).state_dict().items()
    }


def test_a_picture_without_them_is_as_before_bit_for_bit(loader: Loader, style: AskedLora) -> None:
    before = picture(loader)
    weights = weights_of(model_with(loader))
    changed = picture(loader, style, ZB_TECH)
    assert not np.array_equal(changed, before)
    assert np.array_equal(picture(loader), before)
    after = weights_of(model_with(loader))
    assert after.keys() == weights.keys()
    assert all(torch.equal(after[name], weights[name]) for name in weights)


def test_the_same_ones_make_the_same_picture(loader: Loader, style: AskedLora) -> None:
    first = picture(loader, style, ZB_TECH)
    picture(loader)
    assert np.array_equal(picture(loader, style, ZB_TECH), first)
    assert np.array_equal(picture(Loader(CPU), style, ZB_TECH), first)


def test_each_acts_as_strongly_as_it_was_asked_for(loader: Loader) -> None:
    weights = (0.0, 0.5, 1.0)
    made = [picture(loader, ZB_TECH.model_copy(update={"weight": each})) for each in weights]
    assert np.array_equal(made[0], picture(loader))
    assert len({each.tobytes() for each in made}) == len(weights)


@pytest.mark.parametrize("settings", [{"lora_alpha": 1}, {"lora_alpha": 16, "use_rslora": True}])
def test_it_acts_as_strongly_as_its_training_says(
    loader: Loader, tmp_path: Path, settings: dict[str, Any]
) -> None:
    write_with_settings(tmp_path / "any.safetensors", TURBO, **settings)
    pipeline = load(TURBO).pipeline
    pipeline.load_lora_weights(
        str(tmp_path), weight_name="any.safetensors", adapter_name="lora0", local_files_only=True
    )
    by_diffusers = scalings(pipeline.unet)
    assert by_diffusers != {1.0}
    lora = of_repo(str(tmp_path), "any.safetensors")
    assert scalings(model_with(loader, lora).pipeline.unet) == by_diffusers


def scalings(network: Any) -> set[float]:
    """What is left of the LoRA's strength in each of its layers."""
    return {module.scaling["lora0"] for module in network.modules() if hasattr(module, "scaling")}


def test_one_beside_another_at_nothing_is_as_one_alone(loader: Loader) -> None:
    nothing = LIGHTNING.model_copy(update={"weight": 0.0})
    assert np.array_equal(picture(loader, ZB_TECH, nothing), picture(loader, ZB_TECH))


def test_it_acts_beside_those_that_are_mixed_into_the_entry(loader: Loader) -> None:
    spec = entry("zb-tech-local", steps=TURBO.steps)
    before = picture(loader, spec=spec)
    assert not np.array_equal(picture(loader, LIGHTNING, spec=spec), before)
    assert np.array_equal(picture(loader, spec=spec), before)


def test_a_model_that_shares_networks_with_the_one_before_has_none(
    loader: Loader, style: AskedLora
) -> None:
    other = entry("sdxl-lightning-4")
    alone = picture(Loader(CPU), spec=other)
    spec = entry("sdxl", steps=TURBO.steps)
    picture(loader, style, spec=spec)
    assert np.array_equal(picture(loader, spec=other), alone)
    shared = model_with(loader, spec=spec).pipeline.text_encoder
    assert model_with(loader, spec=other).pipeline.text_encoder is shared


def test_it_is_read_once_for_prompts_that_follow_each_other(
    loader: Loader, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline: Any = type(model_with(loader).pipeline)
    read: list[str] = []
    real = pipeline.load_lora_weights

    def counting(self: Any, folder: str, *, adapter_name: str, **named: Any) -> None:
        read.append(adapter_name)
        real(self, folder, adapter_name=adapter_name, **named)

    monkeypatch.setattr(pipeline, "load_lora_weights", counting)
    for _ in range(3):
        picture(loader, ZB_TECH, LIGHTNING)
    assert read == ["lora0", "lora1"]


def test_a_prompt_that_was_encoded_without_it_is_encoded_anew(
    loader: Loader, style: AskedLora
) -> None:
    def embeddings(*loras: AskedLora) -> torch.Tensor:
        model = model_with(loader, *loras)
        assert model.encoder is not None
        return model.encoder.arguments(["a fox in the snow"], [None], loras)["prompt_embeds"]

    before = embeddings()
    assert not torch.equal(embeddings(style), before)
    assert torch.equal(embeddings(), before)


@pytest.mark.parametrize(
    "name", ["sd-2-1", "sd-3-5-medium", "z-image-turbo", "flux-2-klein", "flux-1-schnell"]
)
@pytest.mark.long
def test_pipelines_of_every_kind_take_them(loader: Loader, tmp_path: Path, name: str) -> None:
    spec = entry(name, quantization=None)
    pipeline = model_with(loader, spec=spec).pipeline
    part = selection.denoiser(pipeline.components)
    network = getattr(pipeline, part)
    tensors = {}
    torch.manual_seed(1)
    for layer, module in network.named_modules():
        if layer.endswith(("to_q", "to_v")):
            stem = f"{part}.{layer}"
            tensors[f"{stem}.lora_A.weight"] = torch.randn(4, module.in_features) / 4
            tensors[f"{stem}.lora_B.weight"] = torch.randn(module.out_features, 4) / 4
    save_file(tensors, tmp_path / "any.safetensors")
    before = picture(loader, spec=spec)
    lora = of_repo(str(tmp_path), "any.safetensors")
    assert not np.array_equal(picture(loader, lora, spec=spec), before)
    assert np.array_equal(picture(loader, spec=spec), before)


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Have models be kept in the way of that name, with this processor in the place of a GPU."""
    monkeypatch.setattr(pipeline_utils, "get_device", lambda: "cpu:0")

    def keep(name: str) -> None:
        (chosen,) = (each for each in economy.ECONOMIES if each.name == name)
        monkeypatch.setattr(economy, "economies", lambda *_: [chosen])

    return keep


@pytest.mark.parametrize("name", ["16 bits", "slices and tiles", "offload"])
@pytest.mark.long
def test_they_go_on_and_off_however_the_model_is_kept(
    kept: Callable[[str], None], style: AskedLora, tmp_path: Path, name: str
) -> None:
    kept(name)
    without, wearing = picture(Loader(CPU)), picture(Loader(CPU), style)
    assert not np.array_equal(wearing, without)
    loader = Loader(CPU)
    broken = of_repo(str(tmp_path), _other_layers(tmp_path))
    for _ in range(2):
        assert np.array_equal(picture(loader), without)
        assert np.array_equal(picture(loader, style), wearing)
        with pytest.raises(LoadError):
            picture(loader, broken)
        hook = getattr(model_with(loader).pipeline.unet, "_hf_hook", None)
        assert (hook is not None) is (name == "offload")


def _other_base(folder: Path) -> str:
    write_small_zb_tech(folder, 48)
    return "pytorch_lora_weights.safetensors"


def _no_lora(folder: Path) -> str:
    save_file({"other.weight": torch.zeros(2, 2)}, folder / "other.safetensors")
    return "other.safetensors"


def _other_layers(folder: Path) -> str:
    stem = "unet.mid_block.attentions.0.transformer_blocks.0.attn1.to_q"
    tensors = {
        f"{stem}.lora_A.weight": torch.ones(4, 9),
        f"{stem}.lora_B.weight": torch.ones(9, 4),
    }
    save_file(tensors, folder / "layers.safetensors")
    return "layers.safetensors"


def _damaged(folder: Path) -> str:
    whole = folder / _other_base(folder)
    (folder / "damaged.safetensors").write_bytes(whole.read_bytes()[:-9])
    return "damaged.safetensors"


def _pickle(folder: Path) -> str:
    (folder / "pickle.safetensors").write_bytes(b"\x80\x04}\x94.")
    return "pickle.safetensors"


def _changes_what_is_below(folder: Path) -> str:
    write_with_settings(folder / "pissa.safetensors", TURBO, init_lora_weights="pissa")
    return "pissa.safetensors"


@pytest.mark.parametrize(
    ("write", "says"),
    [
        (_other_base, r"is for another kind of model than SDXL-Turbo\. .* \[loras\.mine\] in"),
        (_no_lora, r"is for another kind of model than SDXL-Turbo\. .* \[loras\.mine\] in"),
        (_other_layers, r"is for another kind of model than SDXL-Turbo\. .* \[loras\.mine\] in"),
        (_damaged, r"The files of LoRA mine are damaged, or no safetensors\. .* put them there"),
        (_pickle, r"LoRA mine has a file, pickle\.safetensors, that is no safetensors .* pickle"),
        (_changes_what_is_below, r"pissa\.safetensors was trained in a way that can't be put on"),
        (lambda _: "none.safetensors", r"LoRA mine: its folder holds no none\.safetensors"),
    ],
    ids=["another base", "no LoRA", "other shapes", "damaged", "pickle", "pissa", "missing"],
)
def test_one_that_cannot_be_had_is_named_and_the_model_goes_on(
    loader: Loader, tmp_path: Path, write: Any, says: str
) -> None:
    before = picture(loader)
    good = ZB_TECH.model_copy(update={"name": "good"})
    broken = of_repo(str(tmp_path), write(tmp_path))
    with pytest.raises(LoraError, match=says) as error:
        picture(loader, good, broken)
    assert str(tmp_path) not in str(error.value)
    assert "sdxl-turbo" in loader.names
    assert np.array_equal(picture(loader), before)
    assert not np.array_equal(picture(loader, good), before)


def test_what_is_out_of_memory_is_told_as_it_comes_and_nothing_is_left_on(
    loader: Loader, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = picture(loader)
    pipeline: Any = model_with(loader).pipeline
    full = torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 20.00 MiB.")

    def run_out(*_: Any) -> None:
        raise full

    with monkeypatch.context() as patched:
        patched.setattr(type(pipeline), "set_adapters", run_out)
        with pytest.raises(torch.OutOfMemoryError):
            model_with(loader, ZB_TECH)
    assert not pipeline.get_list_adapters()
    assert np.array_equal(picture(loader), before)


@pytest.mark.parametrize("method", ["load_lora_weights", "set_adapters"])
def test_a_device_that_breaks_while_they_are_put_on_is_told_as_it_comes(
    monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    loader = Loader(CPU)
    monkeypatch.setattr(type(model_with(loader).pipeline), method, break_down)
    with pytest.raises(torch.AcceleratorError):
        model_with(loader, ZB_TECH)


def test_a_device_that_breaks_while_they_are_taken_off_is_told_as_it_comes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    loader = Loader(CPU)
    pipeline = model_with(loader, ZB_TECH).pipeline
    monkeypatch.setattr(type(pipeline), "unload_lora_weights", break_down)
    with pytest.raises(torch.AcceleratorError):
        model_with(loader)


def break_down(*_: object, **__: object) -> None:
    raise torch.AcceleratorError("CUDA error: an illegal memory access")


def test_where_they_do_not_come_off_all_is_loaded_anew(
    monkeypatch: pytest.MonkeyPatch, style: AskedLora
) -> None:
    loader = Loader(CPU)
    before = picture(loader)
    first = model_with(loader, style).pipeline

    def fail(_: Any) -> None:
        raise RuntimeError("no such adapter")

    with monkeypatch.context() as patched:
        patched.setattr(type(first), "unload_lora_weights", fail)
        assert np.array_equal(picture(loader), before)
    assert model_with(loader).pipeline is not first
    assert not np.array_equal(picture(loader, style), before)


def test_one_that_comes_neither_on_nor_off_leaves_no_model_behind(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    loader = Loader(CPU)
    before = picture(loader)
    broken = of_repo(str(tmp_path), _other_layers(tmp_path))

    def fail(_: Any) -> None:
        raise RuntimeError("no such adapter")

    with monkeypatch.context() as patched:
        patched.setattr(type(model_with(loader).pipeline), "unload_lora_weights", fail)
        with pytest.raises(LoraError, match="is for another kind of model than SDXL-Turbo"):
            picture(loader, broken)
    assert loader.names == []
    assert np.array_equal(picture(loader), before)


def test_a_pipeline_that_takes_none_is_refused_before_anything_is_loaded() -> None:
    spec = entry("sdxl", title="PixArt", pipeline="PixArtAlphaPipeline", repo="/nowhere")
    told: list[object] = []
    with pytest.raises(LoraError, match=r"PixArt takes no LoRAs: PixArtAlphaPipeline, .* Leave"):
        Loader(CPU).get(spec, told.append, loras=[ZB_TECH])
    assert told == []


def test_what_is_loaded_is_told_apart_from_what_is_put_on_it() -> None:
    told: list[tuple[str, ...]] = []
    loader = Loader(CPU)
    for _ in range(2):
        loader.get(TURBO, lambda loras: told.append(tuple(x.name for x in loras)), loras=[ZB_TECH])
    assert told == [(), ("mine",)]


def test_a_model_that_was_dropped_has_them_again_where_they_are_asked_for(loader: Loader) -> None:
    first = picture(loader, ZB_TECH)
    loader.drop()
    assert np.array_equal(picture(loader, ZB_TECH), first)


def test_a_model_that_wears_one_leaves_where_it_makes_room(style: AskedLora) -> None:
    loader = Loader(CPU)
    before = picture(loader)
    changed = picture(loader, style)
    networks = weakref.ref(model_with(loader, style).pipeline.unet)
    loader.make_room(sys.maxsize)
    assert loader.names == []
    assert networks() is None
    assert np.array_equal(picture(loader), before)
    assert np.array_equal(picture(loader, style), changed)
