"""How long is waited between two tries of the same."""

import asyncio

#: Doubled with each try, up to the second.
FIRST_RETRY_S = 1.0
_SLOWEST_RETRY_S = 60.0


class Patience:
    """Of one thing that is tried again and again."""

    def __init__(self) -> None:
        """Nothing was tried yet."""
        self._delay_s = FIRST_RETRY_S

    async def wait(self) -> None:
        """Sleep, longer each time."""
        await asyncio.sleep(self._delay_s)
        self._delay_s = min(2 * self._delay_s, _SLOWEST_RETRY_S)
