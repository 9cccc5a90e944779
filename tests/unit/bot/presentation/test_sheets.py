"""Several pictures as one embed: all of them told, within Discord's limits."""

import dataclasses

from bot.presentation import embeds, sheets
from generation.job import Job, PartPlace
from generation.pictures import StoredPicture
from generation.request import GenerationRequest
from generation.sheets.plan import compare, sweep
from generation.sheets.store import PartResult, PartStatus
from tests.support.jobs import CATALOG, DEMO, make_job


def job_of(request: GenerationRequest) -> Job:
    return dataclasses.replace(make_job(1), request=request, seconds=3.2)


def result(number: int, status: PartStatus = PartStatus.PAINTED, **changes) -> PartResult:
    made = PartResult(
        number=number,
        status=status,
        picture=StoredPicture(f"pictures/000000/1-{number}.png", "0" * 64),
        revision=None,
        loras=(),
        remarks=(),
        device="CPU",
        seconds=0.84,
        clip_score=27.345,
        clip="openai/clip-vit-large-patch14",
        failure=None,
        notice=None,
    )
    return dataclasses.replace(made, **changes)


def fields(embed) -> dict[str, str]:
    return {field.name: field.value for field in embed.fields}


def test_each_picture_has_a_line_with_time_and_score_and_all_share_the_rest():
    request, _ = sweep(CATALOG, DEMO, "a fox", "steps", "1, 2, 4", seed=7)
    results = {
        1: result(1),
        2: result(2, PartStatus.FAILED, picture=None, notice="Too little memory."),
    }
    shown = fields(sheets.finished(job_of(request), results, CATALOG, ()))
    assert shown["Pictures"].splitlines() == [
        "1. 1 step – 0.84 s · CLIP 27.3",
        "2. 2 steps – missing",
        "3. 4 steps – not painted",
    ]
    assert shown["All of them"] == "Demo · seed 7 · guidance 1.5 · 256x256"
    assert shown["CLIP score"].endswith("by openai/clip-vit-large-patch14.")


def test_without_scores_nothing_is_said_of_them():
    request, _ = compare(CATALOG, DEMO, "a fox", "demo, sdxl-turbo")
    results = {1: result(1, clip_score=None, clip=None)}
    shown = fields(sheets.finished(job_of(request), results, CATALOG, ()))
    assert "CLIP score" not in shown
    assert shown["Pictures"].splitlines()[0] == "1. Demo – 0.84 s"


def test_the_licences_of_all_models_are_told():
    request, _ = compare(CATALOG, DEMO, "a fox", "demo, sdxl-turbo")
    licence = fields(sheets.finished(job_of(request), {}, CATALOG, ()))["Licence"]
    assert "MIT, commercial use allowed" in licence
    assert "no commercial use" in licence


def test_the_longest_of_everything_is_within_discord_s_limits():
    prompt = "*_~|<" * 300
    request, _ = sweep(CATALOG, DEMO, prompt, "seed", "9007199254740984-9007199254740991")
    request = request.model_copy(update={"negative_prompt": "_" * 1500})
    results = {number: result(number, clip="x" * 300) for number in range(1, 9)}
    notes = [f"{number} " + "note*" * 100 for number in range(8)]
    embed = sheets.finished(job_of(request), results, CATALOG, notes)
    assert len(embed) <= 6000
    assert all(0 < len(field.value or "") <= 1024 for field in embed.fields)


def test_what_others_may_not_read_is_left_out():
    request, _ = sweep(CATALOG, DEMO, "a fox", "steps", "1, 2", seed=7)
    job = job_of(request.model_copy(update={"negative_prompt": "a slur"}))
    embed = sheets.finished(job, {}, CATALOG, ["--slur is left out"], lambda typed: "slur" in typed)
    assert fields(embed)["Without"] == fields(embed)["Note"] == "(not shown here)"
    assert fields(sheets.finished(job, {}, CATALOG, ()))["Without"] == "a slur"


def test_progress_and_recipe_name_the_part():
    job = dataclasses.replace(job_of(make_job(1).request), part=PartPlace(2, 4))
    assert (embeds.painting(job, 3, 8).title or "").startswith("Painting part 2 of 4 ")
    assert (embeds.painting(job, 3, 8).title or "").endswith("3/8")
    assert embeds.started(job).title == "Painting part 2 of 4…"
    assert embeds.loading(job, "Demo", None, None).title == "Loading Demo… part 2 of 4"
    assert embeds.finished(job, "Demo", ()).footer.text == "#1, part 2"
