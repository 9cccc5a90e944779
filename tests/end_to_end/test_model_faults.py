"""Models whose files can't be had, or are not what they should be: a message each, and no end.

All through the real bot, whose host downloads from a hub on loopback.
"""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import pytest
import pytest_asyncio

from playground.client import Interaction, Member, pictures
from playground.server import Playground
from tests.end_to_end._stage import title
from tests.small_models.cache import small_repos
from tests.small_models.hub import Fault, Hub, serve_hub
from tests.support.bot_process import BotProcess
from tests.support.disk import mount_small
from tests.support.pickles import pickle_that_makes
from tests.support.wire import Json

pytestmark = pytest.mark.asyncio(loop_scope="session")

UNET = "unet/diffusion_pytorch_model.fp16.safetensors"
VAE = "madebyollin/sdxl-vae-fp16-fix"
MODELS = ("gated", "corrupt", "pickle", "large", "slow", "mistaken", "misfit")
ENTRY = """
[{name}]
base = "sdxl-turbo"
title = "Turbo {name}"
description = "A small Turbo."
repo = "test/{name}"
variant = "fp16"
sizes = [{{ width = 64, height = 64 }}]
licence = {{ name = "MIT", commercial = true }}
screening = "none"
"""


# What can't be so, each in another way: for the class, and for the repo.
MISTAKES = {
    "mistaken": "extra_arguments = { values = { clip_skp = 2 } }\n",
    "misfit": 'pipeline = "StableDiffusionPipeline"\n',
}


class Host(NamedTuple):
    """A host with a bot, seen by a member, and from the hub."""

    member: Member
    bot: BotProcess
    hub: Hub
    folder: Path

    async def ask(self, model: str) -> Interaction:
        return await self.member.command(
            "imagine", self.member.channel("general"), prompt="a red fox", model=model
        )

    async def told(self, model: str) -> str:
        """What a member is told who asks for a model that can't be had."""
        asked = await self.ask(model)
        message = await asked.message(lambda m: title(m) == "No picture this time", timeout=90)
        return message["embeds"][0]["fields"][0]["value"]

    async def paints(self, model: str = "demo") -> bool:
        """Whether a picture comes, of the same bot."""
        message = await (await self.ask(model)).picture(timeout=90)
        return bool(pictures(message)) and self.bot.process.returncode is None


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def host(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Host]:
    folder = tmp_path_factory.mktemp("faults")
    (folder / "data").mkdir()
    (folder / "models").mkdir()
    entries = (ENTRY.format(name=name) + MISTAKES.get(name, "") for name in MODELS)
    (folder / "data" / "models.toml").write_text("".join(entries))
    turbo = small_repos() / "stabilityai" / "sdxl-turbo"
    repos = {f"test/{name}": turbo for name in MODELS}
    repos[VAE] = small_repos() / VAE
    repos["test/pickle"] = shutil.copytree(turbo, folder / "pickle")
    (repos["test/pickle"] / UNET).write_bytes(pickle_that_makes(folder / "marker"))
    async with serve_hub(repos) as hub, Playground(port=0) as playground:
        hub.gated.add("test/gated")
        settings = {
            "EASEL_DEVICE": "cpu",
            "EASEL_DEFAULT_MODEL": "demo",
            "HF_ENDPOINT": hub.url,
            "EASEL_MODELS_DIR": str(folder / "models"),
        }
        async with (
            BotProcess(playground, folder / "data", **settings) as bot,
            await Member.connect(playground.url, 1) as member,
        ):
            yield Host(member, bot, hub, folder)


@pytest_asyncio.fixture(loop_scope="session")
async def small_disk(host: Host) -> AsyncIterator[None]:
    """The folder of models on a disk that has no room for one."""
    folder = host.folder / "models"
    await mount_small(folder, "2m")
    yield
    await (await asyncio.create_subprocess_exec("umount", "-l", str(folder))).wait()


@pytest.mark.long
async def test_a_gated_model_without_a_token(host: Host):
    assert await host.told("gated") == (
        "Turbo gated is gated. Whoever runs Easel has to accept its terms at"
        " https://huggingface.co/test/gated and give Easel HF_TOKEN of the account that did."
    )
    assert await host.paints()


@pytest.mark.long
async def test_a_model_that_the_disk_has_no_room_for(host: Host, small_disk: None):
    assert await host.told("large") == (
        "The host's disk has no room for Turbo large: 4.5 MiB are to be downloaded, 2.0 MiB are"
        " free. Whoever runs Easel has to make some."
    )
    assert [asked.name for asked in host.hub.bodies("test/large")] == ["model_index.json"]
    assert await host.paints()


async def test_a_file_that_comes_corrupt(host: Host):
    host.hub.faults.append(Fault(f"test/corrupt/{UNET}", corrupt=True, times=1))
    assert await host.told("corrupt") == (
        "The files of Turbo corrupt were damaged on their way from Hugging Face. Ask again: those"
        " are downloaded anew."
    )
    assert await host.paints("corrupt")


async def test_a_pickle_under_the_name_of_safetensors(host: Host):
    assert await host.told("pickle") == (
        f"Turbo pickle has a file, {Path(UNET).name}, that is no safetensors file but a pickle,"
        " which could run code: Easel never opens it. Whoever runs Easel has to name another repo"
        " in models.toml."
    )
    assert await host.paints()
    assert not (host.folder / "marker").exists()


@pytest.mark.long
async def test_an_entry_that_its_pipeline_does_not_take_is_refused_before_anything_is_fetched(
    host: Host,
):
    assert await host.told("mistaken") == (
        "Turbo mistaken can't be loaded: its entry's `extra_arguments.values` has clip_skp, which"
        " StableDiffusionXLPipeline does not take (the nearest is clip_skip). Choose another model."
        " Whoever runs Easel has to correct [mistaken] in models.toml."
    )
    assert not host.hub.bodies("test/mistaken")
    assert await host.paints()


@pytest.mark.long
async def test_an_entry_of_another_kind_than_its_repo_is_refused_before_its_weights_are_fetched(
    host: Host,
):
    assert await host.told("misfit") == (
        "Turbo misfit can't be loaded: its entry's `pipeline` is StableDiffusionPipeline, which has"
        " no place for the text_encoder_2 of test/misfit (its own is StableDiffusionXLPipeline)."
        " Choose another model. Whoever runs Easel has to correct [misfit] in models.toml."
    )
    assert [asked.name for asked in host.hub.bodies("test/misfit")] == ["model_index.json"]
    assert await host.paints()


def megabytes(message: Json) -> float:
    """How much is here of a model that is being downloaded."""
    return float(title(message).removeprefix("Downloading Turbo slow: ").partition(" of ")[0])


@pytest.mark.long
async def test_a_download_is_told_of_as_it_goes_on(host: Host):
    size = (host.hub.repos["test/slow"] / UNET).stat().st_size
    host.hub.faults.append(Fault(f"test/slow/{UNET}", bytes_per_second=size / 8))
    asked = await host.ask("slow")
    first = await asked.message(lambda m: title(m).startswith("Downloading"), timeout=60)
    assert re.search(r" of 4\.\d MB$", title(first))
    later = await asked.message(
        lambda m: title(m).startswith("Downloading") and megabytes(m) > megabytes(first)
    )
    assert 0 <= megabytes(first) < megabytes(later) < 4.7
    assert pictures(await asked.picture(timeout=90))
    edits = [
        event
        for event in host.member.events
        if event.name == "MESSAGE_UPDATE" and title(event.data).startswith("Downloading")
    ]
    assert 2 <= len(edits) <= 8  # of some twenty times that it is told of
