"""Previews that a worker sends are told of only while they are of any use, and may be seen."""

import asyncio
import dataclasses

import pytest

from generation.catalog import Catalog
from generation.executors.base import Batch, Preview, Told, Work
from generation.executors.local import _run
from generation.executors.local._deadline import Limits
from generation.executors.local._lessons import Lessons
from generation.executors.local._run import Run
from generation.processes.frames import Frame
from tests.unit.generation.executors.conformance import small

CATALOG = Catalog.load()


@pytest.fixture
def work() -> Work:
    return small(CATALOG["demo"])


def run_of(work: Work) -> Run:
    return Run(1, Batch((work,)), asyncio.Lock(), Limits(1, 1, 1), Lessons())


def preview(blob: bytes = b"small", **fields: float | None) -> Frame:
    return Frame({"kind": "preview", "run": 1, **fields}, blob)


async def test_one_is_told_of(work: Work) -> None:
    told = run_of(work).interpret(preview(unsafe=None))
    assert told == [Told(work.job_id, Preview(b"small"))]


async def test_one_is_told_of_with_its_score(work: Work) -> None:
    seen = dataclasses.replace(work, screener=CATALOG.tools["nsfw-detection"])
    told = run_of(seen).interpret(preview(unsafe=0.25))
    assert told == [Told(work.job_id, Preview(b"small", 0.25))]


async def test_one_that_nobody_has_looked_at_is_dropped_where_somebody_must(work: Work) -> None:
    seen = dataclasses.replace(work, screener=CATALOG.tools["nsfw-detection"])
    assert run_of(seen).interpret(preview(unsafe=None)) == []


async def test_one_that_is_too_large_to_be_one_is_dropped(work: Work) -> None:
    assert run_of(work).interpret(preview(b"x" * (_run._LARGEST_PREVIEW + 1))) == []


async def test_one_that_comes_after_the_end_is_dropped(work: Work) -> None:
    run = run_of(work)
    run.interpret(Frame({"kind": "cancelled", "run": 1, "part": 0}))
    assert run.interpret(preview()) == []


async def test_one_of_a_job_that_is_to_stop_is_dropped(work: Work) -> None:
    run = run_of(work)
    await run.cancel(work.job_id)
    assert run.interpret(preview()) == []
