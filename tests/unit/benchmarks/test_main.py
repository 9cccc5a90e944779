import sys
from types import SimpleNamespace

import pytest

from benchmarks import __main__ as program
from benchmarks import results
from benchmarks.figures import Figure

MET = Figure("memory", 100.0, "MB", 150.0)
MISSED = Figure("memory", 200.0, "MB", 150.0)
UNCLEAR = Figure("memory", 200.0, "MB", 150.0, between=[100.0, 300.0])


@pytest.fixture
def measured(tmp_path, monkeypatch):
    """What was measured, of benchmarks that give what they are told to; see `benchmark`."""
    readme = tmp_path / "README.md"
    readme.write_text("<!-- figures -->\n<!-- end of figures -->\n")
    monkeypatch.setattr(results, "FOLDER", tmp_path / "results")
    monkeypatch.setattr(results, "README", readme)
    monkeypatch.setattr(results, "commit", lambda: "abc1234")  # the folder is in no checkout
    monkeypatch.setattr(program, "bind_to_two_cores", lambda: None)  # the tests need them all
    return []


@pytest.fixture
def benchmark_gives(measured, monkeypatch):
    def give(name, *figures):
        async def run():
            measured.append(name)
            return list(figures)

        monkeypatch.setitem(sys.modules, f"benchmarks.{name}", SimpleNamespace(run=run))

    return give


def test_a_missed_goal_is_the_exit_code_once_all_have_run(benchmark_gives, measured, capsys):
    benchmark_gives("fairness", MISSED)
    benchmark_gives("memory", MET)
    assert program.main(["fairness", "memory"]) == 1
    assert measured == ["fairness", "memory"]
    assert "missed: fairness: memory" in capsys.readouterr().out
    assert "### memory" in results.README.read_text()


def test_what_is_met_or_unclear_is_no_failure(benchmark_gives):
    benchmark_gives("fairness", UNCLEAR)
    benchmark_gives("memory", MET)
    assert program.main(["fairness", "memory"]) == 0


def test_what_was_missed_earlier_that_day_counts_when_it_goes_on(benchmark_gives, measured):
    benchmark_gives("fairness", MISSED)
    program.main(["fairness"])
    benchmark_gives("memory", MET)
    assert program.main(["--resume", "fairness", "memory"]) == 1
    assert measured == ["fairness", "memory"]
