"""`python -m generation.catalog.page` writes the tables of docs/models.md anew: `make docs`.

They say what the shipped entries say. The rest of that page is written by hand.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import get_args

from generation.catalog import (
    KINDS,
    Catalog,
    IntegerRange,
    Licence,
    MemorySetting,
    ModelSpec,
    NumberRange,
    ToolSpec,
)

#: The page, in a checkout.
PAGE = Path(__file__).resolve().parents[2] / "docs" / "models.md"

_BEGIN, _END = "<!-- models: written by `make docs` -->\n", "<!-- end of models -->"

_PAGE = """
## All of them

{models}
*Work* is steps × width × height in millions, by default, as `EASEL_MAX_MEGAPIXEL_STEPS` counts it.
It is reckoned, not measured, and compares models of one base: a larger network takes longer over
each step, and where a negative prompt acts, each step takes twice as long.
[`python -m bot score`](#comparing-models) measures what they take on your machine.

## What they take of a GPU

GiB of the GPU's memory, estimated from the sizes of the weights. The settings are explained under
[Memory](#memory); Easel takes the first that fits.

{memory}
## Under what terms

{terms}
## Tools

They paint nothing by themselves: [what is done with them](#tools-of-your-own). The first of a kind
is taken where nobody names another.

{tools}
"""
_SETTINGS: dict[MemorySetting, str] = {
    "whole": "whole",
    "sliced": "in tiles",
    "offload": "a network at a time",
    "four_bit": "in 4 bits",
    "by_layer": "a layer at a time",
}
assert tuple(_SETTINGS) == get_args(MemorySetting)


def page(text: str, catalog: Catalog) -> str:
    """The page with its tables made anew from the catalog. Raises ValueError without markers."""
    before, begin, rest = text.partition(_BEGIN)
    _, end, after = rest.partition(_END)
    if not (begin and end):
        raise ValueError(f"{PAGE.name} needs a line {_BEGIN.strip()} and a line {_END}")
    specs = tuple(catalog.values())
    tables = {
        "models": _table(
            *("name", "what it is for", "paints on", "size", "steps", "guidance"),
            *("negative prompt", "work"),
            rows=[_model(spec) for spec in specs],
        ),
        "memory": _table(
            *("name", "precision", *_SETTINGS.values()),
            rows=[_memory(spec) for spec in specs if spec.memory_gib],
        ),
        "terms": _table(
            *("name", "licence", "commercial use", "before it can be used"),
            rows=[(f"`{spec.name}`", *_terms(spec.licence)) for spec in specs],
        ),
        "tools": _table(
            *(
                "name",
                "what it is for",
                "kind",
                "licence",
                "commercial use",
                "before it can be used",
            ),
            rows=[_tool(tool) for kind in KINDS for tool in catalog.tools.of_kind(kind)],
        ),
    }
    return f"{before}{begin}{_PAGE.format(**tables)}{end}{after}"


def _table(*columns: str, rows: Iterable[Sequence[str]]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def _model(spec: ModelSpec) -> Sequence[str]:
    more = f" and {len(spec.sizes) - 1} more" if len(spec.sizes) > 1 else ""
    size = spec.default_size
    return (
        f"`{spec.name}`",
        spec.description,
        _device(spec),
        f"{size}{more}",
        _numbers(spec.steps, "exactly "),
        _numbers(spec.guidance, "always "),
        _negative_prompt(spec),
        f"{spec.steps.default * size.width * size.height / 1e6:.2g}",
    )


def _tool(tool: ToolSpec) -> Sequence[str]:
    name, use, before = _terms(tool.licence)
    if not tool.is_known:
        fetched = f"to be fetched once: `python -m bot models download {tool.name}`"
        before = fetched if before == "nothing" else f"{before}; {fetched}"
    return f"`{tool.name}`", tool.description, KINDS[tool.kind], name, use, before


def _device(spec: ModelSpec) -> str:
    if spec.executor == "hosted":
        return "a hosted API"
    if spec.quantization is not None and spec.quantization.always:
        return "an NVIDIA GPU"
    return "a GPU" if spec.memory_gib else "any machine"


def _numbers(allowed: IntegerRange | NumberRange, fixed: str) -> str:
    if allowed.min == allowed.max:
        return f"{fixed}{allowed.min:g}"
    return f"{allowed.min:g}–{allowed.max:g}, default {allowed.default:g}"


def _negative_prompt(spec: ModelSpec) -> str:
    above = spec.negative_prompt_above
    if above is None or not spec.takes_negative_prompts:
        return "no effect"
    return "acts" if spec.guidance.min > above else f"acts above guidance {above:g}"


def _memory(spec: ModelSpec) -> Sequence[str]:
    quantized_only = spec.quantization is not None and spec.quantization.always
    precision = spec.dtype or "float16"
    return (
        f"`{spec.name}`",
        f"4 bits, {precision}" if quantized_only else precision,
        *(f"{spec.memory_gib[name]:g}" if name in spec.memory_gib else "–" for name in _SETTINGS),
    )


def _terms(licence: Licence) -> Sequence[str]:
    return (
        f"[{licence.name}]({licence.link})" if licence.link else licence.name,
        "yes" if licence.commercial else "not freely: read the terms",
        f"to be accepted: `EASEL_ACCEPT_LICENSES={licence.name}`"
        if licence.must_be_acknowledged
        else "nothing",
    )


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8"), Catalog.load()), encoding="utf-8")
