"""Means, medians and wins of what was scored."""

import pytest

from bot.scoring import Standing, standings

from .attempts import attempt


def test_mean_median_and_time_are_of_the_models_own_pictures():
    scored = [(1, 10.0, 1.0), (2, 20.0, 2.0), (3, 60.0, 9.0)]
    (found,) = standings([attempt(number, "a", score, s) for number, score, s in scored])
    assert (found.mean, found.median, found.seconds) == (30.0, 20.0, 2.0)
    assert (found.painted, found.asked) == (3, 3)


def test_a_model_alone_wins_nothing():
    (found,) = standings([attempt(1, "a", 10.0)])
    assert found.wins is None


def test_the_highest_score_of_a_prompt_wins_it():
    first, second = standings(
        [attempt(1, "a", 10.0), attempt(2, "a", 10.0), attempt(1, "b", 9.0), attempt(2, "b", 11.0)]
    )
    assert (first.wins, second.wins) == (0.5, 0.5)


def test_who_is_level_shares_the_win():
    found = standings([attempt(1, "a", 7.0), attempt(1, "b", 7.0), attempt(1, "c", 6.0)])
    assert [each.wins for each in found] == [0.5, 0.5, 0.0]


def test_a_prompt_that_one_model_alone_painted_is_won_by_nobody():
    first, second = standings(
        [attempt(1, "a", 1.0), attempt(2, "a", 50.0), attempt(1, "b", 2.0), attempt(2, "b", None)]
    )
    assert (first.wins, second.wins) == (0.0, 1.0)
    assert (second.painted, second.asked) == (1, 2)


def test_a_model_that_painted_nothing_stands_there_without_numbers():
    _, failed = standings([attempt(1, "a", 1.0), attempt(1, "b", None)])
    assert failed == Standing("b", asked=1, painted=0)


@pytest.mark.parametrize("order", [("a", "b"), ("b", "a")])
def test_models_stand_in_the_order_in_which_they_painted(order: tuple[str, str]):
    found = standings([attempt(1, model, 1.0) for model in order])
    assert tuple(each.model for each in found) == order
