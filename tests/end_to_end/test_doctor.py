"""`python -m bot doctor`, run as hosts run it, against the playground and a local hub.

Once with all in order, then with one thing broken at a time.
"""

import asyncio
import json
import os
import shutil
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.database import Database
from bot.health import Heartbeat
from generation.store import JobStore
from playground import permissions
from playground.seed import BOT_ROLE_ID, GUILD_ID
from playground.server import Playground
from tests.small_models.hub import Hub
from tests.small_models.repos import serve_small_repos
from tests.support.bot_process import ROOT
from tests.support.jobs import make_origin, make_request

pytestmark = pytest.mark.asyncio(loop_scope="session")

TURBO = "stabilityai/sdxl-turbo"
VAE = "madebyollin/sdxl-vae-fp16-fix"  # in place of Turbo's own
COMMIT = "71153311d3dbb46851df1931d3ca6e939de83304"
HF_TOKEN = "hf_abcdefghijklmnopqrstuvwxyz"


@dataclass
class Host:
    """All that a run of the doctor looks at."""

    playground: Playground
    hub: Hub
    folder: Path
    downloaded: Path  # a cache with all of a model
    environment: dict[str, str] = field(default_factory=dict)

    async def doctor(self, *arguments: str, **environment: str) -> tuple[int, str, str]:
        """Exit code, stdout, stderr."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "doctor", *arguments),
            cwd=self.folder,
            env={**self.environment, **environment},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        async with asyncio.timeout(90):
            out, err = await process.communicate()
        assert process.returncode is not None
        said = out.decode(), err.decode()
        assert "Traceback" not in said[1]
        for secret in (self.environment["DISCORD_TOKEN"], environment.get("DISCORD_TOKEN")):
            assert not secret or secret not in said[0] + said[1]
        assert HF_TOKEN not in said[0] + said[1]
        return process.returncode, *said

    async def findings(self, **environment: str) -> tuple[int, list[dict[str, Any]]]:
        """Exit code, and what is not ok."""
        code, out, err = await self.doctor("--json", **environment)
        assert err == ""
        told = json.loads(out)
        assert told["exit_code"] == code
        return code, [each for each in told["findings"] if each["state"] != "ok"]


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def servers(
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[tuple[Playground, Hub, Path]]:
    cache = tmp_path_factory.mktemp("downloaded")
    async with serve_small_repos() as hub, Playground(port=0) as playground:
        hub.tokens[HF_TOKEN] = set(hub.gated)
        script = (
            "from huggingface_hub import snapshot_download as get;"
            f"get({TURBO!r}, revision={COMMIT!r},"
            " allow_patterns=['*.json', '*.txt', '*.fp16.safetensors']);"
            f"get({VAE!r}, allow_patterns=['config.json', 'diffusion_pytorch_model.safetensors'])"
        )
        getting = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", script),
            env={**_bare(), "HF_ENDPOINT": hub.url, "HF_HOME": str(cache)},
            stderr=asyncio.subprocess.DEVNULL,
        )
        assert await getting.wait() == 0
        yield playground, hub, cache


@pytest_asyncio.fixture(loop_scope="session")
async def host(servers: tuple[Playground, Hub, Path], tmp_path: Path) -> AsyncIterator[Host]:
    """A host that lacks nothing, for a test to break."""
    playground, hub, cache = servers
    data = tmp_path / "data"
    async with Database.open(data) as database:
        await JobStore(database).create(make_request(), make_origin(1, 100))
    downloaded = tmp_path / "cache"
    shutil.copytree(cache, downloaded, symlinks=True)
    host = Host(playground, hub, tmp_path, downloaded)
    host.environment = {
        **_bare(),
        "DISCORD_TOKEN": playground.bot_token,
        "DISCORD_API_URL": playground.api_url,
        "EASEL_ACCEPT_LICENSES": "sai-nc-community",
        "EASEL_DATA_DIR": str(data),
        "EASEL_DEVICE": "cpu",
        "HF_ENDPOINT": hub.url,
        "HF_HOME": str(downloaded),
    }
    yield host
    hub.down = False
    playground.world.guilds[GUILD_ID].roles[BOT_ROLE_ID].permissions = BOT_MAY
    playground.world.guilds[GUILD_ID].roles[GUILD_ID].permissions = BOT_MAY


BOT_MAY = permissions.IN_DM | permissions.SEND_MESSAGES_IN_THREADS


def _bare() -> dict[str, str]:
    named = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**named, "PYTHONPATH": str(ROOT)}


def graver(findings: list[dict[str, Any]], *states: str) -> list[tuple[str, str]]:
    """State and subject of those that are more than notes."""
    assert all(each["remedy"] for each in findings)
    states = states or ("error", "warning")
    return [(each["state"], each["subject"]) for each in findings if each["state"] in states]


@pytest.mark.long
async def test_a_host_that_lacks_nothing_is_told_so_and_its_running_bot_is_left_alone(host: Host):
    data = Path(host.environment["EASEL_DATA_DIR"])
    before = _names(host.folder)
    report = {"waiting": 2, "device": "CPU", "calls_paused": False}
    async with Database.open(data) as database:  # as a running bot has it
        beating = asyncio.create_task(Heartbeat(data, lambda: report).run())
        try:
            code, out, _ = await host.doctor()
        finally:
            beating.cancel()
        await JobStore(database).create(make_request(), make_origin(1, 200))
    assert code == 0, out
    rows = [line for line in out.splitlines() if line.startswith(("✔", "·", "▲", "✘"))]
    assert {row[0] for row in rows} == {"✔", "·"}, out
    for found in (
        "The bot serves: 2 waiting, on CPU.",
        "takes the token, of Easel",
        "the bot has all it needs in 1: Playground",
        "whole, of this Easel's schema, 1 jobs",
        f"{host.hub.url} answers",
        "all 19 files here",
        "ships with Easel",
    ):
        assert found in out
    assert "#no-bots (Send Messages)" in out  # a note: it may be on purpose
    assert _names(host.folder) == before


@pytest.mark.long
async def test_a_wrong_discord_token(host: Host):
    code, found = await host.findings(DISCORD_TOKEN="MTEwMDAwMDAwMDAwMDAwMDAw.GaBcDe.not-this-one")
    assert code == 4
    assert graver(found) == [("error", "discord")]
    (row,) = (each for each in found if each["subject"] == "discord")
    assert row["found"] == "does not take DISCORD_TOKEN"
    assert row["remedy"].startswith("Reset it in the developer portal")


@pytest.mark.long
async def test_a_permission_that_lacks_in_a_guild(host: Host):
    roles = host.playground.world.guilds[GUILD_ID].roles
    for role_id in (BOT_ROLE_ID, GUILD_ID):
        roles[role_id].permissions = BOT_MAY & ~permissions.ATTACH_FILES
    code, found = await host.findings()
    assert code == 0
    assert graver(found) == [("warning", "guild Playground")]
    (row,) = (each for each in found if each["subject"] == "guild Playground")
    assert row["found"] == "the bot lacks: Attach Files"
    assert f"guild_id={GUILD_ID}" in row["remedy"]


@pytest.mark.long
async def test_a_hub_that_is_down_where_the_default_model_is_here(host: Host):
    host.hub.down = True
    code, found = await host.findings(EASEL_DEFAULT_MODEL="demo")
    assert code == 0
    assert graver(found) == [("warning", name) for name in ("hub", "models", "screening")]
    (row,) = (each for each in found if each["subject"] == "models")
    assert "sdxl-turbo" not in row["found"]  # all of it is here
    assert "sdxl-lightning-4" in row["found"]


@pytest.mark.long
async def test_a_hub_out_of_reach_where_the_default_model_is_not_here(host: Host):
    shutil.rmtree(host.downloaded)
    code, found = await host.findings(
        EASEL_DEFAULT_MODEL="sdxl-turbo", HF_ENDPOINT="http://127.0.0.1:1"
    )
    assert code == 1
    assert ("error", "model sdxl-turbo") in graver(found)
    assert ("warning", "hub") in graver(found)


@pytest.mark.long
async def test_too_little_room(host: Host):
    code, found = await host.findings(EASEL_MIN_FREE_MIB="1000000000")
    assert code == 3
    assert graver(found) == [("error", "disk, data")]
    assert "with less than 1,000,000,000 no request is taken" in str(found)


@pytest.mark.long
async def test_a_damaged_database(host: Host):
    file = Path(host.environment["EASEL_DATA_DIR"], "easel.sqlite")
    good = Path(host.environment["EASEL_DATA_DIR"], "backups", "monday.sqlite")
    good.parent.mkdir()
    shutil.copy(file, good)
    whole = file.read_bytes()
    file.write_bytes(whole[:4096] + b"\x55" * (len(whole) - 4096))
    damaged = file.read_bytes()
    code, found = await host.findings()
    assert code == 3
    assert graver(found) == [("error", "database")]
    (row,) = (each for each in found if each["subject"] == "database")
    assert "is damaged" in row["found"]
    assert f"restore {good}" in row["remedy"]
    assert file.read_bytes() == damaged


@pytest.mark.long
async def test_a_file_of_the_default_model_that_lacks_is_downloaded_later(host: Host):
    (weights,) = host.downloaded.rglob("unet/*.fp16.safetensors")
    weights.resolve().unlink()
    weights.unlink()
    code, found = await host.findings(EASEL_DEFAULT_MODEL="sdxl-turbo")
    assert code == 0
    (row,) = (each for each in found if each["subject"] == "model sdxl-turbo")
    assert row["state"] == "note"
    assert "partly here: 1 files lack" in row["found"]
    assert "unet/diffusion_pytorch_model.fp16.safetensors" in row["found"]
    assert "models download sdxl-turbo" in row["remedy"]
    assert not weights.exists()  # looking has fetched nothing


@pytest.mark.long
async def test_a_gpu_is_asked_for_where_there_is_none(host: Host):
    code, found = await host.findings(EASEL_DEVICE="cuda", CUDA_VISIBLE_DEVICES="")
    assert code == 2  # no model is left that could be the default one
    assert graver(found)[0] == ("error", "device")
    (row,) = (each for each in found if each["subject"] == "device")
    assert "EASEL_DEVICE=cuda can't be used" in row["found"]
    assert "NVIDIA's driver" in row["remedy"]


@pytest.mark.long
async def test_wrong_settings_are_told_with_all_the_rest_also_in_plain_ascii(host: Host):
    code, out, _ = await host.doctor(
        DISCORD_TOKEN="", EASEL_JOB_TIMEOUT_S="5", EASEL_MAX_WAITTING="5", PYTHONIOENCODING="ascii"
    )
    assert code == 2
    assert "x error    settings" in out
    assert "EASEL_JOB_TIMEOUT_S=5 is not allowed: it must be a whole number" in out
    assert "EASEL_MAX_WAITTING is no setting of Easel" in out
    assert "-> Did you mean EASEL_MAX_WAITING?" in out
    assert "x error    discord" in out
    assert "-> Put the bot's token into .env" in out
    assert "3 errors" in out
    assert "+ ok       database" in out
    assert out.isascii()


def _names(folder: Path) -> set[str]:
    """All that lies there, but for what SQLite keeps beside an open database, and locks."""
    found = {path for path in folder.rglob("*") if path.is_file()}
    return {str(path) for path in found if path.suffix not in (".sqlite-wal", ".sqlite-shm")}
