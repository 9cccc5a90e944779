"""What is read as a picture's number."""

import pytest

from bot.numbers import picture_number


@pytest.mark.parametrize("typed", ["12", "#12", " #12 ", "# 12", "012"])
def test_a_number_is_read_as_it_stands_under_a_picture(typed: str):
    assert picture_number(typed) == 12


@pytest.mark.parametrize("typed", ["", "#", "-1", "1.5", "the fox", "١٢", "9" * 30, "9" * 5000])
def test_what_is_no_picture_s_number_is_none(typed: str):
    assert picture_number(typed) is None


def test_the_longest_number_fits_into_the_database():
    assert picture_number("9" * 18) == 10**18 - 1 < 2**63
