"""Words of two lists that are written together as one are found, and no others."""

import timeit

import pytest

from generation.words.compounds import Compounds
from generation.words.folding import fold
from generation.words.matching import halved

COMPOUNDS = Compounds(
    map(halved, ["gold", "old tin", "iron"]), map(halved, ["fish", "whale", "sea horse"])
)


@pytest.mark.parametrize(
    "text",
    [
        "goldfish",
        "fishgold",
        "GoldFish",
        "a GOLDFISH.",
        "(goldfish:1.2)",
        "*goldfish*",
        "goldsfish",
        "goldfishes",
        "whalesiron",
        "ironwhaling",
        "oldtinfish",
        "seahorseiron",
        "g0ldf1sh",
        "gоldfіsh",  # with Cyrillic vowels
        "go*dfish",
        "goooldfish",
        "goldfish7",
        "7goldfish",
        "goldgold goldfish",
    ],
)
def test_words_of_both_lists_written_as_one_are_found(text: str):
    assert COMPOUNDS.are_in(fold(text))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "gold",
        "fish",
        "gold fish",
        "gold-fish",
        "goldgold",
        "fishwhale",
        "marigoldfish",
        "goldfishery",
        "goldenfish",
        "goldandfish",
        "golds is fish",
        "goldfis",
        "gold7fish 717",
    ],
)
def test_what_else_is_in_a_word_makes_it_another(text: str):
    assert not COMPOUNDS.are_in(fold(text))


@pytest.mark.parametrize(
    "piece", ["gold", "goldf", "l", "1", "fish", "golds", "g ", "1|", "*", "i"]
)
def test_no_text_takes_long(piece: str):
    folded = fold(("gold" + piece * 4000)[:4000])
    taken = timeit.repeat(lambda: COMPOUNDS.are_in(folded), number=1, repeat=3)
    assert min(taken) < 0.25
