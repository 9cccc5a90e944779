"""Every local entry of the catalog makes a picture in the playground, downloaded from a hub.

The repos are small, and so are the pictures; all else is as it ships. What is kept in 4 bits says
that it needs a GPU.
"""

import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from generation.catalog import Catalog, ModelSpec
from playground.client import Member
from playground.server import Playground
from tests.small_models.repos import serve_small_repos
from tests.support import png
from tests.support.bot_process import BotProcess

pytestmark = pytest.mark.asyncio(loop_scope="session")

LOCAL = [spec for spec in Catalog.load().values() if spec.executor == "local"]
LICENCES = {spec.licence.name for spec in LOCAL if spec.licence.must_be_acknowledged}
TOKEN = "hf_abcdefghijklmnopqrstuvwxyz"


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def member(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Member]:
    """A member of a guild whose host accepted all licences, and has a token for gated repos."""
    data_dir = tmp_path_factory.mktemp("entries")
    (data_dir / "models.toml").write_text(
        "".join(
            f"[{spec.name}]\nsizes = [{{ width = 64, height = 64 }}]\n"
            for spec in LOCAL
            if not spec.is_folder
        )
    )
    async with serve_small_repos() as hub, Playground(port=0) as playground:
        hub.tokens[TOKEN] = set(hub.gated)
        settings = {
            "EASEL_ACCEPT_LICENSES": ",".join(sorted(LICENCES)),
            "EASEL_DEVICE": "cpu",
            "HF_ENDPOINT": hub.url,
            "HF_HOME": str(data_dir / "hub"),
            "HF_TOKEN": TOKEN,
        }
        async with (
            BotProcess(playground, data_dir, **settings) as bot,
            await Member.connect(playground.url, 1) as member,
        ):
            await bot.until("The default model is")
            yield member


@pytest.mark.parametrize("spec", LOCAL, ids=lambda spec: spec.name)
async def test_an_entry_paints_for_a_member(member: Member, spec: ModelSpec):
    asked = await member.command(
        "imagine", member.channel("general"), prompt="a red fox", model=spec.name, seed=7
    )
    message = await asked.message(
        lambda m: m["attachments"] or (m["embeds"] and m["embeds"][0].get("fields")), timeout=120
    )
    if spec.quantization is not None and spec.quantization.always:
        why = message["embeds"][0]["fields"][0]["value"]
        assert f"{spec.title} is kept in 4 bits, which needs an NVIDIA GPU" in why
        return
    assert message["attachments"], message
    data = await member.download(message["attachments"][0])
    recipe = json.loads(png.texts(data)["easel"])
    assert (recipe["model"], recipe["licence"]) == (spec.name, spec.licence.name)
    assert recipe["num_inference_steps"] == spec.steps.default
