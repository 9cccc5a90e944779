"""The faults that are planted now, oldest first."""

import asyncio
import contextlib
from typing import Any

from playground.errors import InvalidForm
from playground.faults.document import fault_of
from playground.faults.fault import Drop, Fault, Source


class Faults:
    """Plants faults, and tells of a request which one strikes it."""

    def __init__(self) -> None:
        """None."""
        self._planted: dict[int, Fault] = {}
        self._last_id = 0
        self._closed = asyncio.Event()

    def add(
        self,
        route: str,
        *,
        nth: int | None = None,
        every: int | None = None,
        always: bool = False,
        source: Source = "bot",
        status: int | None = None,
        code: int | None = None,
        message: str | None = None,
        body: Any = None,
        raw: str | None = None,
        html: str | bool | None = None,
        via: bool | None = None,
        retry_after: float | None = None,
        is_global: bool | None = None,
        delay: float | None = None,
        drop: Drop | None = None,
    ) -> Fault:
        """Plant a fault for requests to `route` (see RoutePattern); by default for the next one.

        See Deed for what may happen. A known error `code` brings its status and message. Raises
        ValueError for what makes no sense.
        """
        when = {"nth": nth, "every": every, "always": always or None}
        do = {
            "status": status,
            "code": code,
            "message": message,
            "body": body,
            "raw": raw,
            "html": html,
            "via": via,
            "retry_after": retry_after,
            "global": is_global,
            "delay": delay,
            "drop": drop,
        }
        document = {"route": route, "from": source, **_given(when), "do": _given(do)}
        try:
            return self.plant(document)
        except InvalidForm as fault:
            raise ValueError(f"{fault}: {fault.errors}") from None

    def plant(self, document: Any) -> Fault:
        """Plant what a JSON document describes; InvalidForm where it describes no fault."""
        fault = fault_of(document, self._last_id + 1)
        self._last_id = fault.id
        self._planted[fault.id] = fault
        return fault

    def list(self) -> tuple[Fault, ...]:
        """All that are planted, spent ones included."""
        return tuple(self._planted.values())

    def remove(self, identifier: int) -> Fault | None:
        """Take one away; None where there is none of this id."""
        return self._planted.pop(identifier, None)

    def clear(self) -> None:
        """Take all away."""
        self._planted.clear()

    def struck_by(self, method: str, path: str, *, from_bot: bool) -> Fault | None:
        """Count a request; the fault that strikes it.

        A request that is struck is not counted by the faults planted later: two that each wait for
        the next request strike the next two.
        """
        for fault in self._planted.values():
            if fault.strikes(method, path, from_bot=from_bot):
                return fault
        return None

    async def wait(self, seconds: float) -> None:
        """Pass the time of a delay, in real time; the end of the server cuts it short."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._closed.wait()

    def close(self) -> None:
        """Let nobody wait any longer, since the server ends."""
        self._closed.set()


def _given(values: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}
