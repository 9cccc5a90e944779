"""The files of messages: uploads put on the CDN, and which of them an edit keeps."""

from typing import Any

from playground import media
from playground.cdn import Cdn
from playground.errors import InvalidForm
from playground.messages.drafts import Draft
from playground.payloads.messages import ATTACHMENT_SCHEME, clean_filename
from playground.snowflake import Snowflakes
from playground.uploads import Upload
from playground.world import Attachment, Message

# Where in an embed a URL may show one of its message's own files.
_SHOWN_IN = (
    ("image", "url"),
    ("thumbnail", "url"),
    ("author", "icon_url"),
    ("footer", "icon_url"),
)


class Files:
    """Makes attachments of uploads."""

    def __init__(self, ids: Snowflakes, cdn: Cdn) -> None:
        """Stores on `cdn`, under ids of `ids`."""
        self._ids = ids
        self._cdn = cdn

    def store(self, channel_id: int, upload: Upload, **fields: Any) -> Attachment:
        """Put an upload on the CDN; `fields` are further attributes of the Attachment."""
        content_type, width, height = media.sniff(upload.data)
        filename = clean_filename(fields.pop("filename", None) or upload.filename)
        attachment = Attachment(
            id=self._ids.next(),
            channel_id=channel_id,
            filename=filename,
            size=len(upload.data),
            content_type=content_type,
            width=width,
            height=height,
            **fields,
        )
        self._cdn.store(attachment, upload.data)
        return attachment

    def delete(self, gone: list[Attachment]) -> None:
        """Forget files, since nothing shows them any more."""
        for file in gone:
            self._cdn.delete(file)

    def of(self, message: Message, draft: Draft) -> list[Attachment]:
        """The files a message has after a draft: those it keeps, and the uploads.

        A new message keeps none. An edit keeps all, or those that its `attachments` names by their
        ids; an unknown id is refused (50035).
        """
        kept = message.files if "attachments" not in draft.given else self._named(message, draft)
        listed = {int(each["id"]): each for each in draft.attachments}
        added = [
            self.store(
                message.channel_id,
                upload,
                filename=listed.get(index, {}).get("filename"),
                description=listed.get(index, {}).get("description"),
                ephemeral=message.private_to is not None,
            )
            for index, upload in sorted(draft.uploads.items())
        ]
        return [*kept, *added]

    def own_urls(self, embed: dict[str, Any], files: list[Attachment]) -> dict[str, Any]:
        """An embed that shows one of its message's own files by URL goes on showing that file."""
        made = dict(embed)
        for part, key in _SHOWN_IN:
            shown = made.get(part)
            file = self._cdn.owned(str(shown.get(key))) if isinstance(shown, dict) else None
            if isinstance(shown, dict) and file is not None and file in files:
                made[part] = {**shown, key: ATTACHMENT_SCHEME + file.filename}
        return made

    def _named(self, message: Message, draft: Draft) -> list[Attachment]:
        by_id = {file.id: file for file in message.files}
        kept: list[Attachment] = []
        for index, listed in enumerate(draft.attachments):
            identifier = int(listed["id"])
            if identifier in draft.uploads:
                continue
            if identifier not in by_id:
                raise InvalidForm.at(
                    ("attachments", index, "id"), "UNKNOWN_ATTACHMENT", "Unknown attachment"
                )
            file = by_id[identifier]
            if "description" in listed:
                file.description = listed["description"]
            kept.append(file)
        return kept
