"""Small models, written once for all runs of the tests that share their code and libraries."""

import fcntl
import os
import shutil
import subprocess
import sys
import time
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[2]
_CACHE = _ROOT / ".pytest_cache" / "small_models"
_LIBRARIES = ("diffusers", "safetensors", "spandrel", "tokenizers", "torch", "transformers")
_KEPT_S = 24 * 3600  # what nobody used for so long is thrown away


def small_turbo_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small model in SDXL-Turbo's layout, this run's own."""
    folder = tmp_path_factory.getbasetemp() / "small-turbo"
    if not folder.exists():
        shutil.copytree(small_repos() / "small-turbo", folder)
    return folder


def small_repos() -> Path:
    """The folder of all small repos, each as owner/name. Not to be changed: other runs read it."""
    folder = _CACHE / _key()
    _CACHE.mkdir(parents=True, exist_ok=True)
    with (_CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            _remove_old()
            _write(folder)
    os.utime(folder)
    return folder


def release_files() -> Path:
    """The folder of small networks in single files, as projects release them. Not to be changed."""
    return small_repos() / "releases"


def _key() -> str:
    """Another one for other builders, or other libraries."""
    digest = sha256()
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.read_bytes())
    for name in _LIBRARIES:
        digest.update(f"{name}=={version(name)}".encode())
    return digest.hexdigest()[:16]


def _write(folder: Path) -> None:
    unfinished = folder.with_suffix(".unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    # Another process, so that this one has no torch, and diffusers may warn as it likes.
    command = [sys.executable, "-m", "tests.small_models", str(unfinished)]
    written = subprocess.run(command, cwd=_ROOT, capture_output=True, text=True)
    assert written.returncode == 0, written.stderr
    unfinished.rename(folder)


def _remove_old() -> None:
    for path in _CACHE.iterdir():
        if path.is_dir() and path.stat().st_mtime < time.time() - _KEPT_S:
            shutil.rmtree(path)
