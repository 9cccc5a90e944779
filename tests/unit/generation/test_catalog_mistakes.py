"""Each kind of mistake in a models.toml has a sentence of Easel's; all are told at once."""

import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.catalog import Catalog, put_entry
from generation.catalog._files import Tables
from generation.catalog._loras import OfferedLora
from generation.catalog._mistakes import SAID, table_at
from generation.catalog._model import ModelSpec
from generation.catalog._tools import ToolSpec
from generation.catalog._validated import entry_of, lora_of, tool_of
from generation.errors import CatalogError

#: A complete entry, to change one thing in.
WHOLE = """
[mine]
title = "Mine"
description = "Mine."
executor = "local"
repo = "a/b"
pipeline = "StableDiffusionXLPipeline"
sizes = [{ width = 512, height = 512 }]
steps = { min = 1, max = 4, default = 1 }
guidance = { min = 0, max = 1.5, default = 0 }
licence = { name = "MIT", commercial = true }
"""
LORA = """
[loras.style]
title = "Style"
repo = "a/b"
file = "x.safetensors"
base = "sdxl"
licence = { name = "MIT", commercial = true }
"""

#: What pydantic calls it: what is written, and what is said of it.
KINDS: dict[str, list[tuple[str, str]]] = {
    "string_type": [
        ("[demo]\ntitle = 3", '[demo], title: must be text in quotation marks, as in "…"')
    ],
    "string_too_short": [('[demo]\ntitle = ""', "[demo], title: must not be empty")],
    "string_too_long": [
        (
            f'[demo]\ntitle = "{"x" * 61}"',
            "[demo], title: is too long: 60 characters at most",
        )
    ],
    "int_type": [('[demo]\nbatch_limit = ["a"]', "[demo], batch_limit: must be a whole number")],
    "int_parsing": [
        ('[demo]\nbatch_limit = "many"', "batch_limit: must be a whole number, not “many”")
    ],
    "int_parsing_size": [
        ("[demo]\nbatch_limit = 1e300", "batch_limit: must be a whole number that is less large")
    ],
    "int_from_float": [
        (
            "[demo]\nsteps = { min = 1.5, max = 4, default = 2 }",
            "[demo], steps.min: must be a whole number, not 1.5",
        )
    ],
    "float_type": [
        ("[demo]\nnegative_prompt_above = []", "negative_prompt_above: must be a number")
    ],
    "float_parsing": [
        (
            '[demo]\nguidance = { min = "low", max = 4, default = 2 }',
            "[demo], guidance.min: must be a number, not “low”",
        )
    ],
    "finite_number": [
        (
            "[demo]\nguidance = { min = 0, max = inf, default = 2 }",
            "[demo], guidance.max: must be a finite number: inf is none",
        ),
        (
            "[demo]\nguidance = { min = nan, max = 4, default = 2 }",
            "[demo], guidance.min: must be a finite number: nan is none",
        ),
        (
            "[demo]\nsteps = { min = 1, max = inf, default = 2 }",
            "[demo], steps.max: must be a finite number: inf is none",
        ),
        (
            "[demo]\nmemory_gib = { whole = inf }",
            "[demo], memory_gib.whole: must be a finite number: inf is none",
        ),
        (
            '[demo]\nloras = [{ repo = "a/b", file = "l.safetensors", weight = nan }]',
            "[demo], loras.0.weight: must be a finite number: nan is none",
        ),
    ],
    "bool_type": [("[demo]\nhidden = [1]", "[demo], hidden: must be true or false")],
    "bool_parsing": [
        ('[demo]\nhidden = "perhaps"', "[demo], hidden: must be true or false, not “perhaps”")
    ],
    "greater_than": [
        ("[demo]\nmemory_gib = { whole = 0 }", "memory_gib.whole: must be above 0, not 0")
    ],
    "greater_than_equal": [
        (
            "[demo]\nguidance = { min = -1, max = 4, default = 2 }",
            "[demo], guidance.min: must be at least 0, not -1",
        )
    ],
    "less_than": [
        (
            "[tools.nsfw-detection]\nthreshold = 1",
            "[tools.nsfw-detection], threshold: must be below 1, not 1",
        )
    ],
    "less_than_equal": [
        ("[demo]\nbatch_limit = 99", "[demo], batch_limit: must be at most 16, not 99")
    ],
    "multiple_of": [
        (
            "[demo]\nsizes = [{ width = 250, height = 256 }]",
            "[demo], sizes.0.width: must be a multiple of 8, not 250",
        )
    ],
    "tuple_type": [('[demo]\nleft_out = "unet"', "[demo], left_out: must be a list")],
    "too_short": [("[demo]\nsizes = []", "[demo], sizes: must hold at least one")],
    "dict_type": [("[demo]\nmemory_gib = 4", "[demo], memory_gib: must be a table, as in { … }")],
    "model_type": [
        (
            "[demo]\nsteps = 4",
            "[demo], steps: must be a table, as in { min = …, max = …, default = … }",
        )
    ],
    "missing": [
        (
            "[demo]\nsteps = { max = 4 }",
            "[demo], steps: lacks min and default; write { min = …, max = …, default = … }",
        ),
        (
            '[mine]\ntitle = "x"\nexecutor = "local"\nrepo = "a/b"\nsizes = []',
            "[mine]: lacks description, steps, guidance and licence, or a base that has them.",
        ),
        ("[sdxl-trubo]\nhidden = true", "base that has them. Did you mean sdxl-turbo?"),
        (LORA.replace('base = "sdxl"', ""), "[loras.style]: lacks base"),
    ],
    "extra_forbidden": [
        ("[demo]\nstep = 3", "[demo], step: there is no such key. Did you mean steps?"),
        ("[demo]\nxyzzy = 3", "xyzzy: there is no such key; docs/models.md lists all"),
        (
            "[demo]\nsteps = { min = 1, max = 4, default = 1, of = 2 }",
            "[demo], steps.of: there is no such key. Allowed are: min, max, default.",
        ),
        (
            '[demo]\nlicence = { nme = "MIT", name = "MIT", commercial = true }',
            "[demo], licence.nme: there is no such key. Did you mean name?",
        ),
        ("[demo]\noffers = []", "[demo], offers: there is no such key"),
        (LORA.replace("title", "titel"), "[loras.style], titel: there is no such key. Did you m"),
    ],
    "literal_error": [
        (
            '[demo]\ndtype = "float61"',
            "dtype: “float61” is none of: float16, bfloat16, float32. Did you mean float16?",
        ),
        ("[demo]\nmemory_gib = { huge = 5 }", "[demo], memory_gib.huge: “huge” is none of: whole"),
        (
            "[demo]\nquantization = { components = ['unet'], bits = 8 }",
            "[demo], quantization.bits: 8 is none of: 4.",
        ),
    ],
    "string_pattern_mismatch": [
        (WHOLE.replace("[mine]", "[Mine]"), "[Mine], name: must be 1 to 40 small letters, digits"),
        (
            '[sdxl]\nrevision = "main"',
            "revision: must be the 40 hex digits of a commit, in small letters, not “main”",
        ),
        ('[demo]\npipeline = "os.system"', "pipeline: must be the name of a class of diffusers"),
        ('[demo]\nscheduler = { name = "x" }', "scheduler.name: must be the name of a class of"),
        (
            '[demo]\nlicence = { name = "a, b", commercial = true }',
            "licence.name: must be a name without commas",
        ),
        ('[demo]\nvae = { repo = "a/b", subfolder = "../x" }', "must be the name of a folder of"),
        ('[zb-tech]\nprovider = "fal ai"', "provider: must be auto or a provider's name in small"),
        (
            '[demo]\nalso = ["Big one"]',
            "[demo], also.0: must be 1 to 40 small letters, digits, . or -, a letter or digit",
        ),
        *(
            (
                f'[demo]\n{key} = "two\\nlines"',
                f"[demo], {key}: must be a single line, without control characters, not “two·lines",
            )
            for key in ("title", "description")
        ),
        (
            LORA.replace('"Style"', '"\\u2028"'),
            "[loras.style], title: must be a single line, without control characters",
        ),
        *(
            (
                f'[demo]\nlicence = {{ name = "MIT", link = "{link}", commercial = true }}',
                "licence.link: must be a page's address that begins with https://, not “",
            )
            for link in ("http://example.org", "https://", "https://a b", "javascript:alert(1)")
        ),
        (LORA.replace("style", "Style"), "[loras.Style], name: must be 1 to 40 small letters"),
    ],
    "value_error": [
        (
            "[demo]\nsteps = { min = 5, max = 2, default = 3 }",
            "[demo], steps: needs min ≤ default ≤ max, has 5, 3, 2",
        ),
        (
            '[zb-tech]\nendpoint = "http://example.org/secret"',
            "[zb-tech], endpoint: must begin with https:// (http:// only for this machine itself)",
        ),
        (
            '[zb-tech]\nendpoint = "https://me:secret@example.org"',
            "[zb-tech], endpoint: must be an address alone, as in https://host/path",
        ),
        ('[zb-tech]\nendpoint = "https://h:port"', "must be an address alone"),
        (
            '[demo]\nscheduler = { name = "AScheduler", options = { a = nan } }',
            "[demo], scheduler.options.a: must be finite",
        ),
        (
            '[demo]\nscheduler = { name = "AScheduler", options = { a = [1] } }',
            "[demo], scheduler.options.a: must be text, a number, true or false",
        ),
        (
            "[demo]\nextra_arguments = { values = { a = [1, { b = inf }] } }",
            "[demo], extra_arguments.values.a: must be finite",
        ),
        (
            "[demo]\nextra_arguments = { values = { a = 2026-01-01 } }",
            "[demo], extra_arguments.values.a: must be text, a number, true or false, a list or",
        ),
    ],
    "clashes": [
        (
            "[demo]\nsteps = { min = 0, max = 2, default = 1 }",
            "[demo], steps.min: must be at least 1",
        )
    ],
}


