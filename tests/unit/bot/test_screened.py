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
from generation.screening import Policy, Screening, Verdict
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
    assert await files_of(interaction, studio, painted("sdxl"), notes) == []
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


@pytest.mark.parametrize(("failing", "refused"), [(1, True), (2, False)])
async def test_of_several_on_one_those_count_that_were_painted(
    studio: Any, failing: int, *, refused: bool
):
    demo, wanting = painted("demo"), painted("sdxl")
    plan = tuple(Part(request=each.request) for each in (demo, wanting))
    request = demo.request.model_copy(update={"varied": "model", "parts": plan})
    studio.parts = mock.create_autospec(PartStore, instance=True)
    ends = {1: PartStatus.PAINTED, 2: PartStatus.PAINTED, failing: PartStatus.FAILED}
    part = PartResult(
        *(1, PartStatus.PAINTED, None, None, (), (), None),
        *(None, None, None, None, None),
    )
    studio.parts.of.return_value = {
        number: dataclasses.replace(part, number=number, status=status)
        for number, status in ends.items()
    }
    job = dataclasses.replace(demo, request=request)
    assert (await ruling_of(studio, job, GUILD, OPEN)).refused is refused
