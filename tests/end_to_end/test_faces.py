"""Faces are mended: by /faces and with /imagine; where there is none, that is said.

What finds them is a network of ours: faces are where all is red.
"""

import hashlib
import io
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio
from PIL import Image

from playground.client import Interaction, Member
from playground.client.parts import Upload
from playground.server import Playground
from tests.small_models.cache import release_files
from tests.small_models.hub.releases import Releases, serve_releases
from tests.support import bad_pictures as bad
from tests.support import png
from tests.support.bot_process import BotProcess
from tests.support.rows import rows
from tests.support.wire import EPHEMERAL, Json

pytestmark = pytest.mark.asyncio(loop_scope="session")

TOOL = """
[tools.{name}]
title = "{name}"
description = "Small."
kind = "{kind}"
url = "{url}"
licence = {{ name = "MIT", commercial = true }}
{more}
"""
UNSEEN = 'screening = "none"\n'
#: Left, top, right and bottom of the one face that is brought.
RED = (128, 96, 160, 128)


@dataclass
class Host:
    """A bot with a small face restorer, and a member of its guild."""

    bot: BotProcess
    releases: Releases
    member: Member
    data_dir: Path

    @property
    def general(self) -> str:
        return self.member.channel("general")

    async def mend(self, data: bytes, **options: object) -> Json:
        """The answer to /faces, once it says something."""
        upload = Upload("mine.png", data)
        asked = await self.member.command("faces", self.general, image=upload, **options)
        return await asked.message(
            lambda m: m["content"] or m["attachments"] or fields(m), timeout=120
        )

    async def pixels_of(self, message: Json) -> np.ndarray:
        return pixels(await self.file_of(message))

    async def file_of(self, message: Json) -> bytes:
        assert message["attachments"], message
        return await self.member.download(message["attachments"][0])

    def jobs(self) -> int:
        return rows(self.data_dir, "SELECT count(*) AS count FROM jobs")[0]["count"]


def fields(message: Json) -> dict[str, str]:
    embeds = message["embeds"]
    return {f["name"]: f["value"] for f in embeds[0].get("fields", ())} if embeds else {}


def pixels(data: bytes) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB")).astype(int)


def picture(*, face: bool) -> bytes:
    made = Image.new("RGB", (400, 300), (90, 120, 90))
    if face:
        made.paste((255, 0, 0), RED)
    buffer = io.BytesIO()
    made.save(buffer, "PNG")
    return buffer.getvalue()


def _tool(name: str, kind: str, file: str, releases: Releases, *, known: bool = True) -> str:
    sha256 = hashlib.sha256((release_files() / file).read_bytes()).hexdigest()
    more = UNSEEN if kind == "face_restorer" else ""
    more += f'sha256 = "{sha256}"\n' if known else ""
    return TOOL.format(name=name, kind=kind, url=releases.url_of(file), more=more)


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def host(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Host]:
    data_dir = tmp_path_factory.mktemp("faces")
    async with serve_releases(release_files()) as releases, Playground(port=0) as playground:
        (data_dir / "models.toml").write_text(
            "[tools.yunet]\nhidden = true\n[tools.restoreformer]\nhidden = true\n"
            + _tool("small", "face_restorer", "restorer.pth", releases)
            + _tool("unknown", "face_restorer", "restorer.pth", releases, known=False)
            + _tool("finder", "face_detector", "detector.onnx", releases)
        )
        settings = {"EASEL_DEVICE": "cpu", "HF_HOME": str(data_dir / "hub")}
        async with (
            BotProcess(playground, data_dir, **settings) as bot,
            await Member.connect(playground.url, 1) as member,
        ):
            yield Host(bot, releases, member, data_dir)


async def test_a_face_is_mended_and_all_else_stays_as_it_was(host: Host):
    before = picture(face=True)
    message = await host.mend(before)
    data = await host.file_of(message)
    assert fields(message)["Faces"] == "small"
    assert "No face was found" not in fields(message).get("Note", "")
    made = json.loads(png.texts(data)["easel"])
    assert (made["faces"]["found"], made["faces"]["tool"]) == (1, "small")
    assert made["faces"]["detector"]["tool"] == "finder"
    changed = np.abs(pixels(data) - pixels(before)).max(axis=2)
    left, top, right, bottom = RED
    assert changed[top:bottom, left:right].max() > 8
    # The aligned face is 128 pixels wide here: nothing beyond it is touched.
    changed[top - 64 : bottom + 64, left - 64 : right + 64] = 0
    assert changed.max() == 0


@pytest.mark.long
async def test_half_the_strength_changes_half_as_much(host: Host):
    before = picture(face=True)
    whole = await host.pixels_of(await host.mend(before))
    message = await host.mend(before, strength=0.5)
    assert fields(message)["Faces"] == "small, strength 0.5"
    half = await host.pixels_of(message)
    assert np.abs((half - pixels(before)) * 2 - (whole - pixels(before))).max() <= 2


async def test_where_no_face_is_found_that_is_said_and_the_picture_is_as_it_was(host: Host):
    before = picture(face=False)
    message = await host.mend(before)
    assert "No face was found in the picture: it is as it was." in fields(message)["Note"]
    assert (await host.pixels_of(message) == pixels(before)).all()


async def test_imagine_mends_what_it_has_painted(host: Host):
    asked = await host.member.command(
        "imagine", host.general, prompt="a red circle", seed=7, steps=2, faces=True
    )
    message = await asked.picture(timeout=120)
    made = json.loads(png.texts(await host.file_of(message))["easel"])
    assert made["prompt"] == "a red circle"
    assert made["faces"]["tool"] == "small"
    assert fields(message)["Faces"] == "small"


async def _refused(host: Host, asked: Interaction) -> str:
    message = await asked.message(lambda m: m["flags"] & EPHEMERAL and m["content"], timeout=30)
    return message["content"]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (bad.SVG, "no PNG, JPEG or WebP picture"),
        (picture(face=True)[:300], "cut off or damaged"),
        (bad.moving("WEBP"), "The picture moves"),
        (bad.huge_png(30_000, 30_000), "16.8 million pixels"),
        (png.make(8, 8), "less than"),
    ],
    ids=["svg", "cut off", "moving", "huge", "tiny"],
)
async def test_what_is_no_picture_is_refused_in_private_and_leaves_nothing(
    host: Host, data: bytes, says: str
):
    before = host.jobs(), sorted(host.data_dir.glob("inputs/*"))
    asked = await host.member.command("faces", host.general, image=Upload("mine.png", data))
    assert says in await _refused(host, asked)
    assert (host.jobs(), sorted(host.data_dir.glob("inputs/*"))) == before


async def test_one_that_has_to_be_fetched_once_is_refused_at_once_with_what_to_do(host: Host):
    jobs, asked_before = host.jobs(), len(host.releases.asked)
    upload = Upload("mine.png", picture(face=True))
    asked = await host.member.command("faces", host.general, image=upload, model="unknown")
    said = await _refused(host, asked)
    assert "unknown is not on this host yet." in said
    assert "There is another face restorer: small." in said
    assert "python -m bot models download unknown" in said
    assert (host.jobs(), len(host.releases.asked)) == (jobs, asked_before)


async def test_a_restorer_that_there_is_none_of_is_refused(host: Host):
    upload = Upload("mine.png", picture(face=True))
    asked = await host.member.command("faces", host.general, image=upload, model="botox")
    assert "There is no face restorer “botox” here" in await _refused(host, asked)
