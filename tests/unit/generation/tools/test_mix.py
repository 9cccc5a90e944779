"""Weights of small models are mixed by their numbers, and what does not fit is refused."""

import json
import shutil
import weakref
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from generation.catalog import FileSource, LoraSpec, ModelSpec, SchedulerSpec
from generation.mixing import Made, MixOrder, MixRefused
from generation.tools import _mixer as mixer
from generation.tools._weights import Weights
from generation.worker import selection
from generation.worker.load_errors import LoadError
from tests.small_models.cache import small_repos
from tests.unit.generation.worker.entries import entry, load, pixels

REALVIS = "SG161222/RealVisXL_V5.0"
SINGLE = FileSource(repo=str(small_repos() / REALVIS), file="RealVisXL_V5.0_fp16.safetensors")
UNET = "unet/diffusion_pytorch_model.fp16.safetensors"
NETWORKS = ("unet", "text_encoder", "text_encoder_2", "vae")


@pytest.fixture(scope="module", autouse=True)
def _one_core() -> None:
    torch.set_num_threads(1)


def mixed(folder: Path, a: ModelSpec, b: ModelSpec, weight: float, **changes: Any) -> Made:
    order = MixOrder(a=a, b=b, weight=weight, **changes)
    folder.mkdir()
    return mixer.mix(order, folder, folder.parent / "work")


def weights(folder: str | Path, network: str, variant: str = "") -> dict[str, Tensor]:
    stem = "model" if network.startswith("text") else "diffusion_pytorch_model"
    return load_file(Path(folder) / network / f"{stem}{variant}.safetensors")


def same(ours: Mapping[str, Tensor], theirs: Mapping[str, Tensor]) -> bool:
    """Bit for bit, and in the same precision."""
    return ours.keys() == theirs.keys() and all(
        tensor.dtype is theirs[name].dtype
        and tensor.shape == theirs[name].shape
        and torch.equal(_bits(tensor), _bits(theirs[name]))
        for name, tensor in ours.items()
    )


def _bits(tensor: Tensor) -> Tensor:
    return tensor.contiguous().reshape(-1).view(torch.uint8)


def changed(tmp_path: Path, change: Any) -> ModelSpec:
    """RealVisXL in a folder of its own, its denoiser's weights changed by `change`."""
    folder = tmp_path / "changed"
    shutil.copytree(small_repos() / REALVIS, folder)
    tensors = load_file(folder / UNET)
    change(tensors)
    save_file(tensors, folder / UNET)
    return entry("realvisxl", repo=str(folder))


@pytest.mark.parametrize("network", NETWORKS)
def test_with_weight_0_it_is_the_first_bit_for_bit(tmp_path: Path, network: str) -> None:
    first, second = entry("realvisxl", vae=None), entry("juggernaut-xi", vae=None)
    mixed(tmp_path / "mix", first, second, 0, only=(network,))
    assert same(weights(tmp_path / "mix", network), weights(first.repo, network, ".fp16"))


@pytest.mark.parametrize("network", NETWORKS)
def test_with_weight_1_it_is_the_second_bit_for_bit(tmp_path: Path, network: str) -> None:
    first, second = entry("realvisxl", vae=None), entry("juggernaut-xi", vae=None)
    mixed(tmp_path / "mix", first, second, 1, only=(network,))
    assert same(weights(tmp_path / "mix", network), weights(second.repo, network, ".fp16"))
    assert not same(weights(tmp_path / "mix", network), weights(first.repo, network, ".fp16"))


def test_zeros_keep_their_sign_with_weight_0_and_1() -> None:
    zero, less = torch.tensor([0.0]).half(), torch.tensor([-0.0]).half()
    assert torch.equal(_bits(mixer.blend(less, [zero], 0)), _bits(less))
    assert torch.equal(_bits(mixer.blend(zero, [less], 1)), _bits(less))


