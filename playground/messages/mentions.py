"""`allowed_mentions`: whom a message may call."""

from typing import Any

from playground import fields
from playground.errors import FormErrors, Path

KINDS = ("users", "roles", "everyone")
MAX_IDS = 100


def check_mentions(form: FormErrors, sent: Any, at: Path, *, lenient: bool = False) -> None:
    """Note everything that is wrong with a message's allowed mentions."""
    mentions = form.object(at, sent)
    if not lenient:
        fields.keys(form, at, mentions, ("parse", "users", "roles", "replied_user"))
    parsed = fields.members(form, (*at, "parse"), mentions.get("parse"), KINDS)
    for kind in ("users", "roles"):
        named = fields.ids(form, (*at, kind), mentions.get(kind), MAX_IDS)
        if named and kind in parsed:
            message = f'parse:["{kind}"] and {kind}: [ids...] are mutually exclusive.'
            form.add(at, "MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE", message)
    fields.flag(form, (*at, "replied_user"), mentions.get("replied_user"))
