"""While a picture is painted, its message shows how it stands; in the end, the picture alone."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from playground import permissions
from playground.client import Interaction, Member
from playground.server import Playground
from tests.end_to_end._stage import EDIT_BY_TOKEN, title
from tests.small_models.cache import small_repos
from tests.small_models.hub import serve_hub
from tests.support.bot_process import ROOT, BotProcess
from tests.support.rows import rows
from tests.support.wire import Json

pytestmark = pytest.mark.asyncio(loop_scope="session")

#: The demo model paints each of its steps in some hundredths of a second.
STEPS = 150
TAESD = "madebyollin/taesdxl"
ENTRY = f"[demo]\nsteps = {{ min = 1, max = {STEPS}, default = 6 }}\n"


@dataclass
class Studio:
    """A bot whose demo model takes long, and a channel."""

    playground: Playground
    bot: BotProcess
    data_dir: Path
    member: Member

    @property
    def channel(self) -> str:
        guild = next(iter(self.playground.world.guilds.values()))
        return str(next(c.id for c in guild.channels.values() if c.name == "general"))

    async def ask(self, steps: int = STEPS, member: Member | None = None) -> Interaction:
        return await (member or self.member).command(
            "imagine", self.channel, prompt="a red circle", steps=steps
        )

    async def shown(self, asked: Interaction) -> Sequence[Json]:
        """All states of its message until the picture is there, and a moment longer."""
        message = await asked.message(is_over, 60)
        await asyncio.sleep(1)
        return [
            event.data
            for event in self.member.events
            if event.name in ("MESSAGE_CREATE", "MESSAGE_UPDATE")
            and event.data["id"] == message["id"]
        ]


def files(message: Json) -> list[str]:
    return [each["filename"] for each in message["attachments"]]


def is_over(message: Json) -> bool:
    return any(name.startswith("easel-") for name in files(message))


async def open_studio(
    data_dir: Path, entry: str = ENTRY, **environment: str
) -> AsyncIterator[Studio]:
    (data_dir / "models.toml").write_text(entry)
    async with (
        Playground(port=0) as playground,
        BotProcess(playground, data_dir, **{"EASEL_PREVIEWS": "on", **environment}) as bot,
        await Member.connect(playground.url, 1) as member,
    ):
        yield Studio(playground, bot, data_dir, member)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def studio(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Studio]:
    async for made in open_studio(tmp_path_factory.mktemp("previews")):
        yield made


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def without(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Studio]:
    async for made in open_studio(tmp_path_factory.mktemp("without"), EASEL_PREVIEWS="off"):
        yield made


async def test_a_message_shows_previews_and_ends_with_the_picture(studio: Studio):
    asked = await studio.ask()
    shown = await asked.message(lambda message: files(message) or None, 60)
    (preview,) = shown["attachments"]
    assert preview["filename"] == "preview.webp", studio.bot.log
    data = await studio.member.download(preview)
    assert preview["content_type"] == "image/webp"
    assert max(preview["width"], preview["height"]) == 256
    assert data.startswith(b"RIFF")
    names = [files(state) for state in await studio.shown(asked)]
    assert names[-1] == [f"easel-{rows(studio.data_dir, 'SELECT max(id) n FROM jobs')[0]['n']}.png"]
    assert data not in b"".join(
        path.read_bytes() for path in studio.data_dir.rglob("*") if path.is_file()
    )


@pytest.mark.long
async def test_progress_goes_on_beside_a_preview_that_stays(studio: Studio):
    states = await studio.shown(await studio.ask())
    with_one = [state for state in states if files(state) == ["preview.webp"]]
    brought = {state["attachments"][0]["id"] for state in with_one}
    titles = {state["embeds"][0]["title"] for state in with_one}
    assert len(titles) >= len(brought) >= 1


@pytest.mark.long
async def test_the_same_seed_paints_the_same_bytes_with_and_without(
    studio: Studio, without: Studio
):
    pictures = []
    for place in (studio, without):
        asked = await place.member.command(
            "imagine", place.channel, prompt="a blue square", steps=STEPS, seed=5
        )
        message = await asked.message(is_over, 60)
        pictures.append(await place.member.download(message["attachments"][0]))
    assert pictures[0] == pictures[1]


@pytest.mark.long
async def test_a_preview_that_is_answered_late_is_not_what_the_message_shows_last(
    studio: Studio,
):
    asked = await studio.ask()
    await asked.message(lambda message: title(message).startswith("Painting"), 30)
    slow = studio.playground.faults.add(EDIT_BY_TOKEN, always=True, delay=2.5)
    try:
        states = await studio.shown(asked)
    finally:
        studio.playground.faults.clear()
    assert slow.struck > 0
    assert is_over(states[-1])


@pytest.mark.long
async def test_a_private_answer_has_previews_too(studio: Studio):
    channel = studio.playground.world.channels[int(studio.channel)]
    guild = next(iter(studio.playground.world.guilds.values()))
    studio.playground.guilds.channels.allow(channel, guild.id, deny=permissions.ATTACH_FILES)
    try:
        states = await studio.shown(await studio.ask())
    finally:
        studio.playground.guilds.channels.disallow(channel, guild.id)
    assert ["preview.webp"] in [files(state) for state in states]


@pytest.mark.long
async def test_while_others_wait_there_are_none(studio: Studio):
    running = await studio.ask()
    await studio.ask(1)
    later = await studio.ask(STEPS)
    last = await studio.ask(1)
    states = await studio.shown(running)
    await later.message(is_over, 60)
    await last.message(is_over, 60)
    assert ["preview.webp"] not in [files(state) for state in states]


@pytest.mark.long
async def test_where_the_host_wants_none_there_are_none(without: Studio):
    states = await without.shown(await without.ask())
    assert ["preview.webp"] not in [files(state) for state in states]


@pytest.mark.long
async def test_the_log_says_nothing_of_previews(studio: Studio):
    await studio.shown(await studio.ask())
    assert [line for line in studio.bot.log if "preview" in line.lower()] == []


#: Writes a small SDXL whose own decoder is too large for previews.
LARGE = """
import sys
from pathlib import Path
from tests.small_models.sdxl import write_small_sdxl
from tests.small_models.vae import small_sdxl_vae

