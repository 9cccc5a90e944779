"""Faults in messages, their embeds, mentions and files; posted, edited and answered."""

from typing import Any

from tests.unit.playground.planted_faults.fault import Fault

A_FILE = {0: ("a.png", b"\x89PNG\r\n\x1a\n")}


def embed(**parts: Any) -> dict[str, Any]:
    """A body with one embed."""
    return {"embeds": [{"title": "A picture", **parts}]}


def field(**parts: Any) -> dict[str, Any]:
    """A body with an embed of one field."""
    return embed(fields=[{"name": "Seed", "value": "7", **parts}])


def mentions(**parts: Any) -> dict[str, Any]:
    """A body that says whom it may call."""
    return {"content": "hello", "allowed_mentions": parts}


def said(**parts: Any) -> dict[str, Any]:
    """A body that says something of its file."""
    return {"content": "a file", "attachments": [{"id": 0, "filename": "a.png", **parts}]}


CONTENT = [
    Fault("too long", "post", {"content": "x" * 2001}, {"content": "x" * 2000},
          "content", "BASE_TYPE_MAX_LENGTH"),
    Fault("no text", "post", {"content": 7}, {"content": "7"}, "content", "STRING_TYPE_CONVERT"),
    Fault("empty", "post", {"content": ""}, {"content": "."}, refusal=(400, 50006)),
    Fault("blank", "post", {"content": " \n "}, {"content": " . "}, refusal=(400, 50006)),
    Fault("unknown key", "post", {"content": "a", "contents": "b"}, {"content": "a"},
          "contents", "UNKNOWN_KEY"),
    Fault("nonce too long", "post", {"content": "a", "nonce": "n" * 26},
          {"content": "a", "nonce": "n" * 25}, "nonce", "NONCE_TYPE_TOO_LONG"),
    Fault("nonce of the wrong type", "post", {"content": "a", "nonce": [1]},
          {"content": "a", "nonce": 1}, "nonce", "NONCE_TYPE_INVALID_TYPE"),
    Fault("nonce too big", "post", {"content": "a", "nonce": 2**63},
          {"content": "a", "nonce": 2**63 - 1}, "nonce", "NONCE_TYPE_OUT_OF_BOUNDS"),
    Fault("flags of the wrong type", "post", {"content": "a", "flags": "4"},
          {"content": "a", "flags": 4}, "flags", "NUMBER_TYPE_COERCE"),
    Fault("tts of the wrong type", "post", {"content": "a", "tts": "yes"},
          {"content": "a", "tts": False}, "tts", "BOOLEAN_TYPE_CONVERT"),
    Fault("reply to nothing", "post", {"content": "a", "message_reference": {"message_id": "1"}},
          {"content": "a"}, "message_reference", "MESSAGE_REFERENCE_UNKNOWN_MESSAGE"),
    Fault("reply without an id", "post", {"content": "a", "message_reference": {"type": 0}},
          {"content": "a", "message_reference": None}, "message_reference.message_id",
          "BASE_TYPE_REQUIRED"),
    Fault("too long", "edit", {"content": "x" * 2001}, {"content": "x" * 2000},
          "content", "BASE_TYPE_MAX_LENGTH"),
    Fault("emptied", "edit", {"content": ""}, {"content": "", "embeds": [{"title": "a"}]},
          refusal=(400, 50006)),
    Fault("unknown key", "edit", {"content": "a", "text": "b"}, {"content": "a"},
          "text", "UNKNOWN_KEY"),
    Fault("too long", "follow_up", {"content": "x" * 2001}, {"content": "x" * 2000},
          "content", "BASE_TYPE_MAX_LENGTH"),
    Fault("empty", "follow_up", {}, {"content": "."}, refusal=(400, 50006)),
    Fault("too long", "edit_original", {"content": "x" * 2001}, {"content": "x" * 2000},
          "content", "BASE_TYPE_MAX_LENGTH"),
    Fault("too long", "answer", {"content": "x" * 2001}, {"content": "x" * 2000},
          "data.content", "BASE_TYPE_MAX_LENGTH"),
    Fault("empty", "answer", {}, {"content": "."}, refusal=(400, 50006)),
    Fault("unknown key", "answer", {"content": "a", "ephemeral": True},
          {"content": "a", "flags": 64}, "data.ephemeral", "UNKNOWN_KEY"),
]  # fmt: skip

