"""A picture that may not be shown where it was asked for is kept nowhere."""

import dataclasses
import hashlib
from collections.abc import Sequence

import pytest

from generation.executors.base import Cancelled, ExecutorEvent, Finished, Work
from generation.job import Job, JobStatus
from generation.limits.layers import Asker, Limits
from generation.request import GenerationRequest
from generation.safety.screening import Policy, Screening, Verdict
from tests.support import png
from tests.support.executors import PICTURE, ScriptedExecutor
from tests.support.jobs import CATALOG, make_origin, make_request
from tests.support.line import Line


def scored(score: float | None) -> ScriptedExecutor:
    picture = dataclasses.replace(PICTURE, unsafe=score, screened_by="nsfw")
    return ScriptedExecutor(lambda _: [Finished(picture)])


async def painted(
    line: Line, score: float | None, screening: Screening | None = None, model: str = "demo"
) -> Job:
    request = GenerationRequest.build(CATALOG[model], "a red circle")
    async with line.dispatching(scored(score), screening=screening):
        job = await line.intake.submit(request, make_origin())
        return await line.until(job, JobStatus.GENERATED, JobStatus.FAILED)


async def test_its_bytes_are_never_written_and_its_hash_and_score_are(line: Line, tmp_path):
    job = await painted(line, 0.9)
    assert (job.status, job.failure) == (JobStatus.FAILED, "unsafe")
    assert (job.unsafe, job.screened_by) == (0.9, "nsfw")
    assert job.blocked_sha256 == hashlib.sha256(PICTURE.data).hexdigest()
    assert job.picture is None
    assert [path for path in (tmp_path / "pictures").rglob("*") if path.is_file()] == []
    assert job.notice is not None
    assert "outside age-restricted channels" in job.notice
    assert line.kinds(job)[-1] == "JobFailed"


async def test_a_safe_one_is_kept_with_its_score(line: Line):
    job = await painted(line, 0.2)
    assert (job.status, job.unsafe, job.screened_by) == (JobStatus.GENERATED, 0.2, "nsfw")
    assert job.picture is not None
    assert job.blocked_sha256 is None


@pytest.mark.parametrize("open_verdict", [Verdict.ALLOW, Verdict.BLUR])
async def test_one_that_is_shown_or_covered_is_kept(line: Line, open_verdict: Verdict):
    job = await painted(line, 0.9, Screening(Policy(open=open_verdict)))
    assert (job.status, job.unsafe) == (JobStatus.GENERATED, 0.9)
    assert job.picture is not None


async def test_the_channel_decides_as_it_is_when_the_picture_is_there(line: Line):
    flags = [True, False]  # age-restricted when the work begins, open when it ends

    async def flag(guild_id: int, channel_id: int) -> bool:
        return flags.pop(0)

    screening = Screening()
    screening.ask(flag)
    job = await painted(line, 0.9, screening, model="sdxl-turbo")
    assert job.failure == "unsafe"
    assert flags == []


async def test_the_executor_is_told_above_which_score_what_is_brought_is_refused(line: Line):
    executor = scored(0.2)
    request = GenerationRequest.build(CATALOG["sdxl-turbo"], "a red circle")
    async with line.dispatching(executor, screening=Screening(Policy(threshold=0.3))):
        job = await line.intake.submit(request, make_origin())
        await line.until(job, JobStatus.GENERATED)
    assert [work.unsafe_above for work in executor.works] == [0.3]


async def test_the_host_s_own_command_line_refuses_nothing(line: Line):
    async with line.dispatching(scored(0.99)):
        job = await line.intake.submit(make_request(), None)
        ended = await line.until(job, JobStatus.GENERATED, JobStatus.FAILED)
    assert (ended.status, ended.unsafe) == (JobStatus.GENERATED, 0.99)


async def test_it_counts_against_its_member_s_quota(line: Line):
    await painted(line, 0.9)
    line.quotas.host = Limits(per_day=5)
    used = {quota.name: quota.used for quota in await line.quotas.read(Asker(1, 10))}
    assert used["per_day"] == 1


async def test_one_that_was_cancelled_at_the_last_moment_is_cancelled(line: Line):
    def script(_: Work) -> Sequence[ExecutorEvent]:
        return [Finished(dataclasses.replace(PICTURE, unsafe=0.9)), Cancelled()]

    executor = ScriptedExecutor(script)
    executor.gate.clear()
    async with line.dispatching(executor) as dispatcher:
        job = await line.intake.submit(make_request(), make_origin())
        await line.until(job, JobStatus.RUNNING)
        assert await dispatcher.cancel(job.id)
        ended = await line.until(job, JobStatus.CANCELLED, JobStatus.FAILED)
    assert (ended.status, ended.blocked_sha256) == (JobStatus.CANCELLED, None)


async def test_what_nobody_looked_at_though_somebody_had_to_is_kept_nowhere(line: Line, tmp_path):
    executor = ScriptedExecutor()
    executor.looks = False
    request = GenerationRequest.build(CATALOG["sdxl-turbo"], "a red circle")
    async with line.dispatching(executor):
        job = await line.intake.submit(request, make_origin())
        ended = await line.until(job, JobStatus.GENERATED, JobStatus.FAILED)
    assert (ended.status, ended.failure) == (JobStatus.FAILED, "internal")
    assert ended.notice is not None
    assert "could not be looked at" in ended.notice
    assert [path for path in (tmp_path / "pictures").rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("is_looking", [True, False])
async def test_who_has_its_classifier_ready_looks_at_what_was_brought_to_any_model(
    line: Line, *, is_looking: bool
):
    image = await line.inputs.save(png.make(64, 64), 64, 64)
    executor = ScriptedExecutor()
    executor.is_looking = is_looking
    async with line.dispatching(executor):
        job = await line.intake.submit(make_request(image=image, strength=0.05), make_origin())
        done = await line.until(job, JobStatus.GENERATED)
    assert [work.screener is not None for work in executor.works] == [is_looking]
    assert (done.unsafe is not None) is is_looking
