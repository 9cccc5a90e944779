"""Requests that no library sends: they are refused, and the connection goes on."""

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import yarl

from playground import permissions, seed
from playground.client import Member
from playground.server import Playground
from playground.world import Guild
from tests.unit.playground.gateway.wire import Dial

MESSAGES = f"/channels/{seed.GENERAL_ID}/messages"
ENDLESS = "9" * 5000


@pytest.fixture
async def http(playground: Playground) -> AsyncIterator[aiohttp.ClientSession]:
    """The bot, with one connection that is used again and again."""
    async with aiohttp.ClientSession(
        headers={"Authorization": f"Bot {playground.bot_token}"},
        connector=aiohttp.TCPConnector(limit=1),
    ) as session:
        yield session


@pytest.fixture
def mighty(playground: Playground, guild: Guild) -> None:
    """The bot may do everything."""
    role = playground.guilds.roles.create(guild, "Mighty", permissions.ADMINISTRATOR)
    playground.guilds.members.give(guild, playground.world.bot, role.id)


async def ask(
    http: aiohttp.ClientSession, method: str, url: str, **body: Any
) -> tuple[int, dict[str, Any]]:
    """The status and the JSON of an answer."""
    asked = http.request(method, yarl.URL(url, encoded=True), **body)
    async with asked as response:
        kind = response.content_type
        return response.status, await response.json() if kind == "application/json" else {}


