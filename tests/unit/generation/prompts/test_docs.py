"""The page for members says what the code does."""

import re
from pathlib import Path

import pytest

from generation.prompts import Flags, Lora, parse, split_flags
from generation.prompts.flags import _NAMES
from generation.prompts.loras import MOST_LORAS
from generation.prompts.parser import MOST_PARTS, MOST_WEIGHTED, SHARES, WEIGHTS

PAGE = Path(__file__).parents[4].joinpath("docs", "prompts.md").read_text(encoding="utf-8")
ROWS = [re.findall(r"`([^`]+)`", line.split(" | ")[0]) for line in PAGE.splitlines() if "|" in line]
FLAGS = [cell for row in ROWS for cell in row if cell.startswith("--")]


@pytest.mark.parametrize(
    ("typed", "weight"),
    [
        ("fox++", 1.21),
        ("fox--", 0.81),
        ("(red fox)1.3", 1.3),
        ("(red fox:1.3)", 1.3),
        ("(red fox)++", 1.21),
        ('"red fox"++', 1.21),
        ("(fox)", 1.1),
        ("((fox))", 1.21),
        ("[fox]", 0.9091),
    ],
)
def test_a_mark_of_the_page_counts_as_the_page_says(typed: str, weight: float):
    assert any(typed in row for row in ROWS)
    assert [f.weight for f in parse(typed).parts[0].fragments] == [weight]


def test_the_joins_of_the_page_are_read():
    joins = [cell for row in ROWS for cell in row if cell.startswith('("')]
    assert len(joins) == 3
    assert all(parse(join).is_weighted for join in joins)


def test_the_page_has_every_flag_and_no_other():
    assert {flag.split()[0].removeprefix("--") for flag in FLAGS} == set(_NAMES)


@pytest.mark.parametrize("typed", FLAGS)
def test_a_flag_of_the_page_is_read(typed: str):
    prompt, flags = split_flags(f"a fox {typed}")
    assert prompt == "a fox"
    assert flags != Flags()
    assert not flags.notes


@pytest.mark.parametrize(
    ("typed", "weight"),
    [
        ("<lora:pixel-art:0.7>", 0.7),
        ("lora:pixel-art:0.7", 0.7),
        ("<lora:pixel-art>", None),
        ("lora:pixel-art", None),
        ("withLora(pixel-art, 0.7)", 0.7),
    ],
)
def test_a_lora_of_the_page_is_read(typed: str, weight: float | None):
    assert any(typed in row for row in ROWS)
    assert parse(f"a fox {typed}").loras == (Lora("pixel-art", weight),)


def test_the_page_names_the_limits():
    assert f"names up to {MOST_LORAS} LoRAs" in PAGE
    assert (WEIGHTS, SHARES) == ((0.0, 2.0), (-2.0, 2.0))
    assert "Weights reach from 0, not there, to 2;" in PAGE
    assert f"weigh {MOST_WEIGHTED} pieces of text" in PAGE.replace("\n", " ")
    assert f"up to {MOST_PARTS} of them" in PAGE
