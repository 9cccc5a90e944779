"""/compare and /sweep through the real bot: the grid, its parts, and what comes in between."""

import asyncio
import hashlib
import json
import os
import re
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from playground.client import Interaction, Member, Upload, pictures
from playground.server import Playground
from tests.end_to_end._stage import title
from tests.end_to_end.test_score import mirrored_clip
from tests.small_models.clip import write_small_clip
from tests.support import png
from tests.support.bot_process import BotProcess
from tests.support.rows import rows
from tests.support.wire import EPHEMERAL, Json

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]

MODELS = """
[wild]
base = "demo"
title = "Demo, wilder"
description = "The same, more freely."
guidance = { min = 0.0, max = 8.0, default = 5.0 }

[patient]
base = "demo"
title = "Demo, more patient"
description = "The same, with more steps than anybody needs."
steps = { min = 1, max = 150, default = 6 }

[broken]
base = "demo"
title = "Nowhere"
description = "A model without weights."
repo = "./nothing"
licence = { name = "none", link = "https://example.org", commercial = false }
"""


@dataclass
class Host:
    """A playground, the bot in it, and two people."""

    playground: Playground
    bot: BotProcess
    data_dir: Path
    member: Member
    other: Member

    async def ask(self, command: str, **options) -> Interaction:
        return await self.member.command(command, self.member.channel("general"), **options)

    async def job(self, asked: Interaction) -> Json:
        """The row of what was asked for."""
        message = await asked.message(lambda message: message["embeds"], timeout=30)
        (row,) = rows(self.data_dir, "SELECT * FROM jobs WHERE message_id = ?", int(message["id"]))
        return row

    def parts(self, job: Json) -> list[Json]:
        return rows(
            self.data_dir, "SELECT * FROM parts WHERE job_id = ? ORDER BY number", job["id"]
        )

    async def ended(self, asked: Interaction) -> Json:
        async with asyncio.timeout(20):
            while (await self.job(asked))["told_at"] is None:
                await asyncio.sleep(0.05)
        return await self.job(asked)

    async def until_painted(self, asked: Interaction, count: int) -> None:
        """Until so many parts of it are on disk."""
        job = await self.job(asked)
        async with asyncio.timeout(60):
            while sum(each["status"] == "painted" for each in self.parts(job)) < count:
                await asyncio.sleep(0.02)


def own_models(data_dir: Path) -> None:
    clip = data_dir / "small-clip"
    write_small_clip(clip)
    mirrored_clip(clip, data_dir / "clip")
    own = f'{MODELS}\n[tools.clip]\nrepo = "./clip"\ntitle = "a small CLIP"\n'
    (data_dir / "models.toml").write_text(own)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def host(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Host]:
    data_dir = tmp_path_factory.mktemp("compare")
    own_models(data_dir)
    async with (
        Playground(port=0) as playground,
        BotProcess(playground, data_dir) as bot,
        await Member.connect(playground.url, 1) as member,
        await Member.connect(playground.url, 2) as other,
    ):
        yield Host(playground, bot, data_dir, member, other)


def fields(message: Json) -> dict[str, str]:
    return {field["name"]: field["value"] for field in message["embeds"][0].get("fields", [])}


def labels(message: Json) -> list[str]:
    return [button["label"] for row in message["components"] for button in row["components"]]


async def recipe(member: Member, message: Json) -> Json:
    data = await member.download(message["attachments"][0])
    return json.loads(png.texts(data)["easel"])


async def test_models_side_by_side_with_time_and_score_and_a_gap_for_one_that_fails(host: Host):
    asked = await host.ask(
        "compare", prompt="a red circle on a blue background", models="demo, wild, broken", seed=7
    )
    message = await asked.picture(timeout=120)
    lines = fields(message)["Pictures"].splitlines()
    assert lines[0].startswith("1. Demo – ")
    assert lines[1].startswith("2. Demo, wilder – ")
    assert all(" s · CLIP " in line for line in lines[:2])
    assert lines[2] == "3. Nowhere – missing"
    assert "a small CLIP" in fields(message)["CLIP score"]
    assert "3 (Nowhere) is missing: Nowhere: its folder" in fields(message)["Note"]
    assert fields(message)["All of them"].startswith("seed 7 · 6 steps")
    assert labels(message) == ["Take 1", "Take 2"]
    made = await recipe(host.member, message)
    assert [part["model"] for part in made["parts"]] == ["demo", "wild"]
    assert (made["seed"], made["prompt"]) == (7, "a red circle on a blue background")
    scores = [part["clip_score"] for part in host.parts(await host.ended(asked))]
    assert all(0 < score < 100 for score in scores[:2])


