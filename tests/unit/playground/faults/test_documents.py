"""Faults as JSON: what is understood, and which field a refusal names."""

import json
from typing import Any

import aiohttp
import pytest

from playground.faults import Faults
from playground.server import Playground

ROUTE = "POST /channels/*/messages"


async def test_what_is_planted_is_listed_counted_and_taken_away(playground: Playground):
    url = f"{playground.url}/playground/faults"
    headers = {"Authorization": f"Bot {playground.bot_token}"}
    asked = {"route": "GET /gateway", "every": 2, "do": {"status": 503}}
    async with aiohttp.ClientSession() as http:
        async with http.post(url, json=asked) as response:
            assert response.status == 201
            planted = (await response.json())["fault"]
        for status in (200, 503, 200):
            async with http.get(f"{playground.api_url}/gateway", headers=headers) as response:
                assert response.status == status
        async with http.get(url) as response:
            (listed,) = (await response.json())["faults"]
        assert listed == {**planted, "matched": 3, "struck": 1}
        assert listed["do"] == {"status": 503}
        for status in (204, 404):
            async with http.delete(f"{url}/{planted['id']}") as response:
                assert response.status == status
        await http.post(url, json=asked)
        async with http.delete(url) as response:
            assert response.status == 204
    assert playground.faults.list() == ()


WRONG = [
    ({}, "route"),
    ({"route": 5}, "route"),
    ({"route": "channels"}, "route"),
    ({"route": "TAKE /x"}, "route"),
    ({"route": ROUTE}, "do"),
    ({"route": ROUTE, "do": []}, "do"),
    ({"route": ROUTE, "do": {}}, "do"),
    ({"route": ROUTE, "do": {"status": 99}}, "do.status"),
    ({"route": ROUTE, "do": {"status": "500"}}, "do.status"),
    ({"route": ROUTE, "do": {"code": 99}}, "do.status"),
    ({"route": ROUTE, "do": {"code": "x", "status": 500}}, "do.code"),
    ({"route": ROUTE, "do": {"body": {}}}, "do.status"),
    ({"route": ROUTE, "do": {"html": False}}, "do.status"),
    ({"route": ROUTE, "do": {"html": 5, "status": 500}}, "do.html"),
    ({"route": ROUTE, "do": {"html": True, "status": 500, "body": {}}}, "do.body"),
    ({"route": ROUTE, "do": {"raw": ""}}, "do.status"),
    ({"route": ROUTE, "do": {"raw": {}, "status": 500}}, "do.raw"),
    ({"route": ROUTE, "do": {"raw": "", "status": 500, "body": {}}}, "do.body"),
    ({"route": ROUTE, "do": {"html": True, "status": 500, "raw": ""}}, "do.raw"),
    ({"route": ROUTE, "do": {"html": True, "via": 1}}, "do.via"),
    ({"route": ROUTE, "do": {"via": True, "status": 500}}, "do.via"),
    ({"route": ROUTE, "do": {"message": 5, "status": 500}}, "do.message"),
    ({"route": ROUTE, "do": {"retry_after": 1, "status": 500}}, "do.retry_after"),
    ({"route": ROUTE, "do": {"retry_after": -1, "status": 429}}, "do.retry_after"),
    ({"route": ROUTE, "do": {"global": True, "status": 500}}, "do.global"),
    ({"route": ROUTE, "do": {"global": 1, "status": 429}}, "do.global"),
    ({"route": ROUTE, "do": {"delay": "1"}}, "do.delay"),
    ({"route": ROUTE, "do": {"delay": -1}}, "do.delay"),
    ({"route": ROUTE, "do": {"retry_after": 0, "status": 429}}, "do.retry_after"),
    ({"route": ROUTE, "do": {"drop": "now"}}, "do.drop"),
    ({"route": ROUTE, "do": {"drop": "before", "status": 500}}, "do.status"),
    ({"route": ROUTE, "do": {"sttus": 500}}, "do.sttus"),
    ({"route": ROUTE, "do": {"status": 500}, "when": 1}, "when"),
    ({"route": ROUTE, "do": {"status": 500}, "nth": 0}, "nth"),
    ({"route": ROUTE, "do": {"status": 500}, "every": "2"}, "every"),
    ({"route": ROUTE, "do": {"status": 500}, "always": 1}, "always"),
    ({"route": ROUTE, "do": {"status": 500}, "nth": 1, "every": 2}, "every"),
    ({"route": ROUTE, "do": {"status": 500}, "from": "me"}, "from"),
]


@pytest.mark.parametrize(("document", "field"), WRONG, ids=[f"{d} {f}" for d, f in WRONG])
async def test_a_refusal_names_the_field(
    playground: Playground, document: dict[str, Any], field: str
):
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{playground.url}/playground/faults", json=document) as response,
    ):
        assert response.status == 400
        found = (await response.json())["errors"]
    for step in field.split("."):
        found = found[step]
    assert found["_errors"][0]["message"]
    assert playground.faults.list() == ()


def test_python_is_told_the_same():
    with pytest.raises(ValueError, match="status"):
        Faults().add(ROUTE, status=99)


def test_without_a_word_the_next_request_is_meant():
    faults = Faults()
    fault = faults.add(ROUTE, status=500)
    struck = [
        faults.struck_by("POST", "/channels/1/messages", from_bot=True) is fault for _ in range(3)
    ]
    assert struck == [True, False, False]
    assert fault.spent


