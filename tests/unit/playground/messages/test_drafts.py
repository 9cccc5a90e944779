"""Bodies of messages: what of them is kept, and how edits and people's clients differ."""

import io
import json
from typing import Any

import aiohttp
import pytest

from playground.client import Member
from playground.errors import FormErrors, InvalidForm
from playground.fields import PICTURE, timestamp, unique, url
from playground.messages.drafts import Draft, draft_of
from playground.server import Playground
from playground.uploads import Body, Upload
from playground.world import COMPONENTS_V2, Attachment, Message, User

BOT = User(1, "bot", None, "token", bot=True)
OLD_FILE = Attachment(7, 2, "old.png", 1, "image/png")


def draft(data: dict[str, Any], *names: str, **options: Any) -> Draft:
    """The draft of a body with files of these names."""
    uploads = {index: Upload(name, b"a") for index, name in enumerate(names)}
    return draft_of(data, Body(data, uploads), **options)


def message(**fields: Any) -> Message:
    """A message that is edited."""
    return Message(3, 2, BOT, 0.0, **fields)


def gallery(name: str) -> dict[str, Any]:
    """A body that shows a file."""
    items = [{"media": {"url": f"attachment://{name}"}}]
    return {"flags": COMPONENTS_V2, "components": [{"type": 12, "items": items}]}


def test_an_embed_is_kept_as_discord_keeps_it():
    sent = {
        "title": "a",
        "color": None,
        "timestamp": "2026-11-21T06:00:00Z",
        "fields": [{"name": "n", "value": "v"}],
        "author": {"icon_url": "https://example.com/a.png"},
        "footer": {"text": "f"},
    }
    assert draft({"embeds": [sent]}).embeds == [
        {
            "type": "rich",
            "title": "a",
            "timestamp": "2026-11-21T06:00:00+00:00",
            "fields": [{"inline": False, "name": "n", "value": "v"}],
            "footer": {"text": "f"},
        }
    ]


def test_a_persons_client_may_send_more_than_is_known():
    sent = {"content": "a", "mobile_network_type": "unknown", "embeds": [{"title": "a", "b": 1}]}
    assert draft(sent, lenient=True).content == "a"
    with pytest.raises(InvalidForm):
        draft(sent)


def test_what_the_playground_does_not_show_is_refused():
    with pytest.raises(InvalidForm) as refused:
        draft({"content": "a", "poll": {"question": {"text": "a?"}}, "sticker_ids": []})
    assert list(refused.value.errors or {}) == ["poll"]


def test_keys_that_libraries_always_send_are_taken():
    sent = {"content": "a", "tts": False, "enforce_nonce": False, "sticker_ids": [], "poll": None}
    assert draft(sent).content == "a"


def test_a_component_may_show_a_file_by_its_listed_name():
    listed = {"attachments": [{"id": "0", "filename": "my circle.png"}]}
    assert draft({**gallery("my_circle.png"), **listed}, "raw.png").components
    with pytest.raises(InvalidForm):
        draft({**gallery("raw.png"), **listed}, "raw.png")


def test_an_edit_may_show_a_file_that_it_keeps():
    before = message(files=[OLD_FILE], flags=COMPONENTS_V2)
    assert draft(gallery("old.png"), before=before).components
    kept = {**gallery("old.png"), "attachments": [{"id": 7}]}
    assert draft(kept, before=before).attachments == [{"id": 7}]
    with pytest.raises(InvalidForm):
        draft({**gallery("old.png"), "attachments": []}, before=before)


def test_components_v2_cannot_be_taken_back():
    with pytest.raises(InvalidForm) as refused:
        draft({"content": "a", "flags": 0}, before=message(flags=COMPONENTS_V2))
    assert "content" in (refused.value.errors or {})


def test_an_edit_to_components_v2_has_to_clear_what_they_replace():
    before = message(content="a", embeds=[{"title": "a"}])
    shown = {"flags": COMPONENTS_V2, "components": [{"type": 10, "content": "a"}]}
    with pytest.raises(InvalidForm) as refused:
        draft(shown, before=before)
    assert set(refused.value.errors or {}) == {"content", "embeds"}
    assert draft({**shown, "content": None, "embeds": []}, before=before).components


def test_one_answer_names_all_faults():
    with pytest.raises(InvalidForm) as refused:
        draft({"content": 1, "nonce": [], "embeds": 1, "components": 1, "tts": 1}, at=("data",))
    tree = (refused.value.errors or {})["data"]
    assert set(tree) == {"content", "nonce", "embeds", "components", "tts"}


@pytest.mark.parametrize("value", ["https://a", "HTTP://a.b/c?d#e"])
def test_urls_of_the_web_are_taken(value: str):
    form = FormErrors()
    url(form, ("url",), value)
    assert not form.tree