def test_a_sum_is_computed_in_32_bits_and_written_as_the_first_one_is(tmp_path: Path) -> None:
    first, second = entry("realvisxl"), entry("juggernaut-xi")
    made = mixed(tmp_path / "mix", first, second, 0.4)
    assert made.weights == {"text_encoder": 0.4, "text_encoder_2": 0.4, "unet": 0.4}
    a, b = (weights(spec.repo, "unet", ".fp16") for spec in (first, second))
    for name, tensor in weights(tmp_path / "mix", "unet").items():
        wanted = (0.6 * a[name].double() + 0.4 * b[name].double()).half()
        assert tensor.dtype is torch.float16
        torch.testing.assert_close(tensor, wanted, rtol=1e-3, atol=0)


def test_a_difference_is_added(tmp_path: Path) -> None:
    a, b, c = entry("realvisxl"), entry("juggernaut-xi"), entry("juggernaut-xl-v9")
    mixed(tmp_path / "mix", a, b, 0.7, c=c)
    x, y, z = (weights(spec.repo, "unet", ".fp16") for spec in (a, b, c))
    for name, tensor in weights(tmp_path / "mix", "unet").items():
        wanted = x[name].double() + 0.7 * (y[name].double() - z[name].double())
        torch.testing.assert_close(tensor, wanted.half(), rtol=1e-3, atol=1e-6)


def test_the_difference_to_itself_changes_nothing(tmp_path: Path) -> None:
    a, b = entry("realvisxl"), entry("juggernaut-xi")
    mixed(tmp_path / "mix", a, b, 1, c=b)
    assert same(weights(tmp_path / "mix", "unet"), weights(a.repo, "unet", ".fp16"))


def test_the_vae_is_the_first_ones_unless_it_is_asked_for(tmp_path: Path) -> None:
    first, second = entry("sdxl"), entry("realvisxl", vae=None)
    made = mixed(tmp_path / "mix", first, second, 0.5)
    assert "vae" not in made.weights
    assert first.vae is not None
    fixed = Path(first.vae.repo)
    assert same(weights(tmp_path / "mix", "vae"), weights(fixed.parent, fixed.name))
    config = json.loads((tmp_path / "mix/vae/config.json").read_text(encoding="utf-8"))
    assert not config["force_upcast"]


def test_what_is_not_named_is_the_first_ones(tmp_path: Path) -> None:
    first, second = entry("realvisxl", vae=None), entry("juggernaut-xi", vae=None)
    made = mixed(tmp_path / "mix", first, second, 0.5, only=("text_encoders",))
    assert made.weights == {"text_encoder": 0.5, "text_encoder_2": 0.5}
    for network, kept in {"unet": True, "vae": True, "text_encoder": False}.items():
        is_same = same(weights(tmp_path / "mix", network), weights(first.repo, network, ".fp16"))
        assert is_same == kept, network


def test_a_network_may_have_a_weight_of_its_own(tmp_path: Path) -> None:
    first, second = entry("realvisxl", vae=None), entry("juggernaut-xi", vae=None)
    own = {"text_encoders": 0.0, "vae": 1.0}
    made = mixed(tmp_path / "mix", first, second, 0.5, weights=own)
    assert made.weights == {"text_encoder": 0, "text_encoder_2": 0, "unet": 0.5, "vae": 1}
    assert same(weights(tmp_path / "mix", "vae"), weights(second.repo, "vae", ".fp16"))


def test_it_is_loaded_and_paints_as_the_first_one_does_with_weight_0(tmp_path: Path) -> None:
    first = entry("realvisxl")
    mixed(tmp_path / "mix", first, entry("juggernaut-xi"), 0)
    made = entry("realvisxl", repo=str(tmp_path / "mix"), variant=None, vae=None)
    names = {path.relative_to(tmp_path / "mix").as_posix() for path in _files(tmp_path / "mix")}
    index = json.loads((tmp_path / "mix" / selection.INDEX).read_text(encoding="utf-8"))
    # Nothing beside what the loader wants, and how it was made.
    assert names == selection.needed(made, index, names) | {"mix.json"}
    ours, theirs = (pixels(spec).astype(int) for spec in (made, first))
    assert np.abs(ours - theirs).mean() < 1


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_file_that_takes_the_denoisers_place_is_mixed(tmp_path: Path) -> None:
    first = entry("sdxl-lightning-4")
    assert first.unet is not None
    mixed(tmp_path / "mix", first, entry("realvisxl"), 0, only=("unet",))
    wanted = load_file(Path(first.unet.repo) / first.unet.file)
    assert same(weights(tmp_path / "mix", "unet"), wanted)


