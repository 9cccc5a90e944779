"""What Discord answers when it refuses: `{"message", "code", "errors"?}` and a status.

ApiError
└── InvalidForm    50035, with the path of each field that is wrong
"""

import math
from collections.abc import Sequence
from typing import Any, NamedTuple


class Refusal(NamedTuple):
    """One of Discord's refusals: HTTP status, JSON error code, message."""

    status: int
    code: int
    message: str


NOT_FOUND = Refusal(404, 0, "404: Not Found")
METHOD_NOT_ALLOWED = Refusal(405, 0, "405: Method Not Allowed")
UNAUTHORIZED = Refusal(401, 0, "401: Unauthorized")
INTERNAL = Refusal(500, 0, "500: Internal Server Error")
UNKNOWN_APPLICATION = Refusal(404, 10002, "Unknown Application")
UNKNOWN_CHANNEL = Refusal(404, 10003, "Unknown Channel")
UNKNOWN_GUILD = Refusal(404, 10004, "Unknown Guild")
UNKNOWN_OVERWRITE = Refusal(404, 10009, "Unknown Overwrite")
UNKNOWN_MEMBER = Refusal(404, 10007, "Unknown Member")
UNKNOWN_MESSAGE = Refusal(404, 10008, "Unknown Message")
UNKNOWN_ROLE = Refusal(404, 10011, "Unknown Role")
UNKNOWN_USER = Refusal(404, 10013, "Unknown User")
UNKNOWN_EMOJI = Refusal(400, 10014, "Unknown Emoji")
UNKNOWN_WEBHOOK = Refusal(404, 10015, "Unknown Webhook")
UNKNOWN_BAN = Refusal(404, 10026, "Unknown Ban")
UNKNOWN_AUTOMOD_RULE = Refusal(404, 10066, "Unknown Auto Moderation Rule")
UNKNOWN_INTERACTION = Refusal(404, 10062, "Unknown interaction")
UNKNOWN_COMMAND = Refusal(404, 10063, "Unknown application command")
BOTS_ONLY = Refusal(403, 20002, "Only bots can use this endpoint")
USERS_ONLY = Refusal(403, 20001, "Bots cannot use this endpoint")
SLOW_MODE = Refusal(429, 20016, "This action cannot be performed due to slowmode rate limit")
TOO_MANY_CHANNELS = Refusal(400, 30013, "Maximum number of guild channels reached (500)")
TOO_MANY_RULES = Refusal(
    400, 30040, "Maximum number of auto moderation rules of this type reached (6)"
)
TOO_MANY_PINS = Refusal(400, 30003, "Maximum number of pins reached for the channel (250)")
TOO_MANY_ROLES = Refusal(400, 30005, "Maximum number of guild roles reached (250)")
TOO_MANY_REACTIONS = Refusal(403, 30010, "Maximum number of reactions reached (20)")
TOO_MANY_COMMAND_CREATES = Refusal(
    400, 30034, "Max number of daily application command creates has been reached (200)"
)
TOO_MANY_EDITS = Refusal(
    429, 30046, "Maximum number of edits to messages older than 1 hour reached. Try again later."
)
TOO_MANY_COMMANDS = Refusal(400, 30032, "Maximum number of application commands reached (100).")
TOO_LARGE = Refusal(413, 40005, "Request entity too large")
BANNED = Refusal(403, 40007, "The user is banned from this guild.")
ALREADY_ACKNOWLEDGED = Refusal(400, 40060, "Interaction has already been acknowledged.")
TOO_MANY_FOLLOW_UPS = Refusal(
    400, 40094, "This interaction has reached the maximum number of follow-up messages"
)
MISSING_ACCESS = Refusal(403, 50001, "Missing Access")
NO_DM_ACTION = Refusal(403, 50003, "Cannot execute action on a DM channel")
NO_CHANNEL_OF_THIS_TYPE = Refusal(400, 50024, "Cannot execute action on this channel type")
NOT_YOUR_MESSAGE = Refusal(403, 50005, "Cannot edit a message authored by another user")
EMPTY_MESSAGE = Refusal(400, 50006, "Cannot send an empty message")
CANNOT_DM = Refusal(403, 50007, "Cannot send messages to this user")
MISSING_PERMISSIONS = Refusal(403, 50013, "Missing Permissions")
SYSTEM_MESSAGE = Refusal(403, 50021, "Cannot execute action on a system message")
INVALID_ROLE = Refusal(400, 50028, "Invalid Role")
INVALID_WEBHOOK_TOKEN = Refusal(401, 50027, "Invalid Webhook Token")
INVALID_FORM = Refusal(400, 50035, "Invalid Form Body")
TOO_OLD_TO_DELETE = Refusal(
    400, 50034, "You can only bulk delete messages that are under 14 days old."
)
INVALID_GUILD = Refusal(400, 50055, "Invalid Guild")
THREAD_ARCHIVED = Refusal(400, 50083, "Thread is archived")
# The same code as above where it is the right to wake the thread that is missing.
THREAD_CLOSED = Refusal(403, 50083, "Thread is archived")
NO_MUTUAL_GUILDS = Refusal(
    403, 50278, "Cannot send messages to this user due to having no mutual guilds"
)
INVALID_JSON = Refusal(400, 50109, "The request body contains invalid JSON.")

