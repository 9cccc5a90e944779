"""The picture classifier, from a small hub: missing, there, broken; and what is brought to it."""

import asyncio
import hashlib
import json
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from playground.client import Member
from playground.client.parts import Upload
from playground.server import Playground
from tests.end_to_end._stage import title
from tests.small_models.cache import release_files
from tests.small_models.hub import Fault, Hub
from tests.small_models.repos import serve_small_repos
from tests.support import png
from tests.support.bot_process import BotProcess
from tests.support.rows import rows
from tests.support.wire import EPHEMERAL, Json

pytestmark = pytest.mark.asyncio(loop_scope="session")

CLASSIFIER = "Falconsai/nsfw_image_detection"
#: The demo model, but looked at; and an upscaler that is small.
OWN = """
[looked-at]
base = "demo"
title = "Looked at"
description = "The demo model, whose pictures are looked at."
screening = "required"

[tools.small-x4]
title = "Small x4"
description = "Small."
kind = "upscaler"
repo = "{folder}"
file = "general.pth"
sha256 = "{sha256}"
scale = 4
default = true
licence = {{ name = "MIT", commercial = true }}
"""


@dataclass
class Host:
    """A bot whose classifier comes from a small hub, and a member of its guild."""

    hub: Hub
    bot: BotProcess
    member: Member
    data_dir: Path

    @property
    def general(self) -> str:
        return self.member.channel("general")

    async def imagine(self, model: str, **options: object) -> Json:
        """The answer to /imagine, once it is a picture, a failure or a refusal."""
        asked = await self.member.command(
            "imagine", self.general, prompt="a blue circle", model=model, steps=2, **options
        )
        return await asked.message(lambda m: m["attachments"] or _says(m), timeout=90)

    async def upscale(self, data: bytes) -> Json:
        asked = await self.member.command(
            "upscale", self.general, image=Upload("mine.png", data), to="x2"
        )
        return await asked.message(lambda m: m["attachments"] or _says(m), timeout=90)

    def last_job(self) -> Json:
        return rows(self.data_dir, "SELECT * FROM jobs ORDER BY id DESC LIMIT 1")[0]

    def jobs(self) -> int:
        return rows(self.data_dir, "SELECT count(*) AS jobs FROM jobs")[0]["jobs"]

    async def doctor(self) -> Json:
        """What the doctor says of the classifier."""
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "doctor", "--json"),
            cwd=self.data_dir,
            env=self.bot.environment,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        out, _ = await process.communicate()
        (row,) = (each for each in json.loads(out)["findings"] if each["subject"] == "screening")
        return row


def _says(message: Json) -> str:
    """Why there is no picture."""
    if title(message) == "No picture this time":
        return message["embeds"][0]["fields"][0]["value"]
    return message["content"]


def red(width: int = 64, height: int = 64) -> bytes:
    """A picture that the small classifier calls unsafe."""
    return png.plain(width, height, (255, 0, 0))


@asynccontextmanager
async def running(folder: Path, *faults: Fault, **more: str) -> AsyncIterator[Host]:
    releases = release_files()
    sha256 = hashlib.sha256((releases / "general.pth").read_bytes()).hexdigest()
    folder.mkdir(exist_ok=True)
    (folder / "models.toml").write_text(OWN.format(folder=releases, sha256=sha256))
    async with serve_small_repos() as hub, Playground(port=0) as playground:
        hub.faults += faults
        settings = {
            "EASEL_DEVICE": "cpu",
            "HF_ENDPOINT": hub.url,
            "HF_HOME": str(folder / "hub"),
            **more,
        }
        async with (
            BotProcess(playground, folder, **settings) as bot,
            await Member.connect(playground.url, 1) as member,
        ):
            yield Host(hub, bot, member, folder)


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def host(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Host]:
    """One whose classifier is there, since the default model needs it."""
    folder = tmp_path_factory.mktemp("seen")
    async with running(folder, EASEL_DEFAULT_MODEL="looked-at") as host:
        await host.bot.until("is ready to look at pictures")
        yield host


