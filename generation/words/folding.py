"""Folding: one spelling for all that a reader takes for the same word.

Taken away: full width and other dresses of letters (NFKC), accents, characters that nobody sees,
look-alikes of other alphabets, upper case, weights within a word. Digits and signs that stand for
letters (`n4ked`) are left as they are, since a 1 may be an i or an l: matching reads them either
way, unless they are just digits and signs: a Boeing 717, "priced as $5". So is a letter that may be
several Latin ones (υ is a u or a y), but not in a word that is Greek or Russian: what looks like no
Latin letter for certain is in upper case there, as nothing else is.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from generation.words.look_alikes import LENGTHS, OPEN, latin_for

#: Digits and signs, and the letters that they are typed for.
STANDS_FOR = {
    "0": "o",
    "1": "il",
    "2": "z",
    "3": "e",
    "4": "a",
    "5": "s",
    "7": "t",
    "8": "b",
    "9": "g",
    "@": "a",
    "$": "s",
    "!": "i",
    "|": "il",
    "+": "t",
    "€": "e",
    "§": "s",
    "×": "x",
    "†": "t",
    "℮": "e",
    "∀": "a",
    "∂": "d",
    "∆": "a",
    "∑": "e",
    "√": "v",
    "∩": "n",
    "∪": "u",
}
#: Typed for any letter, within a word: f*ck.
BLANK = "*"

#: Accents of Latin, Greek and Cyrillic. In other scripts such marks tell words apart.
_MARKS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")
# Not seen, though Unicode calls them letters or marks.
_UNSEEN = re.compile(
    "[\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]+"
)
# To be looked at before normalization, which makes other letters of them; and an apostrophe that
# Unicode calls a letter.
_FIRST = str.maketrans("ϲϹʼ", "cC’")
# Real words of another alphabet are not read as Latin ones in disguise; letters that stand alone
# may be pieces of such a one, where there are Latin letters at all.
_OF_ONE_ALPHABET = re.compile("[Ͱ-Ͽ]+|[Ѐ-ԯ]+")
_LATIN = re.compile("[a-z]")
_WORD_OR_NOT = re.compile(r"[^\W\d_]+|[\W\d_]+")
_LENGTH = re.compile(f"(?<=[a-z])[{LENGTHS}]+|[{LENGTHS}]+(?=[a-z])")
# KILL with an l, naIled and kiII with an I: in such company either may be the other.
_AMONG_OTHERS = re.compile(r"(?<=[a-z])I{1,3}|(?<=[A-Z])l(?=[A-Z])")
# Who're and isn't are no other spelling of something else.
_CONTRACTED = re.compile(
    r"\b(?:(who|they|we|you|he|she|it|i|there|that|what)['’ʼ](?:ll|re|ve|s|d|m)"
    r"|((?:is|was|are|were|do|does|did|has|have|had|ca|wo|could|would|should|must|need|ai)n)['’ʼ]t"
    r"|([^\W\d_]{3,})['’ʼ]s)\b"
)
# A weight between two letters: na:1.1ked, (na)1.3ked.
_MARK = r"[()\[\]{}:+-]"
_WEIGHT = re.compile(
    rf"(?<=[^\W\d_])(?:{_MARK}{{0,4}}\d|{_MARK}{{1,4}})\.\d{{1,2}}{_MARK}{{0,4}}(?=[ ]?[^\W\d_])"
)

_SIGNS = "".join(re.escape(sign) for sign in STANDS_FOR if not sign.isdigit())
_LOOK_ALIKE = re.compile(rf"[\d{_SIGNS}]")
_BLANKED = re.compile(r"(?<=[^\W\d_])\*{1,2}(?=[^\W\d_])")
# Characters that stand alone, one beside the other: n 4 k 3 d.
_CHARACTER, _GAP = rf"(?:[^\W_]|[{_SIGNS}])", rf"(?:_|[^\w{_SIGNS}])"
_ALONE = rf"(?<![^\W_])(?<![{_SIGNS}]){_CHARACTER}(?!{_CHARACTER})"
_SPACED_OUT = re.compile(rf"{_ALONE}(?:{_GAP}{{1,4}}{_ALONE})+")


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text, and where in it a digit or sign stands for no letter."""

    text: str
    idle: frozenset[int]


def fold(text: str) -> Folded:
    """The text in one spelling, lower case."""
    plain = text if text.isascii() else _undressed(text)
    plain = _AMONG_OTHERS.sub(lambda found: "1" * len(found[0]), plain).casefold()
    if not plain.isascii():
        mixed = _LATIN.search(plain) is not None
        words = (_as_latin(found[0], mixed=mixed) for found in _WORD_OR_NOT.finditer(plain))
        plain = _LENGTH.sub("", unicodedata.normalize("NFC", "".join(words)))
    # Not by a space: (baby:1.2) blue is no phrase.
    plain = _WEIGHT.sub(")", _CONTRACTED.sub(r"\1\2\3 ", plain))
    places = {found.start() for found in _LOOK_ALIKE.finditer(plain)}
    places.update(place for place, each in enumerate(plain) if each == BLANK)
    return Folded(plain, frozenset(places.difference(_standing(plain))) if places else frozenset())


def _undressed(text: str) -> str:
    """Without full width, bold, circles and accents, and without what nobody sees."""
    decomposed = unicodedata.normalize("NFKD", text.translate(_FIRST))
    return "".join(each for each in _UNSEEN.sub("", _MARKS.sub("", decomposed)) if _is_seen(each))


def _is_seen(character: str) -> bool:
    """Neither a control of formatting nor a letter that only changes the one beside it: naːked."""
    category = unicodedata.category(character)
    return category != "Cf" and (category != "Lm" or character in LENGTHS)


def _as_latin(part: str, *, mixed: bool) -> str:
    """A word, or what is between two, with Latin letters for what looks like them.

    `mixed`: whether there are Latin letters anywhere beside it.
    """
    if part.isascii():
        return part
    may_be_piece = mixed and len(part) == 1
    is_open = may_be_piece or not _OF_ONE_ALPHABET.fullmatch(part)
    return "".join(each if is_open and each in OPEN else _closed(each) for each in part)


def _closed(character: str) -> str:
    latin = _latin(character)
    return character.upper() if latin == character and character in OPEN else latin


def _latin(character: str) -> str:
    if character.isascii():
        return character
    digit = unicodedata.decimal(character, None)
    return latin_for(character) if digit is None else str(digit)


def _standing(text: str) -> Iterator[int]:
    """Where a digit or sign may stand for a letter."""
    for found in _BLANKED.finditer(text):
        yield from range(*found.span())
    for found in _LOOK_ALIKE.finditer(text):
        if _has_letter_near(text, found.start()):
            yield found.start()
    for found in _SPACED_OUT.finditer(text):
        places = [each.start() + found.start() for each in re.finditer(_CHARACTER, found[0])]
        for number, place in enumerate(places):
            if any(text[near].isalpha() for near in places[max(0, number - 2) : number + 3]):
                yield place


def _has_letter_near(text: str, place: int) -> bool:
    """Whether a letter stands so near that of three there no more than two are replaced.

    Signs are likelier meant for letters than digits are.
    """
    near = 2 if text[place].isdigit() else 3
    for step in (-1, 1):
        for other in range(place + step, place + step * (near + 1), step):
            if not 0 <= other < len(text) or not (
                text[other].isalnum() or text[other] in STANDS_FOR
            ):
                break
            if text[other].isalpha():
                return True
    return False
