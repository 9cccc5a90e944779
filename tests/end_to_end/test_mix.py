"""Two models are mixed by the command line, from a hub, and members paint with what comes."""

import asyncio
import glob
import json
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from playground.client import Member
from playground.server import Playground
from tests.small_models.hub import Fault
from tests.small_models.repos import serve_small_repos
from tests.support import png
from tests.support.bot_process import ROOT, BotProcess

pytestmark = pytest.mark.asyncio(loop_scope="session")

SDXL = "stabilityai/stable-diffusion-xl-base-1.0"
UNET = "unet/diffusion_pytorch_model.fp16.safetensors"
OWN = "# our own\n[sdxl]\nsizes = [{ width = 64, height = 64 }]\n"


async def begin(environment: dict[str, str], *arguments: str) -> asyncio.subprocess.Process:
    """Start `python -m bot models mix`."""
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "models", "mix", *arguments),
        cwd=environment["EASEL_DATA_DIR"],
        env={**environment, "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )


async def models_mix(environment: dict[str, str], *arguments: str) -> tuple[int, str, str]:
    """Run it; exit code, stdout, stderr."""
    return await end_of(await begin(environment, *arguments))


async def end_of(process: asyncio.subprocess.Process) -> tuple[int, str, str]:
    async with asyncio.timeout(120):
        out, err = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


@pytest.mark.long
async def test_a_mix_made_by_the_command_line_paints_after_a_restart(tmp_path: Path):
    (tmp_path / "models.toml").write_text(OWN)
    async with serve_small_repos() as hub, Playground(port=0) as playground:
        settings = {"HF_ENDPOINT": hub.url, "HF_HOME": str(tmp_path / "hub")}
        environment = {**settings, "EASEL_DATA_DIR": str(tmp_path)}
        mix = ("realvisxl", "sdxl", "--weight", ".4", "--name", "mine")
        code, out, err = await models_mix(environment, *mix)
        assert code == 0, err
        assert "mine is mixed" in out
        assert "It is painted with as realvisxl is: 30 to 50 steps" in out
        code, _, err = await models_mix(environment, *mix)
        assert code == 1
        assert err.startswith("There is a mix mine already")
        text = (tmp_path / "models.toml").read_text()
        assert text.startswith(OWN)
        assert "# realvisxl: openrail++, https://huggingface.co/SG161222/RealVisXL_V5.0" in text
        async with (
            BotProcess(playground, tmp_path, EASEL_DEVICE="cpu", **settings) as bot,
            await Member.connect(playground.url, 1) as member,
        ):
            await bot.until("The default model is")
            painting = await member.command(
                "imagine", member.channel("general"), prompt="a red fox", model="mine", seed=7
            )
            message = await painting.picture(timeout=90)
            data = await member.download(message["attachments"][0])
    recipe = json.loads(png.texts(data)["easel"])
    assert png.size(data) == (64, 64)
    assert (recipe["model"], recipe["licence"]) == ("mine", "openrail++")
    assert recipe["num_inference_steps"] == 30


@pytest.mark.long
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
async def test_one_that_is_ended_leaves_neither_a_process_nor_half_a_mix(
    tmp_path: Path, number: signal.Signals
):
    async with mixing(tmp_path) as (process, mixer):
        process.send_signal(number)  # to it alone
        code, out, err = await end_of(process)
    assert (code, out) == (128 + number, "")
    assert err.rstrip().endswith("Interrupted. Nothing was changed.")
    assert not Path(f"/proc/{mixer}").exists()
    assert [path.name for path in (tmp_path / "models").iterdir()] == [".lock"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
@pytest.mark.long
async def test_one_that_is_killed_takes_what_mixes_along(tmp_path: Path):
    async with mixing(tmp_path) as (process, mixer):
        process.kill()
        await end_of(process)
        async with asyncio.timeout(10):
            while is_running(mixer):
                await asyncio.sleep(0.05)


@asynccontextmanager
async def mixing(folder: Path) -> AsyncIterator[tuple[asyncio.subprocess.Process, int]]:
    """A mix that is being made and will be for a minute yet; what mixes, by its process id."""
    async with serve_small_repos() as hub:
        hub.faults.append(Fault(f"{SDXL}/{UNET}", bytes_per_second=50_000))
        settings = {"HF_ENDPOINT": hub.url, "HF_HOME": str(folder / "hub")}
        environment = {**settings, "EASEL_DATA_DIR": str(folder)}
        process = await begin(environment, "sdxl", "realvisxl", "--name", "mine")
        async with asyncio.timeout(60):
            # Folders come and go meanwhile, which Path.rglob does not take.
            while not glob.glob(f"{folder}/hub/**/*.incomplete", recursive=True):
                await asyncio.sleep(0.05)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        assert [path.name for path in (folder / "models").glob(".mixing-*")]
        yield process, int(children[0])


def is_running(pid: int) -> bool:
    """Whether there is such a process, and not only what its parent has not yet taken note of."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except FileNotFoundError:
        return False
