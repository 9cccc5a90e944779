"""Interactions answered by hand, in all the ways that clients write their answers."""

from typing import Any

import pytest

from tests.unit.playground.conftest import png
from tests.unit.playground.strangers.raw import RawBot, form

MESSAGE, DEFER = {"type": 4, "data": {"content": "yes"}}, {"type": 5}


@pytest.mark.parametrize("query", ["", "?with_response=false", "?with_response=0"])
async def test_a_callback_answers_nothing_unless_asked(
    raw: RawBot, interaction: dict[str, Any], query: str
):
    assert await raw.acknowledge(interaction, MESSAGE, query) == (204, None)


@pytest.mark.parametrize(
    "query", ["?with_response=true", "?with_response=1", "?with_response=True"]
)
async def test_a_callback_answers_with_the_message_where_asked(
    raw: RawBot, interaction: dict[str, Any], query: str
):
    reply = await raw.acknowledge(interaction, MESSAGE, query)
    assert (reply.status, reply.json["resource"]["message"]["content"]) == (200, "yes")
    assert reply.json["interaction"]["response_message_id"]


@pytest.mark.parametrize("name", ["@original", "%40original"])
async def test_the_original_is_found_by_either_spelling(
    raw: RawBot, interaction: dict[str, Any], name: str
):
    await raw.acknowledge(interaction, DEFER)
    path = f"/messages/{name}"
    edited = await raw.webhook("PATCH", interaction, path, json={"content": "done"})
    assert (edited.status, edited.json["content"]) == (200, "done")
    assert (await raw.webhook("GET", interaction, path)).json["id"] == edited.json["id"]
    assert (await raw.webhook("DELETE", interaction, path)).status == 204


async def test_the_original_is_found_by_its_id(raw: RawBot, interaction: dict[str, Any]):
    reply = await raw.acknowledge(interaction, MESSAGE, "?with_response=1")
    identifier = reply.json["interaction"]["response_message_id"]
    edited = await raw.webhook(
        "PATCH", interaction, f"/messages/{identifier}", json={"content": "no"}
    )
    assert edited.json["content"] == "no"


@pytest.mark.parametrize(
    "query", ["", "?wait=true", "?wait=1", "?wait=false", "?with_components=true"]
)
async def test_a_follow_up_is_returned_whatever_wait_says(
    raw: RawBot, interaction: dict[str, Any], query: str
):
    await raw.acknowledge(interaction, MESSAGE)
    reply = await raw.webhook("POST", interaction, query, json={"content": "more"})
    assert (reply.status, reply.json["content"]) == (200, "more")


async def test_a_callback_may_bring_its_file_at_once(raw: RawBot, interaction: dict[str, Any]):
    path = f"/interactions/{interaction['id']}/{interaction['token']}/callback?with_response=1"
    body = form({"type": 4, "data": {"attachments": [{"id": "0"}]}}, **{"files[0]": png()})
    reply = await raw.request("POST", path, authorized=False, data=body)
    (attachment,) = reply.json["resource"]["message"]["attachments"]
    assert attachment["filename"] == "star.png"


async def test_authorization_at_a_webhook_is_no_trouble(raw: RawBot, interaction: dict[str, Any]):
    await raw.acknowledge(interaction, MESSAGE)
    path = f"/webhooks/{raw.application_id}/{interaction['token']}"
    assert (await raw.request("POST", path, json={"content": "more"})).status == 200


async def test_nulls_in_an_edit_clear_what_they_name(raw: RawBot, interaction: dict[str, Any]):
    await raw.acknowledge(interaction, DEFER)
    body = {"content": "text", "embeds": [{"title": "a"}]}
    await raw.webhook("PATCH", interaction, "/messages/@original", json=body)
    cleared = {"content": None, "components": None, "allowed_mentions": None, "flags": None}
    edited = await raw.webhook("PATCH", interaction, "/messages/@original", json=cleared)
    assert (edited.json["content"], len(edited.json["embeds"])) == ("", 1)
