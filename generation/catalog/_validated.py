"""What the merged tables hold, validated: all mistakes are collected, none is raised."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from pydantic import ValidationError

from ._bases import BaseWrong, lineage, resolve
from ._brought import BROUGHT
from ._clashes import NOT_HOSTED
from ._files import Fields, Tables, entry_table, lora_table, tool_table
from ._loras import OfferedLora
from ._mistakes import did_you_mean, in_words, is_given_elsewhere, shown
from ._model import ModelSpec
from ._tools import ToolSpec
from ._values import Part

# In the place of what an entry lacks, to see what else is wrong with it.
_STAND_INS: Mapping[str, Any] = {
    "name": "x",
    "title": "x",
    "description": "x",
    "executor": "local",
    "repo": "x/x",
    "sizes": [{"width": 64, "height": 64}],
    "steps": {"min": 1, "max": 1, "default": 1},
    "guidance": {"min": 0, "max": 0, "default": 0},
    "licence": {"name": "x", "commercial": True},
}
_TOOL_STAND_INS: Mapping[str, Any] = {
    **{name: _STAND_INS[name] for name in ("name", "title", "description", "licence")},
    "kind": "clip",
}
# With each of these, weights come from several places, and none is kept in 4 bits.
_NOT_IN_4_BITS = ("checkpoint", "unet", "loras")

_Said = Iterator[tuple[str, str]]
_Found = list[tuple[str, str]]


def entry_of(name: str, tables: Tables, loras: Iterable[OfferedLora]) -> ModelSpec | None:
    """The entry, with those of the LoRAs that fit it; None where it, or its base, is wrong.

    What is wrong is put to the tables' mistakes: once, where it stands.
    """
    try:
        spec, said = _look(name, tables, loras)
    except BaseWrong as wrong:
        if wrong.mistake not in tables.mistakes:
            tables.mistakes.append(wrong.mistake)
        return None
    base = tables.entries[name].get("base")
    if said and base is not None:
        of_base = _look(base, tables, loras)[1]
        said = [each for each in said if each not in of_base]
    said = _told_of_executor(name, said, tables, loras)
    for field, what in said:
        hint = _hint(name, field, what, tables)
        tables.mistakes.append(tables.mistake(entry_table(name), field, f"{what}{hint}"))
    return spec


def _look(
    name: str, tables: Tables, loras: Iterable[OfferedLora]
) -> tuple[ModelSpec | None, _Found]:
    """The entry, and all that is wrong with it. Raises BaseWrong."""
    fields = resolve(name, tables)
    family = lineage(name, tables)
    local = fields.get("executor") == "local"
    fitting = (lora for lora in loras if local and lora.fits(family, family[name]))
    values = {**fields, "name": name, "offers": tuple(fitting)}
    said = [*_elsewhere(tables.entries[name], ModelSpec), *_without_effect(name, tables)]
    try:
        return ModelSpec.model_validate(values), said
    except ValidationError as error:
        return None, [*said, *_all_of(error, values, ModelSpec, _STAND_INS)]


def lora_of(name: str, tables: Tables) -> OfferedLora | None:
    """The LoRA; None where it is wrong, which is put to the tables' mistakes."""
    fields, table = tables.loras[name], lora_table(name)
    said = [*_elsewhere(fields, OfferedLora)]
    lora: OfferedLora | None = None
    try:
        lora = OfferedLora.model_validate({**fields, "name": name})
    except ValidationError as error:
        said += in_words(error, OfferedLora)
    said += _of_bases(fields.get("base"), tables)
    tables.mistakes.extend(tables.mistake(table, field, what) for field, what in said)
    return lora


def tool_of(name: str, tables: Tables) -> ToolSpec | None:
    """The tool; None where it is wrong, which is put to the tables' mistakes."""
    fields, table = tables.tools[name], tool_table(name)
    said = [*_elsewhere(fields, ToolSpec)]
    values = {**fields, "name": name}
    tool: ToolSpec | None = None
    try:
        tool = ToolSpec.model_validate(values)
    except ValidationError as error:
        said += _all_of(error, values, ToolSpec, _TOOL_STAND_INS)
    for field, what in said:
        hint = ""
        if what.startswith("lacks ") and not field:
            hint = did_you_mean(name, [other for other in tables.tools if other != name])
            hint = f".{hint}" if hint else ""
        tables.mistakes.append(tables.mistake(table, field, f"{what}{hint}"))
    return tool


class _Claim(NamedTuple):
    """That something is called so."""

    table: str  # as a file has it
    name: str
    field: str
    called: str


