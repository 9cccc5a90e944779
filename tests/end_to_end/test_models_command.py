"""/models and /help as members use them, and what autocomplete takes from the chosen model."""

from pathlib import Path

import pytest

from playground.client import Interaction, Member, pictures
from playground.server import Playground
from tests.end_to_end.conftest import Easel
from tests.support.bot_process import BotProcess
from tests.support.wire import EPHEMERAL, Json

pytestmark = pytest.mark.asyncio(loop_scope="session")

SELECT = "Look at a model"


def fields(message: Json) -> dict[str, str]:
    return {field["name"]: field["value"] for field in message["embeds"][0].get("fields", [])}


def controls(message: Json) -> list[str]:
    return [each["custom_id"] for row in message["components"] for each in row["components"]]


async def models(member: Member, channel: str) -> Json:
    return await (await member.command("models", channel)).response()


async def card(member: Member, shown: Json, name: str) -> Json:
    """The same message once it shows that model."""
    return await (await member.press(shown, SELECT, [name])).update()


async def submitted(member: Member, form: Json, **values: object) -> Interaction:
    return await member.submit_modal(form, **values)


async def test_the_list_is_private_has_pages_and_begins_with_the_default(easel: Easel):
    shown = await models(easel.member, easel.general)
    assert shown["flags"] & EPHEMERAL
    first = shown["embeds"][0]["fields"][0]
    assert first["name"] == "Demo (default)"
    assert "`demo` · 256x256 · 1 to 30 steps" in first["value"]
    seen = set(fields(shown))
    while "Next" in str(shown["components"]):
        shown = await (await easel.member.press(shown, "Next")).update()
        seen |= set(fields(shown))
    assert {"SDXL-Turbo", "SDXL", "FLUX.1 schnell"} <= seen
    others = fields(shown)["Not on this host"]
    assert "SDXL by API, FLUX.1 schnell by API: the host uses no hosted API." in others
    assert "Juggernaut XL v9" in others
    back = await (await easel.member.press(shown, "Back")).update()
    assert back["embeds"][0]["footer"]["text"].startswith("Page ")


@pytest.mark.long
async def test_without_a_gpu_and_unasked_what_was_made_for_one_is_off_and_says_why(
    playground: Playground, tmp_path: Path
):
    choice = {"EASEL_DEVICE": "auto", "CUDA_VISIBLE_DEVICES": ""}
    async with (
        await Member.connect(playground.url, 1) as member,
        BotProcess(playground, tmp_path, **choice) as bot,
    ):
        channel = member.channel("general")
        told = fields(await models(member, channel))
        assert told.keys() == {"Demo (default)", "Not on this host"}
        assert "SDXL" in told["Not on this host"]
        assert "made for a GPU" in told["Not on this host"]
        asked = await member.command("imagine", channel, prompt="a fox", model="sdxl")
        refused = await asked.response()
        assert refused["flags"] & EPHEMERAL
        assert "made for a GPU" in str(refused["embeds"] or refused["content"])
    (line,) = (line for line in bot.log if "made for a GPU" in line)
    assert "EASEL_DEVICE=cpu" in line


async def test_it_works_in_direct_messages(easel: Easel):
    shown = await models(easel.other, easel.other.dm_channel_id)
    assert "Steps" in fields(await card(easel.other, shown, "demo"))


async def test_a_card_has_exactly_what_a_model_takes_and_leads_back(easel: Easel):
    shown = await models(easel.member, easel.general)
    shown = await card(easel.member, shown, "sdxl-lightning-4")
    told = fields(shown)
    assert told["Steps"] == "exactly 4"
    assert told["Negative prompt"] == "no negative prompt"
    assert told["Licence"].startswith("[openrail++](https://huggingface.co/")
    assert told["A picture takes"] == "not measured on this host yet"
    shown = await (await easel.member.press(shown, "All models")).update()
    assert "Demo (default)" in fields(shown)


async def test_once_a_model_has_painted_its_speed_and_that_it_is_loaded_are_told(easel: Easel):
    await easel.paint("a red circle", steps=2)
    shown = await models(easel.member, easel.general)
    told = fields(await card(easel.member, shown, "demo"))
    assert told["A picture takes"].startswith("about ")
    assert told["Just now"].startswith("loaded")
    assert told["Painted"].startswith("on this host")


async def test_the_form_of_a_card_paints_for_all_to_see(easel: Easel):
    shown = await models(easel.member, easel.general)
    shown = await card(easel.member, shown, "demo")
    form = await (await easel.member.press(shown, "Paint with it")).modal()
    asked = await submitted(
        easel.member, form, prompt="a red circle --seed 7 --steps 2", negative_prompt="blue"
    )
    painted = await asked.picture(timeout=60)
    assert not painted["flags"] & EPHEMERAL
    told = fields(painted)
    assert (told["Model"], told["Seed"], told["Steps"]) == ("Demo", "7", "2")
    assert told["Without"] == "blue"
    assert told["Licence"] == "MIT, commercial use allowed"


