"""No JSON that a client sends disturbs the gateway: it is taken, or refused with a close code."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from playground import seed
from playground.clock import Clock
from playground.gateway import Gateway
from playground.gateway.protocol import Close
from tests.unit.playground.gateway.test_replay import Line

KEYS = [
    "token",
    "intents",
    "shard",
    "presence",
    "properties",
    "compress",
    "large_threshold",
    "session_id",
    "seq",
    "guild_id",
    "query",
    "limit",
    "user_ids",
    "presences",
    "nonce",
    "status",
    "activities",
    "since",
    "afk",
    "name",
    "type",
    "state",
    "url",
]
PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5)
JSON = st.recursive(
    PLAIN | st.sampled_from([seed.GUILD_ID, str(seed.GUILD_ID), seed.MEMBER_ID, "online", ""]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6)
    ),
    max_leaves=12,
)
OBJECTS = st.dictionaries(st.sampled_from(KEYS), JSON, max_size=8)


class Silent(Line):
    """A websocket that takes every request."""

    def compress_payloads(self) -> None:
        pass


def gateway() -> tuple[Gateway, str]:
    """A gateway, and the token of its bot."""
    clock = Clock()
    world = seed.build(clock)
    return Gateway(world, clock), world.bot.token


@settings(max_examples=60, deadline=None)
@given(data=OBJECTS, known=st.booleans())
def test_any_identify_is_taken_or_refused(data: dict[str, Any], known: bool):
    hub, token = gateway()
    asked = {**data, "token": token} if known else data
    assert hub.identify(Silent(), asked) in (None, *Close)


@settings(max_examples=60, deadline=None)
@given(data=OBJECTS)
def test_any_resume_is_taken_or_refused(data: dict[str, Any]):
    hub, token = gateway()
    line = Silent()
    hub.identify(line, {"token": token, "intents": 0})
    assert line.session is not None
    asked = {"session_id": line.session.id, **data, "token": token}
    assert hub.resume(Silent(), asked) in (None, *Close)


@settings(max_examples=150, deadline=None)
@given(op=st.sampled_from([3, 4, 8, 14, 31]), data=JSON | OBJECTS)
def test_any_other_frame_is_taken_or_refused(op: int, data: Any):
    hub, token = gateway()
    line = Silent()
    hub.identify(line, {"token": token, "intents": 1 | 1 << 1 | 1 << 8})
    assert line.session is not None
    assert hub.receive(line.session, op, data) in (None, *Close)
