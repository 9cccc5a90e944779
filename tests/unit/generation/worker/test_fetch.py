"""What is missing is known before anything is fetched."""

import shutil
from pathlib import Path
from types import SimpleNamespace

import pytest

from generation.catalog import Catalog, Source
from generation.worker import fetch
from generation.worker.load_errors import LoadError
from generation.worker.transfer import LargeFile

SPEC = Catalog.load()["sdxl"]
GIB = 1024**3


def lacking(folder: Path, *sizes: int) -> fetch.Plan:
    """A plan with files of these sizes to come."""
    files = (LargeFile(f"{size}", size, f"{size}", "", folder / f"{size}") for size in sizes)
    source = Source(repo="test/large")
    return fetch.Plan(source, lambda names: names, folder, (), tuple(files), is_complete=False)


@pytest.fixture
def free(monkeypatch: pytest.MonkeyPatch) -> None:
    """A disk with 2 GiB of room."""
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=2 * GIB))


def test_a_disk_without_room_is_said_before_anything_is_fetched(free: None, tmp_path: Path) -> None:
    fetch.check_space([lacking(tmp_path, 2 * GIB)], SPEC)
    with pytest.raises(LoadError) as caught:
        fetch.check_space([lacking(tmp_path, 4 * GIB), lacking(tmp_path, 3 * GIB)], SPEC)
    assert str(caught.value) == (
        "The host's disk has no room for SDXL: 7.0 GiB are to be downloaded, 2.0 GiB are free."
        " Whoever runs Easel has to make some."
    )


def test_what_came_before_needs_no_more_room(free: None, tmp_path: Path) -> None:
    plan = lacking(tmp_path, 2 * GIB + 100)
    with pytest.raises(LoadError):
        fetch.check_space([plan], SPEC)
    plan.large[0].partial.write_bytes(bytes(100))
    fetch.check_space([plan], SPEC)
