"""What was learned of the device's memory: it outlives the worker that learned it the hard way."""

from collections.abc import Hashable
from typing import NamedTuple

from generation.catalog import ModelSpec


class Thrift(NamedTuple):
    """How a model is painted with from the beginning, so that the memory suffices."""

    level: int = 0  # of the model's economies; see generation.worker.economy
    room: int | None = None  # pixels of all pictures painted at once; None: no limit is known


class Lessons:
    """By the models' weights; a worker only ever learns that it takes less than was thought."""

    def __init__(self) -> None:
        """Nothing is known of any model."""
        self._known: dict[Hashable, Thrift] = {}

    def of(self, spec: ModelSpec) -> Thrift:
        """What is known of that model."""
        return self._known.get(spec.weights, Thrift())

    def learn(self, spec: ModelSpec, level: int, room: int | None) -> None:
        """Take what a worker found out."""
        known = self.of(spec)
        rooms = [each for each in (known.room, room) if each is not None]
        self._known[spec.weights] = Thrift(max(known.level, level), min(rooms, default=None))
