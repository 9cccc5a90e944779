"""The language of prompts, as a member uses it."""

import pytest

from playground.client import Interaction
from tests.end_to_end.conftest import Easel
from tests.support.wire import EPHEMERAL, Json

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def imagine(easel: Easel, prompt: str, **options: object) -> Interaction:
    return await easel.member.command("imagine", easel.general, prompt=prompt, **options)


def fields(message: Json) -> dict[str, str]:
    return {field["name"]: field["value"] for field in message["embeds"][0]["fields"]}


async def test_flags_are_options_and_unknown_ones_are_named_under_the_picture(easel: Easel):
    message = await easel.paint("a red circle --seed 7 --steps 2 --no blue --stile 3", steps=3)
    assert message["embeds"][0]["description"] == "a red circle"
    shown = fields(message)
    assert (shown["Seed"], shown["Steps"], shown["Without"]) == ("7", "3", "blue")
    assert "The option steps was given" in shown["Note"]
    assert "no flag --stile" in shown["Note"]


async def test_a_weight_makes_another_picture_and_is_kept_in_what_is_shown(easel: Easel):
    weighted = "a red circle on a (blue:1.8) background"
    plain = await easel.bytes_of("a red circle on a blue background", seed=7, steps=2)
    message = await easel.paint(weighted, seed=7, steps=2)
    assert message["embeds"][0]["description"] == weighted
    assert await easel.member.download(message["attachments"][0]) != plain


async def test_a_weight_beyond_the_range_is_said(easel: Easel):
    message = await easel.paint("a (red:9) circle", steps=1)
    assert "Weights reach from 0 to 2" in fields(message)["Note"]


async def test_a_very_long_prompt_is_painted(easel: Easel):
    message = await easel.paint("a red circle, " * 100, steps=1)
    assert "Note" not in fields(message)


async def test_what_is_meant_but_wrong_is_refused_privately(easel: Easel):
    for prompt, said in (
        ("a fox --seed red", "--seed"),
        ("a fox <lora:pixel:0.7>", "has no LoRAs to choose from"),
        ('("a fox", "a wolf").blend(1)', "2 prompts and 1 weights"),
    ):
        message = await (await imagine(easel, prompt)).response()
        assert message["flags"] & EPHEMERAL
        assert said in message["content"]
