"""How long a member waits for the acknowledgement of /imagine, and how long the loop is held.

The real bot in the playground, by the routes of a real client, with the worker painting all the
time and 0, 100 or 1,000 jobs waiting: whenever a picture is shown, the next one is asked for. The
three states take turns, with a fresh bot for each round. The time is the member's own, from the
request to the news that the bot has answered. How late the timers of the bot's loop are is noted
every 5 ms from inside it (benchmarks.traced_bot).
"""

import time
from dataclasses import dataclass, field

from benchmarks.figures import Figures, quantiles
from benchmarks.stage import Stage, TracedBot, stage
from playground.client import Event, Member, pictures

STATES = (0, 100, 1000)
GOAL_MS = 250.0
LOOP_GOAL_MS = 20.0

_PATIENCE_S = 60.0
#: Enough for the largest state and those that are asked for meanwhile.
_ROOM = {"EASEL_MAX_WAITING": "5000", "EASEL_MAX_WAITING_PER_MEMBER": "5000"}


@dataclass
class _Measured:
    waits: list[float] = field(default_factory=list)  # seconds
    lags: list[float] = field(default_factory=list)  # seconds


async def run(rounds: int = 4, asked: int = 50) -> Figures:
    """Measure so many rounds, in each of which every state is asked for so many pictures."""
    found = {state: _Measured() for state in STATES}
    for _ in range(rounds):
        await _round(found, asked)
    figures: Figures = []
    for state, measured in found.items():
        waits = [seconds * 1000 for seconds in measured.waits]
        median, high = quantiles(f"acknowledgement, {state:,} waiting", waits, "ms", 0.99)
        figures += [median, high.aimed(GOAL_MS)]
    for state, measured in found.items():
        lags = [seconds * 1000 for seconds in measured.lags]
        median, high, most = quantiles(f"loop held, {state:,} waiting", lags, "ms", 0.99, 1.0)
        figures += [median, high.aimed(LOOP_GOAL_MS), most]
    return figures


async def _round(found: dict[int, _Measured], asked: int) -> None:
    windows: dict[int, tuple[float, float]] = {}
    async with stage(bot=TracedBot, environment=_ROOM) as at:
        crowd = _Crowd(at)
        for state, measured in found.items():
            while crowd.under_way < state + 2:  # one is painted, and one will be shown
                await crowd.ask()
            began = time.perf_counter()
            for _ in range(asked):
                await crowd.until_shown()
                measured.waits.append(await crowd.ask())
            windows[state] = (began, time.perf_counter())
        at.bot.process.kill()  # with a thousand pictures to paint it need not end politely
        await at.bot.process.wait()
        assert isinstance(at.bot, TracedBot)
        spans = [span for span in at.bot.spans() if span.name == "loop"]
    for state, (began, ended) in windows.items():
        found[state].lags += [span.seconds for span in spans if span.within(began, ended)]


class _Crowd:
    """Asks, and counts what is shown; all as one member, whose waiting room is large enough."""

    def __init__(self, at: Stage) -> None:
        self._member: Member = at.members[0]
        self._channel = self._member.channel("general")
        self._seen = self._member.mark()
        self.under_way = 0

    async def ask(self) -> float:
        """One more picture; the seconds until the bot has answered."""
        mark = self._member.mark()
        began = time.perf_counter()
        asked = await self._member.command("imagine", self._channel, prompt="a red circle")

        def answers(event: Event) -> bool:
            return event.name == "INTERACTION_SUCCESS" and event.data["nonce"] == asked.nonce

        await self._member.wait_for(answers, _PATIENCE_S, since=mark)
        self.under_way += 1
        return time.perf_counter() - began

    async def until_shown(self) -> None:
        """Return when the next picture is there."""
        await self._member.wait_for(_shows_a_picture, _PATIENCE_S, since=self._seen)
        events = self._member.events
        while not _shows_a_picture(events[self._seen]):
            self._seen += 1
        self._seen += 1
        self.under_way -= 1


def _shows_a_picture(event: Event) -> bool:
    return event.name == "MESSAGE_UPDATE" and bool(pictures(event.data))
