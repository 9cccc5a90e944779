"""What a client wants a message to be: the body of a post or an edit, checked as by Discord."""

from dataclasses import dataclass, field
from typing import Any

from playground import components as component_rules
from playground import fields
from playground.components import without_nulls
from playground.errors import FormErrors, Path
from playground.messages import embeds as embed_rules
from playground.messages.listed_files import check_files, names_of
from playground.messages.mentions import check_mentions
from playground.uploads import Body, Upload
from playground.world import COMPONENTS_V2, Message

CONTENT_LIMIT = 2000
NONCE_LIMIT = 25
MAX_FLAGS = 2**31 - 1
_INT64 = 2**63
# Of webhooks that are no interaction's; looked at and passed over.
_PASSED_OVER = ("username", "avatar_url", "thread_name")
# What the playground does not know how to show: a message may only say that it has none.
_LEFT_OUT = ("poll", "sticker_ids", "shared_client_theme", "applied_tags")
# Libraries send some of these everywhere, whichever route it is.
KEYS = (
    "content", *_PASSED_OVER, *_LEFT_OUT, "embed", "embeds", "components", "attachments",
    "flags", "tts", "nonce",
    "enforce_nonce", "allowed_mentions", "message_reference",
)  # fmt: skip
_REFERENCE = ("type", "message_id", "channel_id", "guild_id", "fail_if_not_exists")
# What a message with components v2 cannot have.
_LEGACY = ("content", "embeds", "embed", "poll", "sticker_ids")


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


def draft_of(
    data: dict[str, Any],
    body: Body,
    *,
    at: Path = (),
    before: Message | None = None,
    lenient: bool = False,
) -> Draft:
    """Check a message's fields (at a path inside their body) and make a draft of them.

    `before`: the message that is edited. `lenient`: pass over unknown keys, of which a person's
    client sends some. Raises InvalidForm naming all that is wrong.
    """
    form = FormErrors()
    flags = data.get("flags")
    form.integer((*at, "flags"), flags, 0, MAX_FLAGS)
    # Of what is no set of flags none is meant: all bits of -1 are set.
    flags = flags if fields.is_number(flags) and 0 <= flags <= MAX_FLAGS else 0
    if not lenient:
        fields.keys(form, at, data, KEYS)
    _check_texts(form, data, at)
    _check_version(form, data, at, int(flags), before)
    attachments = check_files(form, data, body, at, before, lenient=lenient)
    _check_shown(
        form, data, body, at, v2=_is_v2(int(flags), before), before=before, lenient=lenient
    )
    reference = _reference(form, data, at, lenient=lenient)
    form.raise_if_any()
    return Draft(
        given=frozenset(data),
        content=data.get("content") or "",
        embeds=[embed_rules.kept(each) for each in without_nulls(_embeds(data) or [])],
        components=component_rules.numbered(data.get("components") or []),
        attachments=attachments,
        uploads=body.uploads,
        flags=int(flags),
        tts=bool(data.get("tts")),
        nonce=data.get("nonce"),
        enforce_nonce=bool(data.get("enforce_nonce")),
        allowed_mentions=data.get("allowed_mentions"),
        reference_id=int(reference["message_id"]) if reference else None,
    )


def _check_texts(form: FormErrors, data: dict[str, Any], at: Path) -> None:
    form.text((*at, "content"), data.get("content"), 0, CONTENT_LIMIT)
    for key in _PASSED_OVER:
        form.text((*at, key), data.get(key), 0, CONTENT_LIMIT)
    for key in ("tts", "enforce_nonce"):
        fields.flag(form, (*at, key), data.get(key))
    for key in _LEFT_OUT:
        if data.get(key):
            message = f"The playground has no messages with {key}."
            form.add((*at, key), "NOT_IN_THE_PLAYGROUND", message)
    _check_nonce(form, data.get("nonce"), (*at, "nonce"))


def _check_nonce(form: FormErrors, nonce: Any, at: Path) -> None:
    if nonce is None:
        return
    if isinstance(nonce, bool) or not isinstance(nonce, str | int):
        form.add(at, "NONCE_TYPE_INVALID_TYPE", "This field must be a string or integer.")
    elif isinstance(nonce, str):
        if len(nonce) > NONCE_LIMIT:
            message = f"Must be {NONCE_LIMIT} or fewer characters long."
            form.add(at, "NONCE_TYPE_TOO_LONG", message)
    elif not -_INT64 <= nonce < _INT64:
        message = f"Must be between {-_INT64} and {_INT64 - 1}."
        form.add(at, "NONCE_TYPE_OUT_OF_BOUNDS", message)


def _is_v2(flags: int, before: Message | None) -> bool:
    """Whether a message is one of components v2: once so, it stays so."""
    return bool((flags | (before.flags if before else 0)) & COMPONENTS_V2)


def _check_version(
    form: FormErrors, data: dict[str, Any], at: Path, flags: int, before: Message | None
) -> None:
    """With components v2 there is no content and no embed, not even one from before the edit."""
    if not _is_v2(flags, before):
        return
    left = {"content": before.content, "embeds": before.embeds} if before else {}
    for key in _LEGACY:
        if data.get(key) or (key not in data and left.get(key)):
            message = f"The '{key}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2"
            code = "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2"
            form.add((*at, key), code, message)


def _check_shown(
    form: FormErrors,
    data: dict[str, Any],
    body: Body,
    at: Path,
    *,
    v2: bool,
    before: Message | None,
    lenient: bool,
) -> None:
    component_rules.check_message(
        form,
        data.get("components"),
        (*at, "components"),
        v2=v2,
        files=names_of(data, body, before),
        lenient=lenient,
    )
    embed_rules.check_embeds(form, _embeds(data), (*at, "embeds"), lenient=lenient)
    mentions = (*at, "allowed_mentions")
    check_mentions(form, data.get("allowed_mentions"), mentions, lenient=lenient)


def _reference(
    form: FormErrors, data: dict[str, Any], at: Path, *, lenient: bool
) -> dict[str, Any]:
    """Check what is said of the message that is answered."""
    here = (*at, "message_reference")
    reference = form.object(here, data.get("message_reference"))
    if not reference:
        return {}
    if not lenient:
        fields.keys(form, here, reference, _REFERENCE)
    if reference.get("type"):
        form.choice((*here, "type"), reference["type"], (0,))  # 1, a forward, is left out
    form.snowflake((*here, "message_id"), reference.get("message_id"))
    for key in ("channel_id", "guild_id"):
        if reference.get(key) is not None:
            form.snowflake((*here, key), reference[key])
    fields.flag(form, (*here, "fail_if_not_exists"), reference.get("fail_if_not_exists"))
    return reference


def _embeds(data: dict[str, Any]) -> Any:
    """The embeds, or the one that older clients send."""
    return [data["embed"]] if data.get("embed") else data.get("embeds")
