"""Whatever way a client writes what Discord takes, the playground takes it too."""

import json

import aiohttp
import pytest

from playground import seed
from playground.client import Member
from tests.unit.playground.conftest import png
from tests.unit.playground.strangers.raw import RawBot, form

MESSAGES = f"/channels/{seed.GENERAL_ID}/messages"
Spelling = type[int] | type[str]
SPELLINGS = pytest.mark.parametrize("spell", [int, str])


# --- requests as such ---


@pytest.mark.parametrize("prefix", ["/api", "/api/v9", "/api/v10"])
async def test_every_prefix_of_the_api_is_served(raw: RawBot, prefix: str):
    reply = await raw.request("GET", "/users/@me", prefix=prefix)
    assert (reply.status, reply.json["username"]) == (200, "Easel")


@pytest.mark.parametrize("path", ["/users/@me", "/users/%40me"])
async def test_the_at_sign_may_be_quoted(raw: RawBot, path: str):
    assert (await raw.request("GET", path)).json["id"] == str(seed.APPLICATION_ID)


@pytest.mark.parametrize(
    "kind",
    ["application/json", "application/json; charset=utf-8", "Application/JSON;charset=UTF-8"],
)
async def test_json_is_read_with_and_without_a_charset(raw: RawBot, kind: str):
    body = json.dumps({"content": "Grüße 🎨"}, ensure_ascii=False).encode()
    reply = await raw.request("POST", MESSAGES, data=body, headers={"Content-Type": kind})
    assert (reply.status, reply.json["content"]) == (200, "Grüße 🎨")


async def test_an_audit_log_reason_is_no_trouble(raw: RawBot):
    sent = await raw.request("POST", MESSAGES, json={"content": "x"})
    reason = {"X-Audit-Log-Reason": "tidying%20up", "X-RateLimit-Precision": "millisecond"}
    reply = await raw.request("DELETE", f"{MESSAGES}/{sent.json['id']}", headers=reason)
    assert reply.status == 204


async def test_an_empty_body_with_a_content_type_is_none(raw: RawBot):
    headers = {"Content-Type": "application/json"}
    path = f"/channels/{seed.GENERAL_ID}/typing"
    assert (await raw.request("POST", path, data=b"", headers=headers)).status == 204


async def test_json_that_is_none_is_refused(raw: RawBot):
    headers = {"Content-Type": "application/json"}
    reply = await raw.request("POST", MESSAGES, data=b"{content", headers=headers)
    assert (reply.status, reply.json["code"]) == (400, 50109)


async def test_a_path_that_is_none_is_not_found(raw: RawBot):
    reply = await raw.request("GET", "/nowhere")
    assert (reply.status, reply.json) == (404, {"message": "404: Not Found", "code": 0})


@pytest.mark.parametrize("yes", ["1", "true", "True"])
async def test_a_query_says_yes_in_several_ways(raw: RawBot, yes: str):
    reply = await raw.request("GET", f"/guilds/{seed.GUILD_ID}?with_counts={yes}")
    assert reply.json["approximate_member_count"] > 1
    none = await raw.request("GET", f"/guilds/{seed.GUILD_ID}?with_counts=false")
    assert "approximate_member_count" not in none.json


async def test_a_librarys_own_slip_is_passed_over(raw: RawBot):
    body = {"content": "x", "pass_self_into_delete": True}
    assert (await raw.request("POST", MESSAGES, json=body)).status == 200


# --- ids ---


@SPELLINGS
async def test_a_reply_names_its_message_by_text_or_number(raw: RawBot, spell: Spelling):
    first = (await raw.request("POST", MESSAGES, json={"content": "first"})).json
    body = {
        "content": "second",
        "message_reference": {
            "message_id": spell(first["id"]),
            "channel_id": spell(first["channel_id"]),
        },
    }
    reply = await raw.request("POST", MESSAGES, json=body)
    assert reply.json["referenced_message"]["content"] == "first"


@SPELLINGS
async def test_mentions_are_allowed_by_text_or_number(raw: RawBot, spell: Spelling):
    body = {
        "content": f"<@{seed.MEMBER_ID}> <@{seed.OWNER_ID}>",
        "allowed_mentions": {"parse": [], "users": [spell(seed.MEMBER_ID)]},
    }
    reply = await raw.request("POST", MESSAGES, json=body)
    assert [user["id"] for user in reply.json["mentions"]] == [str(seed.MEMBER_ID)]


@SPELLINGS
async def test_an_upload_is_named_by_text_or_number(raw: RawBot, spell: Spelling):
    payload = {"attachments": [{"id": spell(0), "filename": "moon.png", "description": "a moon"}]}
    reply = await raw.request("POST", MESSAGES, data=form(payload, **{"files[0]": png()}))
    (attachment,) = reply.json["attachments"]
    assert (attachment["filename"], attachment["description"]) == ("moon.png", "a moon")


