"""Hosted models in the playground, by a bot whose host has no torch: the core install.

The API, its providers and the hub are on loopback and do what the prompt says.
"""

import asyncio
import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
import pytest_asyncio

from playground.client import Interaction, Member
from playground.server import Playground
from tests.end_to_end._stage import title
from tests.support import png
from tests.support.bot_process import ROOT, BotProcess
from tests.support.rows import rows
from tests.support.wire import EPHEMERAL, Json
from tests.unit.generation.executors.endpoint import TOKEN, Endpoint, offer, serve_endpoint

pytestmark = pytest.mark.asyncio(loop_scope="session")

#: Read by Python at its start: what the core install has not can't be found, and the providers are
#: where the test is.
CORE_INSTALL = """
import importlib.machinery, os
_ABSENT = {"torch", "torchvision", "diffusers", "transformers", "accelerate", "peft", "compel"}
_find = importlib.machinery.PathFinder.find_spec
def _find_spec(name, path=None, target=None):
    return None if name.partition(".")[0] in _ABSENT else _find(name, path, target)
importlib.machinery.PathFinder.find_spec = _find_spec
if "ROUTER" in os.environ:
    import huggingface_hub.constants
    huggingface_hub.constants.INFERENCE_PROXY_TEMPLATE = os.environ["ROUTER"] + "/{provider}"
"""
#: What belongs into the log and not before members.
INNARDS = ("Traceback", "Error", "127.0.0.1", "hf_", "<html", "{")


@dataclass
class Place:
    """A member of a guild with such a bot, and the API it asks."""

    endpoint: Endpoint
    bot: BotProcess
    data_dir: Path
    member: Member

    async def ask(self, prompt: str, **options) -> Interaction:
        channel = self.member.channel("general")
        return await self.member.command("imagine", channel, prompt=prompt, **options)

    async def paint(self, prompt: str, **options) -> Json:
        """The message with the picture."""
        return await (await self.ask(prompt, **options)).picture(timeout=30)

    async def why_not(self, prompt: str, **options) -> str:
        """Why nothing came of it, in words for a member."""
        asked = await self.ask(prompt, **options)
        message = await asked.message(lambda m: title(m) == "No picture this time", timeout=30)
        why = message["embeds"][0]["fields"][0]["value"]
        assert not [word for word in INNARDS if word in why], why
        return why


@asynccontextmanager
async def core_install(folder: Path, endpoint: Endpoint, **settings: str) -> AsyncIterator[Place]:
    """A playground, and the bot in it without torch, with a token for Hugging Face."""
    site, data_dir = folder / "site", folder / "data"
    site.mkdir()
    (site / "sitecustomize.py").write_text(CORE_INSTALL)
    environment = {
        "PYTHONPATH": f"{site}:{ROOT}",
        "HF_TOKEN": TOKEN,
        "HF_HOME": str(folder / "hub"),
        "HF_ENDPOINT": endpoint.host,
        "ROUTER": endpoint.host,  # who looks at the pictures is a provider
        "EASEL_HOSTED_RETRIES": "1",
        "EASEL_HOSTED_TIMEOUT_S": "5",
        **settings,
    }
    async with (
        Playground(port=0) as playground,
        BotProcess(playground, data_dir, **environment) as bot,
        await Member.connect(playground.url, 1) as member,
    ):
        yield Place(endpoint, bot, data_dir, member)
        assert TOKEN not in "\n".join(bot.log)


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    """One whose host has an endpoint of its own."""
    async with (
        serve_endpoint() as endpoint,
        core_install(
            tmp_path_factory.mktemp("hosted"), endpoint, EASEL_HOSTED_ENDPOINT=endpoint.url
        ) as place,
    ):
        yield place


def notes(message: Json) -> str:
    fields = message["embeds"][0]["fields"]
    return "\n".join(field["value"] for field in fields if field["name"] == "Note")


async def test_without_torch_and_with_a_token_the_hosted_model_is_the_default(place: Place):
    line = await place.bot.until("The default model is")
    assert "zb-tech: this host has no GPU, but a hosted API" in line
    for child in place.bot.children():
        assert b"generation.worker" not in Path(f"/proc/{child}/cmdline").read_bytes()
    assert "libtorch" not in Path(f"/proc/{place.bot.pid}/maps").read_text()
    message = await place.paint("png", seed=5)
    data = await place.member.download(message["attachments"][0])
    assert png.size(data) == (1024, 1024)
    assert json.loads(png.texts(data)["easel"])["model"] == "zb-tech"
    assert place.endpoint.hub_asked == 0


