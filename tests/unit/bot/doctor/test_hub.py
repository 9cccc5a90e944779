"""What is said of the hub: in reach or not, and whether it takes the token."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from bot.doctor import Finding, State
from bot.doctor._case import Case
from bot.doctor._hub import check_hub
from bot.settings import Settings
from tests.small_models.hub import serve_hub

TOKEN = "hf_abcdefghijklmnopqrstuvwxyz"


async def look(address: str, **settings: str) -> list[Finding]:
    case = Case(Settings(**settings))  # pyright: ignore[reportArgumentType]
    case.__dict__["environment"] = {"HF_ENDPOINT": address}
    try:
        return await check_hub(case)
    finally:
        await case.close()


async def test_a_hub_that_answers_is_enough_without_a_token():
    async with serve_hub({}) as hub:
        findings = await look(hub.url)
    assert [each.state for each in findings] == [State.OK, State.OK]
    assert findings[0].found == f"{hub.url} answers"


async def test_a_token_that_is_taken_is_told_with_its_account():
    async with serve_hub({}) as hub:
        hub.tokens[TOKEN] = set()
        _, token = await look(hub.url, HF_TOKEN=TOKEN)
    assert (token.state, token.found) == (State.OK, "taken, of painter")


async def test_a_token_that_is_not_taken_is_an_error():
    async with serve_hub({}) as hub:
        fine, token = await look(hub.url, HF_TOKEN=TOKEN)
    assert (fine.state, token.state) == (State.OK, State.ERROR)
    assert "HF_TOKEN" in token.found
    assert "settings/tokens" in token.remedy


async def test_a_hub_that_is_down_is_a_warning():
    async with serve_hub({}) as hub:
        hub.down = True
        (finding,) = await look(hub.url, HF_TOKEN=TOKEN)
    assert finding.state is State.WARNING
    assert finding.found == f"{hub.url} answers 503"


async def test_a_hub_out_of_reach_is_a_warning():
    finding, *_ = await look("http://127.0.0.1:1")
    assert finding.state is State.WARNING
    assert finding.found.startswith("http://127.0.0.1:1 can't be reached")


async def test_a_hub_that_says_nothing_is_given_up(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("bot.doctor._hub._ANSWER_S", 0.2)
    began = time.monotonic()
    async with silence() as address:
        finding, *_ = await look(address)
    assert time.monotonic() - began < 2
    assert "no answer within 0.2 s" in finding.found


async def test_what_answers_in_another_way_than_a_hub_is_no_crash():
    async def page(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\nConnection: close\r\n\r\n<html>")
        await writer.drain()
        writer.close()

    async with listening(page) as address:
        finding, *_ = await look(address)
    assert finding.state is State.WARNING
    assert "no hub" in finding.found


async def test_offline_by_choice_is_a_note():
    case = Case(Settings())
    case.__dict__["environment"] = {"HF_HUB_OFFLINE": "1"}
    finding, *_ = await check_hub(case)
    assert finding.state is State.NOTE
    assert "HF_HUB_OFFLINE" in finding.remedy


def test_offline_a_token_alone_lets_nobody_paint_elsewhere():
    def has_hosted(environment: dict[str, str], **settings: str) -> bool:
        case = Case(Settings(**settings))  # pyright: ignore[reportArgumentType]
        case.__dict__["environment"] = environment
        return case.has_hosted

    assert has_hosted({}, hf_token=TOKEN)
    assert not has_hosted({"HF_HUB_OFFLINE": "1"}, hf_token=TOKEN)
    assert has_hosted({"HF_HUB_OFFLINE": "1"}, hosted_endpoint="https://paint.example.org")


async def test_an_endpoint_is_not_asked_anything():
    heard: list[bytes] = []

    async def listen(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read())
        writer.close()

    async with serve_hub({}) as hub, listening(listen) as address:
        *_, finding = await look(hub.url, EASEL_HOSTED_ENDPOINT=address)
        await asyncio.sleep(0.05)
    assert finding.state is State.OK
    assert heard == [b""]
    async with serve_hub({}) as hub:
        *_, finding = await look(hub.url, EASEL_HOSTED_ENDPOINT=address)
    assert finding.state is State.ERROR
    assert "EASEL_HOSTED_ENDPOINT" in finding.remedy


@asynccontextmanager
async def listening(serve) -> AsyncIterator[str]:
    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


@asynccontextmanager
async def silence() -> AsyncIterator[str]:
    """Somebody who listens, and never answers."""

    async def nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with listening(nothing) as address:
        yield address