@SPELLINGS
async def test_a_file_is_kept_by_text_or_number(raw: RawBot, spell: Spelling):
    sent = (await raw.request("POST", MESSAGES, data=form({}, **{"files[0]": png()}))).json
    kept = {"attachments": [{"id": spell(sent["attachments"][0]["id"])}], "content": "kept"}
    edited = await raw.request("PATCH", f"{MESSAGES}/{sent['id']}", json=kept)
    assert edited.json["attachments"][0]["id"] == sent["attachments"][0]["id"]


async def test_a_kept_file_is_named_as_its_library_holds_it(raw: RawBot):
    sent = (await raw.request("POST", MESSAGES, data=form({}, **{"files[0]": png()}))).json
    (file,) = sent["attachments"]
    held = {"attachment": file["url"], "name": file["filename"], "id": file["id"], "duration": None}
    kept = {"attachments": [{**held, "proxyURL": file["url"], "contentType": "image/png"}]}
    edited = await raw.request("PATCH", f"{MESSAGES}/{sent['id']}", json=kept)
    assert [each["filename"] for each in edited.json["attachments"]] == ["star.png"]


@SPELLINGS
async def test_a_nonce_is_text_or_number_and_comes_back_as_it_was(raw: RawBot, spell: Spelling):
    body = {"content": "once", "nonce": spell(42), "enforce_nonce": True}
    first = (await raw.request("POST", MESSAGES, json=body)).json
    again = (await raw.request("POST", MESSAGES, json=body)).json
    assert first["nonce"] == spell(42)
    assert first["id"] == again["id"]


@SPELLINGS
async def test_a_dm_is_opened_by_text_or_number(raw: RawBot, member: Member, spell: Spelling):
    body = {"recipient_id": spell(seed.MEMBER_ID)}
    assert (await raw.request("POST", "/users/@me/channels", json=body)).json["id"] == (
        member.dm_channel_id
    )


# --- files ---


@pytest.mark.parametrize("field", ["files[0]", "files[3]", "file", "file0", "file1"])
async def test_a_file_is_read_from_any_field_clients_use(raw: RawBot, field: str):
    reply = await raw.request("POST", MESSAGES, data=form({"content": "a"}, **{field: png(8, 4)}))
    (attachment,) = reply.json["attachments"]
    assert (attachment["content_type"], attachment["width"]) == ("image/png", 8)


async def test_files_may_stand_before_their_payload(raw: RawBot):
    body = form(None, **{"files[0]": png()})
    body.add_field("payload_json", json.dumps({"content": "after"}))
    reply = await raw.request("POST", MESSAGES, data=body)
    assert (reply.json["content"], len(reply.json["attachments"])) == ("after", 1)


async def test_plain_fields_may_stand_for_the_payload(raw: RawBot):
    body = form(None, **{"file": png()})
    body.add_field("content", "by itself")
    reply = await raw.request("POST", MESSAGES, data=body)
    assert (reply.json["content"], len(reply.json["attachments"])) == ("by itself", 1)


async def test_a_payload_alone_may_be_multipart(raw: RawBot):
    with aiohttp.MultipartWriter("form-data") as writer:
        part = writer.append_json({"content": "no file"})
        part.set_content_disposition("form-data", name="payload_json")
    reply = await raw.request("POST", MESSAGES, data=writer)
    assert reply.json["content"] == "no file"


async def test_a_payload_may_be_a_plain_form(raw: RawBot):
    body = {"payload_json": json.dumps({"content": "a & b = 🎨"})}
    assert (await raw.request("POST", MESSAGES, data=body)).json["content"] == "a & b = 🎨"
    fields = {"content": "by itself", "tts": "false"}
    assert (await raw.request("POST", MESSAGES, data=fields)).json["content"] == "by itself"


# --- commands ---


async def test_a_command_needs_no_more_than_name_and_description(raw: RawBot):
    reply = await raw.register(name="imagine", description="Paint.")
    assert (reply.status, reply.json["type"]) == (201, 1)


async def test_a_commands_nulls_count_as_left_out(raw: RawBot):
    option = {"type": 3, "name": "prompt", "description": "d", "choices": None, "required": None}
    reply = await raw.register(
        name="imagine",
        description="Paint.",
        description_localizations=None,
        name_localizations=None,
        options=[option],
        default_member_permissions=None,
        contexts=None,
        integration_types=None,
        dm_permission=None,
        nsfw=None,
    )
    assert reply.status == 201


async def test_a_context_menu_needs_no_description(raw: RawBot):
    assert (await raw.register(name="Paint this", type=3)).status == 201


@SPELLINGS
async def test_default_permissions_are_text_or_number(raw: RawBot, spell: Spelling):
    reply = await raw.register(
        name="admin", description="d", default_member_permissions=spell(1 << 5)
    )
    assert reply.json["default_member_permissions"] == str(1 << 5)
