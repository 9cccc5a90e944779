"""Whatever happens to its connections, a client hears each event once and in order, or starts anew.

A model: events, cuts that the server notices or not, resumes, partial reading, time passing.
"""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from playground import seed
from playground.clock import Clock
from playground.gateway import Gateway
from playground.gateway.protocol import Op
from playground.gateway.session import Session

BUFFERED = 6


class Line:
    """A websocket whose frames the client reads when it likes."""

    def __init__(self) -> None:
        self.session: Session | None = None
        self.unread: list[dict[str, Any]] = []
        self.code: int | None = None
        self.held_back: list[str] | None = None

    def send(self, frame: str) -> None:
        if self.held_back is not None:
            self.held_back.append(frame)
        elif self.code is None:
            self.unread.append(json.loads(frame))

    def send_op(self, op: Op, data: Any = None) -> None:
        self.send(json.dumps({"op": op, "d": data, "s": None, "t": None}))

    def close(self, code: int, reason: str = "") -> None:
        self.code = code

    def mute(self, muted: bool) -> None:
        held_back, self.held_back = self.held_back or [], [] if muted else None
        for frame in held_back:
            self.send(frame)

    def compress_payloads(self) -> None:
        raise AssertionError("nobody asked for it")


class Replay(RuleBasedStateMachine):
    """One bot and its gateway."""

    connected = False

    @initialize()
    def begin(self) -> None:
        self.clock = Clock()
        world = seed.build(self.clock)
        self.token = world.bot.token
        self.gateway = Gateway(world, self.clock)
        self.said = 0  # events so far
        self.identify()

    def identify(self) -> None:
        self.line = Line()
        assert self.gateway.identify(self.line, {"token": self.token, "intents": 0}) is None
        self.heard: list[int] = []
        self.since = self.said
        self.sequence = 0
        self.session_id = ""
        self.connected = True
        self.read(1)

    @rule(count=st.integers(1, 8))
    def something_happens(self, count: int) -> None:
        for _ in range(count):
            self.said += 1
            self.gateway.to_bot("NEWS", {"number": self.said}, None)

    @precondition(lambda self: self.connected)
    @rule(count=st.integers(1, 8))
    def read(self, count: int) -> None:
        for _ in range(min(count, len(self.line.unread))):
            frame = self.line.unread.pop(0)
            if frame["op"] == Op.INVALID_SESSION:
                assert frame["d"] is False
                self.identify()
                return
            assert frame["s"] == self.sequence + 1
            self.sequence = frame["s"]
            if frame["t"] == "READY":
                self.session_id = frame["d"]["session_id"]
            elif frame["t"] == "NEWS":
                self.heard.append(frame["d"]["number"])

    @precondition(lambda self: self.connected)
    @rule(noticed=st.booleans(), for_good=st.sampled_from([False, False, False, True]))
    def cut(self, noticed: bool, for_good: bool) -> None:
        """What was sent and not yet read is lost; the server may not even notice the cut."""
        self.connected = False
        if noticed and self.line.session is not None:
            self.gateway.leave(self.line.session, self.line, for_good=for_good)

    @precondition(lambda self: not self.connected)
    @rule()
    def come_back(self) -> None:
        before, self.line, self.connected = self.line, Line(), True
        asked = {"token": self.token, "session_id": self.session_id, "seq": self.sequence}
        assert self.gateway.resume(self.line, asked) is None
        if before.session is not None and before.session is not self.line.session:
            # The server notices the old socket's end only now.
            self.gateway.leave(before.session, before, for_good=False)

    @precondition(lambda self: self.connected)
    @rule(count=st.integers(0, 8), noticed=st.booleans())
    def miss(self, count: int, noticed: bool) -> None:
        """The usual case: cut off while things happen, and soon back."""
        self.cut(noticed=noticed, for_good=False)
        self.something_happens(count)
        self.come_back()

    @rule(seconds=st.sampled_from([1.0, 100.0, 301.0]))
    def time_passes(self, seconds: float) -> None:
        self.clock.advance(seconds)

    @rule(resumable=st.sampled_from([True, True, True, False]))
    def invalidate(self, resumable: bool) -> None:
        """op 9 on a live connection: the client cuts it, then resumes or identifies anew."""
        self.gateway.invalidate(resumable=resumable)
        if self.connected:
            self.line.unread = [each for each in self.line.unread if each["op"] == 0]
            self.cut(noticed=True, for_good=False)

    @rule(silent=st.booleans())
    def fall_silent_or_speak(self, silent: bool) -> None:
        self.gateway.silence(None if silent else 0)

    @invariant()
    def nothing_is_lost_or_said_twice(self) -> None:
        """What was heard and what is on its way are all events since the session began."""
        if not self.connected:
            return
        on_its_way = self.line.unread + [json.loads(each) for each in self.line.held_back or []]
        if any(each["op"] == Op.INVALID_SESSION for each in on_its_way):
            return
        unread = [each["d"]["number"] for each in on_its_way if each["t"] == "NEWS"]
        assert self.heard + unread == list(range(self.since + 1, self.said + 1))


@pytest.fixture(autouse=True)
def small_buffer(monkeypatch: pytest.MonkeyPatch) -> None:
    """A buffer so small that events are forgotten now and then."""
    monkeypatch.setattr("playground.gateway.session.BUFFERED_EVENTS", BUFFERED)


def test_every_event_is_heard_once_and_in_order_or_the_client_starts_anew() -> None:
    run_state_machine_as_test(
        Replay,
        settings=settings(
            max_examples=200,
            stateful_step_count=40,
            deadline=None,
            derandomize=True,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