async def test_each_trouble_has_a_message_of_its_own_and_the_next_picture_comes(place: Place):
    said: dict[str, str] = {}
    for trouble in ("401", "402", "410", "429", "503", "html"):
        said[trouble] = await place.why_not(place.endpoint.plays(trouble))
        await place.paint("png")
    assert len(set(said.values())) == len(said)
    assert "set a valid Hugging Face token" in said["401"]
    assert "huggingface.co/settings/billing" in said["402"]
    assert "Choose another model" in said["410"]
    assert "Try again in a few minutes" in said["429"]
    assert "Easel asked 2 times" in said["503"]
    assert "no picture" in said["html"]


@pytest.mark.long
async def test_a_busy_api_is_waited_for_and_the_message_says_so(place: Place):
    asked = await place.ask(place.endpoint.plays("503 after 3", "png"))
    await asked.picture(timeout=30)
    assert await asked.message(lambda m: "just now – asking again" in title(m), timeout=1)


@pytest.mark.long
async def test_a_time_out_has_one_more_attempt_and_then_plain_words(place: Place):
    lasting, passing = await asyncio.gather(
        place.why_not("hang"), place.paint(place.endpoint.plays("hang", "png"))
    )
    assert "took too long" in lasting
    (row,) = rows(place.data_dir, "SELECT * FROM jobs WHERE message_id = ?", int(passing["id"]))
    assert row["attempts"] == 2


async def test_what_the_api_did_not_heed_stands_under_the_picture_and_stays(place: Place):
    message = await place.paint("other size", size="832x1216")
    assert "It is 96x64, not 832x1216: the hosted endpoint has sizes of its own." in notes(message)
    number = message["embeds"][0]["footer"]["text"]
    general = place.member.channel("general")
    shown = await place.member.command("show", general, picture=number)
    assert "It is 96x64" in notes(await shown.picture(timeout=30))


@pytest.mark.long
async def test_a_hub_that_was_down_at_the_start_then_providers_then_none(tmp_path: Path):
    async with serve_endpoint() as endpoint:
        endpoint.offers = "503"
        router = {"ROUTER": endpoint.host, "HF_HUB_DISABLE_TELEMETRY": "1"}
        async with core_install(tmp_path, endpoint, **router) as place:
            await place.bot.until("zb-tech can't be asked of the hub now. It is offered")
            await place.bot.until("The default model is zb-tech")

            endpoint.offers = [offer("nscale")]
            message = await place.paint("png", steps=40)
            assert "The provider nscale takes no number of steps" in notes(message)
            assert endpoint.headers[-1]["authorization"] == f"Bearer {TOKEN}"

            endpoint.offers = []
            assert "doesn't offer ZB-Tech" in await place.why_not("410")
            assert "No provider of the hosted API offers ZB-Tech" in await place.why_not("png")

            endpoint.offers = [offer("together")]
            await place.paint("png")
            await endpoint.stop()
            assert "can't be reached" in await place.why_not("png")
            assert place.bot.process.returncode is None


@pytest.mark.long
async def test_without_a_token_the_endpoint_of_an_entry_of_the_hosts_own_paints(tmp_path: Path):
    async with serve_endpoint() as endpoint:
        (tmp_path / "data").mkdir()
        (tmp_path / "data" / "models.toml").write_text(
            '[ours]\ntitle = "Ours"\ndescription = "Ours."\nbase = "sdxl-hosted"\n'
            f'endpoint = "{endpoint.url}"\nscreening = "none"\n'
            '[seen]\ntitle = "Seen"\ndescription = "Looked at."\nbase = "ours"\n'
            f'endpoint = "{endpoint.url}"\nscreening = "required"\n'
        )
        async with core_install(tmp_path, endpoint, HF_TOKEN="") as place:
            await place.bot.until("Off until HF_TOKEN is given: ")
            await place.bot.until("The default model is ours")
            message = await place.paint("png")
            data = await place.member.download(message["attachments"][0])
            assert json.loads(png.texts(data)["easel"])["model"] == "ours"
            assert endpoint.url.encode() not in data
            assert "authorization" not in endpoint.headers[-1]
            assert endpoint.hub_asked == 0
            # Who looks at pictures takes one.
            refused = await (await place.ask("png", model="seen")).response()
            assert refused["flags"] & EPHEMERAL
            assert "takes a token" in refused["content"]


