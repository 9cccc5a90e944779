"""The routes outside the API: the page, the state, and who may ask."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import BaseTestServer, TestServer

from playground.client import Member, Refused
from playground.page import Page
from playground.server import Playground


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def test_the_state_names_everybody_and_everything(
    playground: Playground, http: aiohttp.ClientSession
):
    async with http.get(f"{playground.url}/playground/state") as response:
        state = await response.json()
    assert state == playground.state
    assert len(state["users"]) == 3
    assert state["guilds"][0]["owner_id"] == state["users"][0]["id"]
    channels = {channel["name"]: channel for channel in state["guilds"][0]["channels"]}
    assert channels["age-restricted"]["nsfw"]
    assert state["bot"]["token"] == playground.bot_token


async def test_ids_are_the_same_after_a_restart(playground: Playground):
    async with Playground(port=0) as another:
        assert another.state == playground.state
        assert another.url != playground.url


@pytest.mark.parametrize(
    "name",
    [
        *["../server.py", "%2e%2e/server.py", "nowhere.js", ".", "a/../../x"],
        *["~0123456789abcdef/%2e%2e/server.py", "~0123456789abcdef//etc/passwd"],
    ],
)
async def test_only_the_pages_own_files_are_served(
    playground: Playground, http: aiohttp.ClientSession, name: str
):
    async with http.get(f"{playground.url}/web/{name}") as response:
        assert response.status == 404


async def test_a_file_is_sent_again_only_once_it_has_changed(
    http: aiohttp.ClientSession, tmp_path: Path
):
    file = tmp_path / "main.js"
    file.write_text("first")
    app = web.Application()
    async with Playground(port=0) as playground:
        app.add_routes(Page(playground.gateway, tmp_path).routes())
        async with TestServer(app) as server:
            url = server.make_url("/web/main.js")
            async with http.get(url) as response:
                assert response.headers["Cache-Control"] == "no-cache"
                known = {"If-None-Match": response.headers["ETag"]}
            async with http.get(url, headers=known) as response:
                assert response.status == 304
            file.write_text("second")
            async with http.get(url, headers=known) as response:
                assert await response.text() == "second"


async def test_the_page_names_files_by_addresses_to_keep_until_one_changes(
    http: aiohttp.ClientSession, tmp_path: Path
):
    (tmp_path / "index.html").write_text('<script src="/web/main.js"></script>')
    file = tmp_path / "main.js"
    file.write_text("first")
    app = web.Application()

    async def named(server: BaseTestServer) -> str:
        async with http.get(server.make_url("/")) as response:
            assert response.headers["Cache-Control"] == "no-cache"
            return (await response.text()).split('"')[1]

    async with Playground(port=0) as playground:
        app.add_routes(Page(playground.gateway, tmp_path).routes())
        async with TestServer(app) as server:
            before = await named(server)
            assert await named(server) == before
            async with http.get(server.make_url(before)) as response:
                assert "immutable" in response.headers["Cache-Control"]
                assert await response.text() == "first"
            file.write_text("second")
            after = await named(server)
            assert after != before
            async with http.get(server.make_url(after)) as response:
                assert await response.text() == "second"
            async with http.get(server.make_url(before)) as response:  # of a tab that is open
                assert response.headers["Cache-Control"] == "no-cache"


async def test_the_browser_is_sent_each_file_of_the_page(
    playground: Playground, http: aiohttp.ClientSession
):
    async with http.get(playground.url) as response:
        assert response.content_type == "text/html"
        files = re.findall(r'"(/web/[^"]+)"', await response.text())
    assert any(file.endswith("/main.js") for file in files)
    for file in files:
        async with http.get(playground.url + file) as response:
            assert response.status == 200


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "evil.example:8765"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Host": "localhost:8765"}, 200),
    ],
)
async def test_other_sites_cannot_reach_it_through_a_browser(
    playground: Playground, http: aiohttp.ClientSession, headers: dict[str, str], status: int
):
    async with http.get(f"{playground.url}/playground/state", headers=headers) as response:
        assert response.status == status


async def test_the_api_answers_under_each_of_its_prefixes(
    playground: Playground, http: aiohttp.ClientSession
):
    for prefix in ("/api/v10", "/api/v9", "/api"):
        async with http.get(f"{playground.url}{prefix}/gateway") as response:
            assert (await response.json())["url"] == playground.gateway_url
            assert response.headers["Content-Type"] == "application/json"


async def test_unknown_routes_and_methods_are_refused_in_json(
    playground: Playground, member: Member
):
    for method, path, status in (("GET", "/nowhere", 404), ("PUT", "/gateway", 405)):
        with pytest.raises(Refused) as refused:
            await member.api(method, path)
        assert refused.value.status == status
        assert refused.value.code == 0


async def test_a_wrong_token_is_unauthorized(playground: Playground, http: aiohttp.ClientSession):
    token = playground.bot_token
    for header in (None, "Bot nonsense", token, f"Bearer {token}"):
        headers = {"Authorization": header} if header else {}
        async with http.get(f"{playground.api_url}/users/@me", headers=headers) as response:
            assert response.status == 401


async def test_broken_json_is_refused(playground: Playground, http: aiohttp.ClientSession):
    headers = {"Authorization": playground.state["users"][1]["token"]}
    url = f"{playground.api_url}/users/@me/channels"
    for body, code in (
        (b"{", 50109),
        (b'{"recipient_id": NaN}', 50109),
        (b"[" * 100_000, 50109),
        (b"[]", 50035),
        (b'{"recipient_id": "x"}', 50035),
    ):
        async with http.post(url, data=body, headers=headers) as response:
            assert (await response.json())["code"] == code
    for kind in ("multipart/form-data", "multipart/form-data; boundary=x"):
        headers["Content-Type"] = kind
        async with http.post(url, data=b"nonsense", headers=headers) as response:
            assert (await response.json())["code"] == 50035


async def test_who_posts_too_fast_is_told_when_to_try_again(
    playground: Playground, http: aiohttp.ClientSession
):
    channel_id = playground.state["guilds"][0]["channels"][0]["id"]
    url = f"{playground.api_url}/channels/{channel_id}/messages"
    headers = {"Authorization": f"Bot {playground.bot_token}"}
    playground.ratelimits.use_observed()
    for left in (4, 3, 2, 1, 0):
        async with http.post(url, json={"content": "x"}, headers=headers) as response:
            assert response.headers["X-RateLimit-Remaining"] == str(left)
    async with http.post(url, json={"content": "x"}, headers=headers) as response:
        body = await response.json()
        assert response.status == 429
        assert response.headers["Via"]
    assert body["global"] is False
    playground.clock.advance(body["retry_after"])
    async with http.post(url, json={"content": "x"}, headers=headers) as response:
        assert response.status == 200
