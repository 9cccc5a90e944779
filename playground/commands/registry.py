"""The commands an application has registered, globally and in guilds, and who is offered which."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from playground import errors, payloads, permissions
from playground.clock import Clock
from playground.commands.creates import DailyCreates
from playground.commands.rules import MOST, check_command, check_number, kind_of
from playground.errors import ApiError, FormErrors, shown
from playground.gateway import Gateway
from playground.interactions.installs import (
    GUILD_INSTALL,
    IN_BOT_DM,
    IN_GUILD,
    IN_PRIVATE_CHANNEL,
    USER_INSTALL,
    Owners,
    context_of,
    only_by_user,
    owners,
)
from playground.snowflake import Snowflakes
from playground.world import Channel, User, World

# A registration's fields that are kept as they were sent; everything else is Discord's.
_OWN_FIELDS = (
    "name",
    "name_localizations",
    "description",
    "description_localizations",
    "default_member_permissions",
    "dm_permission",
    "contexts",
    "integration_types",
    "nsfw",
)


@dataclass(slots=True)
class Command:
    """A registered command. Its id lives as long as its name and type stay registered."""

    id: int
    version: int
    guild_id: int | None
    body: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> tuple[str, int]:
        """What makes two registrations the same command."""
        return self.body["name"], self.body["type"]

    @property
    def options(self) -> list[dict[str, Any]]:
        """The declared options."""
        return self.body.get("options") or []


class Commands:
    """All commands of the one application, by scope: None is global, else a guild's id."""

    def __init__(self, world: World, clock: Clock, ids: Snowflakes, gateway: Gateway) -> None:
        """No command is registered at first."""
        self.creates = DailyCreates(clock)
        self._world = world
        self._ids = ids
        self._gateway = gateway
        self._scopes: dict[int | None, dict[int, Command]] = {}
        self.version = ids.next()

    def all(self, scope: int | None) -> list[Command]:
        """The commands of a scope."""
        return list(self._scopes.get(scope, {}).values())

    def find(self, scope: int | None, command_id: int) -> Command:
        """A command of a scope, or 10063."""
        command = self._scopes.get(scope, {}).get(command_id)
        if command is None:
            raise ApiError(errors.UNKNOWN_COMMAND)
        return command

    def put(self, scope: int | None, body: dict[str, Any]) -> tuple[Command, bool]:
        """Register one command, or renew the one of the same name; True if it is new."""
        form = FormErrors()
        check_command(form, body)
        form.raise_if_any()
        known = {command.key: command for command in self.all(scope)}
        made = self._made(scope, body, known)
        check_number(kind for _, kind in {*known, made.key})
        self.creates.count(scope, made.key not in known)
        self._scopes.setdefault(scope, {})[made.id] = made
        self._changed()
        return made, made.key not in known

    def replace(self, scope: int | None, bodies: list[Any]) -> list[Command]:
        """Make these the commands of a scope; those not among them are gone."""
        form = FormErrors()
        form.length((), bodies, 0, sum(MOST.values()))
        form.raise_if_any()
        names: set[tuple[Any, Any]] = set()
        for index, body in enumerate(bodies):
            check_command(form, body, (index,))
            if isinstance(body, dict):
                key = (shown(body.get("name")), shown(kind_of(body)))
                if key in names:
                    message = "Application command names must be unique"
                    form.add((index,), "APPLICATION_COMMANDS_DUPLICATE_NAME", message)
                names.add(key)
        form.raise_if_any()
        check_number(kind_of(body) for body in bodies)
        known = {command.key: command for command in self.all(scope)}
        made = [self._made(scope, body, known) for body in bodies]
        self.creates.count(scope, sum(command.key not in known for command in made))
        self._scopes[scope] = {command.id: command for command in made}
        self._changed()
        return made

    def edit(self, scope: int | None, command_id: int, changes: dict[str, Any]) -> Command:
        """Change some fields of a command."""
        command = self.find(scope, command_id)
        body = {**command.body, **changes, "type": command.body["type"]}
        form = FormErrors()
        check_command(form, body)
        form.raise_if_any()
        command.body = _kept(body)
        command.version = self._ids.next()
        self._changed()
        return command

    def delete(self, scope: int | None, command_id: int) -> None:
        """Take a command away."""
        self.find(scope, command_id)
        del self._scopes[scope][command_id]
        self._changed()

    def document(self, command: Command) -> dict[str, Any]:
        """A command as Discord returns it."""
        shown: dict[str, Any] = {
            "id": str(command.id),
            "application_id": str(self._world.application.id),
            "version": str(command.version),
            **command.body,
        }
        if command.guild_id is not None:
            shown["guild_id"] = str(command.guild_id)
        return shown

    def offered(self, user: User, channel: Channel) -> Iterator[Command]:
        """The commands a user may use in a channel or DM."""
        scopes = [None] if channel.guild_id is None else [None, channel.guild_id]
        for command in (each for scope in scopes for each in self.all(scope)):
            if self.allowed(command, user, channel):
                yield command

    def owners(self, command: Command, user: User, channel: Channel) -> Owners:
        """By whose installations a user has a command in a channel; empty where they have not."""
        ways = command.body["integration_types"] if command.guild_id is None else [GUILD_INSTALL]
        return owners(self._world, user, channel, ways)

    def allowed(self, command: Command, user: User, channel: Channel) -> bool:
        """Whether a user may use a command in a channel."""
        body, guild = command.body, channel.guild
        if command.guild_id is not None and command.guild_id != channel.guild_id:
            return False
        by = self.owners(command, user, channel)
        if not by or context_of(self._world, channel) not in _contexts(body):
            return False
        if guild is None:
            return body.get("dm_permission") is not False
        if body.get("nsfw") and not _age_restricted(channel):
            return False
        needed = body.get("default_member_permissions")
        granted = permissions.in_channel(channel, user)
        if needed is None or granted == permissions.ALL or only_by_user(by):
            return True
        # "0" is for administrators alone.
        return int(needed) != 0 and granted & int(needed) == int(needed)

    def index(self, user: User, channels: Iterable[Channel]) -> dict[str, Any]:
        """What Discord's client loads to offer commands: the application-command-index.

        It names what the user may use in any of the channels.
        """
        offered = {each.id: each for channel in channels for each in self.offered(user, channel)}
        return {
            "applications": [payloads.application_card(self._world.application)],
            "application_commands": [self.document(each) for each in offered.values()],
            "version": str(self.version),
        }

    def _made(
        self, scope: int | None, body: dict[str, Any], known: dict[tuple[str, int], Command]
    ) -> Command:
        kept = _kept(body)
        former = known.get((kept["name"], kept["type"]))
        if former is not None and former.body == kept:
            return former
        version = self._ids.next()
        return Command(former.id if former else self._ids.next(), version, scope, kept)

    def _changed(self) -> None:
        """Let the people's clients know that their index is out of date."""
        self.version = self._ids.next()
        for guild in self._world.guilds.values():
            changed = {"guild_id": str(guild.id), "version": str(self.version)}
            for person in self._world.people:
                self._gateway.to_user(person, "GUILD_APPLICATION_COMMAND_INDEX_UPDATE", changed)


