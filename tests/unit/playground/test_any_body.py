"""No JSON whatsoever makes a route answer 500, whoever sends it."""

import asyncio
import copy
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from playground import services
from playground.client import Member, Refused
from playground.rest import api
from playground.server import Playground
from tests.unit.playground.gateway.wire import open_wire
from tests.unit.playground.planted_faults import FAULTS
from tests.unit.playground.planted_faults.in_components import select
from tests.unit.playground.planted_faults.in_modals import label, modal, text
from tests.unit.playground.planted_faults.wire_bot import WireBot

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 30),
    st.sampled_from([2**31, 2**53 + 1, 2**64, 10**30, -(2**63), 0.5, 1e300]),
    st.sampled_from(["", " ", "7", "9" * 5000, "x" * 7000, "\0", "\ud800", "attachment://", "٣"]),
    st.text(max_size=5),
)
KEYS = st.sampled_from(
    [key for fault in FAULTS for key in re.findall(r"'(\w+)':", str(fault.twin))]
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)


def twins(*routes: str) -> list[Any]:
    """The healthy bodies of some kinds."""
    return [fault.twin for fault in FAULTS if fault.route in routes]


MESSAGES = twins("post", "edit", "follow_up", "edit_original")
CALLBACKS = [
    *twins("callback"),
    *({"type": 4, "data": body} for body in twins("answer", "post")),
    *({"type": 9, "data": body} for body in twins("modal")),
]
COMMANDS = twins("commands")


def healthy_for(method: str, path: str) -> list[Any]:
    """Bodies that a route would take; any where the planted faults have none for it."""
    if path.endswith("/callback"):
        return CALLBACKS
    if "commands" in path:
        return COMMANDS if method == "PUT" else [each[0] for each in COMMANDS if each]
    return MESSAGES


ROUTES = [
    (route.method, route.path.removeprefix("/api/v10"))
    for route in api.routes(services.build(heartbeat_s=40))
    if route.path.startswith("/api/v10") and route.method in ("POST", "PUT", "PATCH")
]
# Where bodies say most.
TALKATIVE = [
    route
    for route in ROUTES
    if re.search(r"webhook|interaction|commands|messages$|_id}$", route[1])
]
PROMPT = {"type": 3, "name": "prompt", "value": "a", "focused": True}
FILLED = {"type": 4, "custom_id": "prompt", "value": "a"}


def places(node: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) in a body."""
    keys = node if isinstance(node, dict) else range(len(node)) if isinstance(node, list) else ()
    found = [(node, key) for key in keys]
    return found + [place for key in keys for place in places(node[key])]


@st.composite
def bodies(draw: st.DrawFn, healthy: list[Any]) -> Any:
    """Anything, or a healthy body in which something was put in the place of something else."""
    if draw(st.integers(0, 3)) == 0:
        return draw(JSON)
    body = copy.deepcopy(draw(st.sampled_from(healthy)))
    for _ in range(draw(st.integers(1, 3))):
        if found := places(body):
            container, key = draw(st.sampled_from(found))
            container[key] = draw(JSON)
    return body


class Target:
    """A playground with an answered command, and what stands for the names in its paths."""

    def __init__(self, playground: Playground, bot: WireBot, member: Member) -> None:
        self.playground = playground
        self.bot = bot
        self.member = member
        self.named: dict[str, str] = {}
        self.submissions: list[Any] = []
        # Begun beforehand, since a body may have taken the command away by then.
        self.unanswered: list[Any] = []

    async def prepare(self) -> None:
        await self.bot.register()
        buttons = [{"type": 1, "components": [select(custom_id="s", min_values=0)]}]
        _, message = await self.bot.post({"content": "a", "components": buttons}, {})
        (command,) = await self.member.commands(self.bot.general)
        where = {"application_id": self.bot.application, "channel_id": self.bot.general}
        where |= {"session_id": "s", "nonce": "1", "message_id": message["id"]}
        interaction = await self.bot.begin()
        await self.bot.acknowledge(interaction, {"type": 9, "data": modal(label(text()))}, {})
        used = {"id": command["id"], "name": "paint", "type": 1, "options": [PROMPT]}
        chosen = {"custom_id": "s", "component_type": 3, "values": ["a"]}
        filled = {"id": interaction["id"], "custom_id": "form", "components": [FILLED]}
        self.submissions = [
            {**where, "type": kind, "data": data}
            for kind, data in ((2, used), (3, chosen), (4, used), (5, filled))
        ]
        self.unanswered = [await self.bot.begin() for _ in range(5)]
        answered = await self.bot.begin()
        await self.bot.acknowledge(answered, {"type": 5}, {})
        self.named = {
            **where,
            "guild_id": self.member.guilds[0]["id"],
            "interaction_id": answered["id"],
            "token": answered["token"],
            "command_id": command["id"],
            "user_id": self.member.id,
            "emoji": "🎨",
        }

    async def send(self, method: str, path: str, body: Any, *, as_bot: bool) -> int:
        named = self.named
        if path.endswith("/callback"):
            fresh = self.unanswered.pop() if self.unanswered else {"id": "1", "token": "a"}
            named = named | {"interaction_id": fresh["id"], "token": fresh["token"]}
        if path.startswith("/webhooks"):
            named = named | {"message_id": "@original"}
        path = re.sub(r"{(\w+)[^}]*}", lambda name: named.get(name[1], "1"), path)
        if as_bot:
            status, _ = await self.bot.call(method, path, body)
            return status
        try:
            await self.member.api(method, path, body)
        except Refused as refused:
            return refused.status
        return 200


@asynccontextmanager
async def target() -> AsyncIterator[Target]:
    async with (
        Playground(port=0) as playground,
        await Member.connect(playground.url, 0) as member,
        aiohttp.ClientSession() as http,
    ):
        wire = await open_wire(http, playground)
        await wire.identify(playground)
        made = Target(playground, WireBot(playground, http, wire, member), member)
        await made.prepare()
        yield made
        await wire.socket.close()


@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    database=None,
)
@given(st.data())
def test_no_body_breaks_a_route(data: st.DataObject):
    """Each example is a fresh playground, so that what one body did cannot excuse the next."""

    async def attack() -> None:
        async with target() as made:
            for _ in range(20):
                method, path = data.draw(st.sampled_from([*ROUTES, *TALKATIVE]))
                people = path == "/interactions"
                healthy = made.submissions if people else healthy_for(method, path)
                body = data.draw(bodies(healthy))
                as_bot = not people and data.draw(st.integers(0, 3)) > 0
                status = await made.send(method, path, body, as_bot=as_bot)
                assert status < 500, (method, path, body)

    asyncio.run(attack())


@pytest.mark.parametrize("raw", ["[" * 900 + "]" * 900, '{"a":' * 400 + "1" + "}" * 400, "1e999"])
async def test_json_that_means_to_exhaust_is_refused(playground: Playground, raw: str):
    url = f"{playground.api_url}/users/@me/channels"
    headers = {"Authorization": f"Bot {playground.bot_token}", "Content-Type": "application/json"}
    async with (
        aiohttp.ClientSession(headers=headers) as http,
        http.post(url, data=raw) as response,
    ):
        assert response.status == 400
        assert (await response.json())["code"] == 50109
