"""Parts that may not be shown where their sheet was asked for are gaps, and the others stay."""

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from generation.executors.base import ExecutorEvent, Finished, Painted, Work
from generation.job import JobStatus
from generation.limits import Asker, Limits
from generation.screening import Policy, Screening, Verdict
from generation.sheets.sieve import Sieve
from generation.sheets.store import PartStatus
from tests.support.executors import ScriptedExecutor

from .conftest import painted
from .test_painter import Desk, desk, three  # noqa: F401 - the fixture


def by_steps(scores: dict[int, float]):
    """Pictures whose score is that of their number of steps."""

    def script(work: Work) -> Sequence[ExecutorEvent]:
        picture = painted(work).picture
        score = scores[work.request.num_inference_steps]
        return [Painted(), Finished(dataclasses.replace(picture, unsafe=score, screened_by="n"))]

    return script


def files(data_dir: Path) -> list[str]:
    return sorted(path.name for path in (data_dir / "pictures").rglob("*.png"))


async def test_an_unsafe_part_is_a_gap_that_says_why(desk: Desk):  # noqa: F811
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


async def test_a_sheet_is_as_unsafe_as_the_worst_on_it(desk: Desk):  # noqa: F811
    job, _ = await desk.run(by_steps({1: 0.1, 2: 0.9, 3: 0.3}))
    assert (job.status, job.unsafe, job.screened_by) == (JobStatus.GENERATED, 0.3, "n")


async def test_where_all_are_unsafe_the_job_fails_by_that_rule(desk: Desk):  # noqa: F811
    job, _ = await desk.run(by_steps({1: 0.9, 2: 0.9, 3: 0.9}))
    assert (job.status, job.failure) == (JobStatus.FAILED, "unsafe")
    assert job.notice is not None
    assert "outside age-restricted channels" in job.notice
    assert files(desk.data_dir) == []
    desk.line.quotas.host = Limits(per_day=9)
    used = {quota.name: quota.used for quota in await desk.line.quotas.read(Asker(1, 10), 1)}
    assert used["per_day"] == 3


async def test_a_channel_that_opens_meanwhile_takes_kept_parts_away(desk: Desk):  # noqa: F811
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
    await Sieve(screening, desk.parts, desk.line.pictures).sift(job, results)
    assert [number for number, each in results.items() if each.failure == "unsafe"] == [2]
    assert files(desk.data_dir) == [f"{job.id}-1.png", f"{job.id}-3.png", f"{job.id}.png"]
    assert await desk.parts.of(job.id) == results
