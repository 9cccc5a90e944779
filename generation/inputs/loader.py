"""Fetches the picture that a job starts from, and gives up on what the disk withholds too long."""

import time
from collections.abc import Callable

from generation.executors.base import Failed, FailureKind
from generation.inputs.store import InputStore
from generation.job import Job
from generation.slot import PATIENCE_S
from generation.storage import remedied

_GONE = "The picture that you brought is not kept here any more. Ask again, and bring it anew."
_UNREAD = "The host's disk does not give out the picture that you brought just now."
_GIVEN_UP = (
    "The host's disk has not given out the picture that you brought for some minutes. Ask again,"
    " and bring it anew; the host can see why in the log."
)

_FORGOTTEN_S = 24 * 3600.0


class InputLoader:
    """Knows since when each job waits for a picture that can't be read."""

    def __init__(self, inputs: InputStore, now: Callable[[], float] = time.monotonic) -> None:
        """`now` gives seconds."""
        self._inputs = inputs
        self._now = now
        self._since: dict[int, float] = {}

    async def load(self, job: Job) -> bytes | Failed | None:
        """Its bytes; None where it starts from none.

        DEVICE_UNAVAILABLE where the disk does not give them out just now: that says nothing of the
        job, and often passes. Once that has lasted, or where the picture is gone:
        INPUT_UNAVAILABLE, so that its member's other jobs, which come after it, have their turn.
        """
        image = job.request.image
        if image is None:
            return None
        try:
            loaded = await self._inputs.load(image)
        except (FileNotFoundError, ValueError) as error:
            loaded = Failed(FailureKind.INPUT_UNAVAILABLE, _GONE, str(error))
        except OSError as error:
            if self._waited_s(job) < PATIENCE_S:
                return Failed(FailureKind.DEVICE_UNAVAILABLE, _UNREAD, remedied(error))
            loaded = Failed(FailureKind.INPUT_UNAVAILABLE, _GIVEN_UP, remedied(error))
        self._since.pop(job.id, None)
        return loaded

    def _waited_s(self, job: Job) -> float:
        now = self._now()
        # Of those that were cancelled while they waited nobody asks again. The others may have to
        # let many pictures go before them in between.
        self._since = {key: at for key, at in self._since.items() if now - at < _FORGOTTEN_S}
        return now - self._since.setdefault(job.id, now)