def test_a_single_file_is_mixed_as_its_repo_is(tmp_path: Path) -> None:
    first, repo = entry("sdxl"), entry("realvisxl", vae=None)
    single = entry("sdxl", checkpoint=SINGLE, vae=None)
    mixed(tmp_path / "of file", first, single, 0.3)
    mixed(tmp_path / "of repo", first, repo, 0.3)
    for network in NETWORKS:
        ours, theirs = (weights(tmp_path / name, network) for name in ("of file", "of repo"))
        assert same(ours, theirs), network


def test_a_mix_may_begin_with_a_single_file(tmp_path: Path) -> None:
    single = entry("sdxl", checkpoint=SINGLE, vae=None)
    mixed(tmp_path / "mix", single, entry("juggernaut-xi"), 0)
    made = load(entry("sdxl", repo=str(tmp_path / "mix"), variant=None, vae=None)).pipeline
    wanted = load(entry("realvisxl", vae=None)).pipeline
    for network in NETWORKS:
        ours, theirs = (getattr(each, network).state_dict() for each in (made, wanted))
        assert same(ours, theirs), network


def test_it_is_written_in_the_entrys_precision(tmp_path: Path) -> None:
    first = entry("sd-2-1")
    mixed(tmp_path / "mix", first, first, 0.5)
    wanted = weights(first.repo, "unet", ".fp16")
    ours = weights(tmp_path / "mix", "unet")
    assert same(ours, {name: tensor.bfloat16() for name, tensor in wanted.items()})


def test_weights_in_several_files_are_mixed_into_one(tmp_path: Path) -> None:
    first = entry("z-image-turbo")
    shards = list((Path(first.repo) / "transformer").glob("*.safetensors"))
    assert len(shards) > 1
    mixed(tmp_path / "mix", first, first, 0, only=("transformer",))
    wanted = {name: tensor for path in shards for name, tensor in load_file(path).items()}
    assert same(weights(tmp_path / "mix", "transformer"), wanted)
    assert not list((tmp_path / "mix/transformer").glob("*.index.json"))
    made = entry("z-image-turbo", repo=str(tmp_path / "mix"))
    assert pixels(made, num_inference_steps=2).std() > 1


def test_the_share_of_a_model_is_the_share_of_its_loras(tmp_path: Path) -> None:
    with_lora, plain = entry("zb-tech-local"), entry("juggernaut-xi")
    made = mixed(tmp_path / "mix", with_lora, plain, 0.25)
    (lora,) = made.loras
    assert (lora.file, lora.weight) == (with_lora.loras[0].file, 0.75)
    spec = entry("sdxl", repo=str(tmp_path / "mix"), variant=None, vae=None, loras=made.loras)
    found = load(spec).pipeline.unet.state_dict()
    ours, theirs = (load(each).pipeline.unet.state_dict() for each in (with_lora, plain))
    for name, tensor in found.items():
        wanted = 0.75 * ours[name] + 0.25 * theirs[name]
        torch.testing.assert_close(tensor, wanted, rtol=2e-3, atol=2e-4)


def test_one_lora_of_both_is_one_lora(tmp_path: Path) -> None:
    spec = entry("zb-tech-local")
    made = mixed(tmp_path / "mix", spec, spec, 0.5)
    assert made.loras == spec.loras


def test_a_lora_of_text_encoders_that_are_not_mixed_alike_is_refused(tmp_path: Path) -> None:
    name = "text_encoder.text_model.encoder.layers.0.self_attn.k_proj.lora_A.weight"
    save_file({name: torch.zeros(4, 32)}, tmp_path / "style.safetensors")
    lora = LoraSpec(repo=str(tmp_path), file="style.safetensors")
    with pytest.raises(MixRefused, match=r"style\.safetensors .* give both the same weight"):
        mixed(
            tmp_path / "mix", entry("sdxl", loras=(lora,)), entry("realvisxl"), 0.5, only=("unet",)
        )


