"""Faults in the registration of commands."""

from typing import Any

from tests.unit.playground.planted_faults.fault import Fault

STRING, INTEGER, BOOLEAN, CHANNEL, NUMBER = 3, 4, 5, 7, 10


def option(kind: int = STRING, **parts: Any) -> dict[str, Any]:
    """A healthy option."""
    return {"type": kind, "name": "prompt", "description": "What to paint.", **parts}


def command(*options: dict[str, Any], **parts: Any) -> list[dict[str, Any]]:
    """A registration of one command."""
    return [{"name": "imagine", "description": "Paint.", "options": list(options), **parts}]


def options(count: int) -> list[dict[str, Any]]:
    """Options with names of their own."""
    return [option(name=f"o{n}") for n in range(count)]


def choices(count: int, **parts: Any) -> dict[str, Any]:
    """An option with as many choices."""
    return option(choices=[{"name": str(n), "value": str(n), **parts} for n in range(count)])


def choice(kind: int, value: Any, name: str = "a") -> dict[str, Any]:
    """An option with one choice."""
    return option(kind, choices=[{"name": name, "value": value}])


def wordy(count: int) -> list[dict[str, Any]]:
    """Options of 332 characters each."""
    value = {"name": "n" * 100, "value": "v" * 100}
    return [option(name=f"{n:032}", description="d" * 100, choices=[value]) for n in range(count)]


def many(chat: int, user: int = 0) -> list[dict[str, Any]]:
    """As many commands."""
    return [
        *({"name": f"c{n}", "description": "d"} for n in range(chat)),
        *({"name": f"u{n}", "type": 2} for n in range(user)),
    ]


ONE = "0.options.0"

