"""Of each repo only those files are wanted which its entry is loaded from."""

import json

import pytest

from generation.worker.selection import INDEX, needed, of_folder
from tests.small_models.cache import small_repos
from tests.small_models.repos import REPOS
from tests.unit.generation.worker.entries import CATALOG

SDXL = "stabilityai/stable-diffusion-xl-base-1.0"


def files(repo: str) -> set[str]:
    folder = small_repos() / repo
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def chosen(name: str, **changes: object) -> set[str]:
    spec = CATALOG[name].model_copy(update=changes)
    index = json.loads((small_repos() / spec.repo / INDEX).read_text(encoding="utf-8"))
    return needed(spec, index, files(spec.repo))


LOCAL = [spec.name for spec in CATALOG.values() if spec.repo in REPOS and spec.executor == "local"]


@pytest.mark.parametrize("name", LOCAL)
def test_nothing_superfluous_is_wanted(name: str) -> None:
    wanted = chosen(name)
    assert not wanted & set(REPOS[CATALOG[name].repo].superfluous)
    assert INDEX in wanted
    assert "README.md" not in wanted
    assert wanted <= files(CATALOG[name].repo)  # nothing lacks


@pytest.mark.parametrize(
    ("gone", "asked"),
    [
        ("unet/diffusion_pytorch_model.fp16.safetensors", "unet/*.safetensors"),
        ("tokenizer/", "tokenizer/*"),
    ],
)
def test_what_lacks_is_asked_for_all_the_same(gone: str, asked: str) -> None:
    spec = CATALOG["sdxl-turbo"]
    index = json.loads((small_repos() / spec.repo / INDEX).read_text(encoding="utf-8"))
    held = {name for name in files(spec.repo) if not name.startswith(gone)}
    held -= {name for name in held if name.startswith("unet/") and name.endswith(".safetensors")}
    assert asked in needed(spec, index, held)


def test_what_comes_from_elsewhere_is_wanted_as_a_configuration_alone() -> None:
    wanted = chosen("sdxl-lightning-4")
    assert {name for name in wanted if name.startswith("unet/")} == {"unet/config.json"}
    assert {name for name in wanted if name.startswith("vae/")} == {"vae/config.json"}
    assert "text_encoder/model.fp16.safetensors" in wanted


def test_beside_a_single_file_no_weights_are_wanted() -> None:
    file = {"repo": "./x", "file": "x.safetensors"}
    wanted = chosen("sdxl", checkpoint=file)
    assert not [name for name in wanted if name.endswith(".safetensors")]
    assert "tokenizer_2/vocab.json" in wanted


def test_of_two_precisions_that_of_the_variant_is_wanted() -> None:
    def weights(variant: str | None) -> set[str]:
        return {name for name in chosen("sdxl", variant=variant) if "text_encoder/model" in name}

    assert weights("fp16") == {"text_encoder/model.fp16.safetensors"}
    assert weights(None) == {"text_encoder/model.safetensors"}


def test_a_variant_that_no_file_is_of_is_asked_for_all_the_same() -> None:
    assert "*.bf99.safetensors" in chosen("sdxl", variant="bf99")
    assert "*.bf99.safetensors" in of_folder(files("stabilityai/sdxl-turbo"), "vae", "bf99")


def test_a_variant_of_some_components_is_none_that_lacks() -> None:
    spec = CATALOG["sdxl"]
    index = json.loads((small_repos() / spec.repo / INDEX).read_text(encoding="utf-8"))
    held = {name for name in files(spec.repo) if ".fp16." not in name or "unet" in name}
    wanted = needed(spec.model_copy(update={"variant": "fp16"}), index, held)
    assert "unet/diffusion_pytorch_model.fp16.safetensors" in wanted
    assert not [name for name in wanted if "*" in name]


def test_weights_in_several_files_come_with_their_index() -> None:
    parts = {name for name in chosen("z-image-turbo") if name.startswith("transformer/")}
    assert "transformer/diffusion_pytorch_model.safetensors.index.json" in parts
    assert len([name for name in parts if "-of-" in name]) > 1


def test_what_is_left_out_is_not_wanted() -> None:
    wanted = chosen("sd-3-5-medium", left_out=("text_encoder_3", "tokenizer_3"))
    assert not [name for name in wanted if name.partition("/")[0].endswith("_3")]


@pytest.mark.parametrize(("subfolder", "inside"), [(None, ""), ("vae", "vae/")])
def test_a_network_for_itself_is_its_configuration_and_its_weights(
    subfolder: str | None, inside: str
) -> None:
    held = {
        f"{inside}{name}"
        for name in (
            "config.json",
            "diffusion_pytorch_model.bin",
            "diffusion_pytorch_model.safetensors",
            "sdxl_vae.safetensors",
            "README.md",
        )
    }
    assert of_folder({*held, "other/config.json"}, subfolder, None) == {
        f"{inside}config.json",
        f"{inside}diffusion_pytorch_model.safetensors",
    }
    assert of_folder({f"{inside}pytorch_model.bin"}, subfolder, None) == {
        f"{inside}config.json",
        f"{inside}*.safetensors",
    }
