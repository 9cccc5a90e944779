"""Which devices a worker would paint on."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.support.bot_process import ROOT


def look(*wanted: str, path: Path = ROOT, **environment: str) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, "-m", "generation.tools.device", *wanted],
        env={**os.environ, "PYTHONPATH": f"{path}{os.pathsep}{ROOT}", **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    (line,) = done.stdout.splitlines()
    assert done.stderr == ""
    return json.loads(line)


def test_without_a_gpu_it_is_the_processor_and_torch_says_why():
    found = look("auto", CUDA_VISIBLE_DEVICES="")
    assert found["devices"] == [{"name": "CPU", "gpu": False}]
    assert found["torch"].startswith("2.")
    assert found["refused"]
    assert "unavailable" not in found


def test_one_that_is_not_there_does_not_hide_the_other():
    found = look("cpu", "cuda:7", CUDA_VISIBLE_DEVICES="")
    assert [each["name"] for each in found["devices"]] == ["CPU"]
    assert "No NVIDIA GPU can be used" in found["unavailable"]


def test_a_torch_that_can_not_be_imported_is_told(tmp_path: Path):
    (tmp_path / "torch.py").write_text("raise OSError('libcudart.so.13: cannot open')")
    assert look("auto", path=tmp_path) == {
        "broken": "libcudart.so.13: cannot open",
        "devices": [],
    }