@pytest.mark.long
async def test_where_nobody_paints_the_first_the_next_hosted_model_is_the_default(tmp_path: Path):
    async with serve_endpoint() as endpoint:
        endpoint.offers = [offer("together")]
        endpoint.offered_not = {"ZB-Tech/Text-to-Image"}
        async with core_install(tmp_path, endpoint, ROUTER=endpoint.host) as place:
            await place.bot.until("zb-tech is not offered: ZB-Tech/Text-to-Image is not offered by")
            await place.bot.until("The default model is sdxl-hosted: this host has no GPU, but a")
            await place.paint("png")
            assert endpoint.headers[-1]["authorization"] == f"Bearer {TOKEN}"


@pytest.mark.long
async def test_a_model_that_fails_again_and_again_is_left_alone_for_a_while(tmp_path: Path):
    async with (
        serve_endpoint() as endpoint,
        core_install(tmp_path, endpoint, EASEL_HOSTED_ENDPOINT=endpoint.url) as place,
    ):
        for _ in range(3):
            await place.why_not("402")
        prompt = endpoint.plays("png")
        why = await place.why_not(prompt)
        assert "came to nothing 3 times in a row, so Easel leaves it alone for now" in why
        assert "Try again in a minute or two" in why
        assert "huggingface.co/settings/billing" in why
        assert endpoint.asked(prompt) == 0


@pytest.mark.long
async def test_a_model_that_nobody_paints_is_not_offered_and_the_log_says_what_to_do(
    tmp_path: Path,
):
    async with serve_endpoint() as endpoint, Playground(port=0) as playground:
        endpoint.offers = []
        settings = {"HF_ENDPOINT": endpoint.host, "HF_TOKEN": TOKEN, "EASEL_DEVICE": "cpu"}
        async with (
            BotProcess(playground, tmp_path, **settings) as bot,
            await Member.connect(playground.url, 1) as member,
        ):
            line = await bot.until("zb-tech is not offered")
            assert "EASEL_HOSTED_PROVIDER" in line
            assert "EASEL_HOSTED_ENDPOINT" in line
            await bot.until("The default model is demo")
            choices = await member.autocomplete(
                "imagine", member.channel("general"), "model", model="zb-tech", prompt="a fox"
            )
            assert [choice["value"] for choice in choices] == ["zb-tech-local"]


@pytest.mark.long
async def test_a_core_install_whose_model_nobody_paints_says_so_and_ends(tmp_path: Path):
    async with serve_endpoint() as endpoint, Playground(port=0) as playground:
        endpoint.offers = [offer("together", task="text-to-video")]
        site = tmp_path / "site"
        site.mkdir()
        (site / "sitecustomize.py").write_text(CORE_INSTALL)
        bot = BotProcess(
            playground,
            tmp_path / "data",
            PYTHONPATH=f"{site}{os.pathsep}{ROOT}",
            HF_ENDPOINT=endpoint.host,
            HF_TOKEN=TOKEN,
        )
        await bot.start(online=False)
        async with asyncio.timeout(60):
            assert await bot.process.wait() == 2
        await bot.stop()
        assert "This host can run no model. zb-tech is not painted elsewhere" in bot.log[-1]
        assert "EASEL_HOSTED_ENDPOINT" in bot.log[-1]


@pytest.mark.long
async def test_what_nobody_could_look_at_is_not_shown(tmp_path: Path):
    async with (
        serve_endpoint() as endpoint,
        core_install(tmp_path, endpoint, EASEL_HOSTED_ENDPOINT=endpoint.url) as place,
    ):
        await place.paint("png")
        (row,) = rows(place.data_dir, "SELECT screened_by, unsafe FROM jobs")
        assert (row["screened_by"], row["unsafe"]) == ("nsfw-detection", 0.1)
        endpoint.labels = ["404"]
        assert "could not look at it" in await place.why_not("png")
        painted = len(endpoint.bodies)
        refused = await (await place.ask("png")).response()
        assert "can't look at pictures just now" in refused["content"]
        assert len(endpoint.bodies) == painted
