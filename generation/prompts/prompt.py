"""What a prompt means once its marks are read: weighted text, joined or alone, and LoRAs."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum


@dataclass(frozen=True, slots=True)
class Fragment:
    """A piece of text as it was typed, spaces included, and how much it counts (1: as usual)."""

    text: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Part:
    """What is encoded in one go, and its share of a blend (1 outside of one)."""

    fragments: tuple[Fragment, ...]
    share: float = 1.0

    @property
    def plain(self) -> str:
        """The text without any mark, on one line."""
        return _on_one_line("".join(fragment.text for fragment in self.fragments))


class Join(Enum):
    """How several parts become one picture."""

    NONE = "none"  # there is one part
    BLEND = "blend"  # the embeddings are mixed, each by its share
    AND = "and"  # the embeddings stand one after the other


@dataclass(frozen=True, slots=True)
class Lora:
    """A LoRA that the prompt asks for, and how strong (None: as strong as it is unless told).

    Whether there is one of that name, and what it may weigh, is the caller's to say.
    """

    name: str
    weight: float | None = None


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt that was read. `notes` are sentences for whoever typed it."""

    parts: tuple[Part, ...]
    join: Join = Join.NONE
    loras: tuple[Lora, ...] = ()
    notes: Sequence[str] = ()

    @property
    def plain(self) -> str:
        """The whole text without any mark: for pooled embeddings, and where nothing is weighted."""
        return ", ".join(part.plain for part in self.parts if part.plain)

    @property
    def is_weighted(self) -> bool:
        """Whether a pipeline without weighting would paint something else than what is asked."""
        return self.join is not Join.NONE or any(
            fragment.weight != 1.0 for part in self.parts for fragment in part.fragments
        )


def unweighted_note(prompt: Prompt, title: str) -> str | None:
    """What to tell when the model of that title has no weighting; None when nothing is lost."""
    if not prompt.is_weighted:
        return None
    return f"{title} knows no weighting: the marks were taken out of the prompt."


def _on_one_line(text: str) -> str:
    return " ".join(text.split())
