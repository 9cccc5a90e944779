"""Entries as files have them: merged, completed from their bases, validated."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from generation.errors import CatalogError

from ._model import ModelSpec

#: The fields of an entry that is not validated yet.
Fields = dict[str, Any]

# What an entry says for itself, never its base.
_OWN = {"title", "description", "hidden", "default_on", "base"}
# Another repo has other commits and other files.
_OF_REPO = {"revision", "variant"}


def read(*paths: Path) -> dict[str, Fields]:
    """The entries of all files, those of later ones over those of earlier ones, field by field."""
    merged: dict[str, Fields] = {}
    for path in paths:
        for name, fields in _read_one(path).items():
            merged[name] = {**merged.get(name, {}), **fields}
    return merged


def resolve(name: str, entries: Mapping[str, Fields], seen: tuple[str, ...] = ()) -> Fields:
    """The entry, with what it leaves out taken from its base. Raises CatalogError."""
    fields = entries[name]
    base = fields.get("base")
    if base is None:
        return fields
    where = f"models.toml, [{name}], base"
    if not isinstance(base, str) or base not in entries:
        raise CatalogError(f"{where}: there is no model {base}")
    if base in (*seen, name):
        raise CatalogError(f"{where}: {' → '.join((*seen, name, base))} goes round in a circle")
    own = _OWN | _OF_REPO if "repo" in fields else _OWN
    inherited = resolve(base, entries, (*seen, name))
    return {**{key: value for key, value in inherited.items() if key not in own}, **fields}


def validate(name: str, fields: Fields) -> ModelSpec:
    """The entry, or a CatalogError that names it and the field."""
    try:
        return ModelSpec(name=name, **fields)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the entry"
        raise CatalogError(f"models.toml, [{name}], {where}: {first['msg']}") from error
    except TypeError as error:
        raise CatalogError(f"models.toml, [{name}]: {error}") from error


def _read_one(path: Path) -> dict[str, Fields]:
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CatalogError(f"{path} can't be read: {error}") from error
    for name, fields in entries.items():
        if not isinstance(fields, dict):
            raise CatalogError(f"{path}: {name} must be a table, as in [{name}]")
        _place_folders(fields, path.parent)
    return entries


def _place_folders(fields: Any, folder: Path) -> None:
    """Take every folder in a `repo` relative to the file that names it."""
    if isinstance(fields, list):
        for value in fields:
            _place_folders(value, folder)
    if not isinstance(fields, dict):
        return
    repo = fields.get("repo")
    if isinstance(repo, str) and repo.startswith(("./", "../")):
        fields["repo"] = str((folder / repo).resolve())
    for value in fields.values():
        _place_folders(value, folder)
