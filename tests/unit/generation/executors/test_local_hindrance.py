"""What is known of a model before its turn comes: that this host can't keep it in 4 bits."""

import importlib.util
from collections.abc import Mapping
from typing import Any

import pytest

from generation.catalog import Catalog
from generation.executors.local import LocalExecutor

CATALOG = Catalog.load()


def executor(monkeypatch: pytest.MonkeyPatch, hello: Mapping[str, Any]) -> LocalExecutor:
    """One whose worker said that of its device."""
    made = LocalExecutor("auto", {})
    monkeypatch.setattr(made._workers, "hello", hello)
    return made


def with_library(monkeypatch: pytest.MonkeyPatch, *, there: bool) -> None:
    really = importlib.util.find_spec

    def find(name: str) -> object:
        return (object() if there else None) if name == "bitsandbytes" else really(name)

    monkeypatch.setattr(importlib.util, "find_spec", find)


@pytest.mark.parametrize(
    ("gpus", "there", "says"),
    [
        (0, True, "takes an NVIDIA GPU, and this host paints without one. Choose another model."),
        (1, False, "has to install its extra `quantized`."),
        (1, True, None),
    ],
)
def test_a_model_in_4_bits_needs_a_gpu_and_a_library(
    monkeypatch: pytest.MonkeyPatch, gpus: int, there: bool, says: str | None
) -> None:
    with_library(monkeypatch, there=there)
    found = executor(monkeypatch, {"gpus": gpus}).hindrance(CATALOG["sd-3-5-medium"])
    if says is None:
        assert found is None
    else:
        assert found is not None
        assert found.startswith("SD 3.5 Medium is kept in 4 bits")
        assert found.endswith(says)


@pytest.mark.parametrize("name", ["sdxl", "flux-1-schnell"])
def test_a_model_that_may_be_otherwise_needs_neither(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    with_library(monkeypatch, there=False)
    assert executor(monkeypatch, {"gpus": 0}).hindrance(CATALOG[name]) is None
