"""The kinds of components: their numbers, their keys, and what may stand inside which."""

from typing import Any

Component = dict[str, Any]

ACTION_ROW = 1
BUTTON = 2
STRING_SELECT = 3
TEXT_INPUT = 4
USER_SELECT = 5
ROLE_SELECT = 6
MENTIONABLE_SELECT = 7
CHANNEL_SELECT = 8
SECTION = 9
TEXT_DISPLAY = 10
THUMBNAIL = 11
MEDIA_GALLERY = 12
FILE = 13
SEPARATOR = 14
CONTAINER = 17
LABEL = 18
FILE_UPLOAD = 19
RADIO_GROUP = 21
CHECKBOX_GROUP = 22
CHECKBOX = 23

SELECTS = (STRING_SELECT, USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT)

# Styles of buttons.
LINK_STYLE = 5
PREMIUM_STYLE = 6
STYLES = (1, 2, 3, 4, LINK_STYLE, PREMIUM_STYLE)

# What may stand at the top of a message without and with the components-v2 flag, and of a modal.
TOP_V1 = (ACTION_ROW,)
TOP_V2 = (ACTION_ROW, SECTION, TEXT_DISPLAY, MEDIA_GALLERY, FILE, SEPARATOR, CONTAINER)
TOP_MODAL = (ACTION_ROW, TEXT_DISPLAY, LABEL)
# What may stand inside.
IN_ROW = (BUTTON, *SELECTS)
IN_MODAL_ROW = (TEXT_INPUT,)
IN_SECTION = (TEXT_DISPLAY,)
ACCESSORIES = (BUTTON, THUMBNAIL)
IN_CONTAINER = tuple(kind for kind in TOP_V2 if kind != CONTAINER)
IN_LABEL = (*SELECTS, TEXT_INPUT, FILE_UPLOAD, RADIO_GROUP, CHECKBOX_GROUP, CHECKBOX)

_SELECT = ("custom_id", "placeholder", "min_values", "max_values", "disabled", "required")
# The keys of each kind besides `type` and `id`. A client may send a component as it received it,
# so the keys that Discord adds are known as well.
KEYS: dict[int, tuple[str, ...]] = {
    ACTION_ROW: ("components",),
    BUTTON: ("custom_id", "style", "label", "disabled", "url", "sku_id", "emoji"),
    STRING_SELECT: (*_SELECT, "options"),
    TEXT_INPUT: (
        "custom_id", "style", "label", "value", "placeholder", "required", "min_length",
        "max_length",
    ),
    USER_SELECT: (*_SELECT, "default_values"),
    ROLE_SELECT: (*_SELECT, "default_values"),
    MENTIONABLE_SELECT: (*_SELECT, "default_values"),
    CHANNEL_SELECT: (*_SELECT, "default_values", "channel_types"),
    SECTION: ("components", "accessory"),
    TEXT_DISPLAY: ("content",),
    THUMBNAIL: ("media", "description", "spoiler"),
    MEDIA_GALLERY: ("items",),
    FILE: ("file", "spoiler", "name", "size"),
    SEPARATOR: ("spacing", "divider"),
    CONTAINER: ("components", "accent_color", "spoiler"),
    LABEL: ("label", "description", "component"),
    FILE_UPLOAD: ("custom_id", "min_values", "max_values", "required"),
    RADIO_GROUP: ("custom_id", "required", "options"),
    CHECKBOX_GROUP: ("custom_id", "min_values", "max_values", "required", "options"),
    CHECKBOX: ("custom_id", "default"),
}  # fmt: skip
OPTION_KEYS = ("label", "value", "description", "default")
ITEM_KEYS = ("media", "description", "spoiler")
MEDIA_KEYS = (
    "url", "id", "proxy_url", "width", "height", "content_type", "attachment_id", "flags",
    "loading_state", "placeholder", "placeholder_version", "content_scan_metadata",
)  # fmt: skip
