"""Components of messages and modals: what Discord checks of them, and how they are numbered."""

from playground.components.kinds import (
    BUTTON,
    CHANNEL_SELECT,
    CHECKBOX,
    CHECKBOX_GROUP,
    FILE_UPLOAD,
    LINK_STYLE,
    MENTIONABLE_SELECT,
    PREMIUM_STYLE,
    RADIO_GROUP,
    ROLE_SELECT,
    SELECTS,
    STRING_SELECT,
    TEXT_INPUT,
    USER_SELECT,
    Component,
)
from playground.components.layout import check_message, check_modal
from playground.components.tree import find, numbered, walk, without_nulls

__all__ = [
    "BUTTON",
    "CHANNEL_SELECT",
    "CHECKBOX",
    "CHECKBOX_GROUP",
    "FILE_UPLOAD",
    "LINK_STYLE",
    "MENTIONABLE_SELECT",
    "PREMIUM_STYLE",
    "RADIO_GROUP",
    "ROLE_SELECT",
    "SELECTS",
    "STRING_SELECT",
    "TEXT_INPUT",
    "USER_SELECT",
    "Component",
    "check_message",
    "check_modal",
    "find",
    "numbered",
    "walk",
    "without_nulls",
]