def said_of(folder: Path, text: str) -> list[str]:
    """The lines of the refusal."""
    path = folder / "models.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CatalogError) as refused:
        Catalog.load(path)
    return str(refused.value).splitlines()


@pytest.mark.parametrize(
    ("text", "says"), [case for cases in KINDS.values() for case in cases], ids=str
)
def test_a_mistake_has_a_sentence_with_file_entry_and_field(tmp_path: Path, text: str, says: str):
    lines = said_of(tmp_path, text)
    assert any(says in line for line in lines), lines
    assert all(line.startswith(f"{tmp_path / 'models.toml'}, [") for line in lines)
    assert not [line for line in lines if "secret" in line.partition("models.toml, ")[2]]


def test_every_kind_that_has_a_sentence_is_tried():
    assert not set(SAID) - set(KINDS)


def test_no_sentence_is_pydantics(tmp_path: Path):
    for text, _ in (case for cases in KINDS.values() for case in cases):
        for line in said_of(tmp_path, text):
            for words in ("Input", "should be", "Field required", "Extra inputs", "pattern"):
                assert words not in line


def test_every_pattern_is_told_in_words():
    def fields(model: type) -> list[str]:
        found = []
        for name, field in model.model_fields.items():
            if any(getattr(each, "pattern", None) for each in field.metadata):
                assert field.description, f"{model.__name__}.{name}"
                found.append(name)
            inner = table_at(model, (name,))
            found += fields(inner) if inner else []
        return found

    assert {"name", "revision", "pipeline", "provider", "subfolder"} <= set(fields(ModelSpec))
    assert {"name", "file", "sha256", "revision"} <= set(fields(ToolSpec))


