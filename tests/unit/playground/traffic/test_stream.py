"""GET /playground/traffic, as the side panel reads it."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import discord
import pytest

from playground.client import Member
from playground.server import Playground
from playground.traffic import stream
from tests.unit.playground.conftest import Login, Painter


class Panel:
    """Reads events off the stream."""

    def __init__(self, response: aiohttp.ClientResponse) -> None:
        self._response = response
        self.comments: list[str] = []
        self.ids: list[str] = []

    async def next(self) -> tuple[str, dict[str, Any]]:
        """The next event's name and data."""
        name = ""
        while True:
            line = (await asyncio.wait_for(self._response.content.readline(), 5)).decode()
            assert line, "the stream has ended"
            key, _, value = line.rstrip("\n").partition(": ")
            if line.startswith(":"):
                self.comments.append(line)
            elif key == "id":
                self.ids.append(value)
            elif key == "event":
                name = value
            elif key == "data":
                return name, json.loads(value)

    async def until(self, **fields: Any) -> dict[str, Any]:
        """The first item with these fields."""
        while True:
            _, item = await self.next()
            if fields.items() <= item.items():
                return item


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
async def panel(playground: Playground, http: aiohttp.ClientSession) -> AsyncIterator[Panel]:
    async with http.get(f"{playground.url}/playground/traffic") as response:
        assert response.content_type == "text/event-stream"
        yield Panel(response)


@pytest.fixture
async def bot(login: Login, painter: Painter) -> Painter:
    @painter.tree.command()
    async def paint(interaction: discord.Interaction) -> None:
        """Defer, then show a picture."""
        await interaction.response.defer()
        file = discord.File(__file__, "picture.txt")
        await interaction.edit_original_response(content="done", attachments=[file])

    return await login(painter)


async def test_it_begins_with_a_greeting_and_what_is_kept(
    playground: Playground, member: Member, panel: Panel
):
    name, hello = await panel.next()
    assert name == "hello"
    assert hello["run"] == playground.services.traffic.run
    assert hello["kept"] >= 3
    name, first = await panel.next()
    assert (name, first["op_name"], first["direction"]) == ("gateway", "HELLO", "out")
    assert panel.ids == [f"{hello['run']}-{first['id']}"]


async def test_a_command_passes_from_the_person_to_the_bot_and_back(
    bot: Painter, member: Member, panel: Panel
):
    painting = await member.command("paint", member.channel("general"))
    asked = await panel.until(kind="rest", path="/interactions")
    assert (asked["from"], asked["who"], asked["status"]) == ("person", "mel", 204)
    event = await panel.until(event="INTERACTION_CREATE", **{"from": "bot"})
    assert event["who"] == "bot"
    assert event["data"]["value"]["token"] == "***"
    assert event["shard"] == [0, 1]
    assert event["seq"] > 0
    deferred = await panel.until(kind="rest", method="POST", who="webhook")
    assert deferred["path"].startswith("/interactions/")
    assert deferred["path"].endswith("/***/callback")
    assert deferred["route"] == "POST /interactions/*/*/callback"
    assert deferred["request"]["value"] == {"type": 5}
    assert deferred["query"] == "with_response=1"
    edited = await panel.until(kind="rest", method="PATCH")
    assert edited["path"].endswith("/***/messages/@original")
    assert [each["filename"] for each in edited["uploads"]] == ["picture.txt"]
    assert edited["response"]["value"]["content"] == "done"
    assert edited["ratelimit"]["remaining"] == 49
    assert edited["ms"] > 0
    assert edited["fault"] is None
    assert "aW50ZXJhY3Rpb24" not in str([asked, event, deferred, edited])
    await painting.response()


async def test_a_fault_is_told_with_what_it_did(
    playground: Playground, http: aiohttp.ClientSession, panel: Panel
):
    fault = playground.faults.add("GET /gateway", delay=0.01, status=503, source="any")
    await http.get(f"{playground.api_url}/gateway")
    item = await panel.until(kind="rest")
    assert item["fault"] == {"id": fault.id, "did": "delay 0.01 s + status 503"}
    assert (item["status"], item["who"], item["from"]) == (503, "nobody", None)


async def test_of_a_cut_connection_no_answer_is_told(
    playground: Playground, http: aiohttp.ClientSession, panel: Panel
):
    playground.faults.add("POST /channels/*/messages", drop="after")
    url = f"{playground.api_url}/channels/{1_100_000_000_000_000_301}/messages"
    headers = {"Authorization": f"Bot {playground.bot_token}"}
    with pytest.raises(aiohttp.ClientConnectionError):
        await http.post(url, json={"content": "hi"}, headers=headers)
    item = await panel.until(kind="rest")
    assert (item["status"], item["response"]) == (None, None)
    assert item["request"]["value"] == {"content": "hi"}


async def test_a_page_that_comes_back_is_told_only_what_is_new(
    playground: Playground, http: aiohttp.ClientSession, panel: Panel
):
    for _ in range(3):
        await http.get(f"{playground.api_url}/gateway")
    items = [await panel.next() for _ in range(4)]
    url = f"{playground.url}/playground/traffic"
    async with http.get(url, headers={"Last-Event-ID": panel.ids[0]}) as response:
        again = Panel(response)
        assert (await again.next())[1]["kept"] == 2
        assert (await again.next())[1]["id"] == items[2][1]["id"]
    async with http.get(url, headers={"Last-Event-ID": "another-1"}) as response:
        assert (await Panel(response).next())[1]["kept"] == 3


async def test_silence_is_broken_by_signs_of_life(
    playground: Playground,
    panel: Panel,
    http: aiohttp.ClientSession,
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setattr(stream, "ALIVE_EVERY_S", 0.02)
    await http.get(f"{playground.api_url}/gateway")
    await panel.next()
    await panel.next()
    await asyncio.sleep(0.1)
    await http.get(f"{playground.api_url}/gateway")
    await panel.next()
    assert panel.comments


async def test_an_open_stream_does_not_hold_up_the_end(http: aiohttp.ClientSession):
    async with Playground(port=0) as playground:
        response = await http.get(f"{playground.url}/playground/traffic")
        loop = asyncio.get_running_loop()
        began = loop.time()
    assert loop.time() - began < 1.5
    response.close()


async def test_another_sites_page_hears_nothing(
    playground: Playground, http: aiohttp.ClientSession
):
    headers = {"Origin": "https://example.com"}
    for method, path in (("GET", "traffic"), ("POST", "faults"), ("POST", "clock")):
        url = f"{playground.url}/playground/{path}"
        async with http.request(method, url, headers=headers) as response:
            assert response.status == 403
