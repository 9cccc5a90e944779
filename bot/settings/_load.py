"""Reading the settings, with every problem in one line that a person understands."""

import difflib
import logging
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from dotenv.parser import parse_stream
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.log import redact

from ._errors import SettingsError, TokenFileProblem
from ._fields import ENCODING, Settings
from ._variables import variables

_PREFIX = "EASEL_"
_PLAYGROUND = "EASEL_PLAYGROUND_"  # the playground reads these itself


def load_settings(env_file: Path | None = Path(".env")) -> Settings:
    """Read the environment and ``env_file``, which need not exist.

    Raises SettingsError with a line for each variable that is misspelled or has a wrong value.
    """
    settings, problems = read_settings(env_file)
    if problems:
        raise SettingsError(problems)
    return settings


def read_settings(env_file: Path | None = Path(".env")) -> tuple[Settings, tuple[str, ...]]:
    """Read them as far as they can be: with the default where a value is wrong, and all problems.

    For who has to go on in spite of a mistake; the problems are those of `load_settings`.
    """
    names = set(os.environ)
    problems: list[str] = []
    if env_file is not None and env_file.is_file():
        try:
            written, problems = _read_names(env_file)
        except SettingsError as error:
            return read_settings(None)[0], error.problems
        names |= written
    logging.getLogger("dotenv").setLevel(logging.ERROR)  # it warns of the lines told of here
    try:
        settings = Settings(_env_file=env_file)  # pyright: ignore[reportCallIssue]
    except ValidationError as error:
        details = error.errors(include_url=False)
        problems += [_line(detail) for detail in details]
        defaults = _defaults(str(detail["loc"][0]) for detail in details)
        settings = Settings(_env_file=env_file, **defaults)  # pyright: ignore[reportCallIssue]
    return settings, (*problems, *_misspelled(names))


def _defaults(wrong: Iterable[str]) -> dict[str, Any]:
    """The defaults of wrong variables, which win over what is given."""
    fields = {str(field.validation_alias): field for field in Settings.model_fields.values()}
    # A token is wrong where its file is: without that, nothing is read there.
    names = {each for name in wrong for each in (name, f"{name}_FILE") if each in fields}
    return {name: fields[name].default for name in names}


def _read_names(env_file: Path) -> tuple[set[str], list[str]]:
    """Return the names that have a value in the file, and a line for each that is none.

    Raises SettingsError where the file can't be read: all else would only be its consequence.
    """
    try:
        with env_file.open(encoding=ENCODING) as stream:
            bindings = list(parse_stream(stream))
    except OSError as error:
        raise SettingsError([f"{env_file} cannot be read: {error.strerror}."]) from None
    except UnicodeDecodeError:
        raise SettingsError([f"{env_file} is not a text file in UTF-8."]) from None
    # The line itself is not shown, for it may hold a token.
    wrong = [
        f"{env_file}, line {binding.original.line}, is not of the form NAME=value."
        for binding in bindings
        if binding.error or (binding.key and binding.value is None)
    ]
    return {binding.key for binding in bindings if binding.key and binding.value}, wrong


def _misspelled(names: set[str]) -> Iterator[str]:
    known = variables()
    for name in sorted(names):
        upper = name.upper()
        ours = upper.startswith(_PREFIX) and not upper.startswith(_PLAYGROUND)
        if not ours or name in known or os.environ.get(name) == "":
            continue
        nearest = difflib.get_close_matches(upper, known, n=1)
        hint = f"Did you mean {nearest[0]}?" if nearest else "docs/configuration.md lists them all."
        yield f"{name} is no setting of Easel. {hint}"


def _line(detail: ErrorDetails) -> str:
    reason = detail.get("ctx", {}).get("error", detail["msg"])
    if isinstance(reason, TokenFileProblem):
        return str(reason)
    variable = variables()[str(detail["loc"][0])]
    if variable.is_secret:
        return f"{variable.name} {reason}: it must be {variable.allowed}."
    # Somebody may have put a token here by mistake, or a password into an address.
    given = redact(str(detail["input"]))
    return f"{variable.name}={given} is not allowed: it must be {variable.allowed}."
