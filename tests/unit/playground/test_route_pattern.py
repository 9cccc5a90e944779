"""Patterns of routes."""

import pytest

from playground.route_pattern import RoutePattern, pattern_of

ORIGINAL = "/webhooks/1/token/messages/@original"
MEANT = [
    ("PATCH /webhooks/*/messages/@original", "PATCH", ORIGINAL),
    ("PATCH /webhooks/*/messages/%40original", "PATCH", ORIGINAL),
    ("PATCH /webhooks/*/*/messages/@original", "PATCH", ORIGINAL),
    ("PATCH /api/v10/webhooks/*/*/messages/*", "PATCH", ORIGINAL),
    ("patch /webhooks/{application_id}/{token}/messages/*", "PATCH", ORIGINAL),
    ("POST /webhooks/*", "POST", "/webhooks/1/token"),
    ("POST /interactions/*/callback", "POST", "/interactions/1/token/callback"),
    ("POST /channels/*/messages", "POST", "/channels/1/messages"),
    ("* /channels/*/messages", "GET", "/channels/1/messages"),
    ("* /**", "GET", "/channels/1/messages"),
    ("GET /channels/**", "GET", "/channels/1"),
    ("GET /channels/**/messages", "GET", "/channels/1/messages"),
    ("GET /users/@me", "GET", "/users/@me"),
]
NOT_MEANT = [
    ("PATCH /webhooks/*/messages/@original", "GET", ORIGINAL),
    ("PATCH /webhooks/*/messages/@original", "PATCH", "/webhooks/1/token/messages/5"),
    ("POST /webhooks/*", "POST", "/webhooks/1/token/messages/5"),
    ("GET /channels/*", "GET", "/channels/1/messages"),
    ("GET /channels/*/messages", "GET", "/channels/1/2/messages"),
    ("GET /channels/*/messages", "GET", "/channels/1/messages/2"),
    ("GET /channels/1/messages", "GET", "/channels/2/messages"),
    ("GET /a.c", "GET", "/abc"),
]


@pytest.mark.parametrize(("pattern", "method", "path"), MEANT)
def test_a_pattern_means(pattern: str, method: str, path: str):
    assert RoutePattern(pattern).matches(method, path)


@pytest.mark.parametrize(("pattern", "method", "path"), NOT_MEANT)
def test_a_pattern_does_not_mean(pattern: str, method: str, path: str):
    assert not RoutePattern(pattern).matches(method, path)


@pytest.mark.parametrize(
    "text", ["", "GET", "/x", "TAKE /x", "GET x", "GET /", "GET /a//b", "GET /a*"]
)
def test_what_is_no_pattern_is_refused(text: str):
    with pytest.raises(ValueError, match=r"\."):
        RoutePattern(text)


@pytest.mark.parametrize(
    ("path", "pattern"),
    [
        (ORIGINAL, "/webhooks/*/*/messages/@original"),
        ("/webhooks/1/***", "/webhooks/*/*"),
        ("/interactions/1/token/callback", "/interactions/*/*/callback"),
        ("/channels/1/messages/2/reactions/🎨/@me", "/channels/*/messages/*/reactions/*/@me"),
        ("/users/@me", "/users/@me"),
    ],
)
def test_a_request_tells_the_pattern_that_means_it(path: str, pattern: str):
    assert pattern_of("GET", path) == f"GET {pattern}"
    assert RoutePattern(pattern_of("GET", path)).matches("GET", path)


@pytest.mark.parametrize(
    ("pattern", "template"),
    [
        ("PATCH /webhooks/*/messages/@original", "/webhooks/{a}/{token}/messages/{message_id}"),
        ("PATCH /webhooks/*/*/messages/7", "/webhooks/{a}/{token}/messages/{message_id}"),
        ("PATCH /webhooks/**", "/webhooks/{a}/{token}/messages/{message_id}"),
        ("* /**", "/users/@me"),
        ("PATCH /users/@me", "/users/@me"),
        ("PATCH /users/*", "/users/@me"),
        ("PATCH /channels/**/messages/*", "/channels/{channel_id}/messages/{message_id}"),
        ("PATCH /interactions/*/callback", "/interactions/{id}/{token}/callback"),
    ],
)
def test_a_pattern_meets_the_routes_it_may_mean(pattern: str, template: str):
    assert RoutePattern(pattern).meets("PATCH", template)


@pytest.mark.parametrize(
    ("pattern", "template"),
    [
        ("PATCH /webhook/*/messages/@original", "/webhooks/{a}/{token}/messages/{message_id}"),
        ("PATCH /webhooks/*", "/webhooks/{a}/{token}/messages/{message_id}"),
        ("GET /users/@me", "/users/@me"),
        ("PATCH /users/@you", "/users/@me"),
        ("PATCH /channels/*/*/messages/*", "/channels/{channel_id}/messages/{message_id}"),
        ("PATCH /channels/*", "/channels"),
        ("PATCH /webhooks/*", "/webhooks"),
    ],
)
def test_a_pattern_meets_no_other_route(pattern: str, template: str):
    assert not RoutePattern(pattern).meets("PATCH", template)
