"""/imagine from a picture of one's own: taken, kept, painted from, and refused in private."""

import asyncio
import io
import json
import os
import signal
import time
from pathlib import Path

import pytest
from PIL import Image

from bot.errors import NOT_TAKEN
from playground.client import Interaction, Member, pictures
from playground.client.parts import Upload
from playground.server import Playground
from tests.end_to_end.conftest import Easel
from tests.support import bad_pictures as bad
from tests.support import png
from tests.support.bot_process import BotProcess
from tests.support.rows import rows
from tests.support.wire import EPHEMERAL, Json

pytestmark = pytest.mark.asyncio(loop_scope="session")

#: What the bot's process may grow by with files that it refuses: their bytes pass through it.
_GROWTH = 16 * 1024**2
_REFUSED_WITHIN_S = 2.0


def photograph(width: int = 300, height: int = 200, kind: str = "JPEG", **options: object) -> bytes:
    """Orange above, purple below."""
    picture = Image.new("RGB", (width, height), "orange")
    picture.paste("purple", (0, height // 2, width, height))
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def fields(message: Json) -> dict[str, str]:
    return {field["name"]: field["value"] for field in message["embeds"][0]["fields"]}


def resident_bytes(pid: int) -> int:
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


async def private_word(asked: Interaction) -> Json:
    return await asked.message(lambda m: m["flags"] & EPHEMERAL and m["content"])


async def test_a_picture_is_painted_from_and_the_recipe_says_so(easel: Easel):
    upload = Upload("holiday.jpg", photograph())
    message = await easel.paint("a heart", image=upload, strength=0.5, steps=8)
    assert fields(message)["Strength"] == "0.5, from a picture"
    # One size is all that the demo model has.
    assert "another shape than 256x256" in fields(message)["Note"]
    row = await easel.row_of(message)
    image = json.loads(row["image"])
    assert (image["width"], image["height"], row["strength"]) == (300, 200, 0.5)
    kept = (easel.data_dir / "inputs" / image["sha256"]).read_bytes()
    assert png.size(kept) == (300, 200)
    data = await easel.member.download(message["attachments"][0])
    made = json.loads(png.texts(data)["easel"])
    assert (made["image"], made["strength"]) == (image["sha256"], 0.5)


async def test_what_was_held_askew_is_taken_upright(easel: Easel):
    exif = Image.Exif()
    exif[0x0112] = 6
    message = await easel.paint(
        "a heart", image=Upload("phone.jpg", photograph(exif=exif)), steps=2, seed=1
    )
    image = json.loads((await easel.row_of(message))["image"])
    assert (image["width"], image["height"]) == (200, 300)


async def test_the_same_picture_and_seed_are_the_same_bytes_and_another_one_others(easel: Easel):
    first, again, other = [
        await easel.bytes_of("a heart", image=Upload(name, data), seed=5, steps=4, strength=0.3)
        for name, data in (
            ("a.png", photograph(kind="PNG")),
            ("b.png", photograph(kind="PNG", compress_level=1)),
            ("c.webp", photograph(200, 300, "WEBP")),
        )
    ]
    assert first == again
    assert first != other


async def test_the_same_picture_is_kept_once(easel: Easel):
    upload = Upload("a.png", photograph(320, 320, "PNG"))
    shown = [await easel.paint("a heart", image=upload, steps=2) for _ in range(2)]
    one, other = [json.loads((await easel.row_of(each))["image"]) for each in shown]
    assert one == other


async def test_a_single_step_from_a_picture_becomes_as_many_as_are_needed(easel: Easel):
    message = await easel.paint(
        "a heart", image=Upload("a.jpg", photograph()), steps=1, strength=0.25
    )
    assert fields(message)["Steps"] == "4"
    assert "it is painted with 4 steps" in fields(message)["Note"]


async def test_show_brings_it_back_with_its_strength(easel: Easel):
    message = await easel.paint("a heart", image=Upload("a.jpg", photograph()), steps=2)
    number = message["embeds"][0]["footer"]["text"]
    used = await easel.member.command("show", easel.general, picture=number)
    again = await used.response()
    assert fields(again)["Strength"] == "0.6, from a picture"


async def test_a_strength_without_a_picture_is_refused(easel: Easel):
    asked = await easel.member.command("imagine", easel.general, prompt="a heart", strength=0.5)
    answer = await asked.response()
    assert answer["flags"] & EPHEMERAL
    assert answer["content"].startswith("**strength** – ")


BAD = {
    "50,000 x 50,000": ("a.png", bad.huge_png(50_000, 50_000), "million pixels"),
    "2 GB of text": ("a.png", bad.text_bomb(), "far more text"),
    "moving": ("a.webp", bad.moving("WEBP"), "moves"),
    "an SVG": ("drawing.png", bad.SVG, "no PNG, JPEG or WebP"),
    "half a JPEG": ("a.jpg", bad.truncated("JPEG"), "cut off or damaged"),
}


async def shown(easel: Easel) -> set[str]:
    """The ids of what stands in the channel."""
    return {message["id"] for message in await easel.member.messages(easel.general)}


async def test_bad_files_are_refused_in_private_at_once_and_leave_no_trace(easel: Easel):
    """The process that reads pictures is there already: one was brought before."""
    await easel.paint("a heart", image=Upload("a.jpg", photograph()), steps=2)
    before, size = len(easel.rows()), resident_bytes(easel.bot.pid)
    kept = set(os.listdir(easel.data_dir / "inputs"))
    for name, data, says in BAD.values():
        began = time.monotonic()
        asked = await easel.member.command(
            "imagine", easel.general, prompt="a heart", image=Upload(name, data)
        )
        word = await private_word(asked)
        assert time.monotonic() - began < _REFUSED_WITHIN_S
        assert word["content"].startswith("**image** – ")
        assert says in word["content"]
        assert "Nothing was queued" in word["content"]
        # What all may have seen of it says nothing of the file.
        public = [m for m in asked.messages() if not m["flags"] & EPHEMERAL]
        assert {m["content"] for m in public} <= {"", NOT_TAKEN}
        async with asyncio.timeout(5):  # and then it goes
            while {m["id"] for m in public} & await shown(easel):
                await asyncio.sleep(0.02)
        assert all(event.data.get("id") != word["id"] for event in easel.other.events)
    assert len(easel.rows()) == before
    assert set(os.listdir(easel.data_dir / "inputs")) == kept
    assert resident_bytes(easel.bot.pid) - size < _GROWTH


async def held_from_picture(member: Member, bot: BotProcess) -> Interaction:
    """A request that its worker can't begin with."""
    os.kill(await bot.until_worker(), signal.SIGSTOP)
    upload = Upload("a.jpg", photograph())
    asked = await member.command(
        "imagine", member.channel("general"), prompt="a heart", image=upload, steps=2
    )
    await asked.message(lambda message: message["embeds"], timeout=30)
    return asked


@pytest.mark.long
async def test_after_a_kill_it_is_painted_although_the_attachment_is_gone(
    playground: Playground, tmp_path: Path
):
    async with await Member.connect(playground.url, 1) as member:
        bot = BotProcess(playground, tmp_path)
        await bot.start()
        asked = await held_from_picture(member, bot)
        os.kill(bot.pid, signal.SIGKILL)
        await bot.stop()
        playground.services.cdn._files.clear()
        async with BotProcess(playground, tmp_path):
            message = await asked.picture(timeout=60)
    assert pictures(message)
    assert fields(message)["Strength"] == "0.6, from a picture"


@pytest.mark.long
async def test_where_the_picture_is_gone_its_member_is_told_and_others_are_painted(
    playground: Playground, tmp_path: Path
):
    async with await Member.connect(playground.url, 1) as member:
        bot = BotProcess(playground, tmp_path)
        await bot.start()
        asked = await held_from_picture(member, bot)
        os.kill(bot.pid, signal.SIGKILL)
        await bot.stop()
        for path in (tmp_path / "inputs").iterdir():
            path.unlink()
        async with BotProcess(playground, tmp_path):
            failed = await asked.message(
                lambda m: m["embeds"] and "Why" in str(m["embeds"]), timeout=60
            )
            assert "bring it anew" in fields(failed)["Why"]
            painting = await member.command(
                "imagine", member.channel("general"), prompt="a red circle", steps=1
            )
            await painting.picture(timeout=60)
    (row, _) = rows(tmp_path, "SELECT * FROM jobs ORDER BY id")
    assert row["failure"] == "input_unavailable"