def _contexts(body: dict[str, Any]) -> list[int]:
    """Where a command is offered; one that does not say so, wherever it can be installed."""
    by_user = USER_INSTALL in body["integration_types"]
    everywhere = [IN_GUILD, IN_BOT_DM, *([IN_PRIVATE_CHANNEL] if by_user else [])]
    return body.get("contexts") or everywhere


def _age_restricted(channel: Channel) -> bool:
    return channel.nsfw or (channel.thread is not None and channel.thread.parent.nsfw)


def _kept(body: dict[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {key: body.get(key) for key in _OWN_FIELDS}
    kept["type"] = kind_of(body)
    kept["description"] = body.get("description") or ""
    kept["nsfw"] = bool(body.get("nsfw"))
    kept["dm_permission"] = body.get("dm_permission") is not False
    kept["integration_types"] = body.get("integration_types") or [0]
    needed = body.get("default_member_permissions")
    kept["default_member_permissions"] = None if needed is None else str(needed)
    if body.get("options"):
        kept["options"] = [_kept_option(option) for option in body["options"]]
    return kept


def _kept_option(option: dict[str, Any]) -> dict[str, Any]:
    """An option without the fields that were sent as null."""
    kept = {key: value for key, value in option.items() if value is not None}
    if kept.get("options"):
        kept["options"] = [_kept_option(inner) for inner in kept["options"]]
    return kept