EMBEDS = [
    Fault("embed: title too long", "post", embed(title="x" * 257), embed(title="x" * 256),
          "embeds.0.title", "BASE_TYPE_MAX_LENGTH"),
    Fault("embed: description too long", "post", embed(description="x" * 4097),
          embed(description="x" * 4096), "embeds.0.description", "BASE_TYPE_MAX_LENGTH"),
    Fault("embed: footer too long", "post", embed(footer={"text": "x" * 2049}),
          embed(footer={"text": "x" * 2048}), "embeds.0.footer.text", "BASE_TYPE_MAX_LENGTH"),
    Fault("embed: author too long", "post", embed(author={"name": "x" * 257}),
          embed(author={"name": "x" * 256}), "embeds.0.author.name", "BASE_TYPE_MAX_LENGTH"),
    Fault("embed: field's name too long", "post", field(name="x" * 257), field(name="x" * 256),
          "embeds.0.fields.0.name", "BASE_TYPE_BAD_LENGTH"),
    Fault("embed: field's value too long", "post", field(value="x" * 1025), field(value="x" * 1024),
          "embeds.0.fields.0.value", "BASE_TYPE_BAD_LENGTH"),
    Fault("embed: field without a value", "post", field(value=" "), field(value="."),
          "embeds.0.fields.0.value", "BASE_TYPE_REQUIRED"),
    Fault("embed: too many fields", "post", embed(fields=[{"name": "n", "value": "v"}] * 26),
          embed(fields=[{"name": "n", "value": "v"}] * 25), "embeds.0.fields",
          "BASE_TYPE_MAX_LENGTH"),
    Fault("embed: too many embeds", "post", {"embeds": [{"title": "a"}] * 11},
          {"embeds": [{"title": "a"}] * 10}, "embeds", "BASE_TYPE_MAX_LENGTH"),
    Fault("embed: too much text in all", "post",
          {"embeds": [*[{"description": "x" * 3000}] * 2, {"title": "x"}]},
          {"embeds": [{"description": "x" * 3000}] * 2}, "embeds", "MAX_EMBED_SIZE_EXCEEDED"),
    Fault("embed: nothing to show", "post", {"embeds": [{"color": 1}]}, embed(color=1),
          "embeds.0.description", "BASE_TYPE_REQUIRED"),
    Fault("embed: color out of range", "post", embed(color=0x1000000), embed(color=0xFFFFFF),
          "embeds.0.color", "NUMBER_TYPE_MAX"),
    Fault("embed: color as a text", "post", embed(color="#ff0000"), embed(color=0xFF0000),
          "embeds.0.color", "NUMBER_TYPE_COERCE"),
    Fault("embed: no timestamp", "post", embed(timestamp="yesterday"),
          embed(timestamp="2026-11-21T06:00:00.000Z"), "embeds.0.timestamp",
          "DATE_TIME_TYPE_PARSE"),
    Fault("embed: timestamp as a number", "post", embed(timestamp=1795000000),
          embed(timestamp="2026-11-21T06:00:00+00:00"), "embeds.0.timestamp",
          "DATE_TIME_TYPE_PARSE"),
    Fault("embed: no URL", "post", embed(url="example"), embed(url="https://example.com"),
          "embeds.0.url", "URL_TYPE_INVALID_URL"),
    Fault("embed: scheme of the picture", "post", embed(image={"url": "file:///etc/passwd"}),
          embed(image={"url": "attachment://a.png"}), "embeds.0.image.url",
          "URL_TYPE_INVALID_SCHEME"),
    Fault("embed: unknown key", "post", embed(colour=1), embed(color=1), "embeds.0.colour",
          "UNKNOWN_KEY"),
    Fault("embed: unknown key in a field", "post", field(inlined=True), field(inline=True),
          "embeds.0.fields.0.inlined", "UNKNOWN_KEY"),
    Fault("embed: no object", "edit", {"embeds": ["a"]}, {"embeds": [{"title": "a"}]}, "embeds.0",
          "DICT_TYPE_CONVERT"),
    Fault("embed: no list", "follow_up", {"embeds": {"title": "a"}}, {"embeds": [{"title": "a"}]},
          "embeds", "LIST_TYPE_CONVERT"),
]  # fmt: skip