@pytest.mark.long
async def test_a_part_is_the_very_picture_that_imagine_paints(host: Host):
    options = {"prompt": "a green star", "seed": 11}
    asked = await host.ask("sweep", over="steps", values="2, 4", **options)
    message = await asked.picture(timeout=60)
    taken = await (await host.member.press(message, "Take 2")).picture(timeout=20)
    assert taken["id"] != message["id"]
    assert fields(taken)["Steps"] == "4"
    assert taken["embeds"][0]["footer"]["text"].endswith(", part 2")
    alone = await (await host.ask("imagine", steps=4, **options)).picture(timeout=60)
    files = [await host.member.download(each["attachments"][0]) for each in (taken, alone)]
    assert files[0] == files[1]


@pytest.mark.long
async def test_a_picture_that_is_brought_along_is_that_of_all_parts(host: Host):
    begun = await (await host.ask("imagine", prompt="a red circle", seed=1)).picture(timeout=60)
    upload = Upload("begun.png", await host.member.download(begun["attachments"][0]))
    options = {"prompt": "a green star", "seed": 4, "image": upload}
    asked = await host.ask("sweep", over="strength", values="0.3, 0.9", **options)
    message = await asked.picture(timeout=60)
    taken = await (await host.member.press(message, "Take 1")).picture(timeout=20)
    assert fields(taken)["Strength"] == "0.3, from a picture"
    alone = await (await host.ask("imagine", strength=0.3, **options)).picture(timeout=60)
    files = [await host.member.download(each["attachments"][0]) for each in (taken, alone)]
    assert files[0] == files[1]


async def test_progress_tells_the_part_and_the_step(host: Host):
    asked = await host.ask("sweep", prompt="a star", over="steps", values="8, 100", model="patient")
    message = await asked.picture(timeout=60)
    seen = {
        title(event.data)
        for event in host.member.events
        if event.name == "MESSAGE_UPDATE" and event.data["id"] == message["id"]
    }
    # So many that no host is through with them before the message is edited again.
    assert any(re.search(r"part 2 of 2 .* \d+/100$", each) for each in seen)


async def test_show_brings_the_sheet_and_one_of_its_parts(host: Host):
    asked = await host.ask("sweep", prompt="a yellow moon", over="seed", values="1-3")
    await asked.picture(timeout=60)
    job = await host.ended(asked)
    shown = await (await host.ask("show", picture=str(job["id"]))).picture(timeout=20)
    assert labels(shown) == ["Take 1", "Take 2", "Take 3"]
    # What is shown to its member alone brings nothing that others see.
    assert shown["flags"] & EPHEMERAL
    taken = await (await host.member.press(shown, "Take 2")).picture(timeout=20)
    assert taken["flags"] & EPHEMERAL
    part = await (await host.ask("show", picture=str(job["id"]), part=3)).picture(timeout=20)
    assert fields(part)["Seed"] == "3"
    assert part["attachments"][0]["filename"] == f"easel-{job['id']}-3.png"
    none = await host.ask("show", picture=str(job["id"]), part=4)
    message = await none.message(lambda message: message["content"])
    assert message["content"] == "It has 3 parts."


async def test_only_who_asked_can_take_a_part(host: Host):
    asked = await host.ask("sweep", prompt="a blue moon", over="seed", values="1, 2")
    message = await asked.picture(timeout=60)
    seen = await host.other.message(message["channel_id"], message["id"])
    pressed = await host.other.press(seen, "Take 1")
    answer = await pressed.message(lambda message: message["content"])
    assert answer["flags"] & EPHEMERAL
    assert answer["content"].startswith("Only who asked for these pictures")


@pytest.mark.parametrize(
    ("command", "options", "said"),
    [
        ("compare", {"models": "demo"}, "One alone is nothing to compare"),
        ("compare", {"models": "demo, nonsense"}, "no model “nonsense”"),
        ("compare", {"models": "demo, wild", "size": "64x64"}, "not 64x64"),
        ("compare", {"models": "demo, wild", "steps": 99}, "not 99"),
        ("sweep", {"over": "steps", "values": "1, zwei"}, "“zwei” can't be read"),
        ("sweep", {"over": "steps", "values": "1-30"}, "more than 8"),
        ("sweep", {"over": "guidance", "values": "1, 50"}, "not 50"),
        ("sweep", {"over": "steps", "values": "1, 2", "steps": 3}, "what differs"),
        ("sweep", {"over": "strength", "values": "0.2, 0.5"}, "picture"),
    ],
)
async def test_what_can_t_be_painted_is_refused_in_private_before_it_is_in_line(
    host: Host, command: str, options: dict, said: str
):
    before = len(rows(host.data_dir, "SELECT id FROM jobs"))
    asked = await host.ask(command, prompt="a red circle", **options)
    message = await asked.message(lambda message: message["content"])
    assert message["flags"] & EPHEMERAL
    assert said in message["content"]
    assert len(rows(host.data_dir, "SELECT id FROM jobs")) == before


async def test_help_explains_the_options_with_pictures(host: Host):
    asked = await host.ask("help", topic="parameters")
    message = await asked.message(lambda message: len(message["embeds"]) > 1)
    assert message["flags"] & EPHEMERAL
    titles = [embed["title"] for embed in message["embeds"]]
    assert titles == ["Steps", "Guidance", "Seed", "Negative prompt", "Size", "Strength"]
    assert len(pictures(message)) == 3


