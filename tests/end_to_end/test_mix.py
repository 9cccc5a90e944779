"""Two models are mixed by the command line, from a hub, and members paint with what comes."""

import asyncio
import json
import sys
from pathlib import Path

import pytest

from playground.client import Member
from playground.server import Playground
from tests.small_models.repos import serve_small_repos
from tests.support import png
from tests.support.bot_process import ROOT, BotProcess

pytestmark = pytest.mark.asyncio(loop_scope="session")

OWN = "# our own\n[sdxl]\nsizes = [{ width = 64, height = 64 }]\n"


async def models_mix(environment: dict[str, str], *arguments: str) -> tuple[int, str, str]:
    """Run `python -m bot models mix`; exit code, stdout, stderr."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "models", "mix", *arguments),
        cwd=environment["EASEL_DATA_DIR"],
        env={**environment, "PYTHONPATH": str(ROOT)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(120):
        out, err = await process.communicate()
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


async def test_a_mix_made_by_the_command_line_paints_after_a_restart(tmp_path: Path):
    (tmp_path / "models.toml").write_text(OWN)
    async with serve_small_repos() as hub, Playground(port=0) as playground:
        settings = {"HF_ENDPOINT": hub.url, "HF_HOME": str(tmp_path / "hub")}
        environment = {**settings, "EASEL_DATA_DIR": str(tmp_path)}
        mix = ("realvisxl", "sdxl", "--weight", ".4", "--name", "mine")
        code, out, err = await models_mix(environment, *mix)
        assert code == 0, err
        assert "mine is mixed" in out
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