def test_all_mistakes_of_a_file_are_told_at_once_in_its_order(tmp_path: Path):
    text = (
        "[demo]\nstep = 3\nguidance = { max = 4 }\nsize_multiple = 48\n"
        '[sdxl]\ndtype = "half"\n[sdxl-turbo]\nbase = "sdlx"\n'
        '[loras.style]\nbase = "sdxl"\n'
    )
    said = [line.partition("models.toml, ")[2] for line in said_of(tmp_path, text)]
    assert [line.partition(":")[0] for line in said] == [
        "[loras.style]",
        "[demo], step",
        "[demo], guidance",
        "[demo], sizes.0",  # seen though another field is wrong
        "[sdxl-turbo], base",
        "[sdxl], dtype",
    ]
    assert "there is no model sdlx. Did you mean sdxl?" in said[4]


def test_a_mistake_of_a_base_is_told_of_the_base_alone(tmp_path: Path):
    (line,) = said_of(tmp_path, "[sdxl]\nsteps = { min = 0, max = 40, default = 30 }\n")
    assert "[sdxl], steps.min" in line


def test_a_list_whose_items_are_wrong_is_not_said_to_be_empty(tmp_path: Path):
    (line,) = said_of(tmp_path, "[demo]\nsizes = [{ width = 500, height = 512 }]\n")
    assert "sizes.0.width: must be a multiple of 8, not 500" in line


def test_what_clashes_with_a_bases_field_names_the_base(tmp_path: Path):
    text = (
        '[mine]\ntitle = "Mine"\ndescription = "Mine."\nbase = "sdxl-lightning-4"\n'
        'checkpoint = { repo = "./c", file = "c.safetensors" }\n'
        'licence = { name = "mine", commercial = true }\n'
    )
    (line,) = said_of(tmp_path, text)
    assert "[mine], unet: `checkpoint` holds the denoiser already" in line
    assert line.endswith("(it comes from sdxl-lightning-4)")


