"""Whether the worker can have pictures looked at: it is asked at the start, and again if not."""

import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

from generation.catalog import ToolSpec
from generation.safety.screeners import BEFORE_ANYBODY, NOBODY

log = logging.getLogger(__name__)

#: So long a classifier that can't be had is left alone before it is tried again (seconds).
_REST_S = 60.0
_MIB = 1024**2


class Sight:
    """What workers have said of the classifier; it outlives them."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        """Nobody looks yet. `now` gives seconds."""
        self.tool: ToolSpec | None = None
        self.at_once = True  # it is downloaded before anybody needs it
        self.is_ready = False
        self._now = now
        self._why: str | None = None  # it can't be had, for members
        self._downloading: str | None = None  # how far that is, for members
        self._asked_at = 0.0
        self._logged: str | None = None  # why, as the host was told

    @property
    def blindness(self) -> str | None:
        """Why nobody can look just now; None where somebody can, and before that is known."""
        if self.tool is None:
            return NOBODY
        return self._why or self._downloading

    @property
    def sees(self) -> bool:
        """Whether a worker can look at once."""
        return self.is_ready and self.blindness is None

    @property
    def is_due(self) -> bool:
        """Whether it could not be had, and that is long enough ago."""
        return self._why is not None and self._now() - self._asked_at >= _REST_S

    def asks(self) -> None:
        """A worker is being asked for it."""
        self._asked_at = self._now()

    def looked(self) -> None:
        """A worker has looked at a picture, for which it may have brought the classifier here."""
        if not self.is_ready:
            self.learn({"ready": True})

    def loses_worker(self) -> None:
        """The worker is gone, and with it what it was downloading: the next one is asked anew."""
        self._downloading = None

    def learn(self, said: Mapping[str, Any]) -> None:
        """Take what a worker has said of it."""
        if self.tool is None:
            return
        if "total" in said:
            self._why = None  # whatever hindered it before
            here, total = said["done"] / _MIB, said["total"] / _MIB
            self._downloading = (
                f"{BEFORE_ANYBODY} the picture classifier is still being downloaded: {here:,.0f} of"
                f" {total:,.0f} MiB."
            )
            return
        self._downloading = None
        self.is_ready = bool(said.get("ready"))
        if said.get("to_be_had"):  # whoever needs it first waits for it, as for a model
            self._why = self._logged = None
            return
        if self.is_ready:
            log.info("%s is ready to look at pictures", self.tool.title)
            self._why = self._logged = None
            return
        why = str(said.get("why"))
        self._why = f"{BEFORE_ANYBODY} the picture classifier can't be used on this host just now."
        if why != self._logged:
            self._logged = why
            # Where what paints by default does without, that is no trouble yet.
            log.log(
                logging.WARNING if self.at_once else logging.INFO,
                "No picture can be looked at, so nothing is painted where that is required: %s"
                " Bring the classifier here (python -m bot models download %s), or have models"
                ' painted without it (screening = "none" in models.toml).',
                *(why, self.tool.name),
            )