def look_for_equal_names(
    specs: Sequence[ModelSpec], tools: Sequence[ToolSpec], tables: Tables
) -> None:
    """Put it to the tables' mistakes where two models or tools are called the same.

    It is told of the later file; in one file the own name of a model or tool counts before titles.
    """
    tabled = [(entry_table(spec.name), spec) for spec in specs]
    claims = [
        _Claim(table, each.name, field, called)
        for table, each in (*tabled, *((tool_table(tool.name), tool) for tool in tools))
        for field, called in zip(
            ("name", "title", *["also"] * (len(each.names) - 2)), each.names, strict=True
        )
    ]

    def order(claim: _Claim) -> tuple[int, bool]:
        return tables.place(claim.table, claim.field), claim.field != "name"

    first: dict[str, _Claim] = {}
    for claim in sorted(claims, key=order):
        if claim.called == BROUGHT.name:
            field = "" if claim.field == "name" else claim.field
            what = f"{shown(claim.called)} is what Easel calls pictures that it did not paint"
            tables.mistakes.append(tables.mistake(claim.table, field, f"{what}: choose another"))
            continue
        other = first.setdefault(claim.called, claim)
        if other.table == claim.table:
            continue
        field = claim.field
        if field == "name":
            field, what = "", f"{other.name} is called so as well: take another name"
            if other.field == "also":
                what += f", or give {other.table} another `also`"
        else:
            what = f"{shown(claim.called)} is what {other.name} is called: choose another"
        tables.mistakes.append(tables.mistake(claim.table, field, what))


def _all_of(
    error: ValidationError, values: Fields, model: type[Part], all_stand_ins: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    """All mistakes of a table: those of single fields, and how the others do not go together."""
    yield from in_words(error, model)
    unknown = {str(each["loc"][0]) for each in error.errors(include_url=False) if each["loc"]}
    if not unknown:
        return
    rest = {key: value for key, value in values.items() if key not in unknown}
    stand_ins = {key: value for key, value in all_stand_ins.items() if key in unknown}
    try:
        model.model_validate({**rest, **stand_ins}, context={"unknown": unknown})
    except ValidationError as others:
        yield from in_words(others, model)


def _elsewhere(fields: Fields, model: type[Part]) -> _Said:
    """Keys that are fields of the model, but come from elsewhere than the table."""
    for key in fields:
        if key in model.model_fields and is_given_elsewhere(model.model_fields[key]):
            yield key, "there is no such key: leave it out"


def _told_of_executor(
    name: str, said: _Found, tables: Tables, loras: Iterable[OfferedLora]
) -> _Found:
    """The same, but one mistake where `executor` alone was changed, not one for each other key."""
    owner = _owner_of_executor(name, tables)
    if tables.entries[owner].get("executor") != "hosted":
        return said
    changed_in = tables.place(entry_table(owner), "executor")

    def is_misfit(entry: str, field: str) -> bool:
        """Whether an earlier file, or a base, says so of a model that is painted on this host."""
        key, table = field.partition(".")[0], entry_table(entry)
        if key not in NOT_HOSTED:
            return False
        return key not in tables.entries[entry] or tables.place(table, key) < changed_in

    def misfits(entry: str, found: _Found) -> _Found:
        return [each for each in found if is_misfit(entry, each[0])]

    left = misfits(owner, said if owner == name else _look(owner, tables, loras)[1])
    if not left:
        return said
    rest = [each for each in said if each not in misfits(name, said)]
    if owner != name:  # it is told of the other one
        return rest
    own = tables.entries[name]
    if any(field.partition(".")[0] in own for field, _ in left):
        what = (
            "the rest of this entry is for painting on this host: base a new entry on a hosted one,"
            " or hide this one and write your own"
        )
    else:
        what = f"{own.get('base')} is painted on this host: base the entry on a hosted one"
    return [*rest, ("executor", what)]


def _owner_of_executor(name: str, tables: Tables) -> str:
    """The entry itself, or the one among its bases that says what paints it."""
    for each in lineage(name, tables):
        if "executor" in tables.entries[each]:
            return each
    return name


def _without_effect(name: str, tables: Tables) -> _Said:
    """What one file says of an entry though it can't act. A base may have it: it acts there."""
    own, files = tables.entries[name], tables.files[entry_table(name)]
    quantization = own.get("quantization")
    if not isinstance(quantization, dict) or quantization.get("always"):
        return
    for key in _NOT_IN_4_BITS:
        if own.get(key) and files[key] == files["quantization"]:
            yield "quantization", f"weights in 4 bits take no `{key}`: leave one of both out"


def _of_bases(base: Any, tables: Tables) -> _Said:
    names = base if isinstance(base, list) else [base]
    for name in (each for each in names if isinstance(each, str)):
        if name not in tables.entries:
            yield "base", f"there is no model {name}.{did_you_mean(name, tables.entries)}"
            continue
        try:
            executor = resolve(name, tables).get("executor")
        except BaseWrong:  # told of that entry
            continue
        if executor != "local":
            yield "base", f"{name} is not painted on this host, and takes none"


def _hint(name: str, field: str, what: str, tables: Tables) -> str:
    """What more there is to say: where a field comes from, or that the table's name is a typo."""
    own = tables.entries[name]
    key = field.partition(".")[0]
    if "base" in own:
        return "" if not key or key == "name" or key in own else f" (it comes from {own['base']})"
    if not what.startswith("lacks ") or field:
        return ""
    others = [other for other in tables.entries if other != name]
    return f", or a base that has them.{did_you_mean(name, others)}"
