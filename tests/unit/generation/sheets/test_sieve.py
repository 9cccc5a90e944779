"""Parts that may not be shown where their sheet was asked for are gaps, and the others stay."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.database import Database
from generation.executors.base import ExecutorEvent, Finished, Painted, Work
from generation.job import JobStatus
from generation.limits.layers import Asker, Limits
from generation.safety.screening import Policy, Screening, Verdict
from generation.sheets.sieve import Sieve
from generation.sheets.store import PartStatus
from tests.support.executors import ScriptedExecutor
from tests.support.jobs import CATALOG

from .desk import (
    Desk,
    left_in_the_middle,
    painted,
    restarted,
    three,
)

#: Where the host lets somebody look at every model's pictures.
REQUIRED = CATALOG.each(lambda spec: spec.model_copy(update={"screening": "required"}))


def by_steps(scores: dict[int, float]):
    """Pictures whose score is that of their number of steps."""

    def script(work: Work) -> Sequence[ExecutorEvent]:
        picture = painted(work).picture
        score = scores[work.request.num_inference_steps]
        return [Painted(), Finished(dataclasses.replace(picture, unsafe=score, screened_by="n"))]

    return script


def files(data_dir: Path) -> list[str]:
    return sorted(path.name for path in (data_dir / "pictures").rglob("*.png"))


async def test_an_unsafe_part_is_a_gap_that_says_why(desk: Desk):
    job, _ = await desk.run(by_steps({1: 0.1, 2: 0.9, 3: 0.3}))
    results = await desk.parts.of(job.id)
    assert {number: each.status for number, each in results.items()} == {
        1: PartStatus.PAINTED,
        2: PartStatus.FAILED,
        3: PartStatus.PAINTED,
    }
    assert (results[2].failure, results[2].unsafe, results[2].screened_by) == ("unsafe", 0.9, "n")
    assert results[2].blocked_sha256 is not None
    assert files(desk.data_dir) == [f"{job.id}-1.png", f"{job.id}-3.png", f"{job.id}.png"]
    assert any("2 (2 steps) is missing: By this host's rules" in each for each in job.remarks)


async def test_a_sheet_is_as_unsafe_as_the_worst_on_it(desk: Desk):
    job, _ = await desk.run(by_steps({1: 0.1, 2: 0.9, 3: 0.3}))
    assert (job.status, job.unsafe, job.screened_by) == (JobStatus.GENERATED, 0.3, "n")


async def test_where_all_are_unsafe_the_job_fails_by_that_rule(desk: Desk):
    job, _ = await desk.run(by_steps({1: 0.9, 2: 0.9, 3: 0.9}))
    assert (job.status, job.failure) == (JobStatus.FAILED, "unsafe")
    assert job.notice is not None
    assert "outside age-restricted channels" in job.notice
    assert files(desk.data_dir) == []
    desk.line.quotas.host = Limits(per_day=9)
    used = {quota.name: quota.used for quota in await desk.line.quotas.read(Asker(1, 10), 1)}
    assert used["per_day"] == 3


async def test_a_channel_that_opens_meanwhile_takes_kept_parts_away(desk: Desk):
    restricted = True

    async def flag(guild_id: int, channel_id: int) -> bool:
        return restricted

    screening = Screening(Policy(age_restricted=Verdict.BLUR))
    screening.ask(flag)
    executor = ScriptedExecutor(by_steps({1: 0.1, 2: 0.9, 3: 0.3}))
    async with desk.line.dispatching(executor, drawer=desk.drawer, screening=screening):
        job = await desk.ask(three())
        job = await desk.line.until(job, JobStatus.GENERATED)
    assert job.unsafe == 0.9
    restricted = False
    results = await desk.parts.of(job.id)
    await Sieve(CATALOG, screening, desk.parts, desk.line.pictures).sift(job, results)
    assert [number for number, each in results.items() if each.failure == "unsafe"] == [2]
    assert files(desk.data_dir) == [f"{job.id}-1.png", f"{job.id}-3.png", f"{job.id}.png"]
    assert await desk.parts.of(job.id) == results


async def test_of_a_sheet_that_is_refused_when_it_is_kept_the_unsafe_parts_are_thrown_away(
    desk: Desk,
    monkeypatch: pytest.MonkeyPatch,
):
    restricted = True
    draw = desk.drawer.draw

    async def flag(guild_id: int, channel_id: int) -> bool:
        return restricted

    async def opening(*arguments, **options):
        nonlocal restricted
        drawn = await draw(*arguments, **options)
        restricted = False
        return drawn

    monkeypatch.setattr(desk.drawer, "draw", opening)
    screening = Screening()
    screening.ask(flag)
    executor = ScriptedExecutor(by_steps({1: 0.1, 2: 0.9, 3: 0.3}))
    async with desk.line.dispatching(executor, drawer=desk.drawer, screening=screening):
        job = await desk.ask()
        ended = await desk.line.until(job, JobStatus.GENERATED, JobStatus.FAILED)
    assert (ended.status, ended.failure, ended.picture) == (JobStatus.FAILED, "unsafe", None)
    results = await desk.parts.of(job.id)
    assert [number for number, each in results.items() if each.failure == "unsafe"] == [2]
    assert results[2].blocked_sha256 is not None
    assert files(desk.data_dir) == [f"{job.id}-1.png", f"{job.id}-3.png"]


async def test_a_part_that_nobody_looked_at_goes_once_somebody_has_to(desk: Desk):
    job, _ = await desk.run(lambda work: [Painted(), painted(work)])
    results = await desk.parts.of(job.id)
    await Sieve(CATALOG, Screening(), desk.parts, desk.line.pictures).sift(job, results)
    assert {each.status for each in results.values()} == {PartStatus.PAINTED}
    await Sieve(REQUIRED, Screening(), desk.parts, desk.line.pictures).sift(job, results)
    assert {(each.failure, each.unsafe) for each in results.values()} == {("unsafe", None)}
    assert "Nobody has looked at this one" in (results[1].notice or "")
    assert files(desk.data_dir) == [f"{job.id}.png"]


async def test_where_somebody_has_to_look_after_a_restart_what_nobody_saw_is_a_gap(
    desk: Desk,
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
):
    job = await left_in_the_middle(desk)
    again = await restarted(desk, database)
    monkeypatch.setattr("tests.support.line.CATALOG", REQUIRED)
    executor = ScriptedExecutor(lambda work: [Painted(), painted(work)])
    async with again.line.dispatching(executor, drawer=again.drawer):
        ended = await again.line.until(job, JobStatus.GENERATED, JobStatus.FAILED)
    assert ended.status is JobStatus.GENERATED
    results = await desk.parts.of(job.id)
    assert [number for number, each in results.items() if each.failure == "unsafe"] == [1]
    assert any("1 (1 step) is missing: By this host's rules" in each for each in ended.remarks)
