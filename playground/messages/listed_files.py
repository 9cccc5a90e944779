"""`attachments` of a message's body: what is said of new files, and which old ones stay."""

from typing import Any

from playground import fields
from playground.errors import FormErrors, Path, is_snowflake, shown
from playground.payloads.messages import clean_filename
from playground.uploads import Body
from playground.world import Message

MAX_FILES = 10
NAME_LIMIT = 1024
DESCRIPTION_LIMIT = 1024
# A list of files that is longer is refused anyway.
_LOOKED_AT = 100
# A kept file is often sent as it was received.
_KEYS = (
    "id", "filename", "description", "title", "duration_secs", "waveform", "is_spoiler",
    "is_remix", "spoiler", "size", "url", "proxy_url", "height", "width", "content_type",
    "ephemeral", "flags", "placeholder", "placeholder_version", "original_content_type",
    "content_scan_version", "clip_created_at", "clip_participants", "application",
)  # fmt: skip


def check_files(
    form: FormErrors,
    data: dict[str, Any],
    body: Body,
    at: Path,
    before: Message | None,
    *,
    lenient: bool = False,
) -> list[dict[str, Any]]:
    """Check what a message's fields say of files; `before` is the message that is edited.

    Each of them has to be an upload of this request or a file of that message.
    """
    where = (*at, "attachments")
    listed = form.objects(where, data.get("attachments"), 0, MAX_FILES)
    if len(body.uploads) > MAX_FILES:
        message = f"Must be {MAX_FILES} or fewer in length."
        form.add((*at, "files"), "BASE_TYPE_MAX_LENGTH", message)
    known = set(body.uploads) | {file.id for file in (before.files if before else ())}
    for index, each in enumerate(listed):
        here = (*where, index)
        identifier = each.get("id")
        is_new = shown(identifier) in map(str, body.uploads)
        # A file that stays is sent as its library holds it: discord.js adds names of its own.
        if is_new and not lenient:
            fields.keys(form, here, each, _KEYS)
        form.snowflake((*here, "id"), identifier)
        if is_snowflake(identifier) and int(str(identifier)) not in known:
            form.add((*here, "id"), "ATTACHMENT_NOT_FOUND", "Attachment data not found")
        form.text((*here, "filename"), each.get("filename"), 0, NAME_LIMIT)
        form.text((*here, "description"), each.get("description"), 0, DESCRIPTION_LIMIT)
    fields.unique(form, where, [each.get("id") for each in listed])
    return listed


def names_of(data: dict[str, Any], body: Body, before: Message | None) -> set[str]:
    """The names of the files that the message has with this body: what `attachment://` may mean."""
    said = said_names(data)
    names = {said.get(str(index)) or upload.filename for index, upload in body.uploads.items()}
    for file in before.files if before else ():
        if "attachments" not in data or str(file.id) in said:
            names.add(file.filename)
    return {clean_filename(name) for name in names}


def said_names(data: dict[str, Any]) -> dict[str, str | None]:
    """The file names that `attachments` says, by the ids as texts; what is malformed says none."""
    sent = data.get("attachments")
    looked_at = sent[:_LOOKED_AT] if isinstance(sent, list) else []
    listed = [each for each in looked_at if isinstance(each, dict)]
    said = {shown(each.get("id")): each.get("filename") for each in listed}
    return {key: name if isinstance(name, str) else None for key, name in said.items()}
