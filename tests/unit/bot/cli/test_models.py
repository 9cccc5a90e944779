"""`python -m bot models list`, `download` and `check`, as a host types them."""

import asyncio
import os
import re
import shutil
import signal
from pathlib import Path

import pytest

from tests.small_models.cache import small_repos
from tests.small_models.hub import At
from tests.support.pickles import pickle_that_makes
from tests.unit.bot.cli.conftest import TURBO, UNET, Host, row

MEDIUM = "stabilityai/stable-diffusion-3.5-medium"


async def test_download_brings_what_the_loader_needs_and_check_finds_it_whole(host: Host):
    code, said, _ = await host.run("download sdxl-turbo sdxl-lightning-4")
    assert code == 0
    assert re.fullmatch(
        r"\d\.\d MiB are to be downloaded, \S+ GiB are free\n"
        r"sdxl-turbo: complete, 4\.\d MiB of weights are here\n"
        r"sdxl-lightning-4: complete, 4\.\d MiB of weights are here\n",
        said,
    )
    fetched = {asked.name for asked in host.hub.bodies(TURBO)}
    assert UNET in fetched
    assert "sd_xl_turbo_1.0_fp16.safetensors" not in fetched
    # What the entries leave open is decided, as by a download of the bot's own.
    lock = (host.folder / "data" / "models.lock").read_text()
    assert '"ByteDance/SDXL-Lightning"' in lock
    code, table, _ = await host.run("check")
    assert code == 0
    assert row(table, "sdxl-turbo")[-1] == "whole"
    assert "Not here, or not all of it: sdxl," in table


@pytest.mark.long
async def test_a_download_that_was_killed_transfers_only_the_rest(host: Host):
    host.slow(6)
    killed = await host.start("download sdxl-turbo")
    await host.until_half()
    os.killpg(killed.pid, signal.SIGKILL)
    _, _, drawn = await host.end_of(killed)
    assert re.search(r"sdxl-turbo: +[1-5]\d%.* \d\.\d+M/4\.\d+M ", drawn)
    here = host.partial.stat().st_size
    host.hub.faults.clear()
    before = len(host.hub.asked)
    code, said, _ = await host.run("download sdxl-turbo")
    assert (code, "sdxl-turbo: complete" in said) == (0, True)
    again = [
        asked
        for asked in host.hub.asked[before:]
        if asked.at is At.BODY and asked.repo == TURBO and asked.name.endswith(".safetensors")
    ]
    assert [(asked.name, asked.range) for asked in again] == [(UNET, f"bytes={here}-")]
    code, table, _ = await host.run("check sdxl-turbo")
    assert (code, row(table, "sdxl-turbo")[-1]) == (0, "whole")


async def test_an_interrupted_one_says_that_it_can_go_on(host: Host):
    host.slow(60)
    process = await host.start("download sdxl-turbo")
    async with asyncio.timeout(60):
        while not host.partial.exists():
            await asyncio.sleep(0.02)
    os.killpg(process.pid, signal.SIGINT)
    code, _, complained = await host.end_of(process)
    assert code == 130
    assert complained.rstrip().endswith(
        "Interrupted. What came is kept: the same command goes on there."
    )
    assert "Traceback" not in complained


async def test_one_that_can_not_be_had_keeps_the_others_from_nothing(host: Host):
    code, said, complained = await host.run("download sd-3-5-medium sdxl-turbo")
    assert code == 1
    # On a slow host the other one's progress follows.
    assert complained.startswith(
        "sd-3-5-medium: SD 3.5 Medium is gated. Whoever runs Easel has to accept its terms at"
        f" https://huggingface.co/{MEDIUM} and give Easel HF_TOKEN of the account that did.\n"
    )
    assert "sdxl-turbo: complete" in said


async def test_what_needs_a_licence_is_not_downloaded_before_that_is_accepted(host: Host):
    code, _, complained = await host.run("download sdxl-turbo", EASEL_ACCEPT_LICENSES="")
    assert code == 1
    assert complained == (
        "sdxl-turbo: not downloaded before EASEL_ACCEPT_LICENSES names sai-nc-community; read"
        " https://stability.ai/license first\n"
    )
    assert host.hub.asked == []


async def test_what_is_not_to_be_downloaded_is_said_to_be_here_already(host: Host):
    code, said, _ = await host.run("download demo zb-tech")
    assert code == 0
    assert said == (
        "demo: a folder on this host, there is nothing to download\n"
        "zb-tech: painted by a hosted API, there is nothing to download\n"
    )


@pytest.mark.parametrize("line", ["download nonsense", "check nonsense", "download", ""])
async def test_a_wrong_command_line_ends_with_2(host: Host, line: str):
    code, said, complained = await host.run(line)
    assert (code, said) == (2, "")
    if "nonsense" in line:
        assert complained.startswith("There is no model nonsense. There are: demo, sdxl-turbo, ")


