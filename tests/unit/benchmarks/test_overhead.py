import pytest

from benchmarks.overhead import PARTS, _figures, _fsyncs, _jobs, _parts
from benchmarks.tracing import Span

# One job that took 100 s, in whole seconds to be read easily.
JOB = [
    Span("submit", 0, 6),
    Span("create", 1, 5),
    Span("commit", 3, 5),
    Span("start", 7, 9),
    Span("commit", 8, 9),
    Span("paint", 12, 70),
    Span("encode", 72, 75),
    Span("save", 77, 82),
    Span("fsync", 78, 80),
    Span("finish", 83, 86),
    Span("commit", 85, 86),
    Span("commit", 88, 89),  # of something else meanwhile: it takes none of the job's time
    Span("deliver", 96, 100),
    Span("commit", 98, 100),
]


def test_the_parts_are_all_of_a_jobs_time():
    assert sum(_parts(JOB).values()) == pytest.approx(100)


def test_each_part_is_where_the_time_went():
    assert _parts(JOB) == {
        "queue": 3,  # 0 to 1, 5 to 7
        "store": 2 + 1 + 3 + 1 + 2 + 2,  # what is not fsync of five writes, and 82 to 83
        "fsync": 2 + 1 + 2 + 1 + 2,
        "IPC": 3 + 2,
        "pipeline": 60,
        "encode": 3,
        "Discord": 10,
    }
    assert tuple(_parts(JOB)) == PARTS


def test_every_fsync_of_a_job_counts():
    assert _fsyncs(JOB) == 6


def test_jobs_are_told_apart_by_their_intake_and_delivery():
    second = [Span(name, start + 200, end + 200) for name, start, end in JOB]
    assert list(_jobs([*JOB, *second])) == [JOB, second]


def test_the_pipeline_counts_as_far_as_it_takes_longer_than_the_raw_call():
    figures = {figure.name: figure for figure in _figures([0.058], [_seconds(JOB)], [4])}
    # Of queue, store, IPC and pipeline: 3 + 11 + 5 + 60, and 58 are the raw call's.
    added = figures["added besides fsync, encode and Discord, p50"]
    assert added.value == pytest.approx(3 + 11 + 5 + 60 - 58)
    assert figures["of it pipeline, over the raw call, p50"].value == pytest.approx(2)


def test_what_is_added_beyond_the_goal_is_missed():
    figures = _figures([0.05] * 3, [_seconds(JOB)] * 3, [4] * 3)
    added = next(figure for figure in figures if figure.name.startswith("added"))
    assert (added.met, added.goal) == (False, 8)


def _seconds(job):
    """Of a job in milliseconds."""
    return {part: whole / 1000 for part, whole in _parts(job).items()}
