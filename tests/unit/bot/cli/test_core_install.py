"""Without the extra `local` each command that deals with models says what to install."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.bot_process import ROOT
from tests.support.core_install import make_core_site


def run(folder: Path, line: str) -> "subprocess.CompletedProcess[str]":
    """A command of a host that has the core alone, and no hub."""
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "PYTHONPATH": f"{make_core_site(folder / 'site')}{os.pathsep}{ROOT}",
        "HF_ENDPOINT": "http://127.0.0.1:9",
        "EASEL_DATA_DIR": str(folder / "data"),
    }
    return subprocess.run(
        [sys.executable, "-m", "bot", *line.split()],
        env=environment,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    "line",
    [
        "models download sdxl",
        "models download --all",
        "models check",
        "models mix sdxl realvisxl --name mine",
        "score --models demo --prompts prompts.txt",
    ],
)
def test_what_lacks_is_named_with_what_to_install(tmp_path: Path, line: str) -> None:
    (tmp_path / "prompts.txt").write_text("a fox\n")
    done = run(tmp_path, line)
    assert done.returncode == 1
    assert " without accelerate, compel, diffusers, peft, safetensors, torch," in done.stderr
    assert done.stderr.endswith("install Easel with its extra `local` (docs/hosting.md).\n")
    assert "Traceback" not in done.stderr
    assert "ModuleNotFoundError" not in done.stderr


def test_the_catalog_is_listed_without_a_word_on_files(tmp_path: Path) -> None:
    done = run(tmp_path, "models list")
    assert (done.returncode, done.stderr) == (0, "")
    (demo,) = (line for line in done.stdout.splitlines() if line.startswith("demo  "))
    assert demo.split()[-1] == "–"
    assert "The files of models can't be looked at without accelerate, compel," in done.stdout
    assert "ModuleNotFoundError" not in done.stdout
