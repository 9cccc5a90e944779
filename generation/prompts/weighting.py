"""Reads the weights in a stretch of text.

Both notations at once: A1111's `(word:1.3)`, `(word)`, `[word]`, and that of Compel, known from
notebooks: `word++`, `word--`, `(words)1.3`, `(words)++`, `"words"++`. What closes nothing, or is
never closed, is text. One pass from left to right, without recursion: no depth is too deep.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from generation.prompts.prompt import Fragment

#: What A1111 makes of `(word)`, and divides by for `[word]`.
ROUND = 1.1
#: Compel's factors of one plus and one minus.
PLUS = 1.1
MINUS = 0.9
#: Beyond it nothing is painted but noise; no weight grows without end on the way there.
_HUGE = 1e6

_NUMBER = r"(?>\d+(?:[.,]\d+)?|\.\d+)"
# A mark ends a word only where the word ends: "low-poly" and "C++11" have none.
_END = r"(?=$|[\s,.;:!?…)\]\"“”'’，。、；：！？）」])"
_WORD = r"[^\s()\[\]\\\"“”,;，。、；！？]"
# 12:30 and 16:9 are no weights; 12:1.3 is one.
_NO_CLOCK = r"(?!(?<=\d):\s*\d+\s*\))"
_TOKEN = re.compile(
    rf"""
      \\(?P<escaped>[()\[\]"+\-:<>\\–—])
    | (?<!\S)(?P<face>[:;=8][-'^o]?[()\[\]]+)(?=[\s,.]|$)
    | (?P<open>[(\[])
    | {_NO_CLOCK}:\s*(?P<number>[+-]?{_NUMBER})\s*\)(?P<then>\++{_END}|-+{_END})?
    | \)(?P<outer>\++{_END}|-+{_END}|{_NUMBER}{_END})?
    | (?P<square>\](?P<squared>\++{_END}|-+{_END})?)
    | (?<![^\s(\[,])"(?P<quoted>[^"\\()\[\]]+)"(?P<after>\++{_END}|-+{_END}|{_NUMBER}{_END})
    | (?P<word>{_WORD}{{0,99}}?(?![+\-]){_WORD})(?P<marks>\++|-+){_END}
    | (?P<text>\s+|(?:(?!:){_WORD})+|.)
    """,
    re.VERBOSE | re.DOTALL,
)
# [from:to:when] and [one|other] of A1111 change the prompt midway.
_MIDWAY = re.compile(rf":\s*{_NUMBER}\s*$|\|")


@dataclass(slots=True)
class _Piece:
    text: str
    weight: float = 1.0


@dataclass(slots=True)
class _Reader:
    """What was read so far; `opened` has each bracket that still waits, with its piece's place."""

    pieces: list[_Piece] = field(default_factory=list)
    opened: list[tuple[str, int]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, text: str, weight: float = 1.0) -> None:
        self.pieces.append(_Piece(text, weight))

    def open(self, bracket: str) -> None:
        self.opened.append((bracket, len(self.pieces)))
        self.add(bracket)

    def close(self, bracket: str, factor: float, literally: str) -> None:
        """Weigh what stands since that bracket; where there is none, take the close as text."""
        place = self._opening(bracket)
        inside = "" if place is None else "".join(p.text for p in self.pieces[place + 1 :])
        if place is None or not inside.strip():
            self.add(literally)
            return
        if bracket == "[" and _MIDWAY.search(inside):
            self.notes.append(
                f"“[{inside[:40]}]” is read as text: prompts that change midway are not known here."
            )
            self.add(literally)
            return
        self.pieces[place].text = ""
        for piece in self.pieces[place + 1 :]:
            piece.weight = min(max(piece.weight * factor, -_HUGE), _HUGE)

    def _opening(self, bracket: str) -> int | None:
        """Take the last such bracket; others that were opened since stay text."""
        for index in range(len(self.opened) - 1, -1, -1):
            if self.opened[index][0] == bracket:
                place = self.opened[index][1]
                del self.opened[index:]
                return place
        return None


def read_weights(text: str) -> tuple[list[Fragment], Sequence[str]]:
    """The text in fragments, neighbors of one weight as one, and notes. Weights are not clamped."""
    reader = _Reader()
    for token in _TOKEN.finditer(text):
        _take(reader, token)
    return _joined(reader.pieces), reader.notes


def _take(reader: _Reader, token: re.Match[str]) -> None:
    if token["escaped"]:
        reader.add(token["escaped"])
    elif token["open"]:
        reader.open(token["open"])
    elif token["number"]:
        reader.close("(", _number(token["number"]) * _factor(token["then"]), token[0])
    elif token["square"]:
        reader.close("[", _factor(token["squared"]) / ROUND, token[0])
    elif token["quoted"]:
        reader.add(token["quoted"], _factor(token["after"]))
    elif token["word"]:
        reader.add(token["word"], _factor(token["marks"]))
    elif token["face"] or token["text"]:
        reader.add(token[0])
    else:  # a closing round bracket is all that is left
        reader.close("(", _factor(token["outer"], ROUND), token[0])


def _factor(mark: str | None, otherwise: float = 1.0) -> float:
    if not mark:
        return otherwise
    if mark[0] in "+-":
        return min((PLUS if mark[0] == "+" else MINUS) ** len(mark), _HUGE)
    return _number(mark)


def _number(digits: str) -> float:
    return min(max(float(digits.replace(",", ".")), -_HUGE), _HUGE)


def _joined(pieces: list[_Piece]) -> list[Fragment]:
    joined: list[Fragment] = []
    for piece in pieces:
        weight = round(piece.weight, 4)
        if joined and (weight == joined[-1].weight or not piece.text.strip()):
            joined[-1] = Fragment(joined[-1].text + piece.text, joined[-1].weight)
        elif piece.text:
            joined.append(Fragment(piece.text, weight))
    return joined
