"""Pictures that are too large for their place, or none at all.

An endpoint on loopback paints what the prompt says; another model has weights that are no numbers.
"""

import asyncio
import hashlib
import os
import shutil
import signal
import struct
import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web

from playground.client import Interaction, Member
from playground.server import Playground
from tests.support import png
from tests.support.bot_process import ROOT, BotProcess
from tests.support.rows import rows
from tests.support.wire import Json

pytestmark = pytest.mark.asyncio(loop_scope="session")

MIB = 1024 * 1024
_WIDTH = 1880
#: The endpoint's pictures are shown without anybody looking at them.
UNSCREENED = '[zb-tech]\nscreening = "none"\n'


def noise(mib: float) -> bytes:
    """A PNG that no encoder makes smaller, of about so many MiB."""
    height = round(mib * MIB / (3 * _WIDTH + 1))
    return _png(_WIDTH, height, [os.urandom(3 * _WIDTH) for _ in range(height)])


def black() -> bytes:
    return _png(512, 512, [bytes(3 * 512)] * 512)


def _png(width: int, height: int, lines: list[bytes]) -> bytes:
    pixels = zlib.compress(b"".join(b"\0" + line for line in lines), 1)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = ((b"IHDR", header), (b"IDAT", pixels), (b"IEND", b""))
    return png.SIGNATURE + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in parts
    )


def write_broken_model(data_dir: Path) -> None:
    """The demo model, but all that its decoder knows is "not a number"."""
    shutil.copytree(ROOT / "demo_model" / "weights", data_dir / "broken")
    (weights,) = (data_dir / "broken" / "vae").glob("*.safetensors")
    data = weights.read_bytes()
    begin = 8 + int.from_bytes(data[:8], "little")
    weights.write_bytes(data[:begin] + b"\xff" * (len(data) - begin))
    (data_dir / "models.toml").write_text(
        '[broken]\ntitle = "Broken"\ndescription = "Paints what is no number."\n'
        'executor = "local"\nrepo = "./broken"\npipeline = "StableDiffusionXLPipeline"\n'
        "sizes = [{ width = 256, height = 256 }]\n"
        "steps = { min = 1, max = 4, default = 1 }\n"
        "guidance = { min = 0.0, max = 8.0, default = 1.5 }\n"
        'licence = { name = "MIT", commercial = true }\nscreening = "none"\n' + UNSCREENED
    )


async def paint(request: web.Request) -> web.Response:
    wanted = (await request.json())["inputs"]
    body = black() if wanted == "black" else noise(float(wanted))
    return web.Response(body=body, content_type="image/png")


