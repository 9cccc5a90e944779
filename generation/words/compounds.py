"""Words of two lists that are written together as one: nakedchild, childporn."""

from collections.abc import Iterable
from itertools import chain

from generation.words.finder import Finder, Reading
from generation.words.folding import Folded
from generation.words.spelling import Letter, Trait

_Halves = tuple[list[Letter], list[Letter]]
#: A plural of the first of the two: kidsporn.
_PLURAL = frozenset("s5$")


class Compounds(Finder):
    """All words that are one of either list, in either order, and nothing else.

    Their letters touch: what has spaces or signs in it is two words to a `Finder`.
    """

    def __init__(self, some: Iterable[_Halves], others: Iterable[_Halves]) -> None:
        """Takes the words as `halves` has them."""
        some, others = list(some), list(others)
        groups = (
            *([first for first, _ in some], [second for _, second in others]),
            *([first for first, _ in others], [second for _, second in some]),
        )
        super().__init__(chain.from_iterable(groups))
        # Which letters end a first word, and which may then begin the second.
        self._pairs: list[tuple[int, int]] = []
        ranges, offset = [], 0
        for group in groups:
            count = sum(map(len, group))
            ranges.append(((1 << count) - 1) << offset)
            offset += count
        ending, starting = self._bits[Trait.ENDS_HALF], self._bits[Trait.STARTS_HALF]
        for firsts, seconds in (ranges[:2], ranges[2:]):
            self._pairs.append((ending & firsts, starting & seconds))

    def are_in(self, folded: Folded) -> bool:
        """Whether such a word is in the text."""
        text, firsts = folded.text, self._bits[Trait.STARTS_WORD]
        reading, starts, before = Reading(self._bits), firsts, 0
        for place, character in enumerate(text):
            typed = (self._exact if place in folded.idle else self._loose).get(character, 0)
            if reading.is_idle and not typed & starts:
                starts = firsts if not character.isalpha() else 0
                before = 0
                continue
            reading.read(typed, starts, may_part=False)
            whole = reading.whole()
            if (found := whole & self._ends) and self._is_end(found, text, place + 1):
                return True
            next_half = self._seconds(whole)
            starts = next_half | (before if character in _PLURAL else 0)
            if not character.isalpha():
                starts |= firsts
            before = next_half
        return False

    def _seconds(self, whole: int) -> int:
        """Where the second words begin of which a first one has been read to its end."""
        found = 0
        if whole:
            for ends, starts in self._pairs:
                if whole & ends:
                    found |= starts
        return found
