"""A small model, and the environment of children in tests: with no way to the real hub."""

import os
from pathlib import Path

import pytest

from tests.small_models.cache import small_turbo_folder


@pytest.fixture(scope="session")
def small_turbo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a small model in SDXL-Turbo's layout."""
    return small_turbo_folder(tmp_path_factory)


@pytest.fixture(scope="session")
def environment(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """What children get: a hub that refuses every connection, and a cache of their own."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path_factory.mktemp("home")),
        "HF_ENDPOINT": "http://127.0.0.1:9",
    }