@pytest.mark.long
async def test_it_is_fetched_at_the_start_and_nothing_else_of_its_repo(host: Host):
    fetched = {name for name in host.hub.fetched if "pytorch_model" in name}
    assert not fetched
    assert (await host.doctor())["state"] == "ok"


async def test_a_picture_is_painted_with_its_score_and_the_demo_models_with_none(host: Host):
    assert (await host.imagine("looked-at"))["attachments"]
    job = host.last_job()
    assert job["screened_by"] == "nsfw-detection"
    assert 0 <= job["unsafe"] < 0.5
    assert (await host.imagine("demo"))["attachments"]
    job = host.last_job()
    assert (job["screened_by"], job["unsafe"]) == (None, None)


async def test_an_unsafe_picture_that_is_brought_is_refused(host: Host):
    message = await host.imagine("looked-at", image=Upload("mine.png", red()))
    assert "may not be shown here" in _says(message)
    assert not message["attachments"]
    assert host.last_job()["failure"] == "unsafe_input"
    brought = Upload("mine.png", png.make(64, 64))
    assert (await host.imagine("looked-at", image=brought))["attachments"]


async def test_one_that_is_brought_to_the_demo_model_is_looked_at_too(host: Host):
    message = await host.imagine("demo", image=Upload("mine.png", red()), strength=0.05)
    assert "may not be shown here" in _says(message)
    assert host.last_job()["failure"] == "unsafe_input"
    brought = Upload("mine.png", png.make(64, 64))
    assert (await host.imagine("demo", image=brought))["attachments"]
    assert host.last_job()["screened_by"] == "nsfw-detection"


@pytest.mark.long
async def test_one_to_be_enlarged_is_looked_at_too(host: Host):
    assert "may not be shown here" in _says(await host.upscale(red()))
    assert (await host.upscale(png.make(64, 64)))["attachments"]
    assert host.last_job()["screened_by"] == "nsfw-detection"


async def test_with_an_error_of_the_classifier_nothing_is_posted(host: Host):
    """Its file is damaged after the start, and the worker that had it opened is gone."""
    (weights,) = host.data_dir.glob("hub/hub/models--Falconsai*/snapshots/*/model.safetensors")
    good = weights.read_bytes()
    weights.resolve().write_bytes(b"nonsense")
    worker = host.bot.worker
    os.kill(worker, signal.SIGKILL)
    async with asyncio.timeout(60):
        while await host.bot.until_worker() == worker:
            await asyncio.sleep(0.05)
    message = await host.imagine("looked-at")
    assert not message["attachments"]
    job = host.last_job()
    assert (job["failure"], job["picture_path"]) == ("tool_unavailable", None)
    # The next one is not even taken, while what needs no classifier is painted.
    message = await host.imagine("looked-at")
    assert message["flags"] & EPHEMERAL
    assert host.last_job()["id"] == job["id"]
    assert (await host.imagine("demo"))["attachments"]
    weights.resolve().write_bytes(good)


@pytest.mark.long
async def test_without_its_weights_what_has_to_be_looked_at_is_refused_at_once(tmp_path: Path):
    async with running(tmp_path / "blind", Fault(f"{CLASSIFIER}*", status=404)) as host:
        line = await host.bot.until("No picture can be looked at")
        assert "python -m bot models download nsfw-detection" in line
        message = await host.imagine("looked-at")
        assert message["flags"] & EPHEMERAL
        assert "picture classifier" in message["content"]
        assert "Choose demo, which needs none." in message["content"]
        assert "classifier" in _says(await host.upscale(png.make(64, 64)))
        assert host.jobs() == 0
        finding = await host.doctor()
        assert finding["state"] == "warning"
        assert "python -m bot models download nsfw-detection" in finding["remedy"]
        assert (await host.imagine("demo"))["attachments"]
        brought = Upload("mine.png", red())
        assert (await host.imagine("demo", image=brought))["attachments"]
