"""What Easel's own rule spares: phrases with another sense, no words that are apart."""

import pytest

from generation.words import minors
from generation.words.folding import fold
from generation.words.matching import Spared, allowed
from tests.unit.generation.words.timing import seconds


@pytest.mark.parametrize(
    "text",
    [
        "a naked baby, blue eyes",
        "a naked baby. Blue eyes",
        "naked baby (blue eyes)",
        "naked baby - blue eyes",
        "naked baby\nblue eyes",
        "naked baby, pink background",
        "naked baby, bear rug",
        "(baby:1.2) blue eyes, (naked:1.3)",
        "child, naked, eye contact",
        "little girl, nude, color photo",
        "nude, color photo, little girl",
        "little girl, nude, makeup",
        "12 year old girl, nude (colored pencil)",
        "little girl, naked. Tree in the background",
        "kid, rock background, naked",
        "loli, pussy, cat ears",
        "a child, breast, feeding birds",
    ],
)
def test_words_that_are_said_apart_are_no_phrase(text: str):
    assert minors.is_refused(fold(text))


@pytest.mark.parametrize(
    "text",
    [
        "a naked baby blue eyes",
        "naked cute baby blue eyes",
        "n4ked chubby little baby-blue eyes",
        "n a k e d baby bear rug",
        "nude baby doll",
        "nude of a cute baby blue eyes",
        "sex with a baby, doll",
        "sex with a baby doll",
        "sexy baby dragons",
        "child naked trees",
        "a child's naked trees",
        "12 year old girl pussy cats",
        "15yo rape flowers",
        "teen sex education",
    ],
)
def test_a_phrase_right_behind_a_word_of_the_other_kind_is_not_spared(text: str):
    assert minors.is_refused(fold(text))


@pytest.mark.parametrize(
    "text",
    [
        "school girl, nude heels",
        "school girl in nude makeup",
        "little girl nude color photo",
        "little girl, nude colored pencil drawing",
        "nude tone photo of a teen",
        "little girl, naked eye contact",
        "loli, pussy cat ears",
        "the karate kid naked",
        "kid rock background, naked",
    ],
)
def test_phrases_that_say_something_else_too_easily_are_not_spared(text: str):
    assert minors.is_refused(fold(text))


@pytest.mark.parametrize(
    "text",
    [
        "a baby blue dress",
        "nude lipstick on a woman",
        "a woman in nude heels",
        "kid rock concert",
        "a sexy woman in a baby blue dress",
        "nude, baby blue background",
        "sexy girl baby blue hair",
        "sexy woman, baby blue eyes",
        "woman in baby pink lingerie",
        "naked woman with a baby-blue towel",
        "sexy elf riding a baby dragon",
        "sexy cowgirl in kid gloves",
        "kids below a naked tree",
        "a child with a pussy cat",
        "children looking at pussy willows",
        "a boy scout with a naked mole rat",
        "posters for sex education, teenagers learning",
        "a baby's room painted in nude tones",
    ],
)
def test_phrases_with_another_sense_are_spared(text: str):
    assert not minors.is_refused(fold(text))


@pytest.mark.parametrize("entry", [*minors._THINGS, *minors._NO_MINORS])
def test_every_thing_is_spared_beside_something_sexual(entry: str):
    assert not minors.is_refused(fold(f"{entry} and a nude statue"))


@pytest.mark.parametrize("entry", [*minors._SENSES, *minors._NOT_SEXUAL])
def test_every_other_sense_is_spared_beside_a_child(entry: str):
    assert not minors.is_refused(fold(f"{entry} seen by a child"))


@pytest.mark.parametrize("entry", minors._THINGS)
def test_no_thing_hides_a_naked_minor(entry: str):
    first, _, rest = entry.partition(" ")
    for text in (f"a naked {entry}", f"a naked cute {entry}"):
        assert minors.is_refused(fold(text))
    for seam in (", ", ". ", "\n", " (", " | "):
        if first in minors._MINORS:
            assert minors.is_refused(fold(f"naked {first}{seam}{rest}"))


@pytest.mark.parametrize(
    "piece", ["nude baby owl ", "child pussy cats ", "baby owl ", "naked-kid "]
)
def test_no_text_takes_long(piece: str):
    assert seconds("child, nude, " + piece * 400) < 0.25


def test_a_phrase_is_looked_for_where_all_its_words_are(monkeypatch: pytest.MonkeyPatch):
    phrase = allowed("baby oil")
    assert list(phrase.spans("baby oils, baby 0il", "baby o11s, baby 011")) == [(0, 9)]
    monkeypatch.setattr(Spared, "_pattern", property(lambda _: pytest.fail("it was looked for")))
    assert list(allowed("baby oil").spans("a baby fox", "a baby fox")) == []