def test_a_circle_of_bases_is_told_once(tmp_path: Path):
    lines = said_of(tmp_path, '[sdxl]\nbase = "sdxl-lightning-4"\n')
    assert len(lines) == 1
    assert "sdxl → sdxl-lightning-4 → sdxl goes round in a circle" in lines[0]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('[demo]\ntitle = "SDXL"', "[demo], title: “sdxl” is what sdxl is called: choose another"),
        ('[demo]\ntitle = "sd 2.1 "\n[sd-2-1]\ntitle = "SD 2.1"', "is what demo is called"),
        ('[demo]\nalso = ["turbo"]', "[demo], also: “turbo” is what sdxl-turbo is called"),
        ('[demo]\nalso = ["sdxl"]', "[demo], also: “sdxl” is what sdxl is called"),
        (
            WHOLE.replace("[mine]", "[turbo]"),
            "[turbo]: sdxl-turbo is called so as well: take another name, or give [sdxl-turbo]"
            " another `also`",
        ),
        # Of one file, the title is told of and not the name.
        (f'[demo]\ntitle = "MINE"\n{WHOLE}', "[demo], title: “mine” is what mine is called"),
    ],
)
def test_what_two_entries_are_called_is_a_mistake_of_the_later_file(
    tmp_path: Path, text: str, says: str
):
    (line,) = said_of(tmp_path, text)
    assert line.startswith(f"{tmp_path / 'models.toml'}, [")
    assert says in line


@pytest.mark.parametrize(
    "text",
    [
        '[sdxl-turbo]\nhidden = true\n[demo]\nalso = ["turbo"]',
        '[sdxl-turbo]\nalso = []\n[demo]\nalso = ["turbo"]',
        '[demo]\ntitle = "DEMO"\nalso = ["demo"]',
    ],
)
def test_what_an_entry_is_called_may_be_what_no_other_one_is_called(tmp_path: Path, text: str):
    (tmp_path / "models.toml").write_text(text, encoding="utf-8")
    assert Catalog.load(tmp_path / "models.toml")["demo"].names[0] == "demo"


def test_a_mistake_is_told_of_the_file_it_is_in(tmp_path: Path):
    first, second = tmp_path / "first.toml", tmp_path / "second.toml"
    first.write_text("[demo]\nstep = 1\n")
    second.write_text("[demo]\nsize = 1\n")
    with pytest.raises(CatalogError) as refused:
        Catalog.load(first, second)
    said = str(refused.value).splitlines()
    assert said[0].startswith(f"{first}, [demo], step: ")
    assert said[1].startswith(f"{second}, [demo], size: ")


def test_an_entry_that_is_put_into_a_file_is_refused_by_that_files_name(tmp_path: Path):
    path = tmp_path / "models.toml"
    with pytest.raises(CatalogError) as refused:
        put_entry(path, "mine", {"base": "sdxl", "title": ""}, check=Catalog.load)
    assert f"{path}, [mine], title: must not be empty" in str(refused.value)
    assert ".new" not in str(refused.value)


scalars = st.one_of(
    st.booleans(),
    st.integers(min_value=-(2**70), max_value=2**70),
    st.floats(),
    st.text(max_size=5),
    st.dates(),
    st.sampled_from(["sdxl", "mine", "hosted", "local", "a/b", "FluxPipeline", "unet"]),
)
anything = st.recursive(
    scalars,
    lambda inner: st.one_of(
        st.lists(inner, max_size=2),
        st.dictionaries(
            st.sampled_from(["min", "max", "repo", "name", "file", "values", "whole", "x"]),
            inner,
            max_size=3,
        ),
    ),
    max_leaves=4,
)


@given(
    fields=st.dictionaries(st.sampled_from([*ModelSpec.model_fields, "steeps"]), anything),
    style=st.dictionaries(st.sampled_from([*OfferedLora.model_fields, "x"]), anything),
    x4=st.dictionaries(st.sampled_from([*ToolSpec.model_fields, "scael"]), anything),
)
def test_whatever_tables_hold_they_are_taken_or_refused_in_words(
    fields: dict[str, Any], style: dict[str, Any], x4: dict[str, Any]
):
    tables = Tables({"mine": fields}, {"style": style}, {"x4": x4}, {}, [], [Path("models.toml")])
    own_tables = (("[mine]", fields), ("[loras.style]", style), ("[tools.x4]", x4))
    for table, own in own_tables:
        tables.files[table] = dict.fromkeys(("", *own), Path("models.toml"))
    tool = tool_of("x4", tables)
    assert (tool is not None) or tables.mistakes
    lora = lora_of("style", tables)
    spec = entry_of("mine", tables, [lora] if lora else [])
    assert (spec is not None) or tables.mistakes
    for mistake in tables.mistakes:
        assert not re.search(
            r"Input|should be|valid (string|integer|number)|Field req", str(mistake)
        )
