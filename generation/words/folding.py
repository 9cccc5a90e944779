"""Folding: one spelling for all that a reader takes for the same word.

Taken away: full width and other dresses of letters (NFKC), accents, characters that nobody sees,
look-alikes of other alphabets, upper case. Digits and signs that stand for letters (`n4ked`) are
left as they are, since a 1 may be an i or an l: matching reads them either way.
"""

import re
import unicodedata
from dataclasses import dataclass

from generation.words.look_alikes import LOOK_ALIKES

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
}

#: Accents of Latin, Greek and Cyrillic. In other scripts such marks tell words apart.
_MARKS = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")
# Not seen, though Unicode calls them letters or marks.
_UNSEEN = re.compile(
    "[\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\uffa0\ufe00-\ufe0f\U000e0100-\U000e01ef]+"
)
# KILL with an l, naIled with an I: in such company either may be the other.
_AMONG_OTHERS = re.compile(r"(?<=[a-z])I|(?<=[A-Z])l(?=[A-Z])")
# Who're is no other spelling of something else.
_CONTRACTED = re.compile(
    r"\b(?:(who|they|we|you|he|she|it|i|there|that|what)['’ʼ](?:ll|re|ve|s)"
    r"|([^\W\d_]{3,})['’ʼ]s)\b"
)
_SOLID = re.compile(r"[^\W_]+")
# What no digit or sign is typed for, and so stands in every spelling of a word.
_FIRM = str.maketrans(
    {letter: "" for letters in STANDS_FOR.values() for letter in letters if letter not in "bgz"}
)
_FIRM |= str.maketrans({"8": "b", "9": "g", "2": "z", **dict.fromkeys("0134567")})
_RUN = re.compile(r"(.)\1+")


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text, and its skeleton: what every spelling of a word has in common.

    A word whose skeleton is not in the text's can't be in the text, however it is spelled.
    """

    text: str
    skeleton: str


def fold(text: str) -> Folded:
    """The text in one spelling, lower case."""
    plain = text if text.isascii() else _undressed(text)
    plain = _AMONG_OTHERS.sub("1", plain).casefold()
    if not plain.isascii():
        plain = unicodedata.normalize("NFC", "".join(_latin(each) for each in plain))
    plain = _CONTRACTED.sub(r"\1\2 ", plain)
    return Folded(plain, skeleton(plain))


def skeleton(folded: str) -> str:
    """What is left of a folded text without all that may be typed in another way."""
    solid = "".join(_SOLID.findall(folded)).translate(_FIRM)
    return _RUN.sub(r"\1", solid)


def _undressed(text: str) -> str:
    """Without full width, bold, circles and accents, and without what nobody sees."""
    plain = _UNSEEN.sub("", _MARKS.sub("", unicodedata.normalize("NFKD", text)))
    return "".join(each for each in plain if unicodedata.category(each) != "Cf")


def _latin(character: str) -> str:
    if character.isascii():
        return character
    digit = unicodedata.decimal(character, None)
    return LOOK_ALIKES.get(character, character) if digit is None else str(digit)
