"""A stop that is asked for while something else is still waited for."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def unless(stopping: asyncio.Event, work: Coroutine[Any, Any, T]) -> T | None:
    """What `work` comes to; None where it is cut off, since `stopping` is set before its end.

    Then it has ended as cancelled work does, with all that it cleans up. Raises what it raises.
    """
    working = asyncio.create_task(work, name="work unless stopped")
    watching = asyncio.create_task(stopping.wait(), name="stopping")
    watching.add_done_callback(lambda _: working.cancel())  # where it has ended: nothing
    try:
        return await working
    except asyncio.CancelledError:
        if not stopping.is_set():
            raise  # somebody cancelled all of this
        return None
    finally:
        watching.cancel()