CANNOT_REPLY = Refusal(400, 160002, "Cannot reply without permission to read message history")
THREAD_EXISTS = Refusal(400, 160004, "A thread has already been created for this message")
THREAD_LOCKED = Refusal(403, 160005, "Thread is locked")
BLOCKED_BY_AUTOMOD = Refusal(400, 200000, "Message was blocked by automatic moderation")

Path = Sequence[str | int]
SHOWN_LIMIT = 200  # characters of a value in a message


def up_to_ms(seconds: float) -> float:
    """A time to wait in whole milliseconds, never too short."""
    return math.ceil(seconds * 1000) / 1000


class ApiError(Exception):
    """A request that Discord would refuse; the error middleware writes it as the answer."""

    def __init__(
        self,
        refusal: Refusal,
        *,
        errors: dict[str, Any] | None = None,
        retry_after: float | None = None,
    ) -> None:
        """Refuse with one of the refusals above.

        `errors` is the tree of wrong fields, `retry_after` (seconds) belongs to a status of 429.
        """
        super().__init__(f"{refusal.status} {refusal.message} ({refusal.code})")
        self.refusal = refusal
        self.errors = errors
        self.retry_after = retry_after

    @property
    def body(self) -> dict[str, Any]:
        """The JSON body of the answer."""
        body: dict[str, Any] = {"message": self.refusal.message, "code": self.refusal.code}
        if self.errors is not None:
            body["errors"] = self.errors
        if self.retry_after is not None:
            body |= {"retry_after": up_to_ms(self.retry_after), "global": False}
        return body

    @property
    def headers(self) -> dict[str, str]:
        """What the answer's headers say of it: nothing, but for a 429."""
        if self.retry_after is None:
            return {}
        # Without Via clients take a 429 for Cloudflare's ban and give up.
        return {
            "Retry-After": str(math.ceil(self.retry_after)),
            "Via": "1.1 playground",
            "X-RateLimit-Scope": "user",
        }


class InvalidForm(ApiError):
    """A body with fields that are wrong: code 50035, and where each is."""

    def __init__(self, errors: dict[str, Any]) -> None:
        """Take a tree as FormErrors grows it."""
        super().__init__(INVALID_FORM, errors=errors)

    @classmethod
    def at(cls, path: Path, code: str, message: str) -> "InvalidForm":
        """The refusal of one field."""
        form = FormErrors()
        form.add(path, code, message)
        return cls(form.tree)


def shown(value: Any) -> str:
    """A value as a message names it: of a long text the beginning, of what holds others only that.

    What a client sends may be megabytes; to write it all out would hold up everybody else.
    """
    if isinstance(value, list | dict):
        return "[…]" if isinstance(value, list) else "{…}"
    text = str(value)
    return text if len(text) <= SHOWN_LIMIT else text[:SHOWN_LIMIT] + "…"


