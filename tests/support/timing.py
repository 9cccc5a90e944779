"""How long something takes, on a machine that does other things as well."""

import time
from collections.abc import Callable


def processor_seconds(call: Callable[[], object]) -> float:
    """Of this process, at best: one that is held up once is not slow."""

    def once() -> float:
        begun = time.process_time()
        call()
        return time.process_time() - begun

    return min(once() for _ in range(3))
