"""What several models lack is summed before the first of them is downloaded."""

from pathlib import Path

import pytest
from huggingface_hub import constants

from generation.catalog import Catalog, Source
from generation.tools._items import Item
from generation.tools._tool_item import ToolItem
from generation.tools.download import _has_room
from generation.worker import fetch
from generation.worker.fetch import Plan
from generation.worker.transfer import LargeFile

MIB = 1024**2
CATALOG = Catalog.load()


def wanted(folder: Path, name: str, *blobs: str) -> tuple[Item, list[Plan]]:
    """A model of which files of 6 MiB lack."""
    large = tuple(LargeFile(blob, 6 * MIB, blob, "", folder / blob) for blob in blobs)
    source = Source(repo=CATALOG[name].repo)
    plan = Plan(source, lambda names: names, folder, tuple(blobs), large, is_complete=False)
    return Item(CATALOG[name]), [plan]


@pytest.fixture(autouse=True)
def free(monkeypatch: pytest.MonkeyPatch) -> None:
    """10 MiB are free."""
    monkeypatch.setattr(fetch, "free_space", lambda: 10 * MIB)


def test_what_fits_one_by_one_and_not_together_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert not _has_room([wanted(tmp_path, "sdxl", "a"), wanted(tmp_path, "sd-2-1", "b")])
    said = capsys.readouterr().err.splitlines()
    assert "no room for all of them: 12.0 MiB are to be downloaded, 10.0 MiB are free" in said[0]
    assert said[1:] == ["sdxl: 6.0 MiB", "sd-2-1: 6.0 MiB"]


def test_what_models_share_is_counted_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _has_room([wanted(tmp_path, "sdxl", "a"), wanted(tmp_path, "realvisxl", "a")])
    assert capsys.readouterr().out == "6.0 MiB are to be downloaded, 10.0 MiB are free\n"


def test_what_came_before_needs_no_room(tmp_path: Path) -> None:
    (tmp_path / "a.incomplete").write_bytes(bytes(5 * MIB))
    assert _has_room([wanted(tmp_path, "sdxl", "a"), wanted(tmp_path, "sd-2-1", "b")])


def test_the_file_of_a_tool_that_no_repo_has_is_counted_as_well(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path))
    changes = {"bytes": 6 * MIB, "url": "https://example.org/x4.pth", "sha256": "a" * 64}
    tool = CATALOG.tools["real-esrgan-x4"].model_copy(update=changes)
    items = [wanted(tmp_path, "sdxl", "a"), (ToolItem(tool), ToolItem(tool).plans())]
    assert not _has_room(items)
    said = capsys.readouterr().err.splitlines()
    assert "12.0 MiB are to be downloaded, 10.0 MiB are free" in said[0]
    assert said[1:] == ["sdxl: 6.0 MiB", "real-esrgan-x4: 6.0 MiB"]
    here = tmp_path / "releases" / ("a" * 64) / "x4.pth"
    here.parent.mkdir(parents=True)
    here.write_bytes(b"here")
    assert ToolItem(tool).plans() == []
