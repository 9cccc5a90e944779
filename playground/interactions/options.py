"""What a person filled into a command's options: checked against the declaration, and resolved."""

from typing import Any, Literal

from playground import payloads, permissions
from playground.commands.option_rules import (
    ATTACHMENT,
    BOOLEAN,
    CHANNEL,
    INTEGER,
    MAX_OPTIONS,
    MENTIONABLE,
    NUMBER,
    ROLE,
    STRING,
    SUBCOMMAND,
    SUBCOMMAND_GROUP,
    USER,
)
from playground.errors import FormErrors, Path, is_snowflake, shown
from playground.world import Channel, User, World

Option = dict[str, Any]
_TOO_BIG = 2**53
# What an id may be of.
Kind = Literal["user", "role", "channel", "attachment"]
_KINDS: dict[int, tuple[Kind, ...]] = {
    USER: ("user",),
    ROLE: ("role",),
    MENTIONABLE: ("user", "role"),
    CHANNEL: ("channel",),
    ATTACHMENT: ("attachment",),
}


class OptionReader:
    """Reads the options of one submission; `resolved` collects the objects their ids mean.

    `attachments`: the uploaded files as written attachments, by the index the option's value names.
    `partial`: of an autocomplete, where nothing is required yet and values may be unfinished.
    """

    def __init__(
        self,
        world: World,
        channel: Channel,
        viewer: User,
        form: FormErrors,
        attachments: dict[int, dict[str, Any]],
        *,
        partial: bool = False,
    ) -> None:
        """Reads what `viewer` sent in `channel`; faults go to `form`."""
        self.resolved: dict[str, dict[str, Any]] = {}
        self.focused: Option | None = None
        self._world = world
        self._channel = channel
        self._viewer = viewer
        self._form = form
        self._attachments = attachments
        self._partial = partial

    def read(self, declared: list[Option], sent: Any, path: Path) -> list[Option]:
        """The options as the bot receives them; faults go to the form."""
        if not isinstance(sent, list):
            self._form.add(path, "LIST_TYPE_CONVERT", "Only iterables may be used in a ListType")
            return []
        if len(sent) > MAX_OPTIONS:
            self._form.length(path, sent, 0, MAX_OPTIONS)
            return []
        by_name = {option["name"]: option for option in declared}
        made: list[Option] = []
        seen: set[str] = set()
        for index, option in enumerate(sent):
            here = (*path, index)
            name = option.get("name") if isinstance(option, dict) else None
            if not isinstance(name, str) or name not in by_name or name in seen:
                message = f'Option "{name}" is not one of this command, or stands here twice'
                self._form.add(
                    (*here, "name"), "INTERACTION_APPLICATION_COMMAND_OPTION_UNKNOWN", message
                )
                continue
            seen.add(name)
            if option.get("type") != by_name[name]["type"]:
                self._form.choice((*here, "type"), option.get("type"), (by_name[name]["type"],))
                continue
            made.append(self._one(by_name[name], option, here))
        self._check_missing(declared, seen, path)
        return made

    def _check_missing(self, declared: list[Option], seen: set[str], path: Path) -> None:
        if self._partial:
            return
        nested = [o for o in declared if o["type"] in (SUBCOMMAND, SUBCOMMAND_GROUP)]
        if nested and len(seen) != 1:
            self._form.add(path, "BASE_TYPE_BAD_LENGTH", "Exactly one sub-command is needed.")
        for option in declared:
            if option.get("required") and option["name"] not in seen:
                message = f'Required option "{option["name"]}" is missing'
                self._form.add(path, "BASE_TYPE_REQUIRED", message)

    def _one(self, declared: Option, sent: Option, path: Path) -> Option:
        kind = declared["type"]
        made: Option = {"name": declared["name"], "type": kind}
        if kind in (SUBCOMMAND, SUBCOMMAND_GROUP):
            inner = sent.get("options") or []
            made["options"] = self.read(declared.get("options") or [], inner, (*path, "options"))
            return made
        value = sent.get("value")
        if self._partial and sent.get("focused"):
            if not declared.get("autocomplete"):
                message = "This option has no autocomplete"
                self._form.add(
                    (*path, "focused"), "APPLICATION_COMMAND_OPTION_NOT_AUTOCOMPLETE", message
                )
            made |= {"value": "" if value is None else str(value), "focused": True}
            self.focused = made
            return made
        if self._partial and kind not in _KINDS and isinstance(value, str | int | float):
            made["value"] = value  # as far as it is typed: checked when the command is sent
        else:
            made["value"] = self._value(declared, value, (*path, "value"))
        return made

    def _value(self, declared: Option, value: Any, path: Path) -> Any:
        kind = declared["type"]
        if kind == STRING:
            return self._string(declared, value, path)
        if kind in (INTEGER, NUMBER):
            return self._number(declared, value, path)
        if kind == BOOLEAN:
            if not isinstance(value, bool):
                self._wrong(path, "BOOLEAN_TYPE_CONVERT", value, "boolean")
            return value
        return self._object(declared, value, path)

    def _string(self, declared: Option, value: Any, path: Path) -> Any:
        if not isinstance(value, str):
            self._wrong(path, "STRING_TYPE_CONVERT", value, "string")
            return value
        if not value:
            self._form.required(path)
        low, high = declared.get("min_length") or 0, declared.get("max_length") or 6000
        self._form.length(path, value, low, high)
        self._check_choice(declared, value, path)
        return value

    def _number(self, declared: Option, value: Any, path: Path) -> Any:
        kinds = int if declared["type"] == INTEGER else (int, float)
        if isinstance(value, bool) or not isinstance(value, kinds):
            self._wrong(path, "NUMBER_TYPE_COERCE", value, "number")
            return value
        low = max(declared.get("min_value", -_TOO_BIG), -_TOO_BIG)
        high = min(declared.get("max_value", _TOO_BIG), _TOO_BIG)
        if value < low:
            message = f"int value should be greater than or equal to {low}."
            self._form.add(path, "NUMBER_TYPE_MIN", message)
        elif value > high:
            message = f"int value should be less than or equal to {high}."
            self._form.add(path, "NUMBER_TYPE_MAX", message)
        self._check_choice(declared, value, path)
        return value

    def _check_choice(self, declared: Option, value: Any, path: Path) -> None:
        choices = [choice["value"] for choice in declared.get("choices") or []]
        if choices:
            self._form.choice(path, value, choices)

    def _object(self, declared: Option, value: Any, path: Path) -> Any:
        """A user, channel, role or attachment, named by its id (or the index of an upload)."""
        kind = declared["type"]
        if isinstance(value, bool) or not is_snowflake(value):
            self._wrong(path, "NUMBER_TYPE_COERCE", value, "snowflake")
            return value
        resolved = self.resolve(_KINDS[kind], int(value), declared.get("channel_types"))
        if resolved is None:
            message = f'Value "{shown(value)}" means nothing here.'
            self._form.add(path, "INTERACTION_APPLICATION_COMMAND_OPTION_NOT_FOUND", message)
            return value
        return resolved

    def resolve(
        self, kinds: tuple[Kind, ...], identifier: int, channel_types: list[int] | None = None
    ) -> str | None:
        """Add what an id (or an upload's index) means to the resolved objects; its id, or None.

        `kinds`: what it may be. One id may be a user's and a role's.
        """
        if "attachment" in kinds:
            return self._resolve_upload(identifier)
        found = "channel" in kinds and self._resolve_channel(identifier, channel_types)
        found = ("user" in kinds and self._resolve_user(identifier)) or found
        found = ("role" in kinds and self._resolve_role(identifier)) or found
        return str(identifier) if found else None

    def _resolve_upload(self, index: int) -> str | None:
        """Add an uploaded file to the resolved objects; its id."""
        attachment = self._attachments.get(index)
        if attachment is None:
            return None
        self.resolved.setdefault("attachments", {})[attachment["id"]] = attachment
        return attachment["id"]

    def _resolve_user(self, identifier: int) -> bool:
        """Add a user, and in a guild their member, to the resolved objects."""
        who = self._world.users.get(identifier)
        if who is None:
            return False
        self.resolved.setdefault("users", {})[str(who.id)] = payloads.user(who)
        guild = self._channel.guild
        if guild is not None and who.id in guild.members:
            member = payloads.member(guild.members[who.id], with_user=False)
            member["permissions"] = str(permissions.in_channel(self._channel, who))
            self.resolved.setdefault("members", {})[str(who.id)] = member
        return True

    def _resolve_role(self, identifier: int) -> bool:
        """Add a role to the resolved objects."""
        guild = self._channel.guild
        role = guild.roles.get(identifier) if guild else None
        if role is None:
            return False
        self.resolved.setdefault("roles", {})[str(role.id)] = payloads.role(role)
        return True

    def _resolve_channel(self, identifier: int, types: list[int] | None = None) -> bool:
        """Add a channel or thread of the guild, if of one of the types, to the resolved objects."""
        guild = self._channel.guild
        channel = {**guild.channels, **guild.threads}.get(identifier) if guild else None
        if channel is None or (types and channel.type not in types):
            return False
        shown = payloads.channel(channel, self._viewer)
        shown["permissions"] = str(permissions.in_channel(channel, self._viewer))
        self.resolved.setdefault("channels", {})[str(channel.id)] = shown
        return True

    def _wrong(self, path: Path, code: str, value: Any, wanted: str) -> None:
        if value is None:
            self._form.required(path)
        else:
            self._form.add(path, code, f'Value "{shown(value)}" is not {wanted}.')
