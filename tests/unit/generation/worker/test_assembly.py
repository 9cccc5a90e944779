"""What entries say of their weights, schedulers and precision is what is painted with."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from generation.catalog import FileSource, LoraSpec, VaeSpec
from generation.worker.load_errors import LoadError
from generation.worker.loader import Loader
from tests.small_models.adapter import write_small_zb_tech
from tests.small_models.cache import small_repos
from tests.small_models.sd2 import write_small_sd2
from tests.support.pickles import pickle_that_makes
from tests.unit.generation.worker.entries import CPU, entry, folder_with, load, pixels

# A second LoRA file is meant to be one.
pytestmark = pytest.mark.filterwarnings("ignore:Already found a `peft_config`:UserWarning")

LIGHTNING = "ByteDance/SDXL-Lightning"
REALVIS_FILE = "RealVisXL_V5.0_fp16.safetensors"


def test_a_file_of_weights_takes_the_denoisers_place() -> None:
    spec = entry("sdxl-lightning-4")
    assert spec.unet is not None
    wanted = load_file(Path(spec.unet.repo) / spec.unet.file)
    has = load(spec).pipeline.unet.state_dict()
    assert has.keys() == wanted.keys()
    assert all(torch.equal(has[name], tensor.float()) for name, tensor in wanted.items())


def test_a_lora_is_mixed_in_by_its_weight() -> None:
    spec = entry("zb-tech-local")
    lora = spec.loras[0].model_copy(update={"weight": 0.5})
    mixed = load(spec.model_copy(update={"loras": (lora,)})).pipeline.unet.state_dict()
    plain = load(entry("sdxl")).pipeline.unet.state_dict()
    file = load_file(Path(lora.repo) / lora.file)
    changed = 0
    for name, tensor in plain.items():
        stem = f"unet.{name.removesuffix('.weight')}"
        if f"{stem}.lora_A.weight" in file:
            down, up = (file[f"{stem}.lora_{x}.weight"].float() for x in "AB")
            torch.testing.assert_close(mixed[name], tensor + 0.5 * up @ down, rtol=0, atol=1e-5)
            changed += 1
        else:
            assert torch.equal(mixed[name], tensor)
    assert changed


@pytest.mark.long
def test_two_loras_are_mixed_each_by_its_own_weight() -> None:
    spec = entry("zb-tech-local")
    first = spec.loras[0]
    second = LoraSpec(
        repo=str(small_repos() / LIGHTNING), file="sdxl_lightning_8step_lora.safetensors"
    )
    both = spec.model_copy(update={"loras": (first, second)})
    only = spec.model_copy(update={"loras": (first, second.model_copy(update={"weight": 0.0}))})
    assert not np.array_equal(pixels(both), pixels(spec))
    np.testing.assert_allclose(pixels(only).astype(int), pixels(spec).astype(int), rtol=0, atol=1)


def test_a_lora_is_mixed_in_as_strongly_as_its_training_says(tmp_path: Path) -> None:
    file = load_file(
        Path(entry("zb-tech-local").loras[0].repo) / "pytorch_lora_weights.safetensors"
    )
    layers = ["to_q", "to_k", "to_v", "to_out.0"]
    told = {"unet.r": 4, "unet.lora_alpha": 1, "unet.target_modules": layers}
    save_file(file, tmp_path / "plain.safetensors")
    said = {"lora_adapter_metadata": json.dumps(told)}
    save_file(file, tmp_path / "weak.safetensors", metadata=said)
    plain = LoraSpec(repo=str(tmp_path), file="plain.safetensors", weight=0.25)
    weak = LoraSpec(repo=str(tmp_path), file="weak.safetensors")
    wanted, has = (
        load(entry("sdxl", loras=(lora,))).pipeline.unet.state_dict() for lora in (plain, weak)
    )
    for name, tensor in wanted.items():
        torch.testing.assert_close(has[name], tensor, rtol=0, atol=1e-5)


def test_an_entry_with_loras_whose_pipeline_takes_none_is_refused() -> None:
    lora = LoraSpec(repo="/nowhere", file="any.safetensors")
    spec = entry("sdxl", title="Lumina", pipeline="LuminaPipeline", loras=(lora,), weighting=False)
    with pytest.raises(LoadError, match=r"Lumina can't .* `loras` is given, but .* no LoRAs"):
        load(spec)


def test_a_lora_for_another_kind_of_model_is_refused(tmp_path: Path) -> None:
    folder = folder_with(tmp_path, write_small_zb_tech, cross_attention=32)
    lora = LoraSpec(repo=folder, file="pytorch_lora_weights.safetensors")
    with pytest.raises(LoadError, match="for another kind of model than ZB-Tech on this host"):
        load(entry("zb-tech-local", loras=(lora,)))


def test_a_file_that_is_no_lora_is_refused(tmp_path: Path) -> None:
    save_file({"something": torch.zeros(2, 2)}, tmp_path / "other.safetensors")
    lora = LoraSpec(repo=str(tmp_path), file="other.safetensors")
    with pytest.raises(LoadError, match=r"The LoRA file other\.safetensors is for another"):
        load(entry("sdxl", loras=(lora,)))


def test_a_denoiser_for_another_kind_of_model_is_refused(tmp_path: Path) -> None:
    folder = write_small_sd2(tmp_path / "sd2")
    file = FileSource(repo=str(folder), file="unet/diffusion_pytorch_model.fp16.safetensors")
    with pytest.raises(LoadError, match=r"check `unet` in models\.toml"):
        load(entry("sdxl", unet=file))


@pytest.mark.parametrize(
    ("repo", "file"),
    [
        ("SG161222/RealVisXL_V5.0", "unet/diffusion_pytorch_model.fp16.safetensors"),  # a part
        ("ZB-Tech/Text-to-Image", "pytorch_lora_weights.safetensors"),
    ],
)
def test_a_checkpoint_that_is_none_is_refused(repo: str, file: str) -> None:
    checkpoint = FileSource(repo=str(small_repos() / repo), file=file)
    with pytest.raises(LoadError, match=r"check `checkpoint` in models\.toml"):
        load(entry("sdxl", checkpoint=checkpoint))


def test_a_checkpoint_for_another_kind_of_model_is_refused() -> None:
    repo = str(small_repos() / "SG161222/RealVisXL_V5.0")
    with pytest.raises(LoadError, match=r"check `checkpoint` in models\.toml"):
        load(entry("sd-2-1", checkpoint=FileSource(repo=repo, file=REALVIS_FILE)))


def test_a_checkpoint_in_a_single_file_is_the_same_as_its_weights_in_a_repo() -> None:
    repo = str(small_repos() / "SG161222/RealVisXL_V5.0")
    apart = entry("sdxl", repo=repo, vae=None)
    single = entry("sdxl", checkpoint=FileSource(repo=repo, file=REALVIS_FILE), vae=None)
    for name in ("unet", "vae", "text_encoder", "text_encoder_2"):
        ours, theirs = (getattr(load(spec).pipeline, name).state_dict() for spec in (single, apart))
        assert ours.keys() == theirs.keys()
        assert all(torch.equal(tensor, theirs[key]) for key, tensor in ours.items())
    # Where in memory they lie decides in which order some numbers are added.
    assert np.abs(pixels(single).astype(int) - pixels(apart)).mean() < 1


def test_a_repo_without_files_of_the_variant_is_loaded_from_its_others() -> None:
    assert pixels(entry("z-image-turbo", variant="fp16")).std() > 1


def test_a_component_that_is_left_out_is_not_loaded() -> None:
    left_out = ("text_encoder_3", "tokenizer_3")
    spec = entry("sd-3-5-medium", quantization=None, left_out=left_out)
    pipeline = load(spec).pipeline
    assert pipeline.text_encoder_3 is None
    assert pixels(spec, steps=6).shape == (64, 64, 3)


def test_extra_arguments_are_given_from_their_number_of_steps_on() -> None:
    spec = entry("sd-3-5-medium", quantization=None)
    assert spec.extra_arguments is not None
    # The small one has fewer layers than the real one.
    values = {**spec.extra_arguments.values, "skip_guidance_layers": [1, 2]}
    values["skip_layer_guidance_start"] = 0.0
    values["skip_layer_guidance_stop"] = 1.0
    extra = spec.extra_arguments.model_copy(update={"values": values})
    loader = Loader(CPU)
    with_it = spec.model_copy(update={"extra_arguments": extra})
    without = spec.model_copy(update={"extra_arguments": None})

    def same(steps: int) -> bool:
        return np.array_equal(
            pixels(with_it, loader, num_inference_steps=steps),
            pixels(without, loader, num_inference_steps=steps),
        )

    assert same(5)
    assert not same(6)


def test_an_entry_without_another_vae_keeps_its_own() -> None:
    spec = entry("sdxl-turbo", vae=None)
    config = json.loads((Path(spec.repo) / "vae/config.json").read_text(encoding="utf-8"))
    assert config["force_upcast"]
    assert load(spec).pipeline.vae.config.force_upcast
    for name in ("sdxl", "sdxl-turbo"):
        assert not load(entry(name)).pipeline.vae.config.force_upcast


@pytest.mark.parametrize("place", ["checkpoint", "unet", "loras", "vae"])
def test_a_pickle_under_another_name_is_never_opened(tmp_path: Path, place: str) -> None:
    marker = tmp_path / "marker"
    name = "diffusion_pytorch_model.safetensors"
    (tmp_path / name).write_bytes(pickle_that_makes(marker))
    (tmp_path / "config.json").write_text('{"_class_name": "AutoencoderKL"}')
    file = FileSource(repo=str(tmp_path), file=name)
    value: object = file
    if place == "loras":
        value = (LoraSpec(repo=file.repo, file=name),)
    if place == "vae":
        value = VaeSpec(repo=file.repo)
    with pytest.raises(LoadError, match="no safetensors file but a pickle"):
        load(entry("sdxl", **{place: value}))
    assert not marker.exists()
