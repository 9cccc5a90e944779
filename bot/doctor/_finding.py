"""What a check has found."""

from dataclasses import dataclass
from enum import Enum, StrEnum, auto


class State(StrEnum):
    """How grave it is."""

    OK = "ok"  # as it should be
    NOTE = "note"  # good to know
    WARNING = "warning"  # Easel serves, but not all, or not everywhere
    ERROR = "error"  # Easel can't start, or can't paint


class Area(Enum):
    """What is concerned: the exit code tells these apart."""

    HOST = auto()  # all that is none of the others
    SETTINGS = auto()  # and the catalog
    DATA = auto()  # the data folder and the database
    DISCORD = auto()


@dataclass(frozen=True, slots=True)
class Finding:
    """A row of the table. Only what is ok has no remedy."""

    state: State
    subject: str
    found: str  # a sentence or a part of one
    remedy: str = ""  # what to do about it
    area: Area = Area.HOST


def ok(subject: str, found: str) -> Finding:
    """It is as it should be."""
    return Finding(State.OK, subject, found)


def note(subject: str, found: str, remedy: str) -> Finding:
    """It is good to know."""
    return Finding(State.NOTE, subject, found, remedy)


def warning(subject: str, found: str, remedy: str) -> Finding:
    """Easel serves, but not all, or not everywhere."""
    return Finding(State.WARNING, subject, found, remedy)


def error(subject: str, found: str, remedy: str, area: Area = Area.HOST) -> Finding:
    """Easel can't start, or can't paint."""
    return Finding(State.ERROR, subject, found, remedy, area)


def in_two(text: str, remedy: str) -> tuple[str, str]:
    """A message as what is found and what to do: its first sentence and the rest of it.

    `remedy` is taken where there is no rest.
    """
    found, _, rest = text.partition(". ")
    return found.removesuffix("."), rest or remedy


def amount(size: int) -> str:
    """So many bytes, for people: 6.5 GiB, 4.5 MiB."""
    return f"{size / 1024**3:.1f} GiB" if size >= 1024**3 else f"{size / 1024**2:.1f} MiB"
