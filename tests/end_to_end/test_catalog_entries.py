"""Each entry of the shipped catalog makes a picture end to end.

Turbo's entry runs on a small repo of the same layout, ZB-Tech's on an endpoint on loopback; weights
that can't be had cost no more than a plain word.
"""

import json
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from playground.client import Member
from playground.server import Playground
from tests.small_models.sdxl import write_small_turbo
from tests.support import png
from tests.support.bot_process import BotProcess
from tests.support.hosted import Endpoint, serve_endpoint
from tests.support.wire import Json

pytestmark = pytest.mark.asyncio(loop_scope="session")


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def endpoint() -> AsyncIterator[Endpoint]:
    async with serve_endpoint() as endpoint:
        yield endpoint


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def member(
    tmp_path_factory: pytest.TempPathFactory, endpoint: Endpoint
) -> AsyncIterator[Member]:
    """A member of a guild whose host has a small Turbo and an endpoint, but no way to the hub."""
    data_dir = tmp_path_factory.mktemp("catalog")
    write_small_turbo(data_dir / "turbo")
    (data_dir / "models.toml").write_text(
        # Nobody is there to look at pictures, neither here nor at the API.
        '[zb-tech]\nscreening = "none"\n[sdxl-turbo]\nscreening = "none"\nrepo = "./turbo"\n'
        'vae = { repo = "./turbo", subfolder = "vae", variant = "fp16" }\n\n'
        '[unreachable]\ntitle = "Unreachable"\ndescription = "Weights nobody has."\n'
        'executor = "local"\nrepo = "nobody/nothing"\npipeline = "StableDiffusionXLPipeline"\n'
        "sizes = [{ width = 512, height = 512 }]\n"
        "steps = { min = 1, max = 4, default = 1 }\n"
        "guidance = { min = 0.0, max = 0.0, default = 0.0 }\n"
        'licence = { name = "MIT", commercial = true }\nscreening = "none"\n'
    )
    settings = {
        "EASEL_HOSTED_ENDPOINT": endpoint.url,
        "HF_TOKEN": "hf_abcdefghijklmnopqrstuvwxyz",
        # Nobody listens there: the hub is down.
        "HF_ENDPOINT": "http://127.0.0.1:9",
        "HF_HOME": str(data_dir / "hub"),
    }
    async with (
        Playground(port=0) as playground,
        BotProcess(playground, data_dir, **settings) as bot,
        await Member.connect(playground.url, 1) as member,
    ):
        assert "zb-tech" in await bot.until("The default model is")
        yield member
        log = "\n".join(bot.log)
        assert settings["HF_TOKEN"] not in log


async def ask(member: Member, prompt: str, **options) -> Json:
    """The answer once it is a picture or a failure."""
    asked = await member.command("imagine", member.channel("general"), prompt=prompt, **options)
    return await asked.message(
        lambda m: m["attachments"] or (m["embeds"] and m["embeds"][0].get("fields")), timeout=90
    )


async def recipe_of(member: Member, message: Json) -> tuple[tuple[int, int], Json]:
    data = await member.download(message["attachments"][0])
    return png.size(data), json.loads(png.texts(data)["easel"])


async def test_turbo_paints_in_one_step_without_guidance(member: Member):
    message = await ask(member, "a lighthouse in a storm", model="sdxl-turbo", seed=1)
    size, recipe = await recipe_of(member, message)
    assert size == (512, 512)
    assert recipe["model"] == "sdxl-turbo"
    assert recipe["num_inference_steps"] == 1
    assert recipe["guidance_scale"] == 0
    assert "EulerAncestral" in json.dumps(recipe["scheduler"])
    again = await ask(member, "a lighthouse in a storm", model="sdxl-turbo", seed=1)
    assert await member.download(again["attachments"][0]) == await member.download(
        message["attachments"][0]
    )


async def test_the_whole_line_of_the_manual_is_painted_by_turbo(member: Member):
    line = "a fox --ar 3:2 --seed 7 --steps 4 --no hands --model turbo"
    message = await ask(member, line)
    size, recipe = await recipe_of(member, message)
    assert size == (512, 512)
    assert (recipe["model"], recipe["seed"], recipe["num_inference_steps"]) == ("sdxl-turbo", 7, 4)


async def test_turbo_says_that_a_negative_prompt_has_no_use(member: Member):
    message = await ask(member, "a fox", model="sdxl-turbo", negative_prompt="blue")
    notes = [field["value"] for field in message["embeds"][0]["fields"] if field["name"] == "Note"]
    assert "no use for a negative prompt" in notes[0]


async def test_zb_tech_is_painted_by_the_endpoint(member: Member, endpoint: Endpoint):
    message = await ask(
        member, "a fox in the snow", seed=5, size="832x1216", negative_prompt="blue", steps=20
    )
    size, recipe = await recipe_of(member, message)
    assert size == (832, 1216)
    assert recipe["model"] == "zb-tech"
    asked = endpoint.asked[-1]
    assert asked["inputs"] == "a fox in the snow"
    assert asked["authorization"] == "Bearer hf_abcdefghijklmnopqrstuvwxyz"
    parameters = asked["parameters"]
    assert parameters["seed"] == 5
    assert parameters["num_inference_steps"] == 20
    assert parameters["negative_prompt"] == "blue"
    assert (parameters["width"], parameters["height"]) == (832, 1216)


@pytest.mark.parametrize("status", ["401", "402", "429", "503"])
@pytest.mark.long
async def test_what_the_endpoint_refuses_is_told_in_plain_words(member: Member, status: str):
    message = await ask(member, status)
    assert not message["attachments"]
    why = message["embeds"][0]["fields"][0]["value"]
    assert "Traceback" not in why
    assert "hf_" not in why
    assert "127.0.0.1" not in why
    assert len(why) > 20


async def test_unreachable_weights_are_told_in_plain_words_and_the_bot_lives(member: Member):
    message = await ask(member, "a fox", model="unreachable")
    why = message["embeds"][0]["fields"][0]["value"]
    assert "Unreachable" in why
    assert "Traceback" not in why
    assert "http" not in why
    assert (await ask(member, "a red circle", model="demo"))["attachments"]
