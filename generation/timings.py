"""How long a picture will take: learned from those that were painted, and kept over restarts."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from generation.catalog import ModelSpec
from generation.database import Database
from generation.request import GenerationRequest

#: How much the newest measurement counts for, against all before it.
_NEWEST = 0.2
#: Seconds a unit where a model was never measured: only the ratio to others matters then.
_UNKNOWN_RATE = 1.0
#: A rate is written to the database when it is new, and then no more often than this (seconds):
#: it costs a write to the disk, and a lost minute of measurements costs nothing.
_SAVE_INTERVAL_S = 60.0


@dataclass(frozen=True, slots=True)
class Prediction:
    """How long a picture is expected to take on its device."""

    seconds: float
    measured: bool  # False: a guess, of use for comparing requests only


@dataclass(slots=True)
class _Rate:
    seconds_per_unit: float
    samples: int = 1
    saved_at: float | None = None


class Timings:
    """The measured rates of this host's models, by all that a picture goes through, and device."""

    def __init__(self, database: Database, now: Callable[[], float] = time.time) -> None:
        """Knows nothing before `load`. `now` gives seconds since the epoch."""
        self._database = database
        self._now = now
        self._rates: dict[tuple[str, str], _Rate] = {}

    async def load(self) -> None:
        """Read what earlier runs learned."""
        for row in await self._database.fetch_all("SELECT * FROM timings ORDER BY measured_at"):
            rate = _Rate(row["seconds_per_unit"], row["samples"], row["measured_at"])
            self._rates[row["model"], row["device"]] = rate

    def predict(self, request: GenerationRequest) -> Prediction:
        """How long a request will take, by the device that painted with its model last."""
        if request.parts:
            each = [self.predict(part.request) for part in request.parts]
            measured = all(prediction.measured for prediction in each)
            return Prediction(sum(prediction.seconds for prediction in each), measured)
        for (route, _), rate in reversed(self._rates.items()):
            if route == request.route:
                return Prediction(_units(request) * rate.seconds_per_unit, measured=True)
        return Prediction(_units(request) * _UNKNOWN_RATE, measured=False)

    def usual(self, spec: ModelSpec) -> float | None:
        """Seconds for a picture with the model's own settings; None where it was never measured."""
        prediction = self.predict(GenerationRequest.build(spec, "a picture"))
        return prediction.seconds if prediction.measured else None

    async def learn(self, request: GenerationRequest, device: str, seconds: float) -> None:
        """Take in how long a picture really took, loading left out."""
        key = (request.route, device)
        measured = max(seconds, 1e-6) / _units(request)
        # The last that was measured stands last.
        rate = self._rates.pop(key, None)
        if rate is None:
            rate = _Rate(measured)
        else:
            rate.seconds_per_unit += _NEWEST * (measured - rate.seconds_per_unit)
            rate.samples += 1
        self._rates[key] = rate
        if rate.saved_at is None or self._now() - rate.saved_at >= _SAVE_INTERVAL_S:
            await self._save(*key, rate)

    async def _save(self, model: str, device: str, rate: _Rate) -> None:
        rate.saved_at = self._now()
        await self._database.write(
            "INSERT OR REPLACE INTO timings VALUES (?, ?, ?, ?, ?)",
            (model, device, rate.seconds_per_unit, rate.samples, rate.saved_at),
            durable=False,
        )


def _units(request: GenerationRequest) -> float:
    """What the time of a picture grows with: its steps, each over all of its pixels."""
    return request.effort / 1_000_000
