"""Finding words in one pass over a text: in time that no text can lengthen.

All words of a list are looked for at once. Every letter of every word is one bit of a number, set
while the text read so far ends with the word up to there; a character of the text moves all of
them on by a few operations. Regular expressions would try one way of reading `1|1|1|` after the
other, of which there are more than anybody can wait for.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Set

from generation.words.folding import Folded
from generation.words.spelling import Letter, Trait

#: Between two letters of a word that is spaced out or cut by signs: n a k e d, n.a.k.e.d, na(ked).
_MOST_BETWEEN = 4
_NO_GAPS = (0,) * _MOST_BETWEEN
# Digits end a word as spaces do.
_NO_LETTER = r"(?![^\W\d_])"
_ENDINGS = {
    Trait.ENDS_ANYWHERE: re.compile(""),
    Trait.ENDS_NUMBER: re.compile(r"(?![^\W_])"),
    Trait.ENDS_WORD: re.compile(_NO_LETTER),
    Trait.ENDS_PLURAL: re.compile(rf"(?:e?s)?{_NO_LETTER}"),
    Trait.ENDS_INFLECTED: re.compile(rf"(?:e?s|ed|ing)?{_NO_LETTER}"),
    Trait.ENDS_WITH_E: re.compile(rf"[sd]?{_NO_LETTER}"),
    Trait.ENDS_BEFORE_ING: re.compile(rf"ing{_NO_LETTER}"),
}


class Finder:
    """Words, each given as its letters."""

    def __init__(self, words: Iterable[list[Letter]]) -> None:
        """Takes the words as `spelled` has them."""
        letters = [letter for word in words for letter in word]
        exact: defaultdict[str, list[int]] = defaultdict(list)
        loose: defaultdict[str, list[int]] = defaultdict(list)
        alike: defaultdict[Trait, list[int]] = defaultdict(list)
        for place, letter in enumerate(letters):
            alike[letter.traits].append(place)
            for typed in letter.exact:
                exact[typed].append(place)
            for typed in letter.exact | letter.loose:
                loose[typed].append(place)
        self._exact = {typed: _bits(places) for typed, places in exact.items()}
        self._loose = {typed: _bits(places) for typed, places in loose.items()}
        self._bits = {
            trait: _bits(
                place for traits, places in alike.items() if trait in traits for place in places
            )
            for trait in Trait
        }
        self._ends = 0
        for trait in _ENDINGS:
            self._ends |= self._bits[trait]

    def finds(self, folded: Folded, spared: Set[int] | None = None) -> bool:
        """Whether a word is in the text that has a letter or digit outside the spared places."""
        return next(self.ends(folded, spared), None) is not None

    def ends(self, folded: Folded, spared: Set[int] | None = None) -> Iterator[int]:
        """Behind which places such a word ends, in order, without its plural and the like."""
        text, bits = folded.text, self._bits
        everywhere = bits[Trait.STARTS_ANYWHERE]
        after_digit = everywhere | bits[Trait.STARTS_WORD]
        after_sign = after_digit | bits[Trait.STARTS_NUMBER]
        reading = Reading(bits)
        unspared = reading if spared is None else Reading(bits)
        starts = after_sign
        for place, character in enumerate(text):
            typed = (self._exact if place in folded.idle else self._loose).get(character, 0)
            is_solid = character.isalnum()
            if reading.is_idle and not typed & starts:  # most of a text is not even a beginning
                starts = (
                    everywhere if character.isalpha() else after_digit if is_solid else after_sign
                )
                continue
            reading.read(typed, starts, may_part=not is_solid)
            if spared is not None:
                if is_solid and place not in spared:
                    unspared.follow(reading)
                else:
                    unspared.read(typed, 0, may_part=not is_solid)
            if (found := unspared.whole() & self._ends) and self._is_end(found, text, place + 1):
                yield place + 1
            starts = everywhere if character.isalpha() else after_digit if is_solid else after_sign

    def _is_end(self, found: int, text: str, place: int) -> bool:
        return any(
            found & self._bits[trait] and ending.match(text, place)
            for trait, ending in _ENDINGS.items()
        )


class Reading:
    """Up to where words have been read: letters once, twice, oftener, and what came after them."""

    __slots__ = (
        "_endless",
        "_gaps",
        "_may_gap",
        "_may_touch",
        "_once",
        "_thrice",
        "_tripled",
        "_twice",
        "is_idle",
    )

    def __init__(self, bits: Mapping[Trait, int]) -> None:
        """`bits` are the letters that have each trait."""
        self._may_touch, self._may_gap = bits[Trait.TOUCHES_NEXT], bits[Trait.GAP_NEXT]
        self._endless, self._tripled = bits[Trait.ENDLESS], bits[Trait.THRICE]
        self._once = self._twice = self._thrice = 0
        self._gaps = _NO_GAPS
        self.is_idle = True  # nothing of any word has been read

    def read(self, typed: int, starts: int, *, may_part: bool) -> None:
        """Go on by a character: the letters that it may be, and whether it may part them."""
        done = self._once | self._thrice
        if typed:
            reached = done & self._may_touch
            for gap in self._gaps:
                reached |= gap
            self._thrice = (self._twice | self._thrice) & typed
            self._twice = self._once & self._tripled & typed
            self._once = ((reached << 1) | starts | (self._once & self._endless)) & typed
        else:
            self._once = self._twice = self._thrice = 0
        self._gaps = (done & self._may_gap, *self._gaps[:-1]) if may_part else _NO_GAPS
        self.is_idle = not (self._once or self._twice or self._thrice or any(self._gaps))

    def follow(self, other: "Reading") -> None:
        """Be where another is."""
        self._once, self._twice, self._thrice = other._once, other._twice, other._thrice
        self._gaps = other._gaps

    def whole(self) -> int:
        """The letters that have been read to their end."""
        return self._once | self._thrice


def _bits(places: Iterable[int]) -> int:
    """The number with these bits set."""
    whole = bytearray()
    for place in places:
        if place >> 3 >= len(whole):
            whole.extend(bytes((place >> 3) + 1 - len(whole)))
        whole[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(whole, "little")