def test_no_more_than_one_tensor_of_each_is_in_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    alive: weakref.WeakSet[Any] = weakref.WeakSet()
    most = 0
    read = Weights.read

    def counting(self: Weights, name: str) -> Tensor:
        nonlocal most
        tensor = read(self, name)
        alive.add(tensor)
        most = max(most, len(alive))
        return tensor

    monkeypatch.setattr(Weights, "read", counting)
    mixed(tmp_path / "mix", entry("realvisxl"), entry("juggernaut-xi"), 0.5)
    assert 2 <= most <= 3


def test_another_shape_is_refused_with_the_network_and_the_tensor(tmp_path: Path) -> None:
    def narrow(tensors: dict[str, Tensor]) -> None:
        tensors["conv_in.weight"] = tensors["conv_in.weight"][:, :3].contiguous()

    other = changed(tmp_path, narrow)
    with pytest.raises(
        MixRefused, match=r"their unet differs: conv_in\.weight is 32x4x3x3 and 32x3x3x3"
    ):
        mixed(tmp_path / "mix", entry("sdxl"), other, 0.5)


def test_a_missing_tensor_is_refused_with_the_network_and_its_name(tmp_path: Path) -> None:
    other = changed(tmp_path, lambda tensors: tensors.pop("conv_in.bias"))
    with pytest.raises(MixRefused, match=r"their unet differs: only sdxl has conv_in\.bias"):
        mixed(tmp_path / "mix", entry("sdxl"), other, 0.5)


def test_a_network_that_is_not_mixed_may_differ(tmp_path: Path) -> None:
    other = changed(tmp_path, lambda tensors: tensors.pop("conv_in.bias"))
    assert mixed(tmp_path / "mix", entry("sdxl"), other, 0.5, only=("text_encoders",))


def test_what_predicts_something_else_is_refused(tmp_path: Path) -> None:
    velocity = SchedulerSpec(
        name="EulerDiscreteScheduler", options={"prediction_type": "v_prediction"}
    )
    with pytest.raises(MixRefused, match="predict different things: epsilon and v_prediction"):
        mixed(tmp_path / "mix", entry("sdxl"), entry("realvisxl", scheduler=velocity), 0.5)


def test_a_single_file_that_is_marked_to_predict_the_velocity_is_refused(tmp_path: Path) -> None:
    tensors = load_file(Path(SINGLE.repo) / SINGLE.file)
    save_file({**tensors, "v_pred": torch.zeros(1)}, tmp_path / "v.safetensors")
    single = FileSource(repo=str(tmp_path), file="v.safetensors")
    with pytest.raises(MixRefused, match="epsilon and v_prediction"):
        mixed(tmp_path / "mix", entry("sdxl"), entry("sdxl", checkpoint=single), 0.5)


def test_numbers_too_large_for_the_precision_are_refused(tmp_path: Path) -> None:
    def enlarge(tensors: dict[str, Tensor]) -> None:
        tensors["conv_in.bias"] = torch.full_like(tensors["conv_in.bias"], 6e4)

    other = changed(tmp_path, enlarge)
    with pytest.raises(MixRefused, match=r"unet: conv_in\.bias is too large for torch\.float16"):
        # Twice as much is no number of 16 bits any more.
        mixed(tmp_path / "mix", other, other, 1, c=entry("sdxl"))


def test_a_network_that_is_not_there_is_refused_with_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(MixRefused, match=r"sdxl has no network transformer\. It has: .*unet"):
        mixed(tmp_path / "mix", entry("sdxl"), entry("realvisxl"), 0.5, only=("transformer",))


def test_a_damaged_file_is_told_of_by_its_model(tmp_path: Path) -> None:
    other = changed(tmp_path, lambda _: None)
    (Path(other.repo) / UNET).write_bytes(b"no weights")
    with pytest.raises(LoadError, match=r"The files of RealVisXL V5\.0 are damaged"):
        mixed(tmp_path / "mix", entry("sdxl"), other, 0.5)


def test_a_full_disk_is_told_of_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = shutil.disk_usage(tmp_path)._replace(free=1000)
    monkeypatch.setattr(mixer.shutil, "disk_usage", lambda _: usage)
    with pytest.raises(MixRefused, match="The disk has no room for the mix"):
        mixed(tmp_path / "mix", entry("sdxl"), entry("realvisxl"), 0.5)
    assert not _files(tmp_path / "mix")
