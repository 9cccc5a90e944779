"""Pictures made larger: with /imagine, by /upscale, by the button; and what stands in the way."""

import hashlib
import io
import json
import os
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from PIL import Image

from playground.client import Member
from playground.client.parts import Upload
from playground.server import Playground
from tests.small_models.cache import release_files
from tests.small_models.hub.releases import Releases, serve_releases
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
{more}
licence = {{ name = "MIT", commercial = true }}
screening = "none"
"""


@dataclass
class Host:
    """A bot with small upscalers, and a member of its guild."""

    playground: Playground
    bot: BotProcess
    releases: Releases
    member: Member
    other: Member
    data_dir: Path

    @property
    def general(self) -> str:
        return self.member.channel("general")

    async def upscale(self, width: int, height: int, **options) -> Json:
        """The answer to /upscale of a picture of that size, once it says something."""
        upload = Upload("mine.png", png.make(width, height))
        asked = await self.member.command("upscale", self.general, image=upload, **options)
        return await asked.message(
            lambda m: m["content"] or m["attachments"] or _fields(m), timeout=90
        )

    async def file_of(self, message: Json) -> bytes:
        assert message["attachments"], message
        return await self.member.download(message["attachments"][0])

    def last_job(self) -> Json:
        return rows(self.data_dir, "SELECT * FROM jobs ORDER BY id DESC LIMIT 1")[0]


def _fields(message: Json) -> dict[str, str]:
    embeds = message["embeds"]
    return {f["name"]: f["value"] for f in embeds[0].get("fields", ())} if embeds else {}


def _is_cancelled(message: Json) -> bool:
    return bool(message["embeds"]) and message["embeds"][0].get("title") == "Cancelled"


def _sha256(name: str) -> str:
    return hashlib.sha256((release_files() / name).read_bytes()).hexdigest()


def _tool(name: str, file: str, releases: Releases, more: str, kind: str = "upscaler") -> str:
    return TOOL.format(name=name, kind=kind, url=releases.url_of(file), more=more)


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def host(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Host]:
    data_dir = tmp_path_factory.mktemp("upscale")
    files = release_files()
    async with serve_releases(files) as releases, Playground(port=0) as playground:
        known = f'sha256 = "{_sha256("general.pth")}"\nscale = 4\ntile = 64'
        (data_dir / "models.toml").write_text(
            "[tools.esrgan-x4]\nhidden = true\n"
            '[tools.restoreformer]\nscreening = "none"\n'
            + _tool("small-x4", "general.pth", releases, f"{known}\ndefault = true")
            + _tool(
                "slow-x2",
                "x2.pth",
                releases,
                f'sha256 = "{_sha256("x2.pth")}"\nscale = 2\ntile = 64',
            )
            + _tool("unknown", "x4.pth", releases, "scale = 4")
            + _tool("changed", "general.pth", releases, f'sha256 = "{"0" * 64}"\nscale = 4')
        )
        settings = {"EASEL_DEVICE": "cpu", "HF_HOME": str(data_dir / "hub")}
        async with (
            BotProcess(playground, data_dir, **settings) as bot,
            await Member.connect(playground.url, 1) as member,
            await Member.connect(playground.url, 2) as other,
        ):
            yield Host(playground, bot, releases, member, other, data_dir)


@pytest.mark.long
async def test_imagine_paints_and_enlarges_to_exactly_2048(host: Host):
    asked = await host.member.command(
        "imagine", host.general, prompt="a red circle", seed=7, steps=1, upscale="2048"
    )
    message = await asked.picture(timeout=120)
    data = await host.file_of(message)
    assert png.size(data) == (2048, 2048)
    assert _fields(message)["Larger"] == "small-x4, from 256x256"
    made = json.loads(png.texts(data)["easel"])
    assert (made["upscale"]["width"], made["upscale"]["tool"]) == (2048, "small-x4")
    assert made["prompt"] == "a red circle"
    row = host.last_job()
    size = {"width": 2048, "height": 2048, "scale": 4, "steps": 1}
    assert json.loads(row["upscale"]) == {"tool": "small-x4", **size}


async def test_a_picture_that_was_attached_is_made_larger_and_nothing_painted(host: Host):
    message = await host.upscale(100, 61, to="x2", model="slow-x2")
    data = await host.file_of(message)
    assert png.size(data) == (200, 122)
    fields = _fields(message)
    assert (fields["Size"], fields["Larger"]) == ("200x122", "slow-x2, from 100x61")
    assert not {"Seed", "Steps", "Guidance", "Model", "Licence"} & fields.keys()
    made = json.loads(png.texts(data)["easel"])
    assert made["image"] == json.loads(host.last_job()["image"])["sha256"]
    assert "num_inference_steps" not in made


async def test_the_longer_side_becomes_2048_and_the_shape_stays(host: Host):
    data = await host.file_of(await host.upscale(600, 200))
    assert png.size(data) == (2048, 683)


@pytest.mark.parametrize(
    ("size", "options", "says"),
    [
        ((70, 70), {"model": "gigapixel"}, "There is no upscaler “gigapixel” here"),
        ((2100, 70), {}, "The picture has 2100x70 pixels: that is no smaller"),
        ((2000, 1800), {"to": "x4"}, "16.8 million are the most"),
        ((70, 70), {"model": "slow-x2"}, "29.3 times as large; slow-x2 makes pictures up to 4"),
    ],
)
async def test_what_can_t_be_done_is_refused_at_once_and_in_private(
    host: Host, size: tuple[int, int], options: dict[str, str], says: str
):
    before = host.last_job()["id"]
    message = await host.upscale(*size, **options)
    assert says in message["content"]
    assert message["flags"] & EPHEMERAL
    assert host.last_job()["id"] == before


async def test_a_file_that_is_no_picture_is_refused(host: Host):
    upload = Upload("mine.png", b"<svg/>")
    asked = await host.member.command("upscale", host.general, image=upload)
    message = await asked.message(lambda m: "no PNG" in m["content"])
    assert message["flags"] & EPHEMERAL


async def test_a_file_whose_hash_nobody_knows_is_never_fetched(host: Host):
    asked_before, before = len(host.releases.asked), host.last_job()["id"]
    message = await host.upscale(70, 70, model="unknown", to="x2")
    assert message["flags"] & EPHEMERAL
    assert "python -m bot models download unknown" in message["content"]
    assert len(host.releases.asked) == asked_before
    assert host.last_job()["id"] == before


async def test_a_file_that_is_another_than_the_catalog_says_is_thrown_away(host: Host):
    message = await host.upscale(70, 70, model="changed", to="x2")
    assert "not the file that it should be" in _fields(message)["Why"]
    assert not list((host.data_dir / "hub" / "hub" / "releases").glob("0000*/*"))


async def test_no_token_goes_along_with_what_is_asked_of_a_release(host: Host):
    assert host.releases.asked
    assert not any(with_token for _, _, with_token in host.releases.asked)


#: So many tiles that there is time to do something in the middle of them.
SIDE = 704


async def _enlarging(host: Host):
    """A job in the middle of its tiles, and its message then."""
    upload = Upload("mine.png", png.make(SIDE, SIDE))
    asked = await host.member.command(
        "upscale", host.general, image=upload, model="slow-x2", to="x2"
    )
    message = await asked.message(
        lambda m: m["embeds"] and "Enlarging" in m["embeds"][0].get("title", ""), timeout=60
    )
    return asked, message


async def test_it_is_cancelled_between_tiles(host: Host):
    asked, message = await _enlarging(host)
    await host.member.press(message, "Cancel")
    ended = await asked.message(_is_cancelled, timeout=20)
    assert not ended["attachments"]
    # The worker is the same, and free.
    assert png.size(await host.file_of(await host.upscale(70, 70, to="x2"))) == (140, 140)


@pytest.mark.long
async def test_a_worker_that_dies_between_tiles_costs_one_attempt(host: Host):
    asked, _ = await _enlarging(host)
    os.kill(host.bot.worker, signal.SIGKILL)
    message = await asked.picture(timeout=120)
    assert png.size(await host.file_of(message)) == (2 * SIDE, 2 * SIDE)
    assert host.last_job()["attempts"] == 2


@pytest.mark.long
async def test_a_restart_between_tiles_begins_them_anew(host: Host):
    asked, _ = await _enlarging(host)
    os.kill(host.bot.pid, signal.SIGKILL)
    await host.bot.stop()
    await host.bot.start()
    message = await asked.picture(timeout=120)
    assert png.size(await host.file_of(message)) == (2 * SIDE, 2 * SIDE)


async def test_the_button_makes_a_painted_picture_larger_for_its_owner_alone(host: Host):
    asked = await host.member.command(
        "imagine", host.general, prompt="a blue square", seed=3, steps=1
    )
    painted = await asked.picture(timeout=90)
    denied = await host.other.press(painted, "Larger")
    message = await denied.message(lambda m: m["content"])
    assert "Only who asked for this picture" in message["content"]
    assert message["flags"] & EPHEMERAL
    larger = await host.member.press(painted, "Larger")
    message = await larger.message(lambda m: m["attachments"], timeout=90)
    data = await host.file_of(message)
    assert png.size(data) == (2048, 2048)
    assert message["embeds"][0]["description"] == "a blue square"
    shown = await host.member.command("show", host.general, picture=str(host.last_job()["id"]))
    again = await shown.message(lambda m: m["attachments"])
    assert await host.file_of(again) == data


async def test_faces_need_a_restorer_that_was_fetched_once_and_say_so(host: Host):
    upload = Upload("mine.png", png.make(128, 128))
    asked = await host.member.command("faces", host.general, image=upload)
    message = await asked.message(lambda m: m["content"])
    assert "python -m bot models download restoreformer" in message["content"]


def _of_unknown_size(width: int, height: int) -> bytes:
    """A JPEG with a byte of padding, before which Discord (here) gives up looking for its size."""
    buffer = io.BytesIO()
    Image.new("RGB", (width, height), "orange").save(buffer, "JPEG")
    data = buffer.getvalue()
    return data[:2] + b"\xff" + data[2:]


@pytest.mark.long
async def test_a_picture_whose_size_discord_does_not_name_is_measured_here(host: Host):
    upload = Upload("mine.jpg", _of_unknown_size(70, 50))
    asked = await host.member.command(
        "upscale", host.general, image=upload, model="slow-x2", to="x2"
    )
    message = await asked.message(lambda m: m["attachments"] or m["content"], timeout=60)
    assert png.size(await host.file_of(message)) == (140, 100)


@pytest.mark.long
async def test_one_that_is_too_large_for_what_is_asked_is_refused_then_and_leaves_nothing(
    host: Host,
):
    before = sorted(host.data_dir.glob("inputs/*"))
    upload = Upload("mine.jpg", _of_unknown_size(2100, 70))
    asked = await host.member.command("upscale", host.general, image=upload)
    message = await asked.message(lambda m: m["flags"] & EPHEMERAL and m["content"])
    assert "The picture has 2100x70 pixels: that is no smaller" in message["content"]
    assert sorted(host.data_dir.glob("inputs/*")) == before
