import pytest

from benchmarks import results
from benchmarks.__main__ import NAMES, main
from benchmarks.figures import Figure
from benchmarks.results import Result

RESULT = Result(
    name="memory",
    date="2026-11-20 10:00",
    machine="a machine",
    load=0.1,
    commit="abc1234",
    command="make bench BENCH=memory",
    figures=[Figure("memory", 100.0, "MB", 150.0)],
)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(results, "FOLDER", tmp_path)
    return tmp_path


def test_the_readme_shows_the_newest_results():
    assert results.README.read_text(encoding="utf-8") == results.readme(list(NAMES))


def test_a_result_is_read_as_it_was_written(folder):
    assert Result.read(RESULT.write()) == RESULT


def test_the_newest_result_is_that_of_the_latest_day(folder):
    later = Result(
        **{**{name: getattr(RESULT, name) for name in RESULT.__slots__}, "date": "2026-11-21 09:00"}
    )
    later.write()
    RESULT.write()
    assert results.newest("memory") == later


def test_a_benchmark_that_was_never_run_has_no_result(folder):
    assert results.newest("memory") is None


def test_an_unknown_benchmark_is_named(capsys):
    with pytest.raises(SystemExit):
        main(["fairness", "memmory"])
    assert "there is no memmory" in capsys.readouterr().err
