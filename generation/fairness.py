"""Start-time fair queueing on two levels: groups share a server equally, and in each its flows do.

A group or flow that has something waiting carries a start tag: how much of the server it has had
since the busy period began (cost; for a flow, cost over weight: a weight takes nothing from other
groups). The least tag is served next. Whoever comes new, or comes back, starts at the present
virtual time: they do not catch up on what they did not ask for, and wait for nobody's backlog
(P. Goyal, H. M. Vin, H. Cheng: Start-time Fair Queueing, 1996).

Knows nothing of jobs, guilds or clocks.
"""

import heapq
from collections import deque
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Entry(Generic[T]):
    """Something that waits."""

    group: Hashable
    flow: Hashable
    item: T
    cost: float  # of serving it, in any unit, above 0
    weight: float = 1.0  # a flow of weight 2 is served twice as much as the others of its group

    @property
    def weighed(self) -> float:
        """What it costs its flow. Its group pays the cost as it is."""
        return self.cost / self.weight


@dataclass(slots=True)
class _Tagged:
    """What a group and a flow have in common."""

    arrived: int  # breaks ties: who began to wait earlier
    start: float  # the tag


@dataclass(slots=True)
class _Flow(_Tagged, Generic[T]):
    entries: deque[Entry[T]] = field(default_factory=deque)


@dataclass(slots=True)
class _Group(_Tagged, Generic[T]):
    now: float = 0.0  # virtual time among its flows
    flows: dict[Hashable, _Flow[T]] = field(default_factory=dict)

    @property
    def waiting(self) -> list[_Flow[T]]:
        return [flow for flow in self.flows.values() if flow.entries]


class FairQueue(Generic[T]):
    """Waiting entries; `heads` says who may be served, `take` serves and charges."""

    def __init__(self) -> None:
        """Nobody waits, and nobody has had anything."""
        self._groups: dict[Hashable, _Group[T]] = {}
        self._now = 0.0  # virtual time among the groups
        self._arrivals = 0
        self._length = 0

    def __len__(self) -> int:
        """How many entries wait."""
        return self._length

    def __iter__(self) -> Iterator[Entry[T]]:
        """All entries, in no order."""
        for group in self._groups.values():
            for flow in group.flows.values():
                yield from flow.entries

    def put(self, entry: Entry[T], *, before: Callable[[T], bool] | None = None) -> None:
        """Join the end of the flow.

        `before`: an entry that was taken, or removed, comes back with its turn as it was, ahead of
        the first in its flow of which this is true.
        """
        group = self._groups.get(entry.group)
        if group is None:
            group = self._groups[entry.group] = _Group(self._next_arrival(), self._now)
        if not group.waiting and before is None:
            group.start = max(self._now, group.start)
            group.arrived = self._next_arrival()
        flow = group.flows.get(entry.flow)
        if flow is None:
            flow = group.flows[entry.flow] = _Flow(self._next_arrival(), group.now)
        if not flow.entries and before is None:
            flow.start = max(group.now, flow.start)
            flow.arrived = self._next_arrival()
        place = len(flow.entries)
        if before is not None:
            place = next((at for at, other in enumerate(flow.entries) if before(other.item)), place)
        flow.entries.insert(place, entry)
        self._length += 1

    def heads(self) -> Iterator[Entry[T]]:
        """The first entry of each flow, whose turn it is first."""
        for group in sorted(self._waiting(), key=_turn):
            for flow in sorted(group.waiting, key=_turn):
                yield flow.entries[0]

    def order(self) -> list[Entry[T]]:
        """All entries in the order they are served in, if nothing else comes."""
        waiting = self._waiting()
        lines = {group.arrived: _line(group.waiting) for group in waiting}
        return list(_merged([_turn(group) for group in waiting], lines, attrgetter("cost")))

    def take(self, entry: Entry[T], cost: float | None = None) -> None:
        """Serve one of the heads: it leaves, and its flow and group are charged.

        `cost`, where it is known better now than when the entry came.
        """
        group = self._groups[entry.group]
        flow = group.flows[entry.flow]
        if not flow.entries or flow.entries[0] is not entry:
            raise LookupError("Only the first entry of a flow can be taken.")
        flow.entries.popleft()
        self._length -= 1
        cost = entry.cost if cost is None else cost
        served = flow.start
        flow.start += cost / entry.weight
        group.now = _advanced(group.now, served, group.waiting)
        served = group.start
        group.start += cost
        self._now = _advanced(self._now, served, self._waiting())

    def charge(self, entry: Entry[T], cost: float) -> None:
        """Correct what an entry that was taken did cost: so much more, or (below 0) less."""
        group = self._groups.get(entry.group)
        if group is None:
            return  # the busy period is over
        flow = group.flows[entry.flow]
        group.start = max(0.0, group.start + cost)
        flow.start = max(0.0, flow.start + cost / entry.weight)

    def remove(self, matches: Callable[[T], bool]) -> Entry[T] | None:
        """Take the first match out, uncharged; None where there is none."""
        for group in self._groups.values():
            for flow in group.flows.values():
                for entry in flow.entries:
                    if matches(entry.item):
                        flow.entries.remove(entry)
                        self._length -= 1
                        return entry
        return None

    def end_busy_period(self) -> None:
        """The server has nothing to do: what anybody has had until now took it from nobody.

        Raises ValueError while something waits.
        """
        if self._length:
            raise ValueError("A busy period ends when nothing waits.")
        self._groups.clear()
        self._now = 0.0

    def _waiting(self) -> list[_Group[T]]:
        return [group for group in self._groups.values() if group.waiting]

    def _next_arrival(self) -> int:
        self._arrivals += 1
        return self._arrivals


def _line(flows: list[_Flow[T]]) -> Iterator[Entry[T]]:
    """The entries of one group in the order they are served in."""
    lines = {flow.arrived: iter(flow.entries) for flow in flows}
    return _merged([_turn(flow) for flow in flows], lines, attrgetter("weighed"))


def _merged(
    turns: list[tuple[float, int]],
    lines: dict[int, Iterator[Entry[T]]],
    cost: Callable[[Entry[T]], float],
) -> Iterator[Entry[T]]:
    """One line of several, each with its turn and named by when it arrived.

    `cost` is what an entry puts off the next turn of its line by.
    """
    heapq.heapify(turns)
    while turns:
        start, arrived = heapq.heappop(turns)
        entry = next(lines[arrived], None)
        if entry is not None:
            yield entry
            heapq.heappush(turns, (start + cost(entry), arrived))


def _turn(tagged: _Tagged) -> tuple[float, int]:
    return tagged.start, tagged.arrived


def _advanced(now: float, served: float, waiting: "list[_Flow[T]] | list[_Group[T]]") -> float:
    """Virtual time after a service: its start tag, but past nobody who was passed over."""
    earliest = min((each.start for each in waiting), default=served)
    return max(now, min(served, earliest))
