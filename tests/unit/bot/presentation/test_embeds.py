"""A job as an embed: all a member wants to know, within Discord's limits."""

import dataclasses

import pytest

from bot.presentation import embeds
from generation.catalog import Licence
from generation.job import Job
from generation.queue import Forecast
from generation.request import GenerationRequest
from tests.support.jobs import CATALOG, DEMO, LORAS, make_job, make_request


def painted(**options) -> Job:
    return dataclasses.replace(make_job(1), request=make_request(**options), seconds=0.84)


def fields(embed) -> dict[str, str]:
    return {field.name: field.value for field in embed.fields}


def test_a_finished_job_shows_its_recipe():
    embed = embeds.finished(painted(seed=7, negative_prompt="blue"), "Demo", ())
    assert embed.description == "a red circle"
    assert fields(embed) == {
        "Without": "blue",
        "Seed": "7",
        "Steps": "6",
        "Guidance": "1.5",
        "Size": "256x256",
        "Model": "Demo",
        "Time": "0.84 s",
    }


def test_what_others_may_not_read_is_left_out_of_what_was_typed_beside_the_prompt():
    job = painted(negative_prompt="a slur")
    notes = ("It is covered.", "From “a slur” on it was left out.")
    embed = embeds.finished(job, "Demo", notes, hides=lambda typed: "slur" in typed)
    assert fields(embed)["Without"] == "(not shown here)"
    assert fields(embed)["Note"] == "It is covered.\n(not shown here)"
    assert "slur" not in str(embed.to_dict())


def test_the_licence_of_the_model_belongs_to_the_recipe():
    licence = CATALOG["sdxl-turbo"].licence
    shown = fields(embeds.finished(painted(), "SDXL-Turbo", (), licence))
    assert shown["Licence"] == "[sai-nc-community](https://stability.ai/license), no commercial use"


def test_a_lora_that_may_not_be_used_commercially_holds_for_the_picture():
    forbidden = Licence(name="cc-by-nc-4.0", commercial=False)
    ink = LORAS[1].model_copy(update={"licence": forbidden})
    spec = DEMO.model_copy(update={"offers": (ink,)})
    request = GenerationRequest.build(spec, "a fox <lora:grain>")
    job = dataclasses.replace(make_job(1), request=request)
    shown = fields(embeds.finished(job, spec.title, (), spec.licence))
    assert shown["Licence"] == "MIT and cc-by-nc-4.0, no commercial use"
    without_model = fields(embeds.finished(job, spec.title, ()))
    assert without_model["Licence"] == "cc-by-nc-4.0, no commercial use"


def test_an_option_without_effect_is_said():
    embed = embeds.finished(painted(), "Demo", ("It has no effect.", "Nor has that."))
    assert fields(embed)["Note"] == "It has no effect.\nNor has that."


def test_notes_are_said_once_shown_as_typed_and_never_too_long():
    notes = (
        "There is no flag --__x__.",
        "There is no flag --__x__.",
        *(f"{n}" * 290 for n in range(9)),
    )
    note = fields(embeds.finished(painted(), "Demo", notes))["Note"]
    assert note.count("no flag") == 1
    assert r"\_\_x\_\_" in note
    assert len(note) <= 1024


@pytest.mark.parametrize(
    ("forecast", "title"),
    [
        (Forecast(1, 2.0), "Queued – 1st in line, under 5 s"),
        (Forecast(22, 61.0), "Queued – 22nd in line, about 1 min"),
        (Forecast(3, None), "Queued – 3rd in line"),
        (None, "Queued"),
    ],
)
def test_a_waiting_job_shows_its_place_and_wait(forecast: Forecast | None, title: str):
    assert embeds.queued(make_job(1), forecast).title == title


def test_an_api_that_is_asked_again_may_be_busy_or_out_of_reach():
    title = embeds.waiting(make_job(1)).title
    assert title == "The hosted API can't paint just now – asking again in a moment…"


def test_progress_is_shown_in_steps():
    assert embeds.painting(make_job(1), 3, 6).title == "Painting ▰▰▰▰▰▰▱▱▱▱▱▱ 3/6"


def test_a_model_that_is_loaded_is_named_and_how_far_its_download_is():
    assert embeds.loading(make_job(1), "SDXL-Turbo", None, None).title == "Loading SDXL-Turbo…"
    downloading = embeds.loading(make_job(1), "SDXL-Turbo", 2_100_000_000, 6_900_000_000)
    assert downloading.title == "Downloading SDXL-Turbo: 2.1 of 6.9 GB"


def test_the_longest_prompts_a_model_can_take_fit_beside_their_recipe():
    spec = CATALOG["sdxl"].model_copy(
        update={
            "prompt_limit": 2000,
            "weighting": False,
            "title": "*" * 60,
            "licence": Licence(name="*" * 60, link=f"https://{'x' * 280}", commercial=False),
        }
    )
    request = GenerationRequest.build(spec, "*_" * 1000, negative_prompt="~|" * 1000)
    notes = [f"{number}{'*' * 290}" for number in range(6)]
    embed = embeds.finished(
        dataclasses.replace(make_job(1), request=request, seconds=125.0),
        spec.title,
        notes,
        spec.licence,
    )
    assert 5900 < len(embed) <= 6000
    assert (embed.description or "").endswith("…")
    assert all(len(field.value or "") <= 1024 for field in embed.fields)


def test_the_longest_request_fits_into_an_embed():
    job = painted(prompt="*" * 1500, negative_prompt="_" * 1500, guidance=0.0)
    for embed in (embeds.finished(job, "Demo", ()), embeds.failed(job, "x" * 3000)):
        assert len(embed.description or "") <= 4096
        assert all(len(field.value or "") <= 1024 for field in embed.fields)
        assert len(embed) <= 6000
