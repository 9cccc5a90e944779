"""What the program says of entries, without any of their files."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from generation.catalog import Catalog, ExtraArguments, ModelSpec

ROOT = Path(__file__).parents[4]
SDXL = Catalog.load()["sdxl"]


def say(tmp_path: Path, *specs: ModelSpec) -> Mapping[str, Mapping[str, Any]]:
    """What it says of these entries, by name."""
    order = {"models": [spec.model_dump(mode="json") for spec in specs]}
    done = subprocess.run(
        [sys.executable, "-m", "generation.tools.entries"],
        input=json.dumps(order),
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "HF_HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    return {each["name"]: each for each in map(json.loads, done.stdout.splitlines())}


@pytest.mark.long
def test_only_what_is_wrong_is_told_with_the_remedy(tmp_path: Path) -> None:
    changes = {"name": "mine", "extra_arguments": ExtraArguments(values={"clip_skp": 2})}
    said = say(tmp_path, SDXL, SDXL.model_copy(update=changes))
    assert said == {
        "sdxl": {"name": "sdxl", "what": "", "remedy": ""},
        "mine": {
            "name": "mine",
            "what": "`extra_arguments.values` has clip_skp, which StableDiffusionXLPipeline does"
            " not take (the nearest is clip_skip)",
            "remedy": "correct [mine] in models.toml",
        },
    }
    assert not list(tmp_path.iterdir())


@pytest.mark.long
def test_a_folder_is_looked_at_by_what_it_holds(tmp_path: Path) -> None:
    index = {
        "_class_name": "StableDiffusionXLPipeline",
        "text_encoder_2": ["transformers", "CLIPTextModelWithProjection"],
    }
    (tmp_path / "made").mkdir()
    (tmp_path / "made" / "model_index.json").write_text(json.dumps(index))
    said = say(tmp_path, SDXL.model_copy(update={"repo": str(tmp_path / "made")}))
    assert "whose unet its folder does not hold" in said["sdxl"]["what"]
    assert "vae" not in said["sdxl"]["what"]  # it comes from elsewhere