async def test_what_a_form_can_not_ask_for_is_refused_privately(easel: Easel):
    shown = await card(easel.member, await models(easel.member, easel.general), "demo")
    form = await (await easel.member.press(shown, "Paint with it")).modal()
    asked = await submitted(easel.member, form, prompt="a red circle --steps 31")
    refused = await asked.response()
    assert refused["flags"] & EPHEMERAL
    assert "Demo takes 1 to 30, not 31." in refused["content"]


@pytest.mark.long
async def test_list_card_and_form_work_on_after_a_restart(playground: Playground, tmp_path: Path):
    async with await Member.connect(playground.url, 1) as member:
        channel = member.channel("general")
        async with BotProcess(playground, tmp_path):
            listed, other = await models(member, channel), await models(member, channel)
            shown = await card(member, other, "demo")
            form = await (await member.press(shown, "Paint with it")).modal()
        (tmp_path / "models.toml").write_text("[sdxl]\nhidden = true\n", encoding="utf-8")
        async with BotProcess(playground, tmp_path):
            gone = await card(member, listed, "sdxl")
            assert "not offered here any more" in gone["content"]
            assert "SDXL" not in fields(gone)
            turned = await (await member.press(gone, "Next")).update()
            assert turned["embeds"][0]["footer"]["text"].startswith("Page 2 of ")
            assert not turned["content"]
            asked = await submitted(member, form, prompt="a red circle --steps 1")
            assert pictures(await asked.picture(timeout=60))


@pytest.mark.long
async def test_a_form_without_a_size_leaves_it_to_the_prompt(
    playground: Playground, tmp_path: Path
):
    (tmp_path / "models.toml").write_text(
        "[demo]\nsizes = [{ width = 256, height = 256 }, { width = 192, height = 256 }]\n",
        encoding="utf-8",
    )
    async with await Member.connect(playground.url, 1) as member:
        channel = member.channel("general")
        async with BotProcess(playground, tmp_path):
            shown = await card(member, await models(member, channel), "demo")
            for size, painted in (([], "192x256"), (["256x256"], "256x256")):
                form = await (await member.press(shown, "Paint with it")).modal()
                asked = await submitted(member, form, prompt="a red circle --ar 3:4", size=size)
                assert fields(await asked.picture(timeout=60))["Size"] == painted


async def test_help_tells_what_easel_does_and_the_commands_to_their_member_alone(easel: Easel):
    helped = await (await easel.member.command("help", easel.general)).response()
    assert helped["flags"] & EPHEMERAL
    about = helped["embeds"][0]["description"]
    for command in ("imagine", "models", "help", "queue", "cancel", "show", "ping"):
        assert f"`/{command}` – " in about
    (limits,) = [line for line in about.splitlines() if line.startswith("`/easel limits set` – ")]
    assert limits.endswith(" (for admins)")
    assert "Unless you choose a model, Demo paints" in fields(helped)


async def test_help_for_a_model_tells_exactly_what_it_takes(easel: Easel):
    used = await easel.member.command("help", easel.general, model="SDXL-Lightning 4")
    told = fields(await used.response())
    assert told["Steps"] == "exactly 4"
    assert told["Negative prompt"] == "no negative prompt"
    assert "`--steps 4`: exactly 4" in told["Options in the prompt"]


async def test_help_for_a_model_that_is_not_there_names_those_that_are(easel: Easel):
    used = await easel.member.command("help", easel.general, model="midjourney")
    refused = await used.response()
    assert refused["flags"] & EPHEMERAL
    assert "There is no model “midjourney” here. There are: demo," in refused["content"]
    choices = await easel.member.autocomplete("help", easel.general, "model", model="light")
    assert "sdxl-lightning-4" in [choice["value"] for choice in choices]


async def test_steps_and_guidance_are_completed_for_the_model_that_is_chosen(easel: Easel):
    async def offered(option: str, **typed: object) -> list[object]:
        choices = await easel.member.autocomplete("imagine", easel.general, option, **typed)
        return [choice["value"] for choice in choices]

    assert await offered("steps", steps="") == [1, 5, 6, 10, 15, 20, 25, 30]
    assert await offered("steps", model="sdxl-turbo", steps="") == [1, 2, 3, 4]
    assert await offered("steps", prompt="a fox --model sdxl-turbo", steps="9") == [4]
    assert await offered("guidance", model="sdxl-turbo", guidance="7.5") == [0]
    assert await offered("guidance", guidance="2") == [2]
