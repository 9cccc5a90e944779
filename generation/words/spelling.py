"""How an entry of a list may be spelled: its letters, what is typed for them, and what ends it."""

import unicodedata
from dataclasses import dataclass, field
from enum import Flag, auto

from generation.words.folding import BLANK, STANDS_FOR
from generation.words.look_alikes import OPEN

# These stand doubled in no English word, or nearly: any number of them is one. Others stand
# doubled in some (god, good), but none stands three times in a row.
_NEVER_DOUBLED = frozenset("aijhkquvwxy")
# So that a short word does not take others with it (car, cared), these take a longer one.
_INFLECTED_FROM = 4
# Scripts that put no space between words.
_UNSPACED = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL", "THAI", "LAO", "KHMER", "MYANMAR")
_TYPED_FOR = {
    letter: {sign for sign, letters in STANDS_FOR.items() if letter in letters} | {BLANK}
    for letter in "abcdefghijklmnopqrstuvwxyz"
}
_LOOKS_LIKE = {
    letter: {other for other, letters in OPEN.items() if letter in letters}
    for letter in "abcdefghijklmnopqrstuvwxyz"
}


class Trait(Flag):
    """What a letter of a word may do."""

    NONE = 0
    # Where it begins a word: after anything, after all but a letter, after all but those and digits
    STARTS_ANYWHERE = auto()
    STARTS_WORD = auto()
    STARTS_NUMBER = auto()
    # What may come between it and the next: nothing or a gap
    TOUCHES_NEXT = auto()
    GAP_NEXT = auto()
    # How often it may stand there: any number of times, or once or thrice and oftener
    ENDLESS = auto()
    THRICE = auto()
    # Where it ends a word: the part of the word that may follow
    ENDS_ANYWHERE = auto()
    ENDS_NUMBER = auto()
    ENDS_WORD = auto()
    ENDS_PLURAL = auto()
    ENDS_INFLECTED = auto()
    ENDS_WITH_E = auto()
    ENDS_BEFORE_ING = auto()
    # Where it begins or ends one of two words that are written together
    STARTS_HALF = auto()
    ENDS_HALF = auto()


@dataclass(slots=True)
class Letter:
    """One letter of an entry: what it may be typed as."""

    exact: set[str]  # in any place
    loose: set[str] = field(default_factory=set)  # where it stands for a letter
    traits: Trait = Trait.NONE


def spelled(words: list[str], *, starts: bool, ends: bool, touching: bool = False) -> list[Letter]:
    """The letters of an entry of one or several folded words.

    `starts` and `ends`: whether it is a word of its own there, rather than a part of one.
    `touching`: whether its words may be written together.
    """
    letters = _letters(words, touching=touching)
    letters[0].traits |= _start(words[0]) if starts else Trait.STARTS_ANYWHERE
    _end(letters, words[-1] if ends else None)
    return letters


def halves(words: list[str], *, ends: bool) -> tuple[list[Letter], list[Letter]]:
    """The letters of an entry as the first and as the second of two that are written together."""
    first, second = _letters(words, touching=True), _letters(words, touching=True)
    first[0].traits |= Trait.STARTS_WORD
    first[-1].traits |= Trait.ENDS_HALF
    second[0].traits |= Trait.STARTS_HALF
    _end(second, words[-1] if ends else None)
    return first, second


def is_unspaced(character: str) -> bool:
    """Whether it is of a script that puts no space between words."""
    return unicodedata.name(character, "").startswith(_UNSPACED)


def _letters(words: list[str], *, touching: bool) -> list[Letter]:
    letters: list[Letter] = []
    for word in words:
        if letters:
            letters[-1].traits |= Trait.GAP_NEXT
            if touching:
                letters[-1].traits |= Trait.TOUCHES_NEXT
        letters.extend(_number(word) if word.isdigit() else _word(word))
    return letters


def _end(letters: list[Letter], word: str | None) -> None:
    """Let them end as that word does; None: as the beginning of any."""
    ending = _ending(word) if word else Trait.ENDS_ANYWHERE
    letters[-1].traits |= ending
    if ending is Trait.ENDS_WITH_E:
        letters[-2].traits |= Trait.ENDS_BEFORE_ING


def _number(word: str) -> list[Letter]:
    digits = [Letter({digit}, traits=Trait.TOUCHES_NEXT) for digit in word]
    digits[-1].traits = Trait.NONE
    return digits


def _word(word: str) -> list[Letter]:
    letters: list[Letter] = []
    for place, letter in enumerate(word):
        follows = word[place + 1 : place + 2]
        traits = Trait.TOUCHES_NEXT | Trait.GAP_NEXT if follows else Trait.NONE
        if letter in _NEVER_DOUBLED or word[place - 1 : place] == letter:
            traits |= Trait.ENDLESS
        elif follows != letter:
            traits |= Trait.THRICE
        # Folding leaves open whether a letter is an i or an l, and what some that look alike are.
        meant = {"1", "i", "l"} if letter == "1" else {letter}
        exact = meant.union(*(_LOOKS_LIKE.get(each, ()) for each in meant))
        if not letter.isascii():  # in a word that is all Greek or Russian, and in one that is not
            exact |= {letter.upper(), letter.lower()}
        loose = {sign for each in meant for sign in _TYPED_FOR.get(each, ())}
        letters.append(Letter(exact, loose, traits))
    return letters


def _start(word: str) -> Trait:
    if word.isdigit():
        return Trait.STARTS_NUMBER
    return Trait.STARTS_ANYWHERE if is_unspaced(word[0]) else Trait.STARTS_WORD


def _ending(word: str) -> Trait:
    """What may follow its last letter."""
    last = word[-1]
    if word.isdigit():
        return Trait.ENDS_NUMBER
    if is_unspaced(last):
        return Trait.ENDS_ANYWHERE
    if not (last.isascii() and last.isalpha()):
        return Trait.ENDS_WORD
    if len(word) < _INFLECTED_FROM:
        return Trait.ENDS_PLURAL
    return Trait.ENDS_WITH_E if last == "e" and word[-2] != "e" else Trait.ENDS_INFLECTED
