"""The CLIP score is that of transformers' own CLIP, cut off below 0."""

from pathlib import Path
from typing import Any

import pytest
import torch
from PIL import Image
from safetensors.torch import load_file, save_file
from transformers import CLIPModel, CLIPProcessor

from generation.catalog import Source
from generation.tools._clip import Clip
from generation.tools._clip_files import bring
from generation.worker.load_errors import LoadError
from tests.small_models.clip import write_small_clip

CPU = torch.device("cpu")
TEXTS = ["a red circle", "a fox, and a hound", "snow", "x"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_small_clip(tmp_path_factory.mktemp("clip"), seed=3)


@pytest.fixture(scope="module")
def mirrored(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, but what it takes for alike is unlike: each cosine has the other sign."""
    other = tmp_path_factory.mktemp("mirrored")
    for file in folder.iterdir():
        (other / file.name).write_bytes(file.read_bytes())
    weights = load_file(folder / "model.safetensors")
    weights["text_projection.weight"] = -weights["text_projection.weight"]
    save_file(weights, other / "model.safetensors", {"format": "pt"})
    return other


@pytest.fixture(scope="module")
def pictures() -> list[Image.Image]:
    noise = torch.Generator().manual_seed(0)
    return [
        Image.fromarray(torch.randint(0, 256, (h, w, 3), generator=noise).byte().numpy())
        for h, w in ((48, 32), (64, 64), (40, 90))
    ]


def reference(folder: Path, pictures: list[Image.Image], texts: list[str]) -> torch.Tensor:
    """The cosines, pictures × texts: what transformers calls logits, without their scale."""
    model = CLIPModel.from_pretrained(folder).eval()
    # Any: transformers makes its signature at run time.
    processor: Any = CLIPProcessor.from_pretrained(folder)
    inputs = processor(text=texts, images=pictures, padding=True, return_tensors="pt")
    with torch.inference_mode():
        return model(**inputs).logits_per_image / model.logit_scale.exp()


def test_the_score_is_a_hundred_times_the_cosine(
    folder: Path, mirrored: Path, pictures: list[Image.Image]
):
    expected: list[float] = []
    found: list[float] = []
    for each in (folder, mirrored):
        clip = Clip(each, CPU)
        expected += (100 * reference(each, pictures, TEXTS)).clamp(min=0).flatten().tolist()
        found += [clip.score(picture, text).value for picture in pictures for text in TEXTS]
    assert found == pytest.approx(expected, abs=1e-3)
    # Some on either side of 0, and different, or the test would say little.
    assert 0.0 in found
    assert len({round(value, 2) for value in found}) > len(TEXTS)


def test_of_a_long_text_only_the_beginning_is_read(folder: Path, pictures: list[Image.Image]):
    clip = Clip(folder, CPU)
    assert clip.limit == 77
    # A token a character here, and two for the marks.
    long, longer = clip.score(pictures[0], "x y" * 40), clip.score(pictures[0], "x y" * 80)
    assert long.cut > 0
    assert longer.cut > long.cut
    assert longer.value == long.value
    assert clip.score(pictures[0], "a fox").cut == 0


def test_a_picture_with_transparency_is_scored_as_its_colors(
    folder: Path, pictures: list[Image.Image]
):
    clip = Clip(folder, CPU)
    assert clip.score(pictures[0].convert("RGBA"), "x") == clip.score(pictures[0], "x")


def test_a_model_of_another_kind_is_refused(tmp_path: Path):
    (tmp_path / "config.json").write_text('{"model_type": "siglip"}')
    (tmp_path / "model.safetensors").write_bytes(b"")
    with pytest.raises(LoadError, match=r"no CLIP model: its .* says siglip"):
        bring(Source(repo=str(tmp_path)))


def test_a_model_in_another_format_is_refused(tmp_path: Path):
    (tmp_path / "config.json").write_text('{"model_type": "clip"}')
    (tmp_path / "pytorch_model.bin").write_bytes(b"")
    with pytest.raises(LoadError, match="safetensors"):
        bring(Source(repo=str(tmp_path)))


def test_damaged_weights_are_told_in_a_sentence(folder: Path, tmp_path: Path):
    for file in folder.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "model.safetensors").write_bytes(b"no safetensors")
    with pytest.raises(LoadError, match="can't be loaded: SafetensorError"):
        Clip(tmp_path, CPU)
