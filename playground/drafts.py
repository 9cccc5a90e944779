"""What a client wants a message to be: the body of a post or an edit, checked as by Discord."""

from dataclasses import dataclass, field
from typing import Any

from playground import components as component_rules
from playground.components import without_nulls
from playground.embeds import check_embeds
from playground.errors import FormErrors, Path
from playground.uploads import Body, Upload
from playground.world import COMPONENTS_V2

CONTENT_LIMIT = 2000
MAX_FILES = 10
NONCE_LIMIT = 25
MAX_FLAGS = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Draft:
    """A checked body. `given`: which fields were in it, since an edit leaves the others alone."""

    given: frozenset[str]
    content: str = ""
    embeds: list[dict[str, Any]] = field(default_factory=list)
    components: list[dict[str, Any]] = field(default_factory=list)
    attachments: list[dict[str, Any]] = field(default_factory=list)
    uploads: dict[int, Upload] = field(default_factory=dict)
    flags: int = 0
    tts: bool = False
    nonce: str | int | None = None
    enforce_nonce: bool = False
    allowed_mentions: dict[str, Any] | None = None
    reference_id: int | None = None

    @property
    def empty(self) -> bool:
        """Whether a message made of nothing but this would be empty."""
        shown = (self.content.strip(), self.embeds, self.components, self.uploads)
        return not any(shown)


def draft_of(data: dict[str, Any], body: Body, *, at: Path = (), flags_before: int = 0) -> Draft:
    """Check a message's fields (at a path inside their body) and make a draft of them.

    `flags_before`: the flags of the message that is edited, since v2 cannot be taken back.
    Raises InvalidForm naming all that is wrong.
    """
    form = FormErrors()
    flags = data.get("flags")
    form.integer((*at, "flags"), flags, 0, MAX_FLAGS)
    flags = flags if isinstance(flags, int) else 0
    _check(form, data, at, v2=bool((flags | flags_before) & COMPONENTS_V2))
    attachments = _attachments(form, data, body, at)
    reference = form.object((*at, "message_reference"), data.get("message_reference"))
    if reference.get("message_id") is not None:
        form.snowflake((*at, "message_reference", "message_id"), reference["message_id"])
    form.raise_if_any()
    return Draft(
        given=frozenset(data),
        content=data.get("content") or "",
        embeds=without_nulls(_embeds(data) or []),
        components=component_rules.numbered(data.get("components") or []),
        attachments=attachments,
        uploads=body.uploads,
        flags=flags,
        tts=bool(data.get("tts")),
        nonce=data.get("nonce"),
        enforce_nonce=bool(data.get("enforce_nonce")),
        allowed_mentions=data.get("allowed_mentions"),
        reference_id=int(reference["message_id"]) if reference.get("message_id") else None,
    )


def _check(form: FormErrors, data: dict[str, Any], at: Path, *, v2: bool) -> None:
    form.text((*at, "content"), data.get("content"), 0, CONTENT_LIMIT)
    if v2:
        for key in ("content", "embeds"):
            if data.get(key):
                message = f"The '{key}' field cannot be used with MessageFlags.IS_COMPONENTS_V2"
                form.add((*at, key), "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", message)
    component_rules.check_message(form, data.get("components"), (*at, "components"), v2=v2)
    check_embeds(form, _embeds(data), (*at, "embeds"))
    nonce = data.get("nonce")
    if isinstance(nonce, bool) or not isinstance(nonce, int):
        form.text((*at, "nonce"), nonce, 0, NONCE_LIMIT)
    mentions = form.object((*at, "allowed_mentions"), data.get("allowed_mentions"))
    for key in ("parse", "users", "roles"):
        named = mentions.get(key) or []
        if not isinstance(named, list) or not all(isinstance(n, str | int) for n in named):
            message = "Only iterables may be used in a ListType"
            form.add((*at, "allowed_mentions", key), "LIST_TYPE_CONVERT", message)


def _embeds(data: dict[str, Any]) -> Any:
    """The embeds, or the one that older clients send."""
    return [data["embed"]] if data.get("embed") else data.get("embeds")


def _attachments(
    form: FormErrors, data: dict[str, Any], body: Body, at: Path
) -> list[dict[str, Any]]:
    listed = form.objects((*at, "attachments"), data.get("attachments"), 0, MAX_FILES)
    if len(body.uploads) > MAX_FILES:
        form.add((*at, "files"), "BASE_TYPE_MAX_LENGTH", "Must be 10 or fewer in length.")
    for index, each in enumerate(listed):
        here = (*at, "attachments", index)
        form.snowflake((*here, "id"), each.get("id"))
        form.text((*here, "filename"), each.get("filename"), 0, 260)
        form.text((*here, "description"), each.get("description"), 0, 1024)
    return listed