def is_snowflake(value: Any) -> bool:
    """Whether a value is an id, as a text or a number of no more than 64 bits."""
    if not isinstance(value, str | int):
        return False
    text = str(value)
    return text.isdecimal() and text.isascii() and len(text) <= 20


class FormErrors:
    """Collects the faults of a body, so that one answer names them all.

    >>> form = FormErrors()
    >>> form.add(("embeds", 0, "title"), "BASE_TYPE_BAD_LENGTH", "Must be 256 or fewer in length.")
    >>> form.tree["embeds"]["0"]["title"]["_errors"][0]["code"]
    'BASE_TYPE_BAD_LENGTH'
    """

    def __init__(self) -> None:
        """Nothing is wrong yet."""
        self.tree: dict[str, Any] = {}

    def add(self, path: Path, code: str, message: str) -> None:
        """Note a fault at a path of keys and indices."""
        node = self.tree
        for step in path:
            node = node.setdefault(str(step), {})
        node.setdefault("_errors", []).append({"code": code, "message": message})

    def required(self, path: Path) -> None:
        """Note that a field is missing."""
        self.add(path, "BASE_TYPE_REQUIRED", "This field is required")

    def length(self, path: Path, value: Any, low: int, high: int) -> None:
        """Note a text or list (None counts as empty) whose length is outside low..high."""
        size = len(value or "")
        if low <= size <= high:
            return
        if low == 0:
            self.add(path, "BASE_TYPE_MAX_LENGTH", f"Must be {high} or fewer in length.")
        else:
            self.add(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {low} and {high} in length.")

    def text(self, path: Path, value: Any, low: int, high: int) -> None:
        """Note what is no text (None counts as an empty one), or of the wrong length."""
        if value is not None and not isinstance(value, str):
            self.add(path, "STRING_TYPE_CONVERT", "Could not interpret value as string.")
        elif low and not value:
            self.required(path)
        else:
            self.length(path, value, low, high)

    def integer(self, path: Path, value: Any, low: int, high: int) -> None:
        """Note what is neither None nor an integer from low to high."""
        if value is None:
            return
        if isinstance(value, bool) or not isinstance(value, int):
            self.add(path, "NUMBER_TYPE_COERCE", f'Value "{shown(value)}" is not int.')
        elif value < low:
            message = f"int value should be greater than or equal to {low}."
            self.add(path, "NUMBER_TYPE_MIN", message)
        elif value > high:
            self.add(path, "NUMBER_TYPE_MAX", f"int value should be less than or equal to {high}.")

    def snowflake(self, path: Path, value: Any) -> None:
        """Note what is no id."""
        if value is None:
            self.required(path)
        elif isinstance(value, bool) or not is_snowflake(value):
            self.add(path, "NUMBER_TYPE_COERCE", f'Value "{shown(value)}" is not snowflake.')

    def object(self, path: Path, value: Any) -> dict[str, Any]:
        """An object (None is an empty one); anything else is noted."""
        if value is None or isinstance(value, dict):
            return value or {}
        self.add(path, "DICT_TYPE_CONVERT", "Only dictionaries may be used in a DictType")
        return {}

    def objects(self, path: Path, value: Any, low: int, high: int) -> list[dict[str, Any]]:
        """A list of objects (None is an empty one); where something is wrong, [] is returned.

        Of a list that is too long only that is noted, however long it is.
        """
        if value is not None and not isinstance(value, list):
            self.add(path, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
            return []
        listed = value or []
        self.length(path, listed, low, high)
        if len(listed) > high:
            return []
        for index, each in enumerate(listed):
            self.object((*path, index), "" if each is None else each)
        return listed if all(isinstance(each, dict) for each in listed) else []

    def choice(self, path: Path, value: Any, allowed: Sequence[Any]) -> None:
        """Note a value that is none of the allowed ones."""
        if isinstance(value, bool) or value not in allowed:
            names = ", ".join(repr(each) for each in allowed)
            self.add(path, "BASE_TYPE_CHOICES", f"Value must be one of ({names}).")

    def raise_if_any(self) -> None:
        """Refuse the body if anything was noted."""
        if self.tree:
            raise InvalidForm(self.tree)