IN_COMMANDS = [
    Fault("upper case", "commands", command(name="Imagine"), command(), "0.name",
          "APPLICATION_COMMAND_INVALID_NAME"),
    Fault("a blank in the name", "commands", command(name="im agine"), command(name="im-agine"),
          "0.name", "APPLICATION_COMMAND_INVALID_NAME"),
    Fault("name too long", "commands", command(name="x" * 33), command(name="x" * 32), "0.name",
          "APPLICATION_COMMAND_INVALID_NAME"),
    Fault("without a name", "commands", [{"description": "Paint."}], command(), "0.name",
          "BASE_TYPE_REQUIRED"),
    Fault("without a description", "commands", [{"name": "imagine"}], command(),
          "0.description", "BASE_TYPE_REQUIRED"),
    Fault("description too long", "commands", command(description="x" * 101),
          command(description="x" * 100), "0.description", "BASE_TYPE_BAD_LENGTH"),
    Fault("unknown key", "commands", command(cooldown=3), command(nsfw=False), "0.cooldown",
          "UNKNOWN_KEY"),
    Fault("unknown type", "commands", command(type=9), command(type=1), "0.type",
          "BASE_TYPE_CHOICES"),
    Fault("a name twice", "commands", command() * 2, command() + command(name="again"), "1",
          "APPLICATION_COMMANDS_DUPLICATE_NAME"),
    Fault("too many", "commands", many(101), many(100, 15), refusal=(400, 30032)),
    Fault("too many of the context menu", "commands", many(1, 16), many(1, 15),
          refusal=(400, 30032)),
    Fault("too many of all", "commands", many(131), many(100), "", "BASE_TYPE_MAX_LENGTH"),
    Fault("no list", "commands", {"name": "imagine"}, [], "", "LIST_TYPE_CONVERT"),
    Fault("too much text", "commands", command(*wordy(25)), command(*wordy(20)), "0",
          "APPLICATION_COMMAND_TOO_LARGE"),
    Fault("unknown locale", "commands", command(name_localizations={"xx": "male"}),
          command(name_localizations={"de": "male"}), "0.name_localizations.xx",
          "LOCALE_UNKNOWN"),
    Fault("translated name in upper case", "commands", command(name_localizations={"de": "Male"}),
          command(name_localizations={"de": "größe"}), "0.name_localizations.de",
          "APPLICATION_COMMAND_INVALID_NAME"),
    Fault("unknown context", "commands", command(contexts=[3]), command(contexts=[0, 1]),
          "0.contexts.0", "BASE_TYPE_CHOICES"),
    Fault("a context twice", "commands", command(contexts=[0, 0]), command(contexts=[0]),
          "0.contexts.1", "SET_TYPE_ALREADY_CONTAINS_VALUE"),
    Fault("no installation at all", "commands", command(integration_types=[]),
          command(integration_types=[0, 1]), "0.integration_types", "BASE_TYPE_BAD_LENGTH"),
    Fault("permissions by name", "commands", command(default_member_permissions="ADMINISTRATOR"),
          command(default_member_permissions=8), "0.default_member_permissions",
          "NUMBER_TYPE_COERCE"),
    Fault("description in the context menu", "commands",
          [{"type": 2, "name": "Paint", "description": "a"}], [{"type": 2, "name": "Paint this"}],
          "0.description", "APPLICATION_COMMAND_CONTEXT_MENU_DESCRIPTION_INVALID"),
    Fault("too many options", "commands", command(*options(26)), command(*options(25)),
          "0.options", "BASE_TYPE_MAX_LENGTH"),
    Fault("an option twice", "commands", command(option(), option()), command(*options(2)),
          "0.options.1.name", "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS"),
    Fault("required after optional", "commands",
          command(option(name="a"), option(name="b", required=True)),
          command(option(name="b", required=True), option(name="a")), "0.options.1",
          "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID"),
    Fault("unknown type of option", "commands", command(option(12)), command(option(11)), ONE,
          "UNION_TYPE_CHOICES"),
    Fault("subcommand beside an option", "commands",
          command(option(1, name="sub"), option()), command(option(1, name="sub")), "0.options",
          "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID"),
    Fault("subcommand in a subcommand", "commands",
          command(option(1, options=[option(1, name="deep")])),
          command(option(2, options=[option(1, name="deep")])), f"{ONE}.options.0",
          "UNION_TYPE_CHOICES"),
    Fault("unknown key of an option", "commands", command(option(default="a")),
          command(option(required=True)), f"{ONE}.default", "UNKNOWN_KEY"),
    Fault("autocomplete with choices", "commands", command({**choices(1), "autocomplete": True}),
          command({**choices(1), "autocomplete": False}), f"{ONE}.autocomplete",
          "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE_INVALID"),
    Fault("autocomplete of yes and no", "commands", command(option(BOOLEAN, autocomplete=True)),
          command(option(STRING, autocomplete=True)), f"{ONE}.autocomplete",
          "APPLICATION_COMMAND_OPTION_TYPE_UNSUPPORTED"),
    Fault("too many choices", "commands", command(choices(26)), command(choices(25)),
          f"{ONE}.choices", "BASE_TYPE_MAX_LENGTH"),
    Fault("choice's value too long", "commands", command(choice(STRING, "x" * 101)),
          command(choice(STRING, "x" * 100)), f"{ONE}.choices.0.value", "BASE_TYPE_BAD_LENGTH"),
    Fault("choice's name too long", "commands", command(choice(STRING, "a", "x" * 101)),
          command(choice(STRING, "a", "x" * 100)), f"{ONE}.choices.0.name",
          "BASE_TYPE_BAD_LENGTH"),
    Fault("choice of another type", "commands", command(choice(INTEGER, "1")),
          command(choice(INTEGER, 1)), f"{ONE}.choices.0.value", "NUMBER_TYPE_COERCE"),
    Fault("choice's number too big", "commands", command(choice(NUMBER, 2**53 + 2)),
          command(choice(NUMBER, 2**53)), f"{ONE}.choices.0.value", "NUMBER_TYPE_MAX"),
    Fault("a choice twice", "commands", command(choices(2, name="a")), command(choices(2)),
          f"{ONE}.choices.1", "APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_ALREADY_EXISTS"),
    Fault("least over most", "commands", command(option(INTEGER, min_value=3, max_value=2)),
          command(option(INTEGER, min_value=2, max_value=2)), f"{ONE}.min_value",
          "NUMBER_TYPE_MAX"),
    Fault("length out of range", "commands", command(option(max_length=6001)),
          command(option(max_length=6000)), f"{ONE}.max_length", "NUMBER_TYPE_MAX"),
    Fault("bounds of a text", "commands", command(option(min_value=1)),
          command(option(min_length=1)), f"{ONE}.min_value",
          "APPLICATION_COMMAND_OPTION_TYPE_UNSUPPORTED"),
    Fault("unknown channel type", "commands", command(option(CHANNEL, channel_types=[99])),
          command(option(CHANNEL, channel_types=[0])), f"{ONE}.channel_types.0",
          "BASE_TYPE_CHOICES"),
]  # fmt: skip
