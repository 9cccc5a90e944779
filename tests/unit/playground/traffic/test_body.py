"""Bodies in the feed: capped, and without tokens."""

import json

import pytest

from playground.traffic import body
from playground.traffic.body import CAP


def test_json_is_told_as_it_is():
    assert body.of_json({"a": [1, None]}) == {
        "type": "json",
        "value": {"a": [1, None]},
        "bytes": 14,
    }


def test_nothing_is_no_body():
    assert body.of_json(None) is None
    assert body.of_bytes(b"", "application/json") is None


def test_what_is_large_is_cut_and_says_so():
    told = body.of_json({"content": "x" * CAP})
    assert told is not None
    assert (told["type"], told["cut"], told["bytes"]) == ("text", True, CAP + 14)
    assert len(told["text"]) == CAP


def test_a_cut_inside_a_letter_leaves_it_out():
    told = body.of_bytes(("x" * (CAP - 1) + "é").encode(), "text/html")
    assert told is not None
    assert told["text"] == "x" * (CAP - 1)
    assert told["cut"]


@pytest.mark.parametrize("value", [float("nan"), {"x": [float("inf")]}, {"x": "\ud800"}, "é" * CAP])
def test_whatever_a_client_says_is_json_that_browsers_read(value: object):
    def refuse(name: str) -> None:
        raise AssertionError(name)

    json.loads(json.dumps(body.of_json(value)), parse_constant=refuse)


def test_a_page_is_text():
    told = body.of_bytes(b"<html>", "text/html")
    assert told == {"type": "text", "text": "<html>", "bytes": 6, "cut": False}


@pytest.mark.parametrize(
    "value",
    [
        {"token": "secret"},
        {"d": [{"token": "secret", "x": 1}]},
        {"url": "http://x/webhooks/1/aW50ZXJhY3Rpb24secret/messages"},
        {"authorization": "Bot MTEwMDAwMDAwMDAwMDAwMDAwMQ.secret.0123456789secret0123456789"},
    ],
)
def test_tokens_are_hidden(value: dict[str, object]):
    told = body.of_json(value)
    assert told is not None
    assert "secret" not in str(told["value"])
    assert "***" in str(told["value"])


def test_what_a_member_says_of_tokens_is_not():
    said = {"content": 'my "token":"x" and v1.2.3', "note": "token: x"}
    told = body.of_json(said)
    assert told is not None
    assert told["value"] == said
