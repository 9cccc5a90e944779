"""Tables as files have them, merged: nothing of them is validated yet."""

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from generation.errors import CatalogError

from ._mistakes import Mistake

#: The fields of a table that is not validated yet.
Fields = dict[str, Any]

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
    """What files hold, by name, and which file has the last word about a key."""

    entries: dict[str, Fields]
    loras: dict[str, Fields]
    tools: dict[str, Fields]
    files: dict[str, dict[str, Path]]  # by table, as the file has it, and by key; "" is the table
    mistakes: list[Mistake]
    paths: Sequence[Path]  # of the files, later ones last

    def mistake(self, table: str, field: str, said: str) -> Mistake:
        """A mistake in that table, at a field with dots."""
        files = self.files[table]
        return Mistake(files.get(field.partition(".")[0], files[""]), table, field, said)

    def place(self, table: str, key: str) -> int:
        """Which of the files, counted from 0, has the last word about a key, or the table."""
        files = self.files[table]
        return self.paths.index(files.get(key, files[""]))


def entry_table(name: str) -> str:
    """An entry's table, as a file has it."""
    return f"[{name}]"


def lora_table(name: str) -> str:
    """A LoRA's table, as a file has it."""
    return f"[{_LORAS}.{name}]"


def tool_table(name: str) -> str:
    """A tool's table, as a file has it."""
    return f"[{_TOOLS}.{name}]"


def read(paths: Sequence[Path]) -> Tables:
    """What all files hold, those of later ones over those of earlier ones, field by field.

    Raises CatalogError where one is no TOML.
    """
    tables = Tables({}, {}, {}, {}, [], paths)
    for path in paths:
        entries = _parse(path)
        loras = _taken_out(entries, _LORAS, tables, path)
        _lay(tables, path, tables.loras, {lora_table(name): name for name in loras}, loras)
        tools = _taken_out(entries, _TOOLS, tables, path)
        _lay(tables, path, tables.tools, {tool_table(name): name for name in tools}, tools)
        _lay(tables, path, tables.entries, {entry_table(name): name for name in entries}, entries)
    return tables


def _parse(path: Path) -> Fields:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise CatalogError(f"{path} can't be read: {error}") from error


def _taken_out(entries: Fields, kind: str, tables: Tables, path: Path) -> Fields:
    """The tables `[kind.NAME]` of a file, which are no entries."""
    found = entries.pop(kind, {})
    if isinstance(found, dict):
        return found
    said = f"{kind} must hold tables, as in [{kind}.{_EXAMPLES[kind]}]"
    tables.mistakes.append(Mistake(path, entry_table(kind), "", said))
    return {}


def _lay(
    tables: Tables,
    path: Path,
    over: dict[str, Fields],
    names: Mapping[str, str],
    found: Mapping[str, Any],
) -> None:
    """Lay one file's tables over those of earlier files."""
    for table, name in names.items():
        fields = found[name]
        if not isinstance(fields, dict):
            said = f"{table[1:-1]} must be a table, as in {table}"
            tables.mistakes.append(Mistake(path, table, "", said))
            continue
        _place_folders(fields, path.parent)
        over[name] = _over(over.get(name, {}), fields)
        tables.files.setdefault(table, {}).update(dict.fromkeys(("", *fields), path))


def _over(earlier: Fields, later: Fields) -> Fields:
    """One table over another of the same name."""
    changed = {key for key in _PLACES if key in later and later[key] != earlier.get(key)}
    # A mirror has other commits, another file another hash; what has a url has no repo.
    dropped = {key for place in changed for key in _PLACES[place]}
    return {**{key: value for key, value in earlier.items() if key not in dropped}, **later}


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