@pytest.mark.long
async def test_a_damaged_file_is_found_and_downloaded_again(host: Host):
    await host.run("download sdxl-turbo")
    (unet,) = (host.folder / "hub").rglob(UNET)
    data = bytearray(unet.read_bytes())
    data[-1] ^= 1
    unet.resolve().write_bytes(data)
    code, table, _ = await host.run("check")
    assert code == 1
    assert row(table, "sdxl-turbo")[-2:] == [
        f"{UNET} is damaged: it is not what Hugging Face has",
        "python -m bot models download sdxl-turbo",
    ]
    code, said, _ = await host.run("download sdxl-turbo")
    assert code == 0
    assert said.startswith(f"sdxl-turbo: {Path(UNET).name} was damaged, and is downloaded again\n")
    code, _, _ = await host.run("check sdxl-turbo")
    assert code == 0


@pytest.mark.long
async def test_a_pickle_is_told_of_and_never_opened(host: Host, tmp_path: Path):
    marker = tmp_path / "marker"
    host.hub.repos[TURBO] = shutil.copytree(small_repos() / TURBO, tmp_path / "turbo")
    (host.hub.repos[TURBO] / UNET).write_bytes(pickle_that_makes(marker))
    code, _, complained = await host.run("download sdxl-turbo")
    assert code == 1
    assert "that is no safetensors file but a pickle, which could run code" in complained
    code, table, _ = await host.run("check")
    assert code == 1
    assert "is a pickle, which could run code: Easel never opens it" in table
    assert not marker.exists()


@pytest.mark.long
async def test_a_model_that_is_named_is_expected_to_be_here(host: Host):
    code, table, _ = await host.run("check sdxl-turbo zb-tech")
    assert code == 1
    assert table.startswith("zb-tech: painted by a hosted API, there is nothing to check\n")
    assert row(table, "sdxl-turbo")[-2:] == [
        f"{TURBO} is not here, or not all of it",
        "python -m bot models download sdxl-turbo",
    ]


async def test_list_tells_of_each_model_what_is_here_and_what_is_to_come(host: Host):
    await host.run("download sdxl-turbo")
    code, table, _ = await host.run("list", EASEL_ACCEPT_LICENSES="sai-nc-community")
    assert code == 0
    assert row(table, "sdxl-turbo") == [
        *("sdxl-turbo", "SDXL-Turbo", "local", "sai-nc-community (accepted)"),
        *("all here", "5 MiB", "2–8.5 GiB"),
    ]
    assert row(table, "sd-2-1")[2:5] == ["local", "openrail++", "not here"]
    assert re.fullmatch(r"\d MiB", row(table, "sd-2-1")[5])
    assert row(table, "sd-3-5-medium")[3:5] == [
        "stability-community (to be accepted)",
        "not here: gated",
    ]
    assert row(table, "zb-tech")[2:] == ["hosted", "openrail++", "–"]
    assert row(table, "demo")[0] == "demo*"
    assert table.rstrip().splitlines()[-1].startswith("* the default model: this host has neither")


@pytest.mark.long
async def test_list_tells_of_what_is_here_also_where_its_licence_is_not_accepted(host: Host):
    await host.run("download sdxl-turbo")
    _, table, _ = await host.run("list", EASEL_ACCEPT_LICENSES="")
    assert row(table, "sdxl-turbo")[3:6] == [
        "sai-nc-community (to be accepted)",
        "all here",
        "5 MiB",
    ]


@pytest.mark.long
async def test_list_says_how_many_models_the_processor_paints_slowly(host: Host):
    _, table, _ = await host.run("list", EASEL_ACCEPT_LICENSES="")
    assert re.search(r"^\d+ models were made for a GPU: .* processor paints$", table, re.MULTILINE)


@pytest.mark.long
async def test_a_folder_that_is_not_there_is_said_to_be_so(host: Host):
    title = 'title = "Mine"\ndescription = "Mine."\nbase = "sdxl-turbo"\n'
    licence = 'licence = { name = "MIT", link = "https://mit.example", commercial = true }\n'
    checkpoint = 'checkpoint = { repo = "./gone", file = "mine.safetensors" }\n'
    host.own(
        f'[whole]\n{title}{licence}repo = "./gone"\n\n'
        f"[part]\n{title.replace('Mine', 'Part')}{licence}{checkpoint}"
    )
    _, table, _ = await host.run("list")
    assert row(table, "whole")[4] == "not here: its folder is not there"
    code, table, _ = await host.run("check")
    assert code == 1
    assert "Mine: its folder holds no model_index.json on this host" in row(table, "whole")[3]
    assert row(table, "part")[3].startswith(f"{TURBO} is not here")
    assert "Part: its folder holds no mine.safetensors on this host" in table
    assert "Not here, or not all of it: " in table


@pytest.mark.long
async def test_list_works_without_a_hub(host: Host):
    await host.run("download sdxl-turbo")
    code, table, _ = await host.run("list", HF_ENDPOINT="http://127.0.0.1:9")
    assert code == 0
    assert row(table, "sdxl-turbo")[4:6] == ["all here", "5 MiB"]
    assert row(table, "sd-2-1")[4:6] == ["not here", "?"]
