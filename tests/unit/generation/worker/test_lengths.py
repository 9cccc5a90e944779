"""Of a prompt too long for its model is said where it was cut: there, and nowhere else."""

import re
from pathlib import Path
from typing import Any

import pytest

from generation.request import GenerationRequest
from generation.worker import lengths
from generation.worker.lengths import _quoted
from generation.worker.loaded import LoadedModel
from generation.worker.paint import paint
from tests.unit.generation.worker.entries import CATALOG, entry, load

LONG = ", ".join(f"thing number {number}" for number in range(80))
WHOLE = {"quantization": None}  # 4 bits need a GPU
PLAIN = {"weighting": False, "steps": entry("sdxl-turbo").steps}
WITHOUT_T5 = {**WHOLE, "left_out": ("text_encoder_3", "tokenizer_3")}

#: Entries that Compel does not read for, what to change in them, and how many tokens they take.
LIMITS: list[tuple[str, dict[str, Any], int]] = [
    ("sdxl", PLAIN, 77),
    ("sd-2-1", PLAIN, 77),
    ("sd-3-5-medium", WHOLE, 256),
    ("sd-3-5-medium", WITHOUT_T5, 77),
    ("flux-1-schnell", {}, 256),
    ("flux-1-schnell", {"extra_arguments": None}, 512),
    ("flux-2-klein", {}, 512),
    ("z-image-turbo", {}, 512),
]
each_limit = pytest.mark.parametrize(("name", "changes", "tokens"), LIMITS)


def asked(spec: Any, prompt: str, **options: Any) -> GenerationRequest:
    request = GenerationRequest.build(spec, prompt, seed=7, **options)
    return request.model_copy(update={"width": 64, "height": 64})


def encoded(model: LoadedModel, spec: Any, request: GenerationRequest) -> list[str]:
    """What each encoder is given while a picture is painted, as text without spaces."""
    seen: list[str] = []
    hooks = []
    for suffix in ("", "_2", "_3"):
        encoder = getattr(model.pipeline, f"text_encoder{suffix}", None)
        tokenizer = getattr(model.pipeline, f"tokenizer{suffix}", None)
        if encoder is None:
            continue

        def keep(_: Any, given: Any, named: Any, tokenizer: Any = tokenizer) -> None:
            (tokens,) = named["input_ids"] if "input_ids" in named else given[0]
            seen.append(tokenizer.decode(tokens, skip_special_tokens=True).replace(" ", ""))

        hooks.append(encoder.register_forward_pre_hook(keep, with_kwargs=True))
    paint(model, spec, [request], lambda _: None)
    for hook in hooks:
        hook.remove()
    return seen


@each_limit
def test_the_first_word_named_is_the_first_that_no_encoder_was_given_whole(
    name: str, changes: dict[str, Any], tokens: int
) -> None:
    spec = entry(name, **changes)
    model = load(spec)
    request = asked(spec, LONG)
    (remark,) = lengths.remarks(model, spec, request)
    said = re.fullmatch(
        rf"{re.escape(spec.title)} reads about {tokens} tokens of a prompt:"
        r" from “(.+)…” on it was left out\.",
        remark,
    )
    assert said, remark
    read, _, left_out = LONG.partition(said[1])
    assert left_out
    first = read + said[1].split()[0]
    given = encoded(model, spec, request)
    assert any(read.replace(" ", "") in text for text in given)
    assert not any(first.replace(" ", "") in text for text in given)


@each_limit
def test_of_a_prompt_that_is_read_whole_nothing_is_said(
    name: str, changes: dict[str, Any], tokens: int
) -> None:
    spec = entry(name, **changes)
    assert lengths.remarks(load(spec), spec, asked(spec, "a red fox in the snow")) == ()


def test_the_docs_say_how_much_each_shipped_entry_reads() -> None:
    lines = Path("docs/prompts.md").read_text(encoding="utf-8").splitlines()
    of_docs = {
        (title.strip(), int(tokens))
        for titles, tokens in (line.split("|")[1:3] for line in lines if line.count("|") == 4)
        if tokens.strip().isdecimal()
        for title in titles.split(",")
    }
    shipped = {
        (CATALOG[name].title, tokens) for name, changes, tokens in LIMITS if changes in (WHOLE, {})
    }
    assert of_docs == shipped
    local = {spec.title for spec in CATALOG.values() if spec.executor == "local"}
    weighing = {spec.title for spec in CATALOG.values() if spec.weighting}
    assert {title for title, _ in shipped} == local - weighing


def test_of_what_compel_reads_nothing_is_said() -> None:
    spec = entry("sdxl-turbo")
    assert lengths.remarks(load(spec), spec, asked(spec, LONG)) == ()


def test_as_long_as_the_model_takes_is_not_too_long() -> None:
    spec = entry("sdxl", **PLAIN)
    model = load(spec)
    words = "a" * 75  # and the two marks that are around all words
    assert lengths.remarks(model, spec, asked(spec, words)) == ()
    assert lengths.remarks(model, spec, asked(spec, words + "b"))


def test_what_is_only_a_mark_is_not_counted() -> None:
    spec = entry("sdxl", **PLAIN)
    assert lengths.remarks(load(spec), spec, asked(spec, f"({'a' * 75}:1.3)")) == ()


def test_a_negative_prompt_is_cut_where_it_acts() -> None:
    spec = entry("sd-3-5-medium", **WHOLE)
    model = load(spec)
    (remark,) = lengths.remarks(model, spec, asked(spec, "a fox", negative_prompt=LONG))
    assert "about 256 tokens of a negative prompt: from “" in remark
    without = asked(spec, "a fox", negative_prompt=LONG, guidance=1.0)
    assert lengths.remarks(model, spec, without) == ()


def test_of_a_tokenizer_that_can_not_tell_nothing_is_said() -> None:
    class Unknown:
        pass

    spec = entry("flux-1-schnell")
    model = load(spec)
    model.pipeline.tokenizer_2 = Unknown()
    assert lengths.remarks(model, spec, asked(spec, LONG)) == ()


def test_a_tokenizer_that_fails_costs_no_picture_and_no_prompt_is_logged(
    caplog: pytest.LogCaptureFixture,
) -> None:
    spec = entry("z-image-turbo")
    model = load(spec)
    model.pipeline.tokenizer.chat_template = "{{ raise_exception(messages[0].content) }}"
    assert lengths.remarks(model, spec, asked(spec, LONG)) == ()
    (record,) = [each for each in caplog.records if each.name == lengths.__name__]
    assert record.getMessage() == "z-image-turbo: how far it reads can't be told (TemplateError)"
    assert record.exc_info is None


@pytest.mark.parametrize(
    ("text", "begin", "shown"),
    [
        ("a red fox", 2, "red fox"),
        ("a red fox", 4, "red fox"),  # in the middle of a word
        ("a red fox", 5, "fox"),
        ("a red, wild fox", 5, "wild fox"),
        ("a red fox!", 9, "!"),
        ("雪" * 100, 50, "雪" * 50),
        ("雪" * 200, 50, "雪" * 60 + "…"),
        ("a fox, " * 20, 0, "a fox, a fox, a fox, a fox, a fox, a fox, a fox, a fox, a…"),
    ],
)
def test_what_was_left_out_is_quoted_from_a_words_beginning(
    text: str, begin: int, shown: str
) -> None:
    assert _quoted(text, begin) == shown
