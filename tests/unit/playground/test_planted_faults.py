"""Whatever a bot gets wrong is refused as Discord refuses it, and what it gets right is taken."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from playground.client import Member
from playground.server import Playground
from tests.unit.playground.gateway.wire import open_wire
from tests.unit.playground.planted_faults import FAULTS, Fault
from tests.unit.playground.planted_faults.wire_bot import WireBot

LEAST = 36


@pytest.fixture
async def bot(playground: Playground, member: Member) -> AsyncIterator[WireBot]:
    async with aiohttp.ClientSession() as http:
        wire = await open_wire(http, playground)
        await wire.identify(playground)
        made = WireBot(playground, http, wire, member)
        await made.register()
        yield made
        await wire.socket.close()


def named(errors: dict[str, Any], path: str) -> list[str]:
    """The codes that the tree names at a path."""
    node = errors
    for step in path.split(".") if path else ():
        node = node.get(step, {})
    return [each["code"] for each in node.get("_errors", [])]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
async def test_a_fault_is_refused_with_its_code_and_path(bot: WireBot, fault: Fault):
    status, answer = await bot.send(fault, fault.body, fault.files)
    assert (status, answer["code"]) == fault.refusal, answer
    assert ("errors" in answer) == (fault.error is not None), answer
    if fault.error is not None:
        assert named(answer["errors"], fault.path) == [fault.error], answer


@pytest.mark.parametrize("fault", FAULTS, ids=str)
async def test_its_healthy_twin_is_taken(bot: WireBot, fault: Fault):
    files = fault.files if fault.twin_files is None else fault.twin_files
    status, answer = await bot.send(fault, fault.twin, files)
    assert status in (200, 204), answer


def test_there_are_enough_faults_and_each_is_its_own():
    assert len(FAULTS) >= LEAST
    assert len({str(fault) for fault in FAULTS}) == len(FAULTS)
