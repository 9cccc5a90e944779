"""Files are looked at before and after they are fetched."""

import shutil
from hashlib import sha256
from pathlib import Path
from types import SimpleNamespace

import pytest

from generation.catalog import Catalog
from generation.worker import fetch
from generation.worker.load_errors import LoadError

SPEC = Catalog.load()["sdxl"]


def test_a_disk_without_room_is_said_before_anything_is_fetched(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=2 * 1024**3))
    fetch._check_space(2 * 1024**3, SPEC)
    with pytest.raises(LoadError) as caught:
        fetch._check_space(7 * 1024**3, SPEC)
    assert str(caught.value) == (
        "The host's disk has no room for SDXL: 7.0 GiB are to be downloaded, 2.0 GiB are free."
        " Whoever runs Easel has to make some."
    )


def test_a_file_that_is_not_what_its_name_says_is_thrown_away(tmp_path: Path) -> None:
    right, wrong = (tmp_path / sha256(data).hexdigest() for data in (b"right", b"wrong"))
    right.write_bytes(b"right")
    wrong.write_bytes(b"other")
    small = tmp_path / "config.json"
    small.write_text("{}")
    links = []
    for target in (right, wrong, small):
        link = tmp_path / f"{target.name[:6]}.link"
        link.symlink_to(target)
        links.append(link)
    with pytest.raises(LoadError, match="SDXL were damaged on their way"):
        fetch._check_hashes(links, SPEC)
    assert [link.exists() for link in links] == [True, False, True]
    assert not wrong.exists()
