"""Entries are put into a file that somebody wrote, and nothing else in it is touched."""

import tomllib
from pathlib import Path

import pytest

from generation.catalog import put_entry
from generation.errors import CatalogError

FIELDS = {"title": "Mine", "steps": {"min": 1, "max": 4}, "loras": [{"file": "a", "weight": 0.5}]}
WRITTEN = """\
# What my guild paints with.
[first]
title = "First"  # the best
words = \"\"\"
[mine]
\"\"\"

# Not mine: somebody else's.
[mine-too]
sizes = [
    [1, 2],
    [3, 4],
]
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "models.toml"
    path.write_text(WRITTEN, encoding="utf-8")
    return path


def test_it_is_appended_and_the_rest_stays_as_it_was(file: Path) -> None:
    put_entry(file, "mine", FIELDS, ["made\nsomehow"])
    text = file.read_text(encoding="utf-8")
    assert text.startswith(WRITTEN + "\n[mine]\n# made somehow\n")
    assert tomllib.loads(text) == {**tomllib.loads(WRITTEN), "mine": FIELDS}


def test_a_file_is_made_where_there_is_none(tmp_path: Path) -> None:
    put_entry(tmp_path / "models.toml", "mine", FIELDS)
    assert tomllib.loads((tmp_path / "models.toml").read_text()) == {"mine": FIELDS}
    assert [path.name for path in tmp_path.iterdir()] == ["models.toml"]


def test_a_last_line_without_an_end_gets_one(file: Path) -> None:
    file.write_text('[first]\ntitle = "First"', encoding="utf-8")
    put_entry(file, "mine", FIELDS)
    assert tomllib.loads(file.read_text()) == {"first": {"title": "First"}, "mine": FIELDS}


@pytest.mark.parametrize("name", ["first", "mine-too"])
def test_one_of_that_name_is_replaced_where_it_stands(file: Path, name: str) -> None:
    put_entry(file, name, FIELDS)
    text = file.read_text(encoding="utf-8")
    assert tomllib.loads(text) == {**tomllib.loads(WRITTEN), name: FIELDS}
    for comment in ("# What my guild paints with.\n", "# Not mine: somebody else's.\n"):
        assert comment in text
    assert text.index("[first]") < text.index("[mine-too]")


def test_its_own_tables_are_replaced_with_it(file: Path) -> None:
    file.write_text(
        '[mine]\ntitle = "x"\n[mine.steps]\nmin = 2\n[[mine.loras]]\nfile = "b"\n\n[z]\n'
    )
    put_entry(file, "mine", FIELDS)
    assert tomllib.loads(file.read_text()) == {"mine": FIELDS, "z": {}}


def test_what_it_can_not_replace_alone_is_left_as_it_was(file: Path) -> None:
    text = '[mine]\ntitle = "x"\n[other]\na = 1\n[mine.steps]\nmin = 2\n'
    file.write_text(text)
    with pytest.raises(CatalogError, match=r"\[mine\] is written in a way"):
        put_entry(file, "mine", FIELDS)
    assert file.read_text() == text


def test_a_name_with_a_dot_is_one_name(file: Path) -> None:
    for title in ("1", "2"):
        put_entry(file, "mix-1.5", {"title": title})
    assert tomllib.loads(file.read_text())["mix-1.5"] == {"title": "2"}


@pytest.mark.parametrize("text", ['a "quoted" \\ word', "tab\tand\nline", "“ü”\x7f", "🦊"])
def test_any_text_comes_back(file: Path, text: str) -> None:
    put_entry(file, "mine", {"title": text})
    assert tomllib.loads(file.read_text(encoding="utf-8"))["mine"]["title"] == text


def test_a_file_that_can_not_be_read_is_left_as_it_was(file: Path) -> None:
    file.write_text("[mine\n")
    with pytest.raises(CatalogError, match="can't be read"):
        put_entry(file, "mine", FIELDS)
    assert file.read_text() == "[mine\n"


def test_what_the_check_refuses_is_not_written(file: Path) -> None:
    def refuse(path: Path) -> None:
        assert "[mine]\n" in path.read_text(encoding="utf-8")
        raise CatalogError("No.")

    with pytest.raises(CatalogError, match="No"):
        put_entry(file, "mine", FIELDS, check=refuse)
    assert file.read_text(encoding="utf-8") == WRITTEN
    assert [path.name for path in file.parent.iterdir()] == ["models.toml"]


def test_who_may_read_the_file_stays_the_same(file: Path) -> None:
    file.chmod(0o640)
    put_entry(file, "mine", FIELDS)
    assert file.stat().st_mode & 0o777 == 0o640


def test_ends_of_lines_stay_as_they_are(file: Path) -> None:
    file.write_bytes(b'# Windows\r\n[first]\r\ntitle = "First"\r\n')
    put_entry(file, "mine", FIELDS)
    assert file.read_bytes().startswith(b'# Windows\r\n[first]\r\ntitle = "First"\r\n')


def test_a_mark_at_the_begin_stays_where_it_is(file: Path) -> None:
    file.write_text(WRITTEN, encoding="utf-8-sig")
    put_entry(file, "mine", FIELDS)
    text = file.read_text(encoding="utf-8")
    assert text.startswith(f"\ufeff{WRITTEN}")
    assert tomllib.loads(text[1:])["mine"] == FIELDS


def test_a_link_stays_a_link(file: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.toml"
    link.symlink_to(file)
    put_entry(link, "mine", FIELDS)
    assert link.is_symlink()
    assert tomllib.loads(file.read_text(encoding="utf-8"))["mine"] == FIELDS
