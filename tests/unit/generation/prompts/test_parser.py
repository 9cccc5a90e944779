"""Prompts that are joined, LoRAs, and what is refused."""

import pytest

from generation.errors import RequestRefused
from generation.prompts import Fragment, Join, Lora, parse, unweighted_note
from generation.prompts.loras import MOST_LORAS


def refusal_of(text: str) -> RequestRefused:
    with pytest.raises(RequestRefused) as refusal:
        parse(text)
    assert refusal.value.field == "prompt"
    assert refusal.value.remedy
    return refusal.value


@pytest.mark.parametrize(
    ("text", "plains", "shares"),
    [
        ('("a fox", "a wolf").blend(.7, .3)', ["a fox", "a wolf"], [0.7, 0.3]),
        ('("a fox", "a wolf").blend(7, 3)', ["a fox", "a wolf"], [0.7, 0.3]),
        ('("a fox", "a wolf").blend()', ["a fox", "a wolf"], [0.5, 0.5]),
        ("(“a fox”, “a wolf”).blend(1, 1)", ["a fox", "a wolf"], [0.5, 0.5]),
        ("(fox, wolf, owl).blend(2,1,1)", ["fox", "wolf", "owl"], [0.5, 0.25, 0.25]),
        ('( "a, b" , "c (d)1.2" ) .blend( 1, 3 ) ', ["a, b", "c d"], [0.25, 0.75]),
        ('("a","b").blend(1, -0.5, no_normalize)', ["a", "b"], [1, -0.5]),
        (r'("say \"hi\"", "b").blend()', ['say "hi"', "b"], [0.5, 0.5]),
    ],
)
def test_a_blend_has_its_parts_and_their_shares(text: str, plains: list, shares: list):
    prompt = parse(text)
    assert prompt.join is Join.BLEND
    assert [part.plain for part in prompt.parts] == plains
    assert [part.share for part in prompt.parts] == pytest.approx(shares)


def test_the_parts_of_an_and_stand_one_after_the_other():
    prompt = parse('("a fox++", "deep snow").and()')
    assert prompt.join is Join.AND
    assert prompt.plain == "a fox, deep snow"
    assert [part.share for part in prompt.parts] == [1, 1]


def test_a_weight_of_and_is_one_of_all_in_its_part():
    first, second = parse('("a fox", "deep (snow)1.2").and(1, 0.5)').parts
    assert first.fragments == (Fragment("a fox"),)
    assert second.fragments == (Fragment("deep ", 0.5), Fragment("snow", 0.6))


def test_add_is_another_name_of_and():
    assert parse('("a", "b").add()') == parse('("a", "b").and()')


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('("a", "b").blend(1)', "2 prompts and 1 weights"),
        ('("a", "b").and(1, 1, 1)', "2 prompts and 3 weights"),
        ('("a", "b").blend(1, much)', "not “much”"),
        ('("a", "b").blend(1, nan)', "not “nan”"),
        ('("a", "b").blend(1, 1e9)', "not “1e9”"),
        ('("a", "b").blend(1, -1)', "The weights of .blend() sum to 0: no prompt has a share."),
        ('("a", "b").blend(0, 0)', "The weights of .blend() sum to 0"),
        ('("a", "b").blend(0, 0, no_normalize)', "The weights of .blend() sum to 0"),
        ('("a", "b").blend(1, -0.9)', "shares of 10, -9"),
        ('("a", "b").blend(5, 1, no_normalize)', "each may be -2 to 2"),
        ('("a", "").blend(1, 1)', "Part 2 of .blend() can't be read"),
        ('("a" "b").and()', "Part 1 of .and() can't be read"),
        ("().blend()", "joins up to 8 prompts, not 0"),
        ("(a, b, c, d, e, f, g, h, i).and()", "joins up to 8 prompts, not 9"),
        ('a cat ("a", "b").blend(1, 1)', "can't stand beside other text"),
        ('("a", "b").blend(1, 1) at night', "can't stand beside other text"),
        ("(a) and (b).and()", "Part 1 of .and() can't be read"),
        ("a cat.swap(dog)", ".swap() is not known here"),
        ("(a cat).attend(1.2)", ".attend() is not known here"),
    ],
)
def test_what_is_meant_but_wrong_is_refused(text: str, says: str):
    assert says in str(refusal_of(text))


@pytest.mark.parametrize(
    ("text", "plain", "loras"),
    [
        ("a fox <lora:pixel:0.7>", "a fox", [("pixel", 0.7)]),
        ("a fox, <lora:pixel:0.7>", "a fox", [("pixel", 0.7)]),
        ("<lora:pixel>, a fox", "a fox", [("pixel", None)]),
        (r"a \<lora:x:1> or lora\:x:1", "a <lora:x:1> or lora:x:1", []),
        ("a fox, <lora:a b_c-1.5:-.5>, snow", "a fox, snow", [("a b_c-1.5", -0.5)]),
        ("a <LORA:x:1><lora:y:0.5> fox", "a fox", [("x", 1), ("y", 0.5)]),
        ("a fox lora:pixel:0.7, snow", "a fox, snow", [("pixel", 0.7)]),
        ("a fox withLora(pixel, 0.7)", "a fox", [("pixel", 0.7)]),
        ('("a <lora:x:1>", "b").and()', "a, b", [("x", 1)]),
        ("<lora:x:0.5>", "", [("x", 0.5)]),
        ("explore: a fox, Dora:1 <3", "explore: a fox, Dora:1 <3", []),
    ],
)
def test_loras_are_taken_out_of_the_text(text: str, plain: str, loras: list):
    prompt = parse(text)
    assert prompt.plain == plain
    assert prompt.loras == tuple(Lora(name, weight) for name, weight in loras)


def test_of_a_lora_that_stands_twice_the_last_counts_and_it_is_told():
    prompt = parse("a fox <lora:x:1> <lora:X:0.5>")
    assert prompt.loras == (Lora("X", 0.5),)
    assert len(prompt.notes) == 1


def test_a_prompt_names_so_many_loras_and_no_more():
    named = [f"<lora:x{number}:1>" for number in range(MOST_LORAS + 1)]
    assert len(parse(" ".join(named[1:])).loras) == MOST_LORAS
    assert "It names 5 LoRAs; 4 are allowed." in refusal_of(" ".join(named)).limit


@pytest.mark.parametrize(
    "text",
    [
        *("<lora:>", "<lora:x:strong>", "<lora:x:1:2>", "a <lora:x:1", "lora:x:much", "<lora::1>"),
        *("<lora:x:" + "9" * 400 + ">", "<lora:x:inf>", "<lora:x:nan>"),
    ],
)
def test_a_lora_that_cannot_be_read_is_refused(text: str):
    assert "no LoRA that can be read" in refusal_of(text).limit


def test_the_plain_text_has_no_marks_and_single_spaces():
    assert parse("a  (red:1.3)\n[fox] in (deep snow)++ ,  cat--").plain == (
        "a red fox in deep snow , cat"
    )


def test_marks_that_a_model_does_not_know_are_told():
    note = unweighted_note(parse("a fox++"), "Z-Image")
    assert note == "Z-Image knows no weighting: the marks were taken out of the prompt."
    assert unweighted_note(parse('("a", "b").and()'), "Z-Image")


def test_a_prompt_without_marks_needs_no_note():
    assert unweighted_note(parse("a fox (x:1), <lora:y:1>"), "Z-Image") is None
