"""What `models download --all` leaves out; LoRAs; what cut-off downloads left behind."""

import asyncio
import hashlib
import re
import signal

import pytest

from generation.catalog import Catalog
from tests.unit.bot.cli.conftest import TURBO, Host, row

LORA = "ZB-Tech/Text-to-Image"
GRAIN = (
    f"[loras.grain]\ntitle = 'Grain'\nbase = 'sdxl'\nrepo = '{LORA}'\n"
    "file = 'pytorch_lora_weights.safetensors'\nlicence = { name = 'MIT', commercial = true }\n"
)


@pytest.mark.long
async def test_all_leaves_out_what_this_host_can_not_or_may_not_paint_with(host: Host):
    shown = {"demo", "sdxl-turbo", "sd-3-5-medium", "juggernaut-xi", "zb-tech"}
    shipped = Catalog.load()
    away = [name for name in shipped if name not in shown]
    away += [f"tools.{name}" for name in shipped.tools if name not in {"clip", "gfpgan"}]
    host.own("".join(f"[{name}]\nhidden = true\n" for name in away))
    code, said, complained = await host.run("download --all")
    assert (code, complained) == (0, "")
    assert said.splitlines()[:-3] == [
        "demo: a folder on this host, there is nothing to download",
        "juggernaut-xi: not downloaded before EASEL_ACCEPT_LICENSES names juggernaut-xi-card; read"
        " https://huggingface.co/RunDiffusion/Juggernaut-XI-v11 first",
        "zb-tech: painted by a hosted API, there is nothing to download",
        "gfpgan: not downloaded before EASEL_ACCEPT_LICENSES names gfpgan; read"
        " https://github.com/TencentARC/GFPGAN/blob/master/LICENSE first",
        "sd-3-5-medium: not downloaded: it is kept in 4 bits, which needs an NVIDIA GPU",
    ]
    assert "sdxl-turbo: complete" in said
    assert "clip: complete" in said
    asked = {asked.repo for asked in host.hub.asked}
    assert asked == {TURBO, "madebyollin/sdxl-vae-fp16-fix", "openai/clip-vit-large-patch14"}


@pytest.mark.long
async def test_a_lora_of_the_catalog_is_listed_downloaded_and_checked(host: Host):
    host.own(GRAIN)
    code, table, _ = await host.run("check grain")
    assert code == 1
    assert row(table, "lora:grain")[-1] == "python -m bot models download lora:grain"
    code, said, _ = await host.run("download lora:grain")
    assert code == 0
    assert re.fullmatch(r"lora:grain: complete, \d\.\d MiB of weights are here\n", said)
    assert [asked.name for asked in host.hub.bodies(LORA)] == ["pytorch_lora_weights.safetensors"]
    assert f'"{LORA}"' in (host.folder / "data" / "models.lock").read_text()
    code, table, _ = await host.run("check grain")
    assert (code, row(table, "lora:grain")[-1]) == (0, "whole")
    code, table, _ = await host.run("list")
    assert row(table, "grain")[:5] == ["grain", "Grain", "sdxl", "MIT", "all here"]


@pytest.mark.long
async def test_models_and_loras_go_by_the_names_that_members_type(host: Host):
    host.own(GRAIN)
    code, table, _ = await host.run("check Turbo klein lora:GRAIN")
    assert code == 1
    for name in ("sdxl-turbo", "flux-2-klein", "lora:grain"):
        assert row(table, name)[-1] == f"python -m bot models download {name}"


async def test_who_names_none_or_several_is_told_which_there_are(host: Host):
    code, _, complained = await host.run("download lightning")
    assert code == 2
    assert complained.startswith("lightning is the name of no model; 6 have it in theirs: sdxl-li")
    code, _, complained = await host.run("download SDXL-Trubo")
    assert code == 2
    assert complained.startswith("There is no model SDXL-Trubo. Did you mean sdxl-turbo? There are")


async def test_a_damaged_lora_is_downloaded_again(host: Host):
    host.own(GRAIN)
    await host.run("download grain")
    (file,) = (host.folder / "hub").rglob("snapshots/*/pytorch_lora_weights.safetensors")
    file.resolve().write_bytes(b"x" * 9)
    code, said, _ = await host.run("download grain")
    assert code == 0
    assert said.startswith("lora:grain: pytorch_lora_weights.safetensors was damaged, and is")


@pytest.mark.long
async def test_what_an_abandoned_download_left_is_told_of_and_deleted(host: Host):
    await host.run("download sdxl-turbo")
    (blobs,) = (host.folder / "hub").rglob("models--stabilityai--sdxl-turbo/blobs")
    other = host.hub.repos[TURBO] / "sd_xl_turbo_1.0_fp16.safetensors"
    useful = blobs / f"{hashlib.sha256(other.read_bytes()).hexdigest()}.incomplete"
    useless = blobs / f"{'0' * 64}.incomplete"
    useful.write_bytes(b"x")
    useless.write_bytes(bytes(3 * 1024**2))
    code, table, _ = await host.run("check sdxl-turbo")
    assert code == 0
    assert f"Unfinished downloads of {TURBO} take 3 MiB. python -m bot models download" in table
    _, said, _ = await host.run("download sdxl-turbo")
    assert said.endswith("3.0 MiB of unfinished downloads were of no use, and are deleted\n")
    assert useful.exists()
    assert not useless.exists()


async def test_one_that_is_ended_ends_what_downloads_and_says_so(host: Host):
    host.slow(60)
    process = await host.start("download sdxl-turbo")
    async with asyncio.timeout(60):
        while not host.partial.exists():
            await asyncio.sleep(0.02)
    process.terminate()  # it alone, as whoever runs it would
    async with asyncio.timeout(20):
        code, _, complained = await host.end_of(process)
    assert code == 128 + signal.SIGTERM
    assert complained.rstrip().endswith("the same command goes on there.")