@pytest.mark.parametrize(
    ("when", "struck"),
    [
        ({"nth": 2}, [False, True, False, False]),
        ({"every": 2}, [False, True, False, True]),
        ({"always": True}, [True] * 4),
    ],
)
def test_nth_every_and_always(when: dict[str, Any], struck: list[bool]):
    faults = Faults()
    faults.add(ROUTE, status=500, **when)
    path = "/channels/1/messages"
    found = [faults.struck_by("POST", path, from_bot=True) is not None for _ in range(4)]
    assert found == struck


def test_two_faults_for_the_next_request_strike_the_next_two():
    faults = Faults()
    first, second = faults.add(ROUTE, status=500), faults.add(ROUTE, status=502)
    path = "/channels/1/messages"
    found = [faults.struck_by("POST", path, from_bot=True) for _ in range(3)]
    assert found == [first, second, None]


@pytest.mark.parametrize(
    ("source", "from_bot", "struck"),
    [
        ("bot", True, True),
        ("bot", False, False),
        ("person", True, False),
        ("person", False, True),
        ("any", True, True),
        ("any", False, True),
    ],
)
def test_whose_requests_are_meant(source: Any, from_bot: bool, struck: bool):
    faults = Faults()
    faults.add(ROUTE, status=500, source=source)
    found = faults.struck_by("POST", "/channels/1/messages", from_bot=from_bot)
    assert (found is not None) == struck


async def answer_to(playground: Playground, document: dict[str, Any]) -> dict[str, Any]:
    """What POST /playground/faults answers to a document."""
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{playground.url}/playground/faults", json=document) as response,
    ):
        assert response.status == 201
        return (await response.json())["fault"]


async def test_a_fault_of_a_route_that_is_none_is_planted_with_a_warning(playground: Playground):
    document = {"route": "PATCH /webhook/*/messages/@original", "do": {"status": 503}}
    planted = await answer_to(playground, document)
    assert planted["meets"] == 0
    assert "PATCH /webhook/*/messages/@original" in planted["warning"]
    url = f"{playground.url}/playground/faults"
    async with aiohttp.ClientSession() as http, http.get(url) as response:
        assert (await response.json())["faults"] == [planted]


async def test_a_fault_of_a_route_tells_how_many_it_meets(playground: Playground):
    document = {"route": "* /channels/*/messages", "do": {"status": 503}}
    planted = await answer_to(playground, document)
    assert planted["meets"] == 2  # GET and POST
    assert "warning" not in planted


@pytest.mark.parametrize(
    ("do", "status"), [({"html": True}, 502), ({"html": "<b>x</b>", "status": 429}, 429)]
)
async def test_a_page_of_html_alone_is_a_bad_gateway(
    playground: Playground, do: dict[str, Any], status: int
):
    await answer_to(playground, {"route": "GET /gateway", "from": "any", "do": do})
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"{playground.api_url}/gateway") as response,
    ):
        assert (response.status, response.content_type) == (status, "text/html")


@pytest.mark.parametrize("via", [False, True])
async def test_a_page_has_the_via_of_discord_s_answers_where_it_is_told_to(
    playground: Playground, via: bool
):
    do = {"html": True, "status": 429, "via": via}
    await answer_to(playground, {"route": "GET /gateway", "from": "any", "do": do})
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"{playground.api_url}/gateway") as response,
    ):
        assert (response.status, response.content_type) == (429, "text/html")
        assert ("Via" in response.headers) is via


@pytest.mark.parametrize("raw", ["", '{"message": "50'])
async def test_what_is_raw_is_sent_as_it_is_and_called_json(playground: Playground, raw: str):
    do = {"status": 502, "raw": raw}
    await answer_to(playground, {"route": "GET /gateway", "from": "any", "do": do})
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"{playground.api_url}/gateway") as response,
    ):
        assert (response.status, await response.text()) == (502, raw)
        assert response.headers["Content-Type"] == "application/json"


async def test_a_delay_of_nothing_is_a_delay(playground: Playground):
    await answer_to(playground, {"route": "GET /gateway", "from": "any", "do": {"delay": 0}})
    async with (
        aiohttp.ClientSession() as http,
        http.get(f"{playground.api_url}/gateway") as response,
    ):
        assert response.status == 200


async def test_what_is_sent_without_a_content_type_is_read_as_json(playground: Playground):
    headers = {"Content-Type": "application/x-www-form-urlencoded"}  # as curl -d says of it
    data = json.dumps({"route": ROUTE, "do": {"status": 503}})
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{playground.url}/playground/faults", data=data, headers=headers) as response,
    ):
        assert response.status == 201


async def test_of_very_many_unknown_keys_the_first_are_named(playground: Playground):
    document = {"route": ROUTE, "do": {"status": 503}} | {f"k{n}": 1 for n in range(1000)}
    async with (
        aiohttp.ClientSession() as http,
        http.post(f"{playground.url}/playground/faults", json=document) as response,
    ):
        wrong = (await response.json())["errors"]
    assert list(wrong) == [*(f"k{n}" for n in range(10)), "_errors"]
    assert "990 more keys" in wrong["_errors"][0]["message"]


@pytest.mark.parametrize("identifier", ["9" * 5000, "\u0663"])
async def test_what_can_be_no_id_names_no_fault(playground: Playground, identifier: str):
    url = f"{playground.url}/playground/faults/{identifier}"
    async with aiohttp.ClientSession() as http, http.delete(url) as response:
        assert response.status == 404
