"""What a provider did not heed is said with the picture, and stands not in its recipe."""

import json

import pytest

from generation.executors.base import Picture
from generation.executors.hosted._remarks import left_out
from tests.support import png
from tests.unit.generation.executors.conformance import painted
from tests.unit.generation.executors.endpoint import Endpoint, StartHosted, asks, offer

pytestmark = pytest.mark.asyncio(loop_scope="module")


def recipe_of(picture: Picture) -> dict[str, object]:
    return json.loads(png.texts(picture.data)["easel"])


async def test_a_picture_as_it_was_asked_for_has_no_remark(start_hosted: StartHosted) -> None:
    picture = await painted(await start_hosted(), asks("png", seed_given=False))
    assert picture.remarks == ()


async def test_another_size_is_said(start_hosted: StartHosted) -> None:
    picture = await painted(await start_hosted(), asks("other size", seed_given=False))
    assert picture.remarks == (
        "It is 96x64, not 128x64: the hosted endpoint has sizes of its own.",
    )


async def test_a_seed_that_was_chosen_is_said_to_be_no_promise(start_hosted: StartHosted) -> None:
    picture = await painted(await start_hosted(), asks("png", seed_given=True))
    assert picture.remarks == (
        "The hosted endpoint was given the seed, but may give other pictures for it.",
    )
    assert recipe_of(picture)["seed"] == 7


async def test_steps_that_a_provider_is_not_told_are_said_and_left_out_of_the_recipe(
    start_hosted: StartHosted, hub: Endpoint
) -> None:
    hub.offers = [offer("nscale")]
    picture = await painted(await start_hosted(endpoint=None), asks("png", seed_given=False))
    assert picture.remarks == (
        "The provider nscale takes no number of steps: it chose one itself.",
    )
    recipe = recipe_of(picture)
    assert recipe["num_inference_steps"] is None
    assert recipe["device"] == "huggingface:nscale"
    assert "Steps" not in png.texts(picture.data)["parameters"]


async def test_steps_that_have_another_name_there_are_no_matter(
    start_hosted: StartHosted, hub: Endpoint
) -> None:
    hub.offers = [offer("together")]
    executor = await start_hosted(endpoint=None)
    picture = await painted(executor, asks("png", seed_given=False, num_inference_steps=23))
    assert picture.remarks == ()
    assert hub.bodies[-1]["steps"] == 23 == recipe_of(picture)["num_inference_steps"]


async def test_what_was_sent_tells_what_was_left_out() -> None:
    assert left_out(b'{"prompt": "x", "steps": 4}') == {"guidance_scale", "negative_prompt", "seed"}
    nested = {"input": {"seed": 1, "cfg_scale": 2, "negative_prompt": "y", "steps": 4}}
    assert left_out(json.dumps(nested).encode()) == frozenset()
    assert left_out(b"not JSON") == frozenset()
