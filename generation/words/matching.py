"""Lists of words: what is refused, however it is spelled, and what is spared of that."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import groupby, pairwise

from generation.words.finder import Finder
from generation.words.folding import BLANK, Folded, fold
from generation.words.spelling import Letter, halves, is_unspaced, spelled

# What stands within a phrase, and is no end of what is said: a comma makes two of it.
_WITHIN = r"(?:[ \t]{1,3}|_{1,3}|[-‐'’ʼ])"
# What may stand within a word that is refused, beside other letters.
_ANYTHING = r"[\W_]{1,4}"
# Digits end a word as spaces do.
_LEFT, _RIGHT = r"(?<![^\W\d_])", r"(?![^\W\d_])"
# What folding may leave open, on either side.
_LEFT_OPEN = {"i": "[i1]", "l": "[l1]", "1": "[1il]"}
_OPENED = str.maketrans("il", "11")

_WORD = re.compile(r"[^\W_]+")
# In an entry these are letters; other signs there, such as hyphens, are ends of words.
_SIGNS = str.maketrans({"$": "s", "@": "a", "€": "e"})


class StarWithin(ValueError):
    """An entry has a `*` elsewhere than at its ends, where it stands for nothing."""


def check(entry: str) -> None:
    """Whether a list may have it from now on; lists that were made before may hold more.

    Raises StarWithin, and ValueError for less than a word.
    """
    _words(entry)
    if BLANK in fold(entry).text.strip(f"{BLANK} \t"):
        raise StarWithin(f"{entry.strip()[:40]!r} has a {BLANK} within")


def blocked(entry: str, *, touching: bool = False) -> list[Letter]:
    """The entry in all spellings, its plural, and from four letters on -ed and -ing.

    `*` at an end takes whatever follows or stands before. Letters that stand alone are a word
    together: f.u.c.k. `touching`: of several words, whether nothing has to stand between them.
    Raises ValueError for less than a word: two letters or digits, or one character of a script that
    has words of one.
    """
    stripped = entry.strip()
    starts, ends = not stripped.startswith("*"), not stripped.endswith("*")
    return spelled(_joined(_words(entry)[::2]), starts=starts, ends=ends, touching=touching)


def halved(entry: str) -> tuple[list[Letter], list[Letter]]:
    """The entry as the first and as the second of two that are written together as one."""
    return halves(_words(entry)[::2], ends=not entry.strip().endswith("*"))


class Spared:
    """A word or several as they are written, ready to be looked for."""

    def __init__(self, written: str, hints: Sequence[str]) -> None:
        """`written` is a regular expression; `hints` are in all texts that have it, when opened."""
        self._written = written
        self._hints = hints

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        """Compiled when it is first needed: a list may have thousands."""
        return re.compile(self._written)

    def spans(self, text: str, opened: str) -> Iterator[tuple[int, int]]:
        """Where it is in a folded text; `opened` is that text, opened."""
        if all(hint in opened for hint in self._hints):
            for found in self._pattern.finditer(text):
                yield found.span()


def allowed(entry: str, *, parts_one: bool = False) -> Spared:
    """The entry as it is written (folded, and its plural), which spares what lies in it.

    Its words are parted as they are there, or by what stands within a phrase: spaces, a hyphen; by
    anything where they are only the parts of one that is refused (`parts_one`). `*` as for
    `blocked`. Raises ValueError for less than a word.
    """
    parts, stripped = _words(entry), entry.strip()
    words, signs = parts[::2], parts[1::2]
    first, last = words[0][0], words[-1][-1]
    before = "" if stripped.startswith("*") or is_unspaced(first) else _LEFT
    if words[0].isdigit():
        before = r"(?<![^\W_])"
    after = "" if stripped.endswith("*") or is_unspaced(last) else _RIGHT
    if words[-1].isdigit():
        after = r"(?![^\W_])"
    elif after and last.isascii():
        after = f"(?:e?s)?{after}"
    written = "".join(_LEFT_OPEN.get(each, re.escape(each)) for each in words[0])
    for between, word in zip(signs, words[1:], strict=True):
        written += _ANYTHING if parts_one else _parted(between)
        written += "".join(_LEFT_OPEN.get(each, re.escape(each)) for each in word)
    return Spared(before + written + after, [word.translate(_OPENED) for word in words])


def _parted(signs: str) -> str:
    """What may stand between two words of an entry that are parted by these."""
    if not signs.strip(" \t-_'’ʼ"):
        return _WITHIN
    as_written = r"[ \t]{1,3}".join(re.escape(each) for each in re.split(r"\s+", signs))
    return f"(?:{_WITHIN}|{as_written})"


def _words(entry: str) -> list[str]:
    """Its folded words, and between each two what parts them."""
    folded = fold(entry.translate(_SIGNS)).text
    found = list(_WORD.finditer(folded))
    whole = "".join(each[0] for each in found)
    if len(whole) < 2 and not (whole and is_unspaced(whole)):
        raise ValueError(f"{entry.strip()[:40]!r} is no word")
    parts = [found[0][0]]
    for before, each in pairwise(found):
        parts += [folded[before.end() : each.start()], each[0]]
    return parts


def _joined(words: list[str]) -> list[str]:
    """With one word for letters that stand alone, one beside the other."""
    joined: list[str] = []
    for is_alone, group in groupby(words, _is_letter):
        pieces = list(group)
        joined += ["".join(pieces)] if is_alone else pieces
    return joined


def _is_letter(word: str) -> bool:
    return len(word) == 1 and word.isalpha() and not is_unspaced(word)


class Doubted:
    """Phrases that are spared unless they stand right behind certain words.

    A dress is baby blue; a naked baby blue is a naked baby.
    """

    def __init__(
        self, phrases: Iterable[str], behind: Iterable[str], between: Iterable[str] = ()
    ) -> None:
        """`between` are words of which three may come in between."""
        self._phrases: Sequence[Spared] = [allowed(entry) for entry in phrases]
        self._behind = Finder(blocked(entry, touching=True) for entry in behind)
        words = "|".join(re.escape(word) for word in between)
        more = rf"(?:(?:{words}){_WITHIN}){{0,3}}" if words else ""
        # The finder stops before a plural's end.
        self._to_phrase = re.compile(rf"[^\W_]{{0,3}}{_WITHIN}{more}")

    def spans(self, folded: Folded, opened: str) -> Iterator[tuple[int, int]]:
        """Where in a text they are spared."""
        text = folded.text
        found = [span for each in self._phrases for span in each.spans(text, opened)]
        if not found:
            return
        ends = list(self._behind.ends(folded))
        for start, end in found:
            # The nearest is enough: what parts that one from the phrase parts all from it.
            nearest = bisect_right(ends, start)
            if not nearest or not self._to_phrase.fullmatch(text, ends[nearest - 1], start):
                yield start, end


class WordList:
    """What is refused, and what is spared although something of that is in it."""

    def __init__(
        self,
        refused: Iterable[str] = (),
        spared: Iterable[str] = (),
        *,
        doubted: Doubted | None = None,
        touching: bool = False,
    ) -> None:
        """`touching` as for `blocked`. Raises ValueError for an entry that is no word."""
        entries = list(refused)
        self._is_empty = not entries
        self._refused = Finder(blocked(entry, touching=touching) for entry in entries)
        self._spared: Sequence[Spared] = [
            allowed(entry, parts_one=self._parts_one(entry)) for entry in spared
        ]
        self._doubted = doubted

    def is_in(self, folded: Folded) -> bool:
        """Whether something that is refused is in the text, and not spared."""
        if self._is_empty or not self._refused.finds(folded):
            return False
        spared = self._spared_places(folded)
        return not spared or self._refused.finds(folded, spared)

    def _parts_one(self, entry: str) -> bool:
        """Whether its words are harmless, and together one that is not: pen is."""
        words = _words(entry)[::2]
        if len(words) == 1 or not self._has("".join(words)):
            return False
        return not any(map(self._has, words))

    def _has(self, word: str) -> bool:
        return self._refused.finds(Folded(word, frozenset()))

    def _spared_places(self, folded: Folded) -> set[int]:
        opened = folded.text.translate(_OPENED)
        found = [span for each in self._spared for span in each.spans(folded.text, opened)]
        if self._doubted is not None:
            found += self._doubted.spans(folded, opened)
        return {place for span in found for place in range(*span)}
