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

    def kept(self, message: Message, draft: Draft) -> list[Attachment]:
        """The files that an edited message keeps: all, or those its `attachments` names by ids.

        An unknown id is refused (50035). Nothing is changed yet.
        """
        if "attachments" not in draft.given:
            return list(message.files)
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
            kept.append(by_id[identifier])
        return kept

    def describe(self, kept: list[Attachment], draft: Draft) -> None:
        """Give kept files the descriptions that a draft has for them."""
        listed = {int(each["id"]): each for each in draft.attachments}
        for file in kept:
            if "description" in listed.get(file.id, {}):
                file.description = listed[file.id]["description"]

    def added(self, message: Message, draft: Draft) -> list[Attachment]:
        """The uploads of a draft, put on the CDN as files of a message."""
        listed = {int(each["id"]): each for each in draft.attachments}
        return [
            self.store(
                message.channel_id,
                upload,
                filename=listed.get(index, {}).get("filename"),
                description=listed.get(index, {}).get("description"),
                ephemeral=message.private_to is not None,
            )
            for index, upload in sorted(draft.uploads.items())
        ]

    def own_urls(self, embed: dict[str, Any], files: list[Attachment]) -> dict[str, Any]:
        """An embed that shows one of its message's own files by URL goes on showing that file."""
        made = dict(embed)
        for part, key in _SHOWN_IN:
            shown = made.get(part)
            file = self._cdn.owned(str(shown.get(key))) if isinstance(shown, dict) else None
            if isinstance(shown, dict) and file is not None and file in files:
                made[part] = {**shown, key: ATTACHMENT_SCHEME + file.filename}
        return made
