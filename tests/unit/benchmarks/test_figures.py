import pytest

from benchmarks.figures import Figure, median_bounds, percentile, quantiles, table


@pytest.mark.parametrize(
    ("sense", "value", "met"),
    [
        ("at most", 8, True),
        ("at most", 8.1, False),
        ("at least", 8, True),
        ("at least", 7.9, False),
        ("more than", 8, False),
        ("more than", 8.1, True),
    ],
)
def test_a_goal_is_met_by_its_sense(sense, value, met):
    assert Figure("wait", value, "ms", 8, sense).met is met


def test_a_figure_without_a_goal_meets_none():
    assert Figure("wait", 8).met is None


def test_a_goal_is_unclear_where_the_figure_may_be_on_either_side_of_it():
    busy = Figure("added", 2, "ms", 8, between=[-190, 210])
    assert busy.met is None
    assert "unclear" in table([busy])
    assert Figure("added", 2, "ms", 8, between=[1, 3]).met is True


def test_a_percentile_is_a_sample_that_so_many_are_not_above():
    samples = list(range(1, 201))
    assert percentile(samples, 0.95) == 190
    assert percentile(samples, 0.99) == 198
    assert percentile([5.0], 0.99) == 5.0


def test_the_median_of_many_samples_is_known_more_closely():
    assert median_bounds(range(1, 201)) == [87, 114]
    assert median_bounds([1, 2, 3]) == [1, 3]


def test_quantiles_are_named_after_their_share():
    names = [figure.name for figure in quantiles("wait", [1.0, 2.0, 3.0], "ms", 0.95, 0.99)]
    assert names == ["wait, p50", "wait, p95", "wait, p99"]


def test_the_table_says_what_is_missed():
    lines = table([Figure("wait", 9.5, "ms", 8), Figure("rate", 1234.5, "jobs/s")]).splitlines()
    assert lines[0].split() == ["wait", "9.5", "ms", "at", "most", "8", "ms", "missed"]
    assert lines[1].split() == ["rate", "1,234", "jobs/s"]
