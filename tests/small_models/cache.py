"""Small models, written once a test session."""

import subprocess
import sys
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]


def small_turbo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small model in SDXL-Turbo's layout."""
    folder = tmp_path_factory.getbasetemp() / "small-turbo"
    if not folder.exists():
        # Another process, so that this one has no torch, and diffusers may warn as it likes.
        command = [sys.executable, "-m", "tests.small_models", str(folder)]
        subprocess.run(command, check=True, cwd=_ROOT, capture_output=True)
    return folder
