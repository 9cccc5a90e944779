"""How far something is, told now and then: a gigabyte comes in thousands of pieces."""

import threading
import time
from collections.abc import Callable

#: Called with how many bytes are here of those that are to be downloaded, and how many these are.
Watch = Callable[[int, int], None]

_INTERVAL_S = 0.5


class Progress:
    """How far all files of an entry are."""

    def __init__(self, total: int, watch: Watch | None = None) -> None:
        """`watch` is called from several threads, though never at once."""
        self._total = total
        self._watch = watch
        self._here: dict[str, int] = {}
        self._telling = threading.Lock()

    def tell(self, name: str, here: int) -> None:
        """So many bytes of that file are here."""
        if self._watch is None:
            return
        with self._telling:
            self._here[name] = here
            self._watch(sum(self._here.values()), self._total)


def rarely(tell: Watch, interval_s: float = _INTERVAL_S) -> Watch:
    """Has `tell` told the first, the last, and between them what is new once an interval."""
    told = 0.0

    def watch(here: int, total: int) -> None:
        nonlocal told
        now = time.monotonic()
        if now - told >= interval_s or here >= total:
            told = now
            tell(here, total)

    return watch
