"""How often a remote host is asked again, and after how long."""

import email.utils
import random
import time
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Retries:
    """Pauses that double, each a little off so that not all come back at the same moment."""

    most: int = 3  # how often it is asked again
    first_s: float = 1.0
    longest_s: float = 30.0  # of the pauses that the host did not ask for itself

    def pause(self, tried: int, wanted_s: float | None = None) -> float | None:
        """How long to wait after so many tries (seconds); None: it is enough.

        `wanted_s` is how long the host wants to be left alone: never less than that.
        """
        if tried > self.most:
            return None
        jitter = random.uniform(0.5, 1.0)  # noqa: S311 - nobody gains by guessing it
        if wanted_s is not None:
            return wanted_s + jitter * self.first_s
        return jitter * min(self.longest_s, self.first_s * 2 ** (tried - 1))


def wanted_pause(headers: Mapping[str, str]) -> float | None:
    """How long an answer asks to be left alone (seconds), if it says so.

    `Retry-After` has seconds or a date (RFC 9110, 10.2.3); Hugging Face says it in `RateLimit`.
    """
    from huggingface_hub.utils import parse_ratelimit_headers

    given = headers.get("Retry-After", "").strip()
    if given.isdecimal():
        return float(given)
    if given:
        try:
            date = email.utils.parsedate_to_datetime(given)
        except ValueError:
            return None
        return max(0.0, date.timestamp() - time.time())
    limit = parse_ratelimit_headers(headers)
    return float(limit.reset_in_seconds) if limit and limit.remaining == 0 else None
