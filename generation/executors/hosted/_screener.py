"""Has pictures looked at by the hosted API, which has painted them.

So it is on every host, also on one whose worker has a classifier of its own: a picture painted
elsewhere never waits for this host's device, and there is one way that always holds instead of two
that depend on what is installed. It takes a token, also where pictures come from an endpoint.
"""

import math
import time
from collections.abc import Callable

from generation.catalog import ToolSpec
from generation.imaging.header import without_texts
from generation.safety.screeners import BEFORE_ANYBODY, NOBODY

from ._client import HostedClient

#: So long nothing is painted after a picture could not be looked at (seconds).
_REST_S = 60.0
#: So many pictures in a row that were refused each by itself: it is not the pictures.
_REFUSED_IN_A_ROW = 3
_NOT_WITHOUT_ACCESS = f"{BEFORE_ANYBODY} Hugging Face's classifier takes a token of the host's."
_NOT_HOSTED = f"{BEFORE_ANYBODY} the hosted API has no picture classifier that this host names."
_FAILS = f"{BEFORE_ANYBODY} the hosted API can't look at pictures just now."


class Unseen(Exception):
    """A picture could not be looked at; its cause says why."""


class HostedScreener:
    """A classifier of the hub's, by Hugging Face's own provider, which is the one that has it."""

    def __init__(
        self,
        client: HostedClient,
        token: str | None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """`now` gives seconds."""
        self.tool: ToolSpec | None = None  # the one to ask
        self._client = client
        self._token = token
        self._now = now
        self._failed_at: float | None = None
        self._refused = 0  # pictures, since one was looked at

    @property
    def blindness(self) -> str | None:
        """Why nobody can look just now, for members; None where that is not known."""
        if self.tool is None:
            return NOBODY
        if self.tool.repo is None or self.tool.is_folder:
            return _NOT_HOSTED
        if self._token is None:
            return _NOT_WITHOUT_ACCESS
        is_resting = self._failed_at is not None and self._now() - self._failed_at < _REST_S
        return _FAILS if is_resting else None

    def fails(self, *, of_request: bool = False) -> None:
        """A picture could not be looked at: leave it alone for a while.

        Not where only that picture was refused (`of_request`), unless that goes on.
        """
        self._refused += of_request
        if not of_request or self._refused >= _REFUSED_IN_A_ROW:
            self._failed_at = self._now()

    async def score(self, png: bytes, tool: ToolSpec) -> float:
        """How likely a picture is unsafe: 0 to 1.

        Raises Unseen, of which `fails` has to be told: who asks knows what it means.
        """
        try:
            found = await self._score(png, tool)
        except Exception as error:
            raise Unseen(str(error)) from error
        self._failed_at, self._refused = None, 0
        return found

    async def _score(self, png: bytes, tool: ToolSpec) -> float:
        if tool.repo is None or tool.is_folder or self._token is None:
            raise ValueError(self.blindness or _NOT_HOSTED)
        # What was asked for is nobody's business there.
        said = await self._client.classify(without_texts(png), tool.repo)
        shares = {label.casefold(): share for label, share in said.items()}
        unknown = [label for label in tool.labels if label.casefold() not in shares]
        if unknown:
            raise ValueError(f"{tool.repo} says nothing of {', '.join(unknown)}: {[*said]}")
        score = sum(shares[label.casefold()] for label in tool.labels)
        if not math.isfinite(score) or score < 0:
            raise ValueError(f"{tool.repo} says {score}")
        return min(1.0, score)
