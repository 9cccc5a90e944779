"""The picture that a job starts from: fetched, waited for, given up on."""

import errno
from dataclasses import replace
from pathlib import Path
from unittest import mock

import pytest

from generation.executors.base import Failed, FailureKind
from generation.inputs import loader as input_loader
from generation.inputs.loader import InputLoader
from generation.inputs.store import InputStore
from generation.job import Job, JobStatus
from generation.slot import PATIENCE_S
from tests.support.disk import Disk
from tests.support.executors import ScriptedExecutor
from tests.support.jobs import make_job, make_origin, make_request
from tests.support.line import Line

BROKEN = OSError(errno.EIO, "Input/output error")


class Clock:
    def __init__(self) -> None:
        self.now = 0.0


def kind(loaded: object) -> FailureKind | None:
    return loaded.kind if isinstance(loaded, Failed) else None


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def inputs(tmp_path: Path) -> InputStore:
    return InputStore(tmp_path)


@pytest.fixture
def loader(inputs: InputStore, clock: Clock) -> InputLoader:
    return InputLoader(inputs, lambda: clock.now)


@pytest.fixture
async def job(inputs: InputStore) -> Job:
    image = await inputs.save(b"a picture", 64, 64)
    return replace(make_job(1), request=make_request(image=image))


async def test_it_is_fetched(loader: InputLoader, job: Job):
    assert await loader.load(job) == b"a picture"


async def test_where_there_is_none_nothing_is_fetched(loader: InputLoader):
    assert await loader.load(make_job(1)) is None


async def test_one_that_is_gone_or_changed_is_told_at_once(loader, inputs, job, tmp_path: Path):
    (tmp_path / job.request.image.path).write_bytes(b"another")
    changed = await loader.load(job)
    (tmp_path / job.request.image.path).unlink()
    gone = await loader.load(job)
    assert kind(changed) is kind(gone) is FailureKind.INPUT_UNAVAILABLE
    assert "not kept here any more" in gone.message


async def test_one_that_can_not_be_read_is_waited_for_and_then_given_up(
    loader, inputs, job, clock: Clock, monkeypatch
):
    monkeypatch.setattr(inputs, "load", mock.AsyncMock(side_effect=BROKEN))
    kinds = []
    for clock.now in (0, 60, PATIENCE_S - 1, PATIENCE_S):
        loaded = await loader.load(job)
        kinds.append(kind(loaded))
    assert kinds == [FailureKind.DEVICE_UNAVAILABLE] * 3 + [FailureKind.INPUT_UNAVAILABLE]
    assert "bring it anew" in loaded.message
    assert "the system's log" in loaded.detail


async def test_each_job_has_its_own_patience(loader, inputs, job, clock: Clock, monkeypatch):
    monkeypatch.setattr(inputs, "load", mock.AsyncMock(side_effect=BROKEN))
    await loader.load(job)
    clock.now = PATIENCE_S
    other = replace(job, id=job.id + 1)
    assert kind(await loader.load(other)) is FailureKind.DEVICE_UNAVAILABLE
    assert kind(await loader.load(job)) is FailureKind.INPUT_UNAVAILABLE


async def test_however_long_others_go_before_it_it_is_given_up(
    loader, inputs, job, clock: Clock, monkeypatch
):
    monkeypatch.setattr(inputs, "load", mock.AsyncMock(side_effect=BROKEN))
    await loader.load(job)
    clock.now = 3 * PATIENCE_S
    assert kind(await loader.load(replace(job, id=2))) is FailureKind.DEVICE_UNAVAILABLE
    assert kind(await loader.load(job)) is FailureKind.INPUT_UNAVAILABLE


async def test_what_could_be_read_on_the_way_begins_anew(loader, inputs, job, clock, monkeypatch):
    load = mock.AsyncMock(side_effect=[BROKEN, b"a picture", BROKEN])
    monkeypatch.setattr(inputs, "load", load)
    await loader.load(job)
    clock.now = PATIENCE_S
    assert await loader.load(job) == b"a picture"
    assert kind(await loader.load(job)) is FailureKind.DEVICE_UNAVAILABLE


async def test_a_job_that_is_given_up_lets_its_member_s_next_one_run(
    line: Line, disk: Disk, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(input_loader, "PATIENCE_S", 0.0)
    image = await line.inputs.save(b"a picture", 64, 64)
    disk.refuses(line.inputs, "load", BROKEN)
    async with line.dispatching(ScriptedExecutor()):
        job = await line.intake.submit(make_request(image=image), make_origin())
        after = await line.intake.submit(make_request(seed=2), make_origin(1, 200))
        failed = await line.until(job, JobStatus.FAILED)
        await line.until(after, JobStatus.GENERATED)
    assert failed.failure == FailureKind.INPUT_UNAVAILABLE
