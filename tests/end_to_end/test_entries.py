"""Every entry of the catalog makes a picture in the playground: a table of them ends the run.

Weights come from a hub whose repos are small, and the pictures are small, too; the hosted entries
are painted by an endpoint on loopback. All else is as it ships. What is kept in 4 bits says that it
needs a GPU, and paints in 32 bits here.
"""

import hashlib
import json
import tomllib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import NamedTuple

import pytest
import pytest_asyncio

from generation.catalog import SHIPPED, Catalog, ModelSpec
from playground.client import Member
from playground.server import Playground
from tests.small_models.repos import serve_small_repos
from tests.support import entries, png
from tests.support.bot_process import BotProcess
from tests.support.hosted import serve_endpoint
from tests.support.rows import rows
from tests.support.wire import Json

pytestmark = pytest.mark.asyncio(loop_scope="session")

CATALOG = Catalog.load()
LICENCES = {spec.licence.name for spec in CATALOG.values() if spec.licence.must_be_acknowledged}
TOKEN = "hf_abcdefghijklmnopqrstuvwxyz"


class Guild(NamedTuple):
    """A member of a guild whose host accepted all licences, and has a token for gated repos."""

    member: Member
    data_dir: Path

    async def ask(self, model: str, prompt: str = "a red fox") -> Json:
        """The answer to /imagine, once it is a picture or a failure."""
        asked = await self.member.command(
            "imagine", self.member.channel("general"), prompt=prompt, model=model, seed=7
        )
        return await asked.message(
            lambda m: m["attachments"] or (m["embeds"] and m["embeds"][0].get("fields")),
            timeout=120,
        )

    def seconds(self, message: Json) -> float:
        """How long the picture of that answer took, loading left out."""
        (row,) = rows(
            self.data_dir, "SELECT seconds FROM jobs WHERE message_id = ?", int(message["id"])
        )
        return row["seconds"]


def only_in_four_bits(spec: ModelSpec) -> bool:
    return spec.quantization is not None and spec.quantization.always


def in_whole(spec: ModelSpec) -> str:
    """The name of an entry that is as `spec`, but without its 4 bits."""
    # Not with the whole name in it: that would find it, too.
    return f"whole-{spec.name.replace('-', '')}" if only_in_four_bits(spec) else spec.name


def own_entries(spec: ModelSpec) -> str:
    """What the host's own models.toml says of an entry: a small size, and no 4 bits."""
    small = f"[{spec.name}]\nsizes = [{{ width = 64, height = 64 }}]\n"
    if spec.executor == "hosted":
        return f'{small}screening = "none"\n'  # the endpoint looks at nothing
    if not only_in_four_bits(spec):
        return small
    assert spec.quantization is not None
    components = json.dumps(spec.quantization.components)
    return (
        f'{small}[{in_whole(spec)}]\nbase = "{spec.name}"\n'
        f'title = "{spec.title} whole"\ndescription = "Not in 4 bits."\n'
        f"quantization = {{ components = {components}, always = false }}\n"
    )


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def guild(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Guild]:
    data_dir = tmp_path_factory.mktemp("entries")
    own = [own_entries(spec) for spec in CATALOG.values() if not spec.is_folder]
    (data_dir / "models.toml").write_text("".join(own))
    async with (
        serve_small_repos() as hub,
        serve_endpoint() as endpoint,
        Playground(port=0) as playground,
    ):
        hub.tokens[TOKEN] = set(hub.gated)
        settings = {
            "EASEL_ACCEPT_LICENSES": ",".join(sorted(LICENCES)),
            "EASEL_DEVICE": "cpu",
            "EASEL_HOSTED_ENDPOINT": endpoint.url,
            "HF_ENDPOINT": hub.url,
            "HF_HOME": str(data_dir / "hub"),
            "HF_TOKEN": TOKEN,
        }
        async with (
            BotProcess(playground, data_dir, **settings) as bot,
            await Member.connect(playground.url, 1) as member,
        ):
            await bot.until("The default model is")
            yield Guild(member, data_dir)


@pytest.mark.parametrize("spec", CATALOG.values(), ids=lambda spec: spec.name)
async def test_an_entry_paints_for_a_member(
    guild: Guild, spec: ModelSpec, record_property: Callable[[str, object], None]
):
    message = await guild.ask(in_whole(spec))
    assert message["attachments"], message
    data = await guild.member.download(message["attachments"][0])
    recipe = json.loads(png.texts(data)["easel"])
    assert (recipe["model"], recipe["licence"]) == (in_whole(spec), spec.licence.name)
    assert recipe["num_inference_steps"] == spec.steps.default
    entries.PICTURES.mkdir(parents=True, exist_ok=True)
    (entries.PICTURES / f"{spec.name}.png").write_bytes(data)
    row = {
        "place": list(CATALOG).index(spec.name),
        "entry": spec.name,
        "pipeline": recipe["pipeline"] or "hosted API",
        "scheduler": recipe["scheduler"] or "–",
        "steps": recipe["num_inference_steps"],
        "size": "{}x{}".format(*png.size(data)),
        "seconds": f"{guild.seconds(message):.2f}",
        "sha256": hashlib.sha256(data).hexdigest()[:16],
        "remark": "whole: 4 bits need a GPU" if only_in_four_bits(spec) else "",
    }
    record_property(entries.PROPERTY, row)


@pytest.mark.parametrize(
    "spec",
    list(filter(only_in_four_bits, CATALOG.values())),
    ids=lambda spec: spec.name,
)
async def test_an_entry_kept_in_4_bits_says_that_it_needs_a_gpu(guild: Guild, spec: ModelSpec):
    channel = guild.member.channel("general")
    asked = await guild.member.command("imagine", channel, prompt="a red fox", model=spec.name)
    refusal = await asked.response()
    why = f"{spec.name} is not painted here: it is kept in 4 bits, which takes an NVIDIA GPU."
    assert why in refusal["content"]
    assert refusal["flags"] & 64  # for its member alone


async def test_what_was_cut_of_a_prompt_is_said_under_the_picture_and_by_show(guild: Guild):
    words = " ".join(f"thing{number}" for number in range(150))
    message = await guild.ask("z-image-turbo", words)
    number = message["embeds"][0]["footer"]["text"]
    show = await guild.member.command("show", guild.member.channel("general"), picture=number)
    for answer in (message, await show.response()):
        fields = answer["embeds"][0]["fields"]
        (note,) = [field["value"] for field in fields if field["name"] == "Note"]
        assert "Z-Image-Turbo reads about 512 tokens of a prompt: from “thing" in note


async def test_no_entry_of_the_file_is_left_out_or_skipped():
    marks: list[pytest.Mark] = vars(test_an_entry_paints_for_a_member)["pytestmark"]
    assert [mark.name for mark in marks] == ["parametrize"]
    names = [spec.name for spec in marks[0].args[1]]
    there = tomllib.loads(SHIPPED.read_text(encoding="utf-8"))
    assert names == [name for name in there if name != "tools"]
