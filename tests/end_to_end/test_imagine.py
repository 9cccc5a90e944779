"""/imagine from the user's POST to the posted PNG, through the real bot and its demo model."""

import json
import os
import signal

import pytest

from playground.client import pictures
from tests.end_to_end.conftest import Easel
from tests.support import png
from tests.support.wire import EPHEMERAL, LOADING, Json

pytestmark = pytest.mark.asyncio(loop_scope="session")


def fields(message: Json) -> dict[str, str]:
    return {field["name"]: field["value"] for field in message["embeds"][0].get("fields", [])}


def title(message: Json) -> str:
    return message["embeds"][0].get("title", "") if message["embeds"] else ""


def titles(easel: Easel, message_id: str) -> list[str]:
    """Every title the message had, in order, as the member saw it."""
    seen = [
        title(event.data)
        for event in easel.member.events
        if event.name == "MESSAGE_UPDATE"
        and event.data["id"] == message_id
        and event.data["embeds"]
    ]
    return list(dict.fromkeys(seen))


async def test_a_prompt_becomes_a_posted_picture(easel: Easel):
    painting = await easel.member.command(
        "imagine", easel.general, prompt="a red circle on a blue background", seed=7
    )
    await painting.acknowledged()
    thinking = await painting.message()
    assert thinking["flags"] & LOADING
    message = await painting.picture(timeout=60)
    assert message["id"] == thinking["id"]
    assert message["embeds"][0]["description"] == "a red circle on a blue background"
    shown = fields(message)
    assert shown["Seed"] == "7"
    assert shown["Steps"] == "6"
    assert shown["Model"] == "Demo"
    assert shown["Time"].endswith(" s")
    (attachment,) = message["attachments"]
    assert attachment["content_type"] == "image/png"
    assert (attachment["width"], attachment["height"]) == (256, 256)
    data = await easel.member.download(attachment)
    assert png.size(data) == (256, 256)


async def test_the_message_goes_from_queued_over_painting_to_the_picture(easel: Easel):
    await easel.paint("a red circle")  # the model is loaded
    worker = easel.bot.worker
    os.kill(worker, signal.SIGSTOP)
    try:
        painting = await easel.member.command("imagine", easel.general, prompt="a green star")
        await painting.message(lambda message: "Painting" in title(message))
    finally:
        os.kill(worker, signal.SIGCONT)
    message = await painting.picture(timeout=60)
    seen = titles(easel, message["id"])
    assert seen[0].startswith("Queued")
    assert seen[1] == "Painting…"
    assert title(message) == ""


async def test_the_request_is_logged(easel: Easel):
    message = await easel.paint("a teal moon on white", negative_prompt="red", seed=11)
    row = await easel.row_of(message)
    assert row["status"] == "delivered"
    assert row["prompt"] == "a teal moon on white"
    assert row["negative_prompt"] == "red"
    assert row["seed"] == 11
    assert str(row["user_id"]) == easel.member.id
    assert str(row["channel_id"]) == easel.general
    assert row["queued_at"] <= row["started_at"] <= row["generated_at"] <= row["finished_at"]
    assert row["attempts"] == 1
    assert row["seconds"] > 0
    assert row["interaction_token"] is None
    assert (easel.data_dir / row["picture_path"]).is_file()


async def test_the_same_request_gives_the_same_bytes_and_any_other_does_not(easel: Easel):
    prompt = "a yellow heart on a gray background"
    first = await easel.bytes_of(prompt, seed=3)
    assert await easel.bytes_of(prompt, seed=3) == first
    for other in (
        {"seed": 4},
        {"seed": 3, "negative_prompt": "circle"},
        {"seed": 3, "steps": 7},
        {"seed": 3, "guidance": 1.0},
    ):
        assert await easel.bytes_of(prompt, **other) != first


async def test_without_a_seed_each_picture_is_another_and_its_seed_gives_it_again(easel: Easel):
    message = await easel.paint("a purple diamond")
    seed = int(fields(message)["Seed"])
    again = await easel.paint("a purple diamond", seed=seed)
    other = await easel.paint("a purple diamond")
    data = [await easel.member.download(m["attachments"][0]) for m in (message, again, other)]
    assert data[0] == data[1] != data[2]


async def test_the_file_has_its_recipe_and_mark_and_nothing_of_discord(easel: Easel):
    message = await easel.paint("a black cross on an orange background", seed=5)
    data = await easel.member.download(message["attachments"][0])
    texts = png.texts(data)
    assert "a black cross on an orange background" in texts["parameters"]
    assert "Seed: 5" in texts["parameters"]
    recipe = json.loads(texts["easel"])
    assert recipe["seed"] == 5
    assert recipe["model"]
    assert "trainedAlgorithmicMedia" in texts["XML:com.adobe.xmp"]
    row = await easel.row_of(message)
    everything = "\n".join(texts.values())
    for name in ("user_id", "guild_id", "channel_id", "interaction_id", "message_id"):
        assert str(row[name]) not in everything
    assert f"easel-{row['id']}.png" == message["attachments"][0]["filename"]


async def test_an_option_without_effect_is_said(easel: Easel):
    message = await easel.paint("a pink square", negative_prompt="blue", guidance=0)
    assert "no effect" in fields(message)["Note"]


async def test_markdown_and_mentions_in_a_prompt_do_nothing(easel: Easel):
    message = await easel.paint("@everyone a **red** circle `x`")
    assert message["mentions"] == []
    assert not message.get("mention_everyone")
    assert r"\*\*red\*\*" in message["embeds"][0]["description"]


async def test_it_works_in_direct_messages(easel: Easel):
    painting = await easel.other.command(
        "imagine", easel.other.dm_channel_id, prompt="a small brown square"
    )
    message = await painting.picture(timeout=60)
    assert pictures(message)
    assert not message["flags"] & EPHEMERAL


@pytest.mark.parametrize("channel", ["age-restricted", "no-bots"])
async def test_it_works_in_other_channels(easel: Easel, channel: str):
    painting = await easel.member.command(
        "imagine", easel.member.channel(channel), prompt="a white triangle on black"
    )
    assert pictures(await painting.picture(timeout=60))


async def test_models_and_sizes_are_completed(easel: Easel):
    ask = easel.member.autocomplete
    models = await ask("imagine", easel.general, "model", model="")
    assert [choice["value"] for choice in models][:3] == ["demo", "sdxl-turbo", "sdxl"]
    assert [c["value"] for c in await ask("imagine", easel.general, "model", model="tur")] == [
        "sdxl-turbo",
        "z-image-turbo",
    ]
    sizes = await ask("imagine", easel.general, "size", model="sdxl-turbo", size="")
    assert [choice["value"] for choice in sizes] == ["512x512"]
    assert [c["value"] for c in await ask("imagine", easel.general, "size", size="2")] == [
        "256x256"
    ]


async def test_ping_tells_latency_line_and_device_to_its_member_alone(easel: Easel):
    answer = await (await easel.member.command("ping", easel.general)).response()
    assert answer["flags"] & 64
    assert "Gateway latency: " in answer["content"]
    assert "Waiting: 0 pictures" in answer["content"]
    assert "Painting on: " in answer["content"]
    assert all(event.data.get("id") != answer["id"] for event in easel.other.events)
