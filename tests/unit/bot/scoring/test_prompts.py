"""The file of prompts: what is taken from it, and what is refused."""

from pathlib import Path

import pytest

from bot.scoring import MOST_PROMPTS, read_prompts
from generation.errors import RequestRefused


def test_a_line_is_a_prompt_but_for_comments_and_empty_ones(tmp_path: Path):
    file = tmp_path / "prompts.txt"
    file.write_bytes("\ufeff# of today\n  a fox \r\n\n  # more\nroom #7\nein Füchslein".encode())
    assert read_prompts(file) == ["a fox", "room #7", "ein Füchslein"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "holds no prompt"),
        (b"# only\n\n", "holds no prompt"),
        (b"a\nb\n" + b"x" * 2001, "Line 3 of"),
        ("Füchse".encode("latin-1"), "no UTF-8 text"),
        (b"a\n" * (MOST_PROMPTS + 1), "1,001 prompts; 1,000 are allowed"),
        (b"#" * (4 * 1024**2 + 1), "larger than 4 MiB"),
    ],
)
def test_a_file_of_no_use_is_refused(tmp_path: Path, content: bytes, says: str):
    file = tmp_path / "prompts.txt"
    file.write_bytes(content)
    with pytest.raises(RequestRefused, match=says) as refused:
        read_prompts(file)
    assert refused.value.field == "--prompts"


def test_a_file_that_is_not_there_is_refused(tmp_path: Path):
    for path in (tmp_path / "none.txt", tmp_path):
        with pytest.raises(RequestRefused, match="can't be read"):
            read_prompts(path)
