"""Entries as files have them: merged, completed from their bases, validated; LoRAs, tools."""

import tomllib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from generation.errors import CatalogError

from ._loras import OfferedLora
from ._model import ModelSpec
from ._tools import ToolSpec

#: The fields of an entry that is not validated yet.
Fields = dict[str, Any]

# What an entry says for itself, never its base.
_OWN = {"title", "description", "hidden", "default_on", "base"}
# Another repo has other commits and other files.
_OF_REPO = {"revision", "variant"}
# Weights that somebody else made, under their own terms.
_OTHERS_WORK = {"repo", "checkpoint"}
# The tables of a file that are no entries: the LoRAs that prompts may name, and tools.
_LORAS = "loras"
_TOOLS = "tools"
_EXAMPLES = {_LORAS: "pixel-art", _TOOLS: "esrgan-x4"}
# Where weights are, and what is true of that place alone.
_PLACES = {
    "repo": ("revision", "url", "redirects", "sha256", "bytes"),
    "file": ("sha256", "bytes"),
    "url": ("repo", "revision", "file", "redirects", "sha256", "bytes"),
}


class Tables(NamedTuple):
    """What files hold, by name: nothing of it is validated yet."""

    entries: dict[str, Fields]
    loras: dict[str, Fields]
    tools: dict[str, Fields]


def read(*paths: Path) -> Tables:
    """What all files hold, those of later ones over those of earlier ones, field by field."""
    merged = Tables({}, {}, {})
    for path in paths:
        for into, tables in zip(merged, _read_one(path), strict=True):
            for name, fields in tables.items():
                into[name] = _over(into.get(name, {}), fields)
    return merged


def _over(earlier: Fields, later: Fields) -> Fields:
    """One table over another of the same name."""
    changed = {key for key in _PLACES if key in later and later[key] != earlier.get(key)}
    # A mirror has other commits, another file another hash; what has a url has no repo.
    dropped = {key for place in changed for key in _PLACES[place]}
    return {**{key: value for key, value in earlier.items() if key not in dropped}, **later}


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
    if fields.keys() & _OTHERS_WORK and "licence" not in fields:
        raise CatalogError(
            f"models.toml, [{name}], licence: its weights are not those of {base}, so say which"
            ' they have, as in licence = { name = "…", link = "…", commercial = false }'
        )
    own = _OWN | _OF_REPO if "repo" in fields else _OWN
    inherited = resolve(base, entries, (*seen, name))
    return {**{key: value for key, value in inherited.items() if key not in own}, **fields}


def validate(name: str, tables: Tables, loras: Iterable[OfferedLora] = ()) -> ModelSpec:
    """The entry, with those of the LoRAs that fit it.

    Raises CatalogError, naming it and the field.
    """
    fields = resolve(name, tables.entries)
    lineage = _lineage(name, tables.entries)
    local = fields.get("executor") == "local"
    offers = tuple(lora for lora in loras if local and lora.fits(lineage, lineage[name]))
    try:
        return ModelSpec(name=name, offers=offers, **fields)
    except ValidationError as error:
        raise _named(error, f"[{name}]") from error
    except TypeError as error:
        raise CatalogError(f"models.toml, [{name}]: {error}") from error


def validate_lora(name: str, tables: Tables) -> OfferedLora:
    """The LoRA, or a CatalogError that names it and the field."""
    table = f"[{_LORAS}.{name}]"
    try:
        lora = OfferedLora(name=name, **tables.loras[name])
    except ValidationError as error:
        raise _named(error, table) from error
    except TypeError as error:
        raise CatalogError(f"models.toml, {table}: {error}") from error
    for base in lora.base:
        if base not in tables.entries:
            raise CatalogError(f"models.toml, {table}, base: there is no model {base}")
        if resolve(base, tables.entries).get("executor") != "local":
            raise CatalogError(
                f"models.toml, {table}, base: {base} is not painted on this host, and takes none"
            )
    return lora


def validate_tool(name: str, tables: Tables) -> ToolSpec:
    """The tool, or a CatalogError that names it and the field."""
    table = f"[{_TOOLS}.{name}]"
    try:
        return ToolSpec(name=name, **tables.tools[name])
    except ValidationError as error:
        raise _named(error, table) from error
    except TypeError as error:
        raise CatalogError(f"models.toml, {table}: {error}") from error


def _lineage(name: str, entries: Mapping[str, Fields]) -> dict[str, str | None]:
    """An entry that can be resolved, and all that it is based on, each with its pipeline."""
    lineage: dict[str, str | None] = {}
    following: str | None = name
    while following is not None:
        lineage[following] = resolve(following, entries).get("pipeline")
        following = entries[following].get("base")
    return lineage


def _named(error: ValidationError, table: str) -> CatalogError:
    first = error.errors(include_url=False)[0]
    where = ".".join(str(part) for part in first["loc"]) or "the entry"
    return CatalogError(f"models.toml, {table}, {where}: {first['msg']}")


def _read_one(path: Path) -> Tables:
    try:
        entries = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CatalogError(f"{path} can't be read: {error}") from error
    loras, tools = (_tables_of(kind, entries, path) for kind in (_LORAS, _TOOLS))
    named = {
        **entries,
        **{f"{_LORAS}.{name}": fields for name, fields in loras.items()},
        **{f"{_TOOLS}.{name}": fields for name, fields in tools.items()},
    }
    for name, fields in named.items():
        if not isinstance(fields, dict):
            raise CatalogError(f"{path}: {name} must be a table, as in [{name}]")
        _place_folders(fields, path.parent)
    return Tables(entries, loras, tools)


def _tables_of(kind: str, entries: Fields, path: Path) -> dict[str, Fields]:
    """The tables `[kind.NAME]`, taken out of the entries."""
    tables = entries.pop(kind, {})
    if not isinstance(tables, dict):
        raise CatalogError(f"{path}: {kind} must hold tables, as in [{kind}.{_EXAMPLES[kind]}]")
    return tables


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