MENTIONS = [
    Fault("mentions: unknown kind", "post", mentions(parse=["everybody"]),
          mentions(parse=["everyone"]), "allowed_mentions.parse.0", "BASE_TYPE_CHOICES"),
    Fault("mentions: kind and ids", "post", mentions(parse=["users"], users=["1"]),
          mentions(parse=["roles"], users=["1"]), "allowed_mentions",
          "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE"),
    Fault("mentions: too many ids", "post", mentions(users=[str(n) for n in range(101)]),
          mentions(users=[str(n) for n in range(100)]), "allowed_mentions.users",
          "BASE_TYPE_MAX_LENGTH"),
    Fault("mentions: an id twice", "post", mentions(roles=["1", 1]), mentions(roles=["1", 2]),
          "allowed_mentions.roles.1", "SET_TYPE_ALREADY_CONTAINS_VALUE"),
    Fault("mentions: no id", "post", mentions(users=["mel"]), mentions(users=["1"]),
          "allowed_mentions.users.0", "NUMBER_TYPE_COERCE"),
    Fault("mentions: unknown key", "answer", mentions(replied=True), mentions(replied_user=True),
          "data.allowed_mentions.replied", "UNKNOWN_KEY"),
]  # fmt: skip

FILES = [
    Fault("file: a file that was not sent", "post", said(id=1), said(), "attachments.0.id",
          "ATTACHMENT_NOT_FOUND", files=A_FILE),
    Fault("file: description too long", "post", said(description="x" * 1025),
          said(description="x" * 1024), "attachments.0.description", "BASE_TYPE_MAX_LENGTH",
          files=A_FILE),
    Fault("file: name too long", "follow_up", said(filename="x" * 1025), said(filename="x" * 200),
          "attachments.0.filename", "BASE_TYPE_MAX_LENGTH", files=A_FILE),
    Fault("file: without an id", "post", {"attachments": [{"filename": "a.png"}]}, said(),
          "attachments.0.id", "BASE_TYPE_REQUIRED", files=A_FILE),
    Fault("file: unknown key", "answer", said(alt="a"), said(description="a"),
          "data.attachments.0.alt", "UNKNOWN_KEY", files=A_FILE),
    Fault("file: too many files", "post", {}, {}, "files", "BASE_TYPE_MAX_LENGTH",
          files={n: (f"{n}.txt", b"a") for n in range(11)},
          twin_files={n: (f"{n}.txt", b"a") for n in range(10)}),
    Fault("file: an unknown kept file", "edit", {"attachments": [{"id": "1"}]}, {"attachments": []},
          "attachments.0.id", "ATTACHMENT_NOT_FOUND"),
    Fault("file: a file too large", "post", {}, {}, refusal=(413, 40005),
          files={0: ("a.bin", b"\0" * (10 * 2**20 + 1))},
          twin_files={0: ("a.bin", b"\0" * 10 * 2**20)}),
]  # fmt: skip

IN_MESSAGES = [*CONTENT, *EMBEDS, *MENTIONS, *FILES]
