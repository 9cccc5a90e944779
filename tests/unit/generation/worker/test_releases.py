"""Files of releases: fetched from where their entry says alone, and only as what it says."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from huggingface_hub import constants

from generation.catalog import ToolSpec
from generation.worker import releases
from generation.worker.load_errors import LoadError
from tests.small_models.hub.releases import Releases, serve_releases
from tests.unit.generation.worker.tools import tool

DATA = bytes(range(256)) * 2000
SHA256 = hashlib.sha256(DATA).hexdigest()


@pytest_asyncio.fixture
async def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Releases]:
    monkeypatch.setattr(constants, "HF_HUB_CACHE", str(tmp_path / "cache"))
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "x4.pth").write_bytes(DATA)
    async with serve_releases(folder) as running:
        yield running


def _entry(served: Releases, sha256: str | None = SHA256, **fields: object) -> ToolSpec:
    entry = tool(Path("/nowhere/x4.pth"), scale=4)
    changes = {"repo": None, "file": None, "url": served.url_of("x4.pth"), "sha256": sha256}
    return ToolSpec.model_validate({**entry.model_dump(), **changes, **fields})


async def test_it_is_fetched_once_and_found_then(served: Releases):
    told: list[tuple[int, int]] = []
    release = await asyncio.to_thread(releases.bring, _entry(served), lambda *at: told.append(at))
    assert release.path.read_bytes() == DATA
    assert (release.path.name, release.sha256) == ("x4.pth", SHA256)
    assert told[-1] == (len(DATA), len(DATA))
    asked = len(served.asked)
    assert await asyncio.to_thread(releases.bring, _entry(served)) == release
    assert len(served.asked) == asked


async def test_no_token_goes_along(served: Releases, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    await asyncio.to_thread(releases.bring, _entry(served))
    assert [with_token for _, _, with_token in served.asked] == [False, False]


async def test_what_was_cut_off_goes_on_where_it_ended(served: Releases):
    served.cut_after = 200_000
    release = await asyncio.to_thread(releases.bring, _entry(served, bytes=len(DATA)))
    assert release.path.read_bytes() == DATA
    ranges = [given for method, given, _ in served.asked if method == "GET"]
    assert ranges[0] == ""
    assert ranges[1].startswith("bytes=")


async def test_another_file_than_the_entry_names_is_thrown_away(served: Releases):
    with pytest.raises(LoadError, match="not the file that it should be"):
        await asyncio.to_thread(releases.bring, _entry(served, "0" * 64))
    assert releases.here(_entry(served, "0" * 64)) is None
    assert not [path for path in Path(constants.HF_HUB_CACHE).rglob("*") if path.is_file()]


async def test_a_file_without_a_hash_is_only_brought_by_whoever_trusts_it(served: Releases):
    with pytest.raises(LoadError, match="python -m bot models download x4"):
        await asyncio.to_thread(releases.bring, _entry(served, None))
    assert served.asked == []
    release = await asyncio.to_thread(lambda: releases.bring(_entry(served, None), trusting=True))
    assert release.sha256 == SHA256
    assert releases.here(_entry(served)) == release.path


async def test_a_redirect_to_a_host_that_the_entry_does_not_name_is_not_followed(served: Releases):
    served.redirects["x4.pth"] = "http://127.0.0.2:9/x4.pth"
    with pytest.raises(LoadError, match=r"on another host now, 127\.0\.0\.2"):
        await asyncio.to_thread(releases.bring, _entry(served))
    # Even where it does: not without https.
    with pytest.raises(LoadError, match="on another host now"):
        await asyncio.to_thread(releases.bring, _entry(served, redirects=("127.0.0.2",)))


async def test_what_is_not_there_says_so(served: Releases):
    missing = _entry(served, url=served.url_of("gone.pth"))
    with pytest.raises(LoadError, match="HTTP 404"):
        await asyncio.to_thread(releases.bring, missing)
    nobody = _entry(served, url="http://127.0.0.1:9/x4.pth")
    with pytest.raises(LoadError, match="can't be reached"):
        await asyncio.to_thread(releases.bring, nobody)


async def test_a_host_that_is_offline_asks_nobody(
    served: Releases, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(LoadError, match="can't be reached"):
        await asyncio.to_thread(releases.bring, _entry(served))
    assert served.asked == []
