"""The table of entries that a run prints has each row once, in the catalog's order."""

from types import SimpleNamespace

from tests.support.entries import PROPERTY, rows_of, table


def report(when: str, *rows: dict[str, str | int]) -> SimpleNamespace:
    return SimpleNamespace(when=when, user_properties=[(PROPERTY, row) for row in rows])


def row(place: int, name: str) -> dict[str, str | int]:
    return {"place": place, "entry": name, "pipeline": "P", "steps": 4, "seconds": "0.10"}


def test_rows_stand_in_the_catalogs_order_whatever_came_first():
    reports = [report("call", row(1, "second")), report("call", row(0, "first"))]
    assert [each["entry"] for each in rows_of(reports)] == ["first", "second"]


def test_setup_and_teardown_give_no_row_of_their_own():
    first = row(0, "first")
    reports = [report("setup", first), report("call", first), report("teardown", first)]
    assert rows_of(reports) == [first]


def test_what_is_no_report_of_a_test_has_no_row():
    assert rows_of([SimpleNamespace(message="a warning")]) == []


def test_columns_stand_below_their_heading():
    heading, line = table([row(0, "a-rather-long-name")])
    assert line.index("P") == heading.index("pipeline")
    assert line.index("0.10") == heading.index("seconds")
