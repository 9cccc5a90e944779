"""Choices: of a command's option, and those that an autocomplete offers."""

from typing import Any

from playground import fields
from playground.commands.localizations import check_localizations
from playground.errors import FormErrors, Path, shown

MAX_CHOICES = 25
TEXT_LIMIT = 100
# Numbers beyond are not exact in JavaScript, so Discord takes none.
BIGGEST = 2**53
STRING, INTEGER, NUMBER = 3, 4, 10  # types of options that have choices


def check_choices(
    form: FormErrors, sent: Any, at: Path, kind: Any, *, unique: bool = True
) -> list[dict[str, Any]]:
    """Check the choices of an option of a kind; the well-formed ones.

    `unique`: no two of them may have the same name.
    """
    choices = form.objects(at, sent, 0, MAX_CHOICES)
    seen: set[str] = set()
    for index, choice in enumerate(choices):
        here = (*at, index)
        fields.keys(form, here, choice, ("name", "name_localizations", "value"))
        name = choice.get("name")
        form.text((*here, "name"), name, 1, TEXT_LIMIT)
        check_localizations(form, (*here, "name_localizations"), choice, TEXT_LIMIT)
        if unique and shown(name) in seen:
            message = "Option choice names must be unique"
            form.add(here, "APPLICATION_COMMAND_OPTIONS_CHOICE_NAME_ALREADY_EXISTS", message)
        seen.add(shown(name))
        _check_value(form, (*here, "value"), kind, choice.get("value"))
    return choices


def check_number(form: FormErrors, path: Path, kind: Any, value: Any) -> None:
    """Note what is no number of an option's kind, or too big for one."""
    whole = kind == INTEGER
    if not fields.is_number(value) or (whole and not isinstance(value, int)):
        name = "int" if whole else "float"
        form.add(path, "NUMBER_TYPE_COERCE", f'Value "{shown(value)}" is not {name}.')
    elif value > BIGGEST:
        message = f"int value should be less than or equal to {BIGGEST}."
        form.add(path, "NUMBER_TYPE_MAX", message)
    elif value < -BIGGEST:
        message = f"int value should be greater than or equal to {-BIGGEST}."
        form.add(path, "NUMBER_TYPE_MIN", message)


def _check_value(form: FormErrors, path: Path, kind: Any, value: Any) -> None:
    if value is None:
        form.required(path)
    elif kind == STRING:
        form.text(path, value, 1, TEXT_LIMIT)
    else:
        check_number(form, path, kind, value)
