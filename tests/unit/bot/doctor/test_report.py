"""The table and the JSON: rows that people can read, on every terminal."""

import json

import pytest

from bot.cli.doctor import exit_code
from bot.doctor import Area, as_json, as_table
from bot.doctor._finding import error, in_two, note, ok, warning

FINDINGS = [
    ok("python", "3.11 – fine"),
    note("device", "no GPU", "Get “one”."),
    warning("hub", "down", "Wait."),
    error("disk, data", "full", "Make room.", Area.DATA),
]


def test_what_is_found_stands_in_one_column_with_its_remedy_beneath():
    assert as_table(FINDINGS).splitlines() == [
        "✔ ok       python      3.11 – fine",
        "· note     device      no GPU",
        "                       → Get “one”.",
        "▲ warning  hub         down",
        "                       → Wait.",
        "✘ error    disk, data  full",
        "                       → Make room.",
        "",
        "1 error, 1 warning, 1 note.",
    ]


@pytest.mark.parametrize("encoding", ["ascii", "ISO-8859-1", "ANSI_X3.4-1968"])
def test_a_terminal_without_utf_8_gets_ascii(encoding: str):
    table = as_table([*FINDINGS, ok("bot", "名")], encoding=encoding)
    assert table.isascii()
    assert "+ ok       python      3.11 - fine" in table
    assert '-> Get "one".' in table
    assert "+ ok       bot         ?" in table


@pytest.mark.parametrize("encoding", ["utf-8", "UTF-8", "utf8", "utf_8"])
def test_utf_8_has_many_names(encoding: str):
    assert "✔" in as_table(FINDINGS, encoding=encoding)


def test_long_lines_are_broken_at_the_terminals_width_but_no_address_is():
    address = "https://discord.com/oauth2/authorize?" + "x" * 90
    findings = [warning("guilds", "word " * 30, f"Invite it: {address}")]
    lines = as_table(findings, width=70).splitlines()
    assert max(len(line) for line in lines if address not in line) <= 70
    assert any(line.endswith(address) for line in lines)


def test_a_finding_of_several_lines_is_one_row():
    assert "first second" in as_table([ok("device", "first\n   second")])


def test_where_all_is_well_it_says_so():
    assert as_table([ok("python", "3.11")]).endswith("\nAll is well.")


def test_json_has_the_same_in_the_same_order():
    told = json.loads(as_json(FINDINGS, 3))
    assert told["exit_code"] == 3
    assert [row["state"] for row in told["findings"]] == ["ok", "note", "warning", "error"]
    assert told["findings"][0] == {
        "state": "ok",
        "subject": "python",
        "found": "3.11 – fine",
        "remedy": None,
    }


@pytest.mark.parametrize(
    ("areas", "code"),
    [
        ([], 0),
        ([Area.HOST], 1),
        ([Area.HOST, Area.DISCORD], 4),
        ([Area.DISCORD, Area.DATA], 3),
        ([Area.DATA, Area.SETTINGS, Area.DISCORD], 2),
    ],
)
def test_the_exit_code_is_that_of_what_a_start_would_meet_first(areas: list[Area], code: int):
    graver = [error("x", "found", "remedy", area) for area in areas]
    assert exit_code([*FINDINGS[:3], *graver]) == code


@pytest.mark.parametrize(
    ("text", "found", "remedy"),
    [
        ("It is so. Do that. Or this.", "It is so", "Do that. Or this."),
        ("It is so.", "It is so", "else"),
        ("models.toml, [x], steps: wrong", "models.toml, [x], steps: wrong", "else"),
    ],
)
def test_a_message_is_what_is_found_and_what_to_do(text: str, found: str, remedy: str):
    assert in_two(text, "else") == (found, remedy)