async def test_a_part_with_a_broken_header_is_refused(
    playground: Playground, http: aiohttp.ClientSession
):
    headers = {"Content-Type": "multipart/form-data; boundary=x"}
    data = b"--x\r\nfoo\r\n\r\nabc\r\n--x--\r\n"
    url = playground.api_url + MESSAGES
    status, answer = await ask(http, "POST", url, data=data, headers=headers)
    assert (status, answer["code"]) == (400, 50035)


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x"])
async def test_one_that_breaks_off_is_no_error_in_the_log(
    playground: Playground, kind: str, caplog: pytest.LogCaptureFixture
):
    url = yarl.URL(playground.api_url + MESSAGES)
    _, writer = await asyncio.open_connection(url.host, url.port)
    head = (
        f"POST {url.path} HTTP/1.1\r\nHost: {url.authority}\r\nContent-Type: {kind}\r\n"
        f"Authorization: Bot {playground.bot_token}\r\nContent-Length: 1000\r\n\r\n"
    )
    writer.write(head.encode() + b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n')
    await writer.drain()
    await asyncio.sleep(0.1)  # until it is being read
    writer.transport.abort()
    await asyncio.sleep(0.1)
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x"])
@pytest.mark.parametrize("method", ["POST", "GET"])
async def test_a_body_that_is_not_compressed_as_it_says_is_refused_and_ends_the_connection(
    playground: Playground,
    http: aiohttp.ClientSession,
    caplog: pytest.LogCaptureFixture,
    method: str,
    kind: str,
):
    headers = {"Content-Type": kind, "Content-Encoding": "gzip"}
    url = playground.api_url + MESSAGES
    # aiohttp's client itself compresses what has such a header, unless told that it is done.
    asked = http.request(method, url, data=b"{}", headers=headers, compress=False)
    async with asked as response:
        assert response.status == (400 if method == "POST" else 200)
        assert response.headers["Connection"] == "close"
    status, _ = await ask(http, "GET", f"{playground.api_url}/users/@me")
    assert status == 200
    assert not [each for each in caplog.records if each.levelno >= logging.ERROR]


async def test_a_signature_that_is_none_opens_no_file(
    playground: Playground, http: aiohttp.ClientSession
):
    form = aiohttp.FormData()
    form.add_field("files[0]", b"a", filename="a.txt")
    _, posted = await ask(http, "POST", playground.api_url + MESSAGES, data=form)
    url = posted["attachments"][0]["url"].partition("?")[0]
    assert (await ask(http, "GET", f"{url}?ex=1&is=1&hm=%C3%A9"))[0] == 404


@pytest.mark.parametrize("identifier", [ENDLESS, "%D9%A3"])
async def test_what_is_no_id_names_no_file(
    playground: Playground, http: aiohttp.ClientSession, identifier: str
):
    assert (await ask(http, "GET", f"{playground.url}/attachments/1/{identifier}/a"))[0] == 404


async def test_an_endless_id_names_no_message_of_an_interaction(
    playground: Playground, http: aiohttp.ClientSession, member: Member, dial: Dial
):
    await (await dial()).identify(playground)
    path = f"{playground.api_url}/applications/{seed.APPLICATION_ID}/commands"
    await ask(http, "PUT", path, json=[{"name": "a", "description": "d"}])
    await member.command("a", member.channel("general"))
    (interaction,) = playground.services.interactions.waiting()
    callback = f"{playground.api_url}/interactions/{interaction.id}/{interaction.token}/callback"
    await ask(http, "POST", callback, json={"type": 5})
    hook = f"{playground.api_url}/webhooks/{seed.APPLICATION_ID}/{interaction.token}"
    status, answer = await ask(http, "GET", f"{hook}/messages/{ENDLESS}")
    assert (status, answer["code"]) == (404, 10008)


@pytest.mark.usefixtures("mighty")
@pytest.mark.parametrize("value", [ENDLESS, "\u0663"])
async def test_endless_permissions_are_refused(
    playground: Playground, http: aiohttp.ClientSession, guild: Guild, value: str
):
    url = f"{playground.api_url}/guilds/{guild.id}/roles"
    status, answer = await ask(http, "POST", url, json={"permissions": value})
    assert (status, answer["code"]) == (400, 50035)


@pytest.mark.usefixtures("mighty")
async def test_endless_roles_of_a_member_are_refused(
    playground: Playground, http: aiohttp.ClientSession, guild: Guild
):
    url = f"{playground.api_url}/guilds/{guild.id}/members/{seed.MEMBER_ID}"
    status, answer = await ask(http, "PATCH", url, json={"roles": [ENDLESS]})
    assert (status, answer["code"]) == (400, 50035)


@pytest.mark.usefixtures("mighty")
async def test_nulls_among_the_roles_of_a_member_are_passed_over(
    playground: Playground, http: aiohttp.ClientSession, guild: Guild
):
    url = f"{playground.api_url}/guilds/{guild.id}/members/{seed.MEMBER_ID}"
    status, answer = await ask(http, "PATCH", url, json={"roles": [None]})
    assert (status, answer["roles"]) == (200, [])


async def test_an_endless_id_names_no_emoji(playground: Playground, http: aiohttp.ClientSession):
    _, posted = await ask(http, "POST", playground.api_url + MESSAGES, json={"content": "x"})
    url = f"{playground.api_url}{MESSAGES}/{posted['id']}/reactions/ab:{ENDLESS}/@me"
    status, answer = await ask(http, "PUT", url)
    assert (status, answer["code"]) == (400, 10014)


async def test_an_endless_event_id_is_none(playground: Playground, http: aiohttp.ClientSession):
    run = playground.services.traffic.run
    headers = {"Last-Event-ID": f"{run}-{ENDLESS}"}
    async with http.get(f"{playground.url}/playground/traffic", headers=headers) as response:
        assert response.status == 200


async def test_a_failure_is_logged_without_the_token(
    playground: Playground,
    http: aiohttp.ClientSession,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
):
    def breaks(token: str) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(playground.services.interactions, "by_token", breaks)
    path = f"/webhooks/{seed.APPLICATION_ID}/secret-token/messages/@original"
    assert (await ask(http, "GET", playground.api_url + path))[0] == 500
    assert "/messages/@original failed" in caplog.text
    assert "secret-token" not in "".join(each.getMessage() for each in caplog.records)