@pytest.mark.parametrize(
    "value", ["a", "https://", "https://a b", "//a", "ftp://a", "javascript:a"]
)
def test_other_urls_are_not(value: str):
    form = FormErrors()
    url(form, ("url",), value)
    assert form.tree


@pytest.mark.parametrize("value", ["now", "", 7, [], "2026-13-01T00:00:00Z"])
def test_what_is_no_moment_is_noted(value: Any):
    form = FormErrors()
    timestamp(form, ("timestamp",), value)
    assert form.tree


def test_an_id_as_a_number_and_as_a_text_is_the_same_id():
    form = FormErrors()
    unique(form, (), ["1", 1])
    assert list(form.tree) == ["1"]


async def test_fields_of_a_form_may_stand_by_themselves(playground: Playground, member: Member):
    data = aiohttp.FormData({"content": "a", "tts": "true", "flags": "4"})
    data.add_field("file", io.BytesIO(b"a"), filename="a.txt")
    headers = {"Authorization": f"Bot {playground.bot_token}"}
    path = f"{playground.api_url}/channels/{member.channel('general')}/messages"
    async with aiohttp.ClientSession(headers=headers) as http, http.post(path, data=data) as sent:
        answer = await sent.json()
    assert (answer["content"], answer["tts"], answer["flags"]) == ("a", True, 4)
    assert [file["filename"] for file in answer["attachments"]] == ["a.txt"]


MALFORMED = ["http://[x", "https://[::1", "http:///x", "http://x:y/", "http://x:99999/", "http://"]


def at(text: str, schemes: tuple[str, ...] = PICTURE) -> list[str]:
    """The codes of what is wrong with a URL."""
    form = FormErrors()
    url(form, ("url",), text, schemes=schemes)
    return [each["code"] for each in form.tree.get("url", {}).get("_errors", [])]


@pytest.mark.parametrize("text", [*MALFORMED, "attachment://[", "attachment://"])
def test_a_url_that_cannot_be_taken_apart_is_refused(text: str):
    assert at(text) == ["URL_TYPE_INVALID_URL"]


@pytest.mark.parametrize(
    "text", ["https://[::1]/a", "http://a:80/?b#c", "HTTPS://A.b", "attachment://a_b.png"]
)
def test_a_url_that_can_be_taken_apart_is_taken(text: str):
    assert at(text) == []


PLACES = [
    *({"embeds": [{"title": "t", key: {"url": "URL"}}]} for key in ("image", "thumbnail")),
    {"embeds": [{"author": {"name": "n", "icon_url": "URL"}}]},
    {"embeds": [{"footer": {"text": "n", "icon_url": "URL"}}]},
    {"embeds": [{"title": "t", "url": "URL"}]},
    {
        "flags": COMPONENTS_V2,
        "components": [{"type": 12, "items": [{"media": {"url": "URL"}}]}],
    },
    {
        "content": "x",
        "components": [
            {"type": 1, "components": [{"type": 2, "style": 5, "label": "l", "url": "URL"}]}
        ],
    },
]


@pytest.mark.parametrize("body", PLACES, ids=str)
@pytest.mark.parametrize("malformed", MALFORMED[:-1])
def test_a_malformed_url_is_refused_wherever_it_stands(body: dict[str, Any], malformed: str):
    with pytest.raises(InvalidForm) as refused:
        draft(json.loads(json.dumps(body).replace("URL", malformed)))
    assert "URL_TYPE_INVALID_URL" in str(refused.value.errors)


def test_flags_that_are_none_are_not_taken_for_components_v2():
    with pytest.raises(InvalidForm) as refused:
        draft({"content": "x", "flags": -1})
    assert list(refused.value.errors or {}) == ["flags"]


TOO_LONG = [
    ({"embeds": [{"fields": [{"name": "", "value": 5}] * 26}]}, "embeds.0.fields"),
    ({"embeds": ["x"] * 11}, "embeds"),
    ({"content": "x", "components": [{"type": 99}] * 6}, "components"),
    ({"content": "x", "attachments": [{"id": "x"}] * 11}, "attachments"),
    ({"content": "x", "allowed_mentions": {"users": ["x"] * 101}}, "allowed_mentions.users"),
]


@pytest.mark.parametrize(("body", "path"), TOO_LONG, ids=[path for _, path in TOO_LONG])
def test_what_stands_in_a_list_that_is_too_long_is_not_looked_at(body: dict[str, Any], path: str):
    with pytest.raises(InvalidForm) as refused:
        draft(body)
    found: Any = refused.value.errors
    for step in path.split("."):
        found = found[step]
    assert list(found) == ["_errors"]
    assert [each["code"] for each in found["_errors"]] == ["BASE_TYPE_MAX_LENGTH"]


def test_a_refusal_does_not_repeat_megabytes():
    with pytest.raises(InvalidForm) as refused:
        draft({"content": "x", "flags": "9" * 100_000, "attachments": [{"id": [1] * 100_000}]})
    assert len(str(refused.value.errors)) < 2000