async def test_models_are_completed_one_after_another(host: Host):
    async def offered(typed: str) -> list[str]:
        choices = await host.member.autocomplete(
            "compare", host.member.channel("general"), "models", prompt="a fox", models=typed
        )
        return [choice["value"] for choice in choices]

    assert "demo" in await offered("")
    assert "demo, wild" in await offered("demo, ")
    assert await offered("demo, wil") == ["demo, wild"]
    assert (await offered("demo, wild"))[0] == "demo, wild"
    assert "demo, wild, broken" in await offered("demo, wild, ")
    assert "demo, wild, demo" not in await offered("demo, wild, ")


async def test_cancelling_in_the_middle_keeps_what_is_painted(host: Host):
    asked = await host.ask("sweep", prompt="a teal square", over="steps", values="1, 2, 29, 30")
    await host.until_painted(asked, 2)
    message = await asked.message(lambda message: message["components"])
    await host.member.press(message, "Cancel")
    shown = await asked.picture(timeout=60)
    job = await host.ended(asked)
    assert job["status"] == "delivered"
    painted = [part["number"] for part in host.parts(job) if part["status"] == "painted"]
    assert painted in ([1, 2], [1, 2, 3])
    assert labels(shown) == [f"Take {number}" for number in painted]
    assert f"Cancelled after {len(painted)} of 4 pictures" in fields(shown)["Note"]


@pytest.mark.long
async def test_what_a_moderator_cancels_leaves_nothing_to_bring_back(host: Host):
    asked = await host.ask("sweep", prompt="a brown heart", over="steps", values="1, 2, 29, 30")
    await host.until_painted(asked, 2)
    message = await asked.message(lambda message: message["components"])
    async with await Member.connect(host.playground.url, 0) as owner:
        await owner.press(message, "Cancel")
        job = await host.ended(asked)
    assert (job["status"], job["detail"]) == ("cancelled", "by a moderator")
    assert [part["picture_path"] for part in host.parts(job)] == [None] * len(host.parts(job))
    assert list((host.data_dir / "pictures").rglob(f"{job['id']}-*")) == []
    number = str(job["id"])
    used = await host.ask("show", picture=number, part=1, private=False)
    answer = await used.response()
    assert answer["content"] == "It was cancelled, and nothing of it is kept."
    assert not answer["embeds"]


@pytest.mark.long
async def test_a_worker_killed_in_the_middle_goes_on_with_what_is_left(host: Host):
    asked = await host.ask("sweep", prompt="a white cross", over="steps", values="1, 2, 29, 30")
    await host.until_painted(asked, 2)
    before = {part["number"]: part["picture_sha256"] for part in host.parts(await host.job(asked))}
    os.kill(await host.bot.until_worker(), signal.SIGKILL)
    message = await asked.picture(timeout=120)
    job = await host.ended(asked)
    assert (job["status"], job["attempts"]) == ("delivered", 2)
    after = {part["number"]: part["picture_sha256"] for part in host.parts(job)}
    assert sorted(after) == [1, 2, 3, 4]
    assert before.items() <= after.items()
    assert labels(message) == ["Take 1", "Take 2", "Take 3", "Take 4"]
    assert len(asked.messages()) == 1


async def test_every_part_that_the_database_names_is_on_disk_with_its_hash(host: Host):
    found = rows(host.data_dir, "SELECT * FROM parts WHERE picture_path IS NOT NULL")
    assert found
    for part in found:
        data = (host.data_dir / part["picture_path"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == part["picture_sha256"]


@pytest.mark.long
async def test_a_bot_killed_in_the_middle_goes_on_after_its_restart_and_its_buttons_work(
    tmp_path: Path,
):
    async with (
        Playground(port=0) as playground,
        await Member.connect(playground.url, 1) as member,
    ):
        bot = BotProcess(playground, tmp_path)
        await bot.start()
        host = Host(playground, bot, tmp_path, member, member)
        asked = await host.ask("sweep", prompt="a red circle", over="steps", values="1, 29, 30")
        await host.until_painted(asked, 1)
        bot.process.send_signal(signal.SIGKILL)
        await bot.stop()
        before = {
            part["number"]: part["picture_sha256"] for part in host.parts(await host.job(asked))
        }
        async with BotProcess(playground, tmp_path) as bot:
            message = await asked.picture(timeout=90)
            job = await host.ended(asked)
            after = {part["number"]: part["picture_sha256"] for part in host.parts(job)}
            assert sorted(after) == [1, 2, 3]
            assert before.items() <= after.items()
            # Its host has no CLIP model: that is said, and nothing else is missing.
            assert "Without CLIP scores: CLIP ViT-L/14" in fields(message)["Note"]
        async with BotProcess(playground, tmp_path) as bot:
            taken = await (await member.press(message, "Take 3")).picture(timeout=20)
            assert fields(taken)["Steps"] == "30"
