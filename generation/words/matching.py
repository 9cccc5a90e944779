"""Finding words in a folded text, however they are spelled, and nothing that only contains them."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cached_property

from generation.words.folding import STANDS_FOR, Folded, fold, skeleton

#: Between two letters of a word that is spaced out or cut by signs: n a k e d, n.a.k.e.d, na(ked).
_GAP = r"[\W_]{0,4}"
_BETWEEN_WORDS = r"[\W_]{1,4}"
# Digits end a word as spaces do.
_LEFT, _RIGHT = r"(?<![^\W\d_])", r"(?![^\W\d_])"
# These stand doubled in no English word, or nearly: any number of them is one. Others stand
# doubled in some (god, good), but none stands three times in a row.
_NEVER_DOUBLED = frozenset("aijhkquvwxy")
# So that a short word does not take others with it (car, cared), these take a longer one.
_INFLECTED_FROM = 4
# What folding may leave open, on either side.
_LEFT_OPEN = {"i": "[i1]", "l": "[l1]", "1": "[1il]"}
# Scripts that put no space between words.
_UNSPACED = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "THAI", "LAO", "KHMER", "MYANMAR")

_WORD = re.compile(r"[^\W_]+")
# What stands together between gaps, and what of that has no letter in it.
_PIECE = re.compile(r"(?:[^\W_]|[$@€])+")
_NO_LETTER = re.compile(r"[\d$@€]+")
# In an entry these are letters; other signs there, such as hyphens, are ends of words.
_SIGNS = str.maketrans({"$": "s", "@": "a", "€": "e"})


class Term:
    """A word or several, ready to be looked for."""

    def __init__(self, skeleton: str, spelled: str, *, is_number: bool) -> None:
        """`spelled` is a regular expression, of all that the word may look like."""
        self.skeleton = skeleton
        self.is_number = is_number
        self._spelled = spelled

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Compiled when it is first needed: a list has thousands, and few have a like skeleton."""
        return re.compile(self._spelled)


def blocked(entry: str) -> Term:
    """The entry in all spellings, its plural, and from four letters on -ed and -ing.

    `*` at an end takes whatever follows or stands before. Raises ValueError for less than a word:
    two letters or digits, or one character of a script that has words of one.
    """
    return _term(entry, loosely=True)


def allowed(entry: str) -> Term:
    """The entry as it is written (folded, and its plural), which spares what lies in it."""
    return _term(entry, loosely=False)


def _term(entry: str, *, loosely: bool) -> Term:
    words = _WORD.findall(fold(entry.translate(_SIGNS)).text)
    whole, stripped = "".join(words), entry.strip()
    if len(whole) < 2 and not (whole and _is_unspaced(whole)):
        raise ValueError(f"{stripped[:40]!r} is no word")
    before = "" if stripped.startswith("*") else _left(words[0])
    *first, last = (_spelled(word, loosely=loosely) for word in words)
    ending = last if stripped.endswith("*") else _inflected(words[-1], last, loosely=loosely)
    spelled = before + _BETWEEN_WORDS.join((*first, ending))
    return Term(skeleton(whole), spelled, is_number=whole.isdigit())


def _spelled(word: str, *, loosely: bool) -> str:
    if word.isdigit():
        return word
    if not loosely:
        return "".join(_LEFT_OPEN.get(letter, re.escape(letter)) for letter in word)
    runs = [(match[1], len(match[0])) for match in re.finditer(r"(.)\1*", word)]
    return _GAP.join(_run(letter, length) for letter, length in runs)


def _run(letter: str, length: int) -> str:
    """A letter, once or more often, and what may be typed for it."""
    typed = [sign for sign, letters in STANDS_FOR.items() if letter in letters]
    either = f"[{re.escape(letter + ''.join(typed) + STANDS_FOR.get(letter, ''))}]"
    if length > 1:
        return f"{either}(?:{_GAP}{either}){{{length - 1}}}{either}*"
    return f"{either}+" if letter in _NEVER_DOUBLED else f"{either}(?:{either}{{2,}})?"


def _left(word: str) -> str:
    if word.isdigit():
        return r"(?<![^\W_])"
    return "" if _is_unspaced(word[0]) else _LEFT


def _inflected(word: str, spelled: str, *, loosely: bool) -> str:
    """The last word with what may follow its last letter."""
    last = word[-1]
    if word.isdigit():
        return rf"{spelled}(?![^\W_])"
    if _is_unspaced(last):
        return spelled
    if not (last.isascii() and last.isalpha()):
        return spelled + _RIGHT
    if not loosely or len(word) < _INFLECTED_FROM:
        return f"{spelled}(?:e?s)?{_RIGHT}"
    if last == "e" and word[-2] != "e":
        stem = _spelled(word[:-1], loosely=True)
        return f"(?:{spelled}[sd]?|{stem}ing){_RIGHT}"
    return f"{spelled}(?:e?s|ed|ing)?{_RIGHT}"


def _is_unspaced(character: str) -> bool:
    return unicodedata.name(character, "").startswith(_UNSPACED)


class WordList:
    """What is refused, and what is spared although something of that is in it."""

    def __init__(self, refused: Iterable[str] = (), spared: Iterable[str] = ()) -> None:
        """Raises ValueError for an entry that is no word."""
        self._refused: Sequence[Term] = [blocked(entry) for entry in refused]
        self._spared: Sequence[Term] = [allowed(entry) for entry in spared]

    def is_in(self, folded: Folded) -> bool:
        """Whether something that is refused is in the text, and not spared."""
        spans: list[tuple[int, int]] | None = None
        for term in self._refused:
            if term.skeleton not in folded.skeleton:
                continue
            start = 0
            while found := term.pattern.search(folded.text, start):
                if spans is None:
                    spans = self._spared_spans(folded)
                typed = term.is_number or _is_typed(found[0])
                if typed and not _lies_in(folded.text, found, spans):
                    return True
                start = found.start() + 1
        return False

    def _spared_spans(self, folded: Folded) -> list[tuple[int, int]]:
        return [
            match.span()
            for term in self._spared
            if term.skeleton in folded.skeleton
            for match in term.pattern.finditer(folded.text)
        ]


def _is_typed(found: str) -> bool:
    """Whether somebody may have meant it: 717 is no word, nor what "priced as $5" has in it.

    Digits stand for no more than two in three letters, and where one stands alone all do.
    """
    letters = sum(each.isalpha() for each in found)
    if not letters or sum(each.isdigit() for each in found) > 2 * letters:
        return False
    pieces = _PIECE.findall(found)
    alone = any(_NO_LETTER.fullmatch(piece) for piece in pieces)
    return not alone or all(len(piece) == 1 for piece in pieces)


def _lies_in(text: str, found: re.Match[str], spans: Sequence[tuple[int, int]]) -> bool:
    """Whether every letter of a match is in one of the spans."""
    return bool(spans) and all(
        not text[place].isalnum() or any(first <= place < end for first, end in spans)
        for place in range(*found.span())
    )