folder = Path(sys.argv[1])
write_small_sdxl(folder)
vae = small_sdxl_vae(block_out_channels=(64, 128, 128, 128))
vae.save_pretrained(folder / "vae")
vae.save_pretrained(folder / "vae", variant="fp16")
"""
LARGE_ENTRY = """
[large]
base = "sdxl"
title = "Large"
description = "One whose own decoder takes long."
repo = "{folder}"
vae = {{ repo = "{folder}", subfolder = "vae" }}
sizes = [{{ width = 64, height = 64 }}]
steps = {{ min = 1, max = 400, default = 300 }}
licence = {{ name = "MIT", commercial = true }}
screening = "none"
"""


@pytest.mark.long
async def test_a_decoder_is_fetched_while_a_model_without_a_small_one_paints(tmp_path: Path):
    folder, data_dir = tmp_path / "large", tmp_path / "data"
    writing = await asyncio.create_subprocess_exec(
        *(sys.executable, "-c", LARGE, str(folder)),
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert await writing.wait() == 0
    data_dir.mkdir()
    entry = LARGE_ENTRY.format(folder=folder)
    async with serve_hub({TAESD: small_repos() / TAESD}) as hub:
        settings = {"HF_ENDPOINT": hub.url, "EASEL_MODELS_DIR": str(tmp_path / "models")}
        async for studio in open_studio(data_dir, entry, EASEL_DEVICE="cpu", **settings):
            asked = await studio.member.command(
                "imagine", studio.channel, prompt="a red fox", model="large", steps=400
            )
            states = await studio.shown(asked)
            assert ["preview.webp"] in [files(state) for state in states], studio.bot.log
            assert TAESD in (data_dir / "models.lock").read_text()
