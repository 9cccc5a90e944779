"""`models list`, `download` and `check` of tools: what was trusted once is what is taken then."""

import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.small_models.cache import release_files
from tests.small_models.hub.releases import Releases, serve_releases
from tests.unit.bot.cli.conftest import Host, row

TOOL = """
[tools.small-x4]
title = "Small"
description = "Small."
kind = "upscaler"
url = "{url}"
scale = {scale}
licence = {{ name = "MIT", commercial = true }}
"""


@pytest_asyncio.fixture
async def releases(host: Host, tmp_path: Path) -> AsyncIterator[Releases]:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "x4.pth").write_bytes((release_files() / "general.pth").read_bytes())
    async with serve_releases(folder) as running:
        say(host, running)
        yield running


def say(host: Host, releases: Releases, scale: int = 4) -> None:
    data = host.folder / "data"
    data.mkdir(exist_ok=True)
    text = TOOL.format(url=releases.url_of("x4.pth"), scale=scale)
    (data / "models.toml").write_text(text)


@pytest.mark.long
async def test_what_is_trusted_at_the_first_download_is_kept_to(host: Host, releases: Releases):
    code, said, _ = await host.run("download small-x4")
    assert (code, said) == (0, "small-x4: complete, 0.0 MiB of weights are here\n")
    sha256 = hashlib.sha256((releases.folder / "x4.pth").read_bytes()).hexdigest()
    lock = (host.folder / "data" / "models.lock").read_text()
    assert f'"{releases.url_of("x4.pth")}" = "{sha256}"' in lock
    code, table, _ = await host.run("check small-x4")
    assert code == 0
    assert row(table, "small-x4")[-1] == "whole"
    _, table, _ = await host.run("list")
    assert row(table, "small-x4")[2:5] == ["upscaler", "MIT", "all here"]

    # Another file at that address is not taken any more.
    (path,) = (host.folder / "hub").rglob("x4.pth")
    path.unlink()
    (releases.folder / "x4.pth").write_bytes(b"another")
    code, _, complained = await host.run("download small-x4")
    assert code == 1
    assert "not the file that it should be" in complained


@pytest.mark.long
async def test_a_damaged_file_is_found_and_downloaded_again(host: Host, releases: Releases):
    await host.run("download small-x4")
    (path,) = (host.folder / "hub").rglob("x4.pth")
    path.write_bytes(b"damaged")
    code, table, _ = await host.run("check")
    assert code == 1
    assert "x4.pth is damaged: it is not what its entry names" in table
    code, said, _ = await host.run("download small-x4")
    assert code == 0
    assert "x4.pth was damaged, and is downloaded again" in said
    assert releases.asked


@pytest.mark.long
async def test_check_opens_a_file_and_says_where_it_is_another_than_its_entry_says(
    host: Host, releases: Releases
):
    say(host, releases, scale=2)
    await host.run("download small-x4")
    code, table, _ = await host.run("check small-x4")
    assert code == 1
    assert "makes pictures 4 times as large, not 2" in table


@pytest.mark.long
async def test_a_preview_decoder_is_fetched_and_opened(host: Host):
    code, said, complained = await host.run("download taesdxl")
    assert code == 0, complained
    assert said.startswith("taesdxl: complete")
    _, table, _ = await host.run("list")
    assert row(table, "taesdxl")[2:5] == ["preview decoder", "MIT", "all here"]
    code, table, _ = await host.run("check taesdxl")
    assert (code, row(table, "taesdxl")[-1]) == (0, "whole")
    (config,) = (host.folder / "hub").rglob("snapshots/*/config.json")
    config.unlink()
    config.write_text('{"_class_name": "AutoencoderTiny", "latent_channels": 9}')
    code, table, _ = await host.run("check taesdxl")
    assert code == 1


@pytest.mark.long
async def test_a_picture_classifier_is_fetched_without_the_rest_of_its_repo_and_tried(host: Host):
    code, said, complained = await host.run("download nsfw-detection")
    assert code == 0, complained
    assert said.startswith("nsfw-detection: complete")
    (snapshot,) = (host.folder / "hub").rglob("models--Falconsai*/snapshots/*")
    needed = ["config.json", "model.safetensors", "preprocessor_config.json"]
    assert sorted(path.name for path in snapshot.iterdir()) == needed
    assert "Falconsai/nsfw_image_detection" in (host.folder / "data" / "models.lock").read_text()
    _, table, _ = await host.run("list")
    assert row(table, "nsfw-detection")[2:5] == ["picture classifier", "Apache-2.0", "all here"]
    code, table, _ = await host.run("check nsfw-detection")
    assert (code, row(table, "nsfw-detection")[-1]) == (0, "whole")
    (host.folder / "data" / "models.toml").write_text('[tools.nsfw-detection]\nlabels = ["gore"]\n')
    code, table, _ = await host.run("check nsfw-detection")
    assert code == 1
    assert "knows no label gore, only normal, nsfw" in table
