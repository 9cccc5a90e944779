"""The picture classifier: what it says of pictures, and which ones are none that Easel takes."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

from generation.catalog import ToolSpec
from generation.worker.finisher import Finisher
from generation.worker.load_errors import LoadError, ToolError
from generation.worker.loader import Loader
from generation.worker.screener import NoScore, Screener
from generation.worker.selection import of_tool
from generation.worker.tiles import Pixels
from tests.small_models.cache import small_repos
from tests.unit.generation.worker.test_finisher import Notes
from tests.unit.generation.worker.tools import PROCESSOR, tool


def plain(red: int, green: int, blue: int, width: int = 70, height: int = 40) -> Pixels:
    """A picture of one color."""
    return np.full((height, width, 3), (red, green, blue), dtype=np.uint8)


def entry(folder: Path, *labels: str) -> ToolSpec:
    whole = {"repo": str(folder), "file": None, "sha256": None}
    return tool(folder, "screener", labels=labels or ("nsfw",), **whole)


@pytest.fixture(scope="module")
def folder() -> Path:
    return small_repos() / "Falconsai/nsfw_image_detection"


def _changed(folder: Path, to: Path, **config: Any) -> Path:
    shutil.copytree(folder, to)
    path = to / "config.json"
    path.write_text(json.dumps({**json.loads(path.read_text()), **config}))
    return to


def test_a_score_is_the_share_of_the_unsafe_label(folder: Path) -> None:
    screener = Screener(folder, entry(folder), PROCESSOR)
    half = np.concatenate([plain(255, 0, 0), plain(0, 0, 255)])
    red, gray, blue, both = screener.scores(
        [plain(255, 0, 0), plain(127, 127, 127, 1, 1), plain(0, 0, 255, 900, 20), half]
    )
    assert red > 0.95
    assert max(gray, blue) < 0.05
    assert blue < both < red


def test_all_unsafe_labels_count_together_however_they_are_written(folder: Path) -> None:
    screener = Screener(folder, entry(folder, "NSFW", "normal"), PROCESSOR)
    assert screener.scores([plain(9, 200, 9)]) == [pytest.approx(1)]


def test_an_unknown_label_is_told_at_once_with_those_there_are(folder: Path) -> None:
    with pytest.raises(LoadError) as refused:
        Screener(folder, entry(folder, "nsfw", "gore"), PROCESSOR)
    assert "knows no label gore, only normal, nsfw." in str(refused.value)
    assert "`labels` in models.toml" in str(refused.value)


def test_what_is_no_classifier_is_refused(folder: Path, tmp_path: Path) -> None:
    other = _changed(folder, tmp_path / "other", id2label=None)
    with pytest.raises(LoadError, match="not those of a picture classifier"):
        Screener(other, entry(other), PROCESSOR)


def test_labels_that_leave_each_other_alone_are_gone_by_one_by_one(
    folder: Path, tmp_path: Path
) -> None:
    several = _changed(folder, tmp_path / "several", problem_type="multi_label_classification")
    screener = Screener(several, entry(several, "normal", "nsfw"), PROCESSOR)
    red, gray = screener.scores([plain(255, 0, 0), plain(127, 127, 127)])
    assert red > 0.95
    assert gray == pytest.approx(0.5)  # the likelier one: it says nothing for or against normal


def test_a_label_that_stands_alone_is_no_share_of_anything(folder: Path, tmp_path: Path) -> None:
    alone = _changed(folder, tmp_path / "alone", id2label={"0": "nsfw"}, label2id={"nsfw": 0})
    weights = load_file(alone / "model.safetensors")
    for name in ("classifier.weight", "classifier.bias"):
        weights[name] = weights[name][1:].clone()
    save_file(weights, alone / "model.safetensors", metadata={"format": "pt"})
    red, gray = Screener(alone, entry(alone), PROCESSOR).scores(
        [plain(255, 0, 0), plain(127, 127, 127)]
    )
    assert red > 0.95
    assert gray < 0.05


@pytest.mark.parametrize("said", ["nan", "-inf"])
def test_one_that_gives_no_numbers_is_none(folder: Path, tmp_path: Path, said: str) -> None:
    broken = _changed(folder, tmp_path / "broken")
    weights = load_file(broken / "model.safetensors")
    weights["classifier.bias"][1] = float(said)
    save_file(weights, broken / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(NoScore):
        Screener(broken, entry(broken), PROCESSOR)


def test_weights_that_could_hold_code_are_never_opened(folder: Path, tmp_path: Path) -> None:
    pickled = _changed(folder, tmp_path / "pickled")
    torch.save(load_file(pickled / "model.safetensors"), pickled / "pytorch_model.bin")
    (pickled / "model.safetensors").unlink()
    with pytest.raises(OSError, match="safetensors"):
        Screener(pickled, entry(pickled), PROCESSOR)
    with pytest.raises(ToolError, match="safetensors"):
        Finisher(PROCESSOR, Loader(PROCESSOR)).look([], entry(pickled), Notes())


def test_it_is_opened_once_and_held_as_other_tools_are(folder: Path) -> None:
    finisher, notes = Finisher(PROCESSOR, Loader(PROCESSOR)), Notes()
    screener = entry(folder)
    assert finisher.look([], screener, notes) == []
    (score,) = finisher.look([plain(255, 0, 0)], screener, notes)
    assert score > 0.95
    assert notes.loaded_tools == [screener.title]
    assert finisher.toolbox.names == [screener.name]


def test_of_a_repo_only_what_it_needs_is_fetched(folder: Path) -> None:
    there = {
        *("README.md", "config.json", "labels.json", "model.safetensors", "optimizer.pt"),
        *("preprocessor_config.json", "pytorch_model.bin", "yolo/model.safetensors", "vocab.txt"),
    }
    needed = {"config.json", "model.safetensors", "preprocessor_config.json"}
    assert of_tool(there, entry(folder)) == needed
    assert of_tool({"pytorch_model.bin"}, entry(folder)) == {
        *("*.safetensors", "config.json", "preprocessor_config.json")
    }
