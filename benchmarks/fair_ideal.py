"""The ideal fair queue: a device that all who wait share at every instant, each alike.

No real device can do it, since a picture is painted whole; it is what fair queues are measured by
(generalized processor sharing: A. K. Parekh and R. G. Gallager, 1993).
"""

from collections import deque
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Service:
    """A job as it really went; times in seconds, from any beginning."""

    member: Hashable
    asked: float
    done: float
    cost: float  # seconds of the device

    @property
    def wait(self) -> float:
        """From being asked for to being painted."""
        return self.done - self.asked


def ideal_waits(services: Sequence[Service]) -> list[float]:
    """The wait that each would have had, in the order in which they are given."""
    coming = deque(sorted(range(len(services)), key=lambda index: services[index].asked))
    lines: dict[Hashable, deque[int]] = {}
    left = [service.cost for service in services]
    waits = [0.0] * len(services)
    now = 0.0
    while coming or lines:
        if not lines:
            now = max(now, services[coming[0]].asked)
        while coming and services[coming[0]].asked <= now:
            index = coming.popleft()
            lines.setdefault(services[index].member, deque()).append(index)
        first = min((line[0] for line in lines.values()), key=lambda index: left[index])
        passed = left[first] * len(lines)
        if coming:
            passed = min(passed, services[coming[0]].asked - now)
        now += passed
        for line in lines.values():
            left[line[0]] -= passed / len(lines)
        _end(lines, left, waits, services, now)
    return waits


def _end(
    lines: dict[Hashable, deque[int]],
    left: Sequence[float],
    waits: list[float],
    services: Sequence[Service],
    now: float,
) -> None:
    """Let those go that are done."""
    for member, line in list(lines.items()):
        if left[line[0]] <= 1e-9:
            waits[line[0]] = now - services[line[0]].asked
            line.popleft()
            if not line:
                del lines[member]


def jain(received: Mapping[Hashable, float]) -> float:
    """Jain's index: 1 where all received the same, 1/n where one had everything."""
    amounts = list(received.values())
    return sum(amounts) ** 2 / (len(amounts) * sum(amount**2 for amount in amounts))


def received_while_all_waited(services: Sequence[Service]) -> dict[Hashable, float]:
    """Seconds of the device that each member had while all of them had something waiting.

    That is from when the last of them asked until the first had nothing waiting any more.
    """
    first: dict[Hashable, float] = {}
    last: dict[Hashable, float] = {}
    for service in services:
        first[service.member] = min(first.get(service.member, service.asked), service.asked)
        last[service.member] = max(last.get(service.member, 0.0), service.done)
    begin, end = max(first.values()), min(last.values())
    received = dict.fromkeys(last, 0.0)
    for service in services:
        if service.done <= end:
            received[service.member] += min(service.cost, max(0.0, service.done - begin))
    return received
