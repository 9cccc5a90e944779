"""How a setting is written down: its variable, its default, what it does and what it may be."""

from pathlib import Path
from typing import Any

from pydantic import Field, SecretStr

from ._errors import TokenFileProblem

ENCODING = "utf-8-sig"  # of .env: Notepad begins a file with a byte order mark


def variable(name: str, default: object, does: str, allowed: str, **limits: Any) -> Any:
    """A field: `does` is one sentence, `allowed` completes “it must be …”."""
    return Field(
        default,
        validation_alias=name,
        description=does,
        json_schema_extra={"allowed": allowed},
        **limits,
    )


def seconds(name: str, default: int, does: str, low: int, high: int) -> Any:
    """A field of whole seconds within these bounds."""
    allowed = f"a whole number of seconds from {low} to {high}"
    return variable(name, default, does, allowed, ge=low, le=high)


def contents(name: str, file: Path) -> SecretStr:
    """The one word in the file that the variable `name` gives. Raises TokenFileProblem."""
    try:
        text = file.read_text(encoding=ENCODING).strip()
    except OSError as error:
        raise TokenFileProblem(f"{name}={file} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise TokenFileProblem(f"{name}={file} is not a text file.") from None
    if not text:
        raise TokenFileProblem(f"{name}={file} is an empty file.")
    return SecretStr(text)
