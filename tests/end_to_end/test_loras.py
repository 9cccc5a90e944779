"""LoRAs that a prompt names, from a hub and from the host: on one picture, off the next."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from playground.client import Member
from playground.server import Playground
from tests.small_models.adapter import write_small_style, write_small_zb_tech
from tests.small_models.hub import COMMIT
from tests.small_models.repos import serve_small_repos
from tests.support import png
from tests.support.bot_process import BotProcess
from tests.support.rows import rows
from tests.support.wire import EPHEMERAL, Json

pytestmark = pytest.mark.asyncio(loop_scope="session")

LORA = """
[loras.{name}]
title = "{title}"
repo = "{repo}"
file = "{file}"
base = "sdxl-turbo"
weight = {{ min = 0.0, max = 1.5, default = 0.8 }}
triggers = ["in pixels"]
licence = {{ name = "{licence}", commercial = true }}
"""


def lora(name: str, repo: str, file: str) -> str:
    return LORA.format(
        name=name, title=name.title(), repo=repo, file=f"{file}.safetensors", licence=f"of-{name}"
    )


@dataclass
class Host:
    """A bot that offers LoRAs, and a member of its guild."""

    member: Member
    data_dir: Path

    async def ask(self, prompt: str, model: str = "sdxl-turbo") -> Json:
        """The answer once it is a picture, a failure or a refusal."""
        asked = await self.member.command(
            "imagine", self.member.channel("general"), prompt=prompt, model=model, seed=7
        )
        return await asked.message(
            lambda m: (
                m["content"] or m["attachments"] or (m["embeds"] and m["embeds"][0].get("fields"))
            ),
            timeout=90,
        )

    async def paint(self, prompt: str) -> tuple[bytes, Json]:
        """The picture, and what stands under it."""
        message = await self.ask(prompt)
        assert message["attachments"], message
        fields = {field["name"]: field["value"] for field in message["embeds"][0]["fields"]}
        return await self.member.download(message["attachments"][0]), fields


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def host(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Host]:
    data_dir = tmp_path_factory.mktemp("loras")
    write_small_style(data_dir / "loras", "ours", seed=4)
    write_small_zb_tech(data_dir / "other-base", 48)
    (data_dir / "models.toml").write_text(
        "[sdxl-turbo]\nsizes = [{ width = 64, height = 64 }]\n"
        + lora("style", "someone/style", "style")
        + lora("ours", "./loras", "ours")
        + lora("lost", "./loras", "lost")
        + lora("wide", "./other-base", "pytorch_lora_weights")
    )
    async with serve_small_repos() as hub, Playground(port=0) as playground:
        hub.repos["someone/style"] = write_small_style(
            tmp_path_factory.mktemp("hub") / "style", "style"
        )
        settings = {
            "EASEL_DEVICE": "cpu",
            "HF_ENDPOINT": hub.url,
            "HF_HOME": str(data_dir / "hub"),
        }
        async with (
            BotProcess(playground, data_dir, **settings) as bot,
            await Member.connect(playground.url, 1) as member,
        ):
            await bot.until("The default model is")
            yield Host(member, data_dir)


async def test_it_is_on_the_picture_it_was_asked_for_and_off_the_next(host: Host):
    before, _ = await host.paint("a red fox")
    changed, shown = await host.paint("a red fox <lora:style:0.7>")
    after, unchanged = await host.paint("a red fox")
    assert changed != before
    assert after == before
    assert shown["LoRAs"] == "style 0.7"
    assert "LoRAs" not in unchanged


async def test_the_same_prompt_and_seed_make_the_same_picture(host: Host):
    first, shown = await host.paint("a red fox, lora:ours:0.5 <lora:style>")
    await host.paint("a red fox")
    again, _ = await host.paint("a red fox, lora:ours:0.5 <lora:style>")
    assert again == first
    assert shown["LoRAs"] == "ours 0.5, style 0.8"


async def test_the_recipe_in_the_picture_has_them_with_their_commits(host: Host):
    data, _ = await host.paint("a red fox <lora:style:0.7> <lora:ours:1>")
    recipe = json.loads(png.texts(data)["easel"])
    assert recipe["prompt"] == "a red fox <lora:style:0.7> <lora:ours:1>"
    style, ours = recipe["prompt_loras"]
    assert (style["repo"], style["revision"]) == ("someone/style", COMMIT)
    assert (style["weight"], style["licence"]) == (0.7, "of-style")
    assert (ours["repo"], ours["file"]) == (None, "ours.safetensors")
    assert f'"someone/style" = "{COMMIT}"' in (host.data_dir / "models.lock").read_text()


async def test_the_row_and_show_have_them(host: Host):
    message = await host.ask("a blue fox <lora:ours:1.2>")
    (row,) = rows(host.data_dir, "SELECT * FROM jobs ORDER BY id DESC LIMIT 1")
    (stored,) = json.loads(row["loras"])
    assert (stored["name"], stored["weight"]) == ("ours", 1.2)
    number = message["embeds"][0]["footer"]["text"]
    used = await host.member.command("show", host.member.channel("general"), picture=number)
    assert (await used.response())["embeds"][0]["fields"] == message["embeds"][0]["fields"]


async def test_the_row_has_the_commit_it_was_painted_with(host: Host):
    await host.ask("a blue fox <lora:style:1.1>")
    (row,) = rows(host.data_dir, "SELECT * FROM jobs ORDER BY id DESC LIMIT 1")
    (stored,) = json.loads(row["loras"])
    assert (stored["repo"], stored["revision"]) == ("someone/style", COMMIT)


async def test_the_words_that_stand_for_it_are_told_under_the_picture(host: Host):
    _, without = await host.paint("a red fox <lora:style>")
    assert "The LoRA style knows these words: in pixels." in without["Note"]
    _, with_them = await host.paint("a red fox in pixels <lora:style>")
    assert "Note" not in with_them


@pytest.mark.parametrize(
    ("prompt", "model", "says"),
    [
        ("a fox <lora:nobody:1>", "sdxl-turbo", "There are: style, ours, lost, wide."),
        ("a fox <lora:style:2>", "sdxl-turbo", "The LoRA style takes 0 to 1.5, not 2."),
        ("a fox <lora:style:1>", "demo", "Demo has no LoRAs to choose from here."),
        ("a fox <lora:style:1", "sdxl-turbo", "is no LoRA that can be read"),
    ],
)
async def test_what_cannot_be_is_refused_privately(host: Host, prompt: str, model: str, says: str):
    message = await host.ask(prompt, model)
    assert message["flags"] & EPHEMERAL
    assert says in message["content"]


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("lost", "LoRA lost: its folder holds no lost.safetensors on this host."),
        pytest.param(
            *("wide", "is for another kind of model than SDXL-Turbo."), marks=pytest.mark.long
        ),
    ],
)
async def test_one_that_the_host_got_wrong_is_told_and_other_jobs_go_on(
    host: Host, name: str, says: str
):
    before, _ = await host.paint("a red fox")
    message = await host.ask(f"a red fox <lora:{name}>")
    assert not message["attachments"]
    why = message["embeds"][0]["fields"][0]["value"]
    assert says in why
    assert str(host.data_dir) not in why
    after, _ = await host.paint("a red fox")
    assert after == before
