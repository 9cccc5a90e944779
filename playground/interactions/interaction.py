"""One interaction: who did what where, and what became of it."""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from playground.interactions.installs import Owners
from playground.world import Channel, Message, User


class Kind(IntEnum):
    """What a person did; `type` of the interaction."""

    COMMAND = 2
    COMPONENT = 3
    AUTOCOMPLETE = 4
    MODAL_SUBMIT = 5


class Callback(IntEnum):
    """How the bot acknowledges; `type` of the callback."""

    MESSAGE = 4
    DEFERRED_MESSAGE = 5
    DEFERRED_UPDATE = 6
    UPDATE = 7
    AUTOCOMPLETE_RESULT = 8
    MODAL = 9


class Failure(IntEnum):
    """`reason_code` of INTERACTION_FAILURE."""

    UNKNOWN = 1
    TIMEOUT = 2


@dataclass(slots=True, eq=False)
class Interaction:
    """One interaction and what became of it."""

    id: int
    token: str
    kind: Kind
    user: User
    channel: Channel
    data: dict[str, Any]
    nonce: str | None
    created_at: float
    owners: Owners  # whose installations it came by
    message: Message | None = None  # whose component was used
    origin: "Interaction | None" = None  # of a modal's submission: what opened the modal
    answer: Callback | None = None
    failed: bool = False
    original: Message | None = None  # what @original means
    modal: dict[str, Any] | None = None
    message_ids: set[int] = field(default_factory=set)  # all that this token may edit
    follow_ups: int = 0