@dataclass
class Place:
    """The bot with that endpoint, and a member."""

    playground: Playground
    data_dir: Path
    member: Member

    async def ask(self, prompt: str, **options: str) -> Interaction:
        return await self.member.command(
            "imagine", self.member.channel("general"), prompt=prompt, **options
        )

    def original(self, message: Json) -> Path:
        """The file that is kept of the picture in a message."""
        number = message["embeds"][0]["footer"]["text"].removeprefix("#")
        (row,) = rows(self.data_dir, "SELECT * FROM jobs WHERE id = ?", int(number))
        kept = self.data_dir / row["picture_path"]
        assert hashlib.sha256(kept.read_bytes()).hexdigest() == row["picture_sha256"]
        return kept


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def endpoint() -> AsyncIterator[str]:
    """The address of what paints."""
    app = web.Application()
    app.router.add_post("/paint", paint)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}/paint"
    await runner.cleanup()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def place(endpoint: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    data_dir = tmp_path_factory.mktemp("pictures")
    write_broken_model(data_dir)
    async with (
        Playground(port=0) as playground,
        BotProcess(playground, data_dir, EASEL_HOSTED_ENDPOINT=endpoint),
        await Member.connect(playground.url, 1) as member,
    ):
        yield Place(playground, data_dir, member)


def imaging_of(bot: BotProcess) -> list[int]:
    """The ids of its processes that make and read pictures."""
    return [
        child
        for child in bot.children()
        if b"generation.imaging" in Path(f"/proc/{child}/cmdline").read_bytes()
    ]


def notes(message: Json) -> str:
    fields = {field["name"]: field["value"] for field in message["embeds"][0]["fields"]}
    return fields.get("Note", "")


@pytest.mark.long
async def test_a_picture_just_below_the_limit_is_posted_as_it_is(place: Place):
    message = await (await place.ask("9.9")).picture(timeout=60)
    (file,) = message["attachments"]
    assert file["content_type"] == "image/png"
    assert 9.8 * MIB < file["size"] <= 10 * MIB
    assert "The original" not in notes(message)
    assert await place.member.download(file) == place.original(message).read_bytes()


async def test_a_picture_just_above_it_arrives_smaller_and_the_original_can_be_had(place: Place):
    message = await (await place.ask("10.1")).picture(timeout=90)
    (file,) = message["attachments"]
    assert file["content_type"] == "image/webp"
    assert file["size"] <= 10 * MIB
    assert "The original (10.1 MiB) is larger than this place takes" in notes(message)
    kept = place.original(message)
    assert kept.stat().st_size > 10 * MIB
    # A place that takes more gets the original.
    owner, mel, _ = place.playground.world.people
    guild = place.playground.guilds.create("Boosted", owner, [mel])
    place.playground.guilds.boost(guild, 2)
    (channel,) = guild.channels
    number = message["embeds"][0]["footer"]["text"]
    async with await Member.connect(place.playground.url, 1) as member:
        shown = await (await member.command("show", str(channel), picture=number)).picture()
        assert await member.download(shown["attachments"][0]) == kept.read_bytes()


@pytest.mark.long
async def test_who_shows_large_pictures_again_and_again_holds_nobody_up(place: Place):
    painted = await (await place.ask("10.1")).picture(timeout=90)
    picture, channel = painted["embeds"][0]["footer"]["text"], place.member.channel("general")
    shows = [await place.member.command("show", channel, picture=picture) for _ in range(5)]
    async with await Member.connect(place.playground.url, 2) as other:
        # What is painted elsewhere needs the process that makes pictures smaller, too.
        await (await other.command("imagine", channel, prompt="0.1")).picture(timeout=60)
    shown = [each for each in shows if any(message["embeds"] for message in each.messages())]
    assert len(shown) <= 2
    for each in shows:
        (file,) = (await each.picture(timeout=90))["attachments"]
        assert file["content_type"] == "image/webp"


@pytest.mark.long
async def test_a_stop_while_one_is_made_smaller_waits_for_nothing(
    endpoint: str, playground: Playground, tmp_path: Path
):
    (tmp_path / "models.toml").write_text(UNSCREENED)
    bot = BotProcess(playground, tmp_path, EASEL_HOSTED_ENDPOINT=endpoint)
    async with bot, await Member.connect(playground.url, 1) as member:
        channel = member.channel("general")
        painted = await (await member.command("imagine", channel, prompt="10.1")).picture(90)
        shrinking = imaging_of(bot)
        for process in shrinking:
            os.kill(process, signal.SIGSTOP)  # as if it took minutes
        number = painted["embeds"][0]["footer"]["text"]
        shown = await member.command("show", channel, picture=number)
        await shown.message()  # that it thinks
        await asyncio.sleep(1)  # for it to be read from the disk
        assert await bot.stop(timeout=20) == 0
    assert len(shrinking) == 2  # one finishes what is painted
    assert [line for line in bot.log if "/show was cut off by the stop" in line]
    assert not [line for line in bot.log if "Traceback" in line or "ERROR" in line]


@pytest.mark.parametrize(
    ("prompt", "options"),
    [("black", {}), pytest.param("a red circle", {"model": "broken"}, marks=pytest.mark.long)],
)
async def test_what_is_no_picture_is_never_posted(
    place: Place, prompt: str, options: dict[str, str]
):
    asked = await place.ask(prompt, **options)
    told = await asked.message(lambda m: m["embeds"] and m["embeds"][0].get("fields"), timeout=30)
    assert told["embeds"][0]["title"] == "No picture this time"
    assert not told["attachments"]
    assert "Traceback" not in told["embeds"][0]["fields"][0]["value"]
    assert (await (await place.ask("a red circle", model="demo")).picture(timeout=60))[
        "attachments"
    ]
