"""One prompt, tried by one model."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from generation.request import GenerationRequest


@dataclass(frozen=True, slots=True)
class Scored:
    """What CLIP says of a picture."""

    value: float  # 0 to 100
    cut: int  # how many tokens of the prompt it did not read


@dataclass(frozen=True, slots=True)
class Scorer:
    """The CLIP model that says so: scores of different ones can't be compared."""

    name: str  # its repo or folder
    commit: str | None  # None for a folder
    limit: int  # how many tokens of a prompt it reads

    def __str__(self) -> str:
        """Its name, and the commit where it has one."""
        return f"{self.name}@{self.commit}" if self.commit else self.name


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of it: a picture, and then its score; or a failure."""

    number: int  # of the prompt, from 1
    prompt: str  # as it stands in the file
    model: str
    request: GenerationRequest | None = None  # None where it was refused
    text: str = ""  # the prompt without marks: what CLIP reads
    file: Path | None = None
    seconds: float | None = None  # loading left out
    failure: str | None = None  # a plain sentence
    scored: Scored | None = None

    def order(self) -> dict[str, Any]:
        """What the scoring program wants to know of its picture."""
        return {"file": str(self.file), "text": self.text}


def with_scores(attempts: Sequence[Attempt], answers: Iterable[Mapping[str, Any]]) -> list[Attempt]:
    """The attempts, and what the scoring program says of each that has a picture, in order."""
    following = iter(answers)
    return [
        replace(each, scored=_scored(next(following))) if each.file is not None else each
        for each in attempts
    ]


def _scored(answer: Mapping[str, Any]) -> Scored:
    return Scored(answer["score"], answer["cut"])
