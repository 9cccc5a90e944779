"""Whatever JSON a client sends, it is taken or refused; nothing of it breaks the server."""

import asyncio
import contextlib
import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playground import services
from playground.commands.rules import check_command
from playground.components import check_modal, find, numbered, walk
from playground.errors import ApiError, FormErrors
from playground.interactions.options import OptionReader
from playground.interactions.submissions import read_component, read_modal
from playground.messages.drafts import draft_of
from playground.seed import GENERAL_ID
from playground.uploads import Body

KEYS = """
content embeds embed components attachments flags nonce message_reference id type style label
custom_id options name description value choices title fields footer author image url emoji
required min_value max_value min_length autocomplete values allowed_mentions items media file
"""
WORDS = KEYS.split()
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 30),
    st.just(2**70),
    st.floats(allow_nan=False),
    st.text(max_size=5),
    st.just("x" * 300),
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.sampled_from(WORDS), inner, max_size=6)
    ),
    max_leaves=20,
)
OBJECTS = st.dictionaries(st.sampled_from(WORDS), JSON, max_size=8)
DECLARED = [
    {"type": kind, "name": name, "description": "d", "required": kind == 3}
    for kind, name in (
        (3, "name"),
        (4, "value"),
        (5, "id"),
        (6, "url"),
        (10, "style"),
        (11, "file"),
    )
]
SHOWN = [
    {
        "type": 1,
        "id": 1,
        "components": [
            {"type": 3, "id": 2, "custom_id": "xxx", "options": [{"value": "a"}]},
            {"type": 4, "id": 3, "custom_id": "y", "required": True},
        ],
    }
]
QUICK = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@QUICK
@given(OBJECTS)
def test_any_message_is_a_draft_or_refused(data: dict[str, Any]):
    async def post() -> None:
        made = services.build(heartbeat_s=40)
        channel = made.world.channels[GENERAL_ID]
        with contextlib.suppress(ApiError):
            message = made.board.post(channel, made.world.bot, draft_of(data, Body(data)))
            json.dumps(made.board.writer.message(message, with_nonce=True))

    asyncio.run(post())


@QUICK
@given(OBJECTS)
def test_any_command_is_checked(data: dict[str, Any]):
    form = FormErrors()
    check_command(form, data)
    json.dumps(form.tree)


@QUICK
@given(OBJECTS)
def test_any_modal_is_checked(data: dict[str, Any]):
    form = FormErrors()
    check_modal(form, data)
    if not form.tree:
        shown = numbered(data["components"])
        ids = [component["id"] for _, component in walk(shown)]
        assert len(ids) == len(set(ids))


@QUICK
@given(JSON, OBJECTS)
def test_any_submission_is_read_or_refused(options: Any, data: dict[str, Any]):
    made = services.build(heartbeat_s=40)
    channel = made.world.channels[GENERAL_ID]
    viewer = made.world.people[1]
    for partial in (True, False):
        reader = OptionReader(made.world, channel, viewer, FormErrors(), {}, partial=partial)
        json.dumps(reader.read(DECLARED, options, ("data", "options")))
        read_component(SHOWN, data, FormErrors(), reader)
        read_modal({"custom_id": "xxx", "components": SHOWN}, data, FormErrors(), reader)
    assert find(SHOWN, "y")
