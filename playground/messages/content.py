"""The message content intent: what of a message a bot reads that does not have it."""

from typing import Any

_EMPTY: dict[str, Any] = {"content": "", "embeds": [], "attachments": [], "components": []}


def without_intent(shown: dict[str, Any], reader_id: int) -> dict[str, Any]:
    """A guild's message as a bot without the intent receives it, and the one it answers too.

    Content is empty unless the bot wrote the message or is mentioned in it; a poll is left out.
    """
    read = dict(shown)
    if not _is_meant_for(shown, str(reader_id)):
        read |= _EMPTY
        read.pop("poll", None)
    answered = read.get("referenced_message")
    if answered is not None:
        read["referenced_message"] = without_intent(answered, reader_id)
    return read


def _is_meant_for(shown: dict[str, Any], reader_id: str) -> bool:
    mentioned = any(mention["id"] == reader_id for mention in shown["mentions"])
    return mentioned or shown["author"]["id"] == reader_id
