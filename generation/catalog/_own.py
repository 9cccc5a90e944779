"""The admin's own file: entries are put into it, and all else in it stays as it was written."""

import json
import os
import re
import shutil
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from generation.errors import CatalogError

# What some editors begin a file with.
_MARK = "\ufeff"
_BARE = re.compile(r"[A-Za-z0-9_-]+")


def put_entry(
    path: Path,
    name: str,
    fields: Mapping[str, Any],
    remarks: Sequence[str] = (),
    check: Callable[[Path], object] = lambda _: None,
) -> None:
    """Put an entry into a models.toml (made if need be), in the place of one of that name.

    `remarks` are comments in it. The new file is handed to `check` before it takes the old one's
    place; where that raises, or the file is not to be understood, nothing is changed. Raises
    CatalogError and OSError.
    """
    path = path.resolve()  # where it is a link, what it leads to is written
    try:
        text = _read(path) if path.exists() else ""
        mark = _MARK if text.startswith(_MARK) else ""
        text = text.removeprefix(_MARK)
        before = tomllib.loads(text)
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CatalogError(f"{path} can't be read: {error}") from error
    section = _section(name, fields, remarks)
    changed = _put(text, name, section)
    if _parsed(changed) != {**before, name: tomllib.loads(section)[name]}:
        raise CatalogError(f"{path}: [{name}] is written in a way that Easel can't change.")
    unfinished = path.with_name(f".{path.name}.new")
    try:
        with unfinished.open("w", encoding="utf-8", newline="") as file:
            file.write(f"{mark}{changed}")
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, unfinished)
        _check(check, unfinished, path)
        os.replace(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)


def _check(check: Callable[[Path], object], unfinished: Path, path: Path) -> None:
    """Names the file itself where the one that is to take its place is wrong."""
    try:
        check(unfinished)
    except CatalogError as error:
        raise CatalogError(str(error).replace(str(unfinished), str(path))) from error


def _read(path: Path) -> str:
    with path.open(encoding="utf-8", newline="") as file:  # its ends of lines stay as they are
        return file.read()


def _put(text: str, name: str, section: str) -> str:
    lines = text.splitlines(keepends=True)
    heads = {number: head for number in range(len(lines)) if (head := _head(lines, number))}
    own = [number for number, head in heads.items() if head == name]
    if not own:
        gap = "" if not text else "\n" if text.endswith("\n") else "\n\n"
        return f"{text}{gap}{section}"
    end = min((number for number in heads if number > own[-1]), default=len(lines))
    # What stands before the next entry was mostly said of that.
    while lines[end - 1].lstrip()[:1] in ("", "#"):
        end -= 1
    return "".join((*lines[: own[0]], section, *lines[end:]))


def _parsed(text: str) -> dict[str, Any] | None:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return None


def _head(lines: Sequence[str], number: int) -> str | None:
    """The entry of which that line begins a table; None where it begins none."""
    if not lines[number].lstrip().startswith("["):
        return None
    try:
        (name,) = tomllib.loads(lines[number])
        tomllib.loads("".join(lines[:number]))  # it fails in the middle of a value
    except (tomllib.TOMLDecodeError, ValueError):
        return None
    return name


def _section(name: str, fields: Mapping[str, Any], remarks: Sequence[str]) -> str:
    comments = [f"# {' '.join(remark.split())}\n" for remark in remarks]
    lines = [f"{key} = {_value(value)}\n" for key, value in fields.items()]
    return "".join((f"[{_key(name)}]\n", *comments, *lines))


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else json.dumps(key)


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        inside = ", ".join(f"{_key(key)} = {_value(each)}" for key, each in value.items())
        return f"{{ {inside} }}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"[{', '.join(_value(each) for each in value)}]"
    # Of what is left, TOML writes all as JSON does, but for one character.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
