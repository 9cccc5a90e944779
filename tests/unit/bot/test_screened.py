"""A picture counts as unsafe where nobody has looked at it, though somebody has to by now."""

import dataclasses
from types import SimpleNamespace
from typing import Any
from unittest import mock

import discord
import pytest

from bot.again import files_of
from bot.screened import ruling_of
from generation.job import Job
from generation.request import GenerationRequest, Part
from generation.safety.screening import Policy, Screening, Verdict
from generation.sheets.store import PartResult, PartStatus, PartStore
from tests.support.jobs import CATALOG, make_job

GUILD, OPEN, ADULTS = 10, 20, 21


async def is_for_adults(guild_id: int, channel_id: int) -> bool:
    return channel_id == ADULTS


@pytest.fixture
def studio() -> Any:
    screening = Screening()
    screening.ask(is_for_adults)
    safety = SimpleNamespace(screening=screening)
    return SimpleNamespace(safety=safety, whole_catalog=CATALOG)


def painted(model: str, unsafe: float | None = None) -> Job:
    request = GenerationRequest.build(CATALOG[model], "a red circle")
    kept = {"picture_path": "pictures/1.png", "picture_sha256": "a" * 64}
    return dataclasses.replace(make_job(1), request=request, unsafe=unsafe, **kept)


async def test_what_was_painted_before_anybody_looked_is_not_brought_to_an_open_channel(
    studio: Any,
):
    interaction = mock.create_autospec(discord.Interaction, instance=True)
    interaction.guild_id, interaction.channel_id = GUILD, OPEN
    notes: list[str] = []
    async with files_of(interaction, studio, painted("sdxl"), notes, private=True) as files:
        assert files == []
    (said,) = notes
    assert "outside age-restricted channels. Nobody has looked at this one" in said


async def test_in_an_age_restricted_channel_it_is_shown(studio: Any):
    ruling = await ruling_of(studio, painted("sdxl"), GUILD, ADULTS)
    assert ruling.verdict is Verdict.ALLOW


async def test_where_unsafe_ones_are_covered_it_is_covered(studio: Any):
    studio.safety.screening.host = Policy(open=Verdict.BLUR)
    assert (await ruling_of(studio, painted("sdxl"), GUILD, OPEN)).covered


async def test_where_nobody_has_to_look_it_is_shown(studio: Any):
    assert (await ruling_of(studio, painted("demo"), GUILD, OPEN)).verdict is Verdict.ALLOW


async def test_one_that_has_a_score_is_judged_by_that(studio: Any):
    safe = await ruling_of(studio, painted("sdxl", 0.2), GUILD, OPEN)
    assert safe.verdict is Verdict.ALLOW
    unsafe = await ruling_of(studio, painted("sdxl", 0.9), GUILD, OPEN)
    assert unsafe.refused
    assert "Nobody has looked" not in unsafe.reason


def sheet(
    studio: Any, scores: dict[str, float | None], *, unsafe: float | None, failing: str = ""
) -> Job:
    """Several on one, by the models that painted them and the scores of their pictures."""
    jobs = [painted(model) for model in scores]
    plan = tuple(Part(request=each.request) for each in jobs)
    request = jobs[0].request.model_copy(update={"varied": "model", "parts": plan})
    part = PartResult(
        *(1, PartStatus.PAINTED, None, None, (), (), None),
        *(None, None, None, None, None),
    )
    studio.parts = mock.create_autospec(PartStore, instance=True)
    studio.parts.of.return_value = {
        number: dataclasses.replace(
            part,
            number=number,
            unsafe=score,
            status=PartStatus.FAILED if model == failing else PartStatus.PAINTED,
        )
        for number, (model, score) in enumerate(scores.items(), start=1)
    }
    return dataclasses.replace(jobs[0], request=request, unsafe=unsafe)


@pytest.mark.parametrize(("failing", "refused"), [("demo", True), ("sdxl", False)])
async def test_of_several_on_one_those_count_that_were_painted(
    studio: Any, failing: str, *, refused: bool
):
    job = sheet(studio, {"demo": None, "sdxl": None}, unsafe=None, failing=failing)
    assert (await ruling_of(studio, job, GUILD, OPEN)).refused is refused


async def test_one_of_several_that_nobody_looked_at_is_not_seen_because_others_are_safe(
    studio: Any,
):
    job = sheet(studio, {"demo": 0.05, "sdxl": None}, unsafe=0.05)
    ruling = await ruling_of(studio, job, GUILD, OPEN)
    assert ruling.refused
    assert "Nobody has looked at one of them" in ruling.reason
    assert (await ruling_of(studio, job, GUILD, ADULTS)).verdict is Verdict.ALLOW


@pytest.mark.parametrize(("worst", "refused"), [(0.4, False), (0.9, True)])
async def test_several_on_one_are_as_unsafe_as_the_worst(
    studio: Any, worst: float, *, refused: bool
):
    job = sheet(studio, {"demo": None, "sdxl": worst, "sdxl-turbo": 0.1}, unsafe=worst)
    ruling = await ruling_of(studio, job, GUILD, OPEN)
    assert ruling.refused is refused
    assert "Nobody has looked" not in ruling.reason


async def test_a_sheet_stays_as_unsafe_as_what_is_drawn_on_it_when_that_part_is_gone(studio: Any):
    job = sheet(studio, {"sdxl": 0.9, "sdxl-turbo": 0.1}, unsafe=0.9, failing="sdxl")
    assert (await ruling_of(studio, job, GUILD, OPEN)).refused
