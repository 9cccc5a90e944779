"""Lists of words: what is refused, however it is spelled, and what is spared of that."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from generation.words.finder import Finder
from generation.words.folding import Folded, fold
from generation.words.spelling import Letter, is_unspaced, spelled

_BETWEEN_WORDS = r"[\W_]{1,4}"
# Digits end a word as spaces do.
_LEFT, _RIGHT = r"(?<![^\W\d_])", r"(?![^\W\d_])"
# What folding may leave open, on either side.
_LEFT_OPEN = {"i": "[i1]", "l": "[l1]", "1": "[1il]"}
_OPENED = str.maketrans("il", "11")

_WORD = re.compile(r"[^\W_]+")
# In an entry these are letters; other signs there, such as hyphens, are ends of words.
_SIGNS = str.maketrans({"$": "s", "@": "a", "€": "e"})


def blocked(entry: str) -> list[Letter]:
    """The entry in all spellings, its plural, and from four letters on -ed and -ing.

    `*` at an end takes whatever follows or stands before. Raises ValueError for less than a word:
    two letters or digits, or one character of a script that has words of one.
    """
    stripped = entry.strip()
    return spelled(
        _words(entry), starts=not stripped.startswith("*"), ends=not stripped.endswith("*")
    )


class Spared:
    """A word or several as they are written, ready to be looked for."""

    def __init__(self, written: str, hint: str) -> None:
        """`written` is a regular expression; `hint` is in every text that has it, when opened."""
        self._written = written
        self._hint = hint

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        """Compiled when it is first needed: a list may have thousands."""
        return re.compile(self._written)

    def places(self, text: str, opened: str) -> Iterator[int]:
        """The characters of a folded text that it takes; `opened` is that text, opened."""
        if self._hint in opened:
            for found in self._pattern.finditer(text):
                yield from range(*found.span())


def allowed(entry: str) -> Spared:
    """The entry as it is written (folded, and its plural), which spares what lies in it.

    `*` as for `blocked`. Raises ValueError for less than a word.
    """
    words, stripped = _words(entry), entry.strip()
    first, last = words[0][0], words[-1][-1]
    before = "" if stripped.startswith("*") or is_unspaced(first) else _LEFT
    if words[0].isdigit():
        before = r"(?<![^\W_])"
    after = "" if stripped.endswith("*") or is_unspaced(last) else _RIGHT
    if words[-1].isdigit():
        after = r"(?![^\W_])"
    elif after and last.isascii():
        after = f"(?:e?s)?{after}"
    written = ("".join(_LEFT_OPEN.get(each, re.escape(each)) for each in word) for word in words)
    return Spared(before + _BETWEEN_WORDS.join(written) + after, words[0].translate(_OPENED))


def _words(entry: str) -> list[str]:
    words = _WORD.findall(fold(entry.translate(_SIGNS)).text)
    whole = "".join(words)
    if len(whole) < 2 and not (whole and is_unspaced(whole)):
        raise ValueError(f"{entry.strip()[:40]!r} is no word")
    return words


class WordList:
    """What is refused, and what is spared although something of that is in it."""

    def __init__(self, refused: Iterable[str] = (), spared: Iterable[str] = ()) -> None:
        """Raises ValueError for an entry that is no word."""
        self._refused = Finder(blocked(entry) for entry in refused)
        self._spared: Sequence[Spared] = [allowed(entry) for entry in spared]

    def is_in(self, folded: Folded) -> bool:
        """Whether something that is refused is in the text, and not spared."""
        if not self._refused.finds(folded):
            return False
        spared = self._spared_places(folded.text)
        return not spared or self._refused.finds(folded, spared)

    def _spared_places(self, text: str) -> set[int]:
        opened = text.translate(_OPENED)
        return {place for each in self._spared for place in each.places(text, opened)}
