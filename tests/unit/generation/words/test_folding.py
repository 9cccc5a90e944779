"""Folding gives one spelling to all that a reader takes for the same word."""

import pytest

from generation.words.folding import fold
from generation.words.look_alikes import LOOK_ALIKES


@pytest.mark.parametrize(
    "typed",
    [
        "NAKED",
        "ｎａｋｅｄ",
        "n\u200ba\u200bk\u200be\u200bd",
        "na\u00adk\u2060ed\ufeff",
        "n\u034fa\u3164k\ufe0fed",
        "𝓷𝓪𝓴𝓮𝓭",
        "ⓝⓐⓚⓔⓓ",
        "🅝🅐🅚🅔🅓",
        "🇳🇦🇰🇪🇩",
        "ñáķëḋ",
        "nаkеd",  # with Cyrillic vowels
        "ΝAΚEd".replace("Ν", "N"),  # with a Greek kappa
        "ɴᴀᴋᴇᴅ",
        "nɐkǝd",
    ],
)
def test_dresses_accents_and_what_nobody_sees_are_taken_off(typed: str):
    assert fold(typed).text == "naked"


def test_digits_of_any_script_are_digits():
    assert fold("१६ ١٦ １６ 𝟭𝟲").text == "16 16 16 16"


def test_a_letter_that_may_be_two_is_left_open():
    assert fold("KlLL").text == "k1ll"
    assert fold("naIled").text == "na1led"
    assert fold("kiII").text == "ki11"
    assert fold("Ill IN Italy").text == "ill in italy"


@pytest.mark.parametrize("typed", ["", "   ", "\u200b", "🦊", "a\x00b"])
def test_any_text_can_be_folded(typed: str):
    assert isinstance(fold(typed).text, str)


def test_marks_that_tell_words_apart_are_kept():
    assert fold("が").text == "が"
    assert fold("か").text == "か"


def test_no_look_alike_is_one_of_a_look_alike():
    assert [each for each in LOOK_ALIKES.values() if each in LOOK_ALIKES] == []


@pytest.mark.parametrize("text", ["a Boeing 717", "1011", "priced at $5", "| the sea |", "2 * 2"])
def test_digits_and_signs_without_letters_stand_for_none(text: str):
    folded = fold(text)
    signs = {place for place, each in enumerate(text) if not each.isalpha() and each != " "}
    assert folded.idle == signs


@pytest.mark.parametrize("text", ["n4ked", "n 4 k 3 d", "$ex", "k1||", "f*ck", "s.3.x"])
def test_among_letters_they_may(text: str):
    assert fold(text).idle == frozenset()
