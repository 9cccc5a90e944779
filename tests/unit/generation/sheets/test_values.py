"""The values of a sweep, as members type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.errors import RequestRefused
from generation.sheets.values import MOST, read_values


@pytest.mark.parametrize(
    ("typed", "values"),
    [
        ("1, 2, 4", (1, 2, 4)),
        ("4;2;1", (4, 2, 1)),
        ("1 2 4", (1, 2, 4)),
        ("1-8 step 2", (1, 3, 5, 7)),
        ("1–4", (1, 2, 3, 4)),
        ("1 to 3", (1, 2, 3)),
        ("1..3, 8", (1, 2, 3, 8)),
        ("0.1-0.4 step 0.1", (0.1, 0.2, 0.3, 0.4)),
        (".5, 1.0", (0.5, 1)),
        ("2, 2.0, 3", (2, 3)),
        ("9007199254740990, 9007199254740991", (9007199254740990, 9007199254740991)),
        ("100, 200", (100, 200)),
        ("１、２，４", (1, 2, 4)),
    ],
)
def test_what_is_typed_is_read_in_its_order(typed: str, values: tuple[float, ...]):
    assert read_values(typed) == values


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "no number in it"),
        (" , ;", "no number in it"),
        ("4", "4 alone is nothing to compare"),
        ("3, 3.0", "3 alone"),
        ("1-9", "more than 8"),
        ("0-1 step 0.001", "more than 8"),
        ("0-9999999999999999 step 0.000001", "more than 8"),
        ("1,2,3,4,5,6,7,8,9", "more than 8"),
        ("8-1", "first is larger"),
        ("1-4 step 0", "no end"),
        ("many", "“many” can't be read"),
        ("-1, 2", "can't be read"),
        ("1e3, 2", "can't be read"),
        ("NaN, Infinity", "can't be read"),
    ],
)
def test_what_can_t_be_taken_is_refused_with_why(typed: str, said: str):
    with pytest.raises(RequestRefused) as refused:
        read_values(typed)
    assert refused.value.field == "values"
    assert said in refused.value.limit
    assert refused.value.remedy


@given(st.text(alphabet="0123456789.,;- stepo–…to/\n", max_size=40) | st.text(max_size=40))
def test_any_text_is_either_refused_or_two_to_eight_different_numbers(typed: str):
    try:
        values = read_values(typed)
    except RequestRefused:
        return
    assert 2 <= len(values) <= MOST
    assert len(set(values)) == len(values)
    assert all(value >= 0 for value in values)


@given(
    st.integers(0, 1000),
    st.integers(1, 50),
    st.integers(2, MOST),
    st.sampled_from(["-", "–", ".."]),
)
def test_a_range_has_all_its_steps(first: int, stride: int, count: int, dash: str):
    last = first + stride * (count - 1)
    expected = tuple(range(first, last + 1, stride))
    assert read_values(f"{first}{dash}{last} step {stride}") == expected


@given(st.lists(st.integers(0, 10**6), min_size=2, max_size=MOST, unique=True))
def test_a_list_is_kept_as_it_is(numbers: list[int]):
    assert read_values(", ".join(map(str, numbers))) == tuple(numbers)
