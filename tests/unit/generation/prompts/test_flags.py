"""Options typed into the prompt, and what they are told apart from."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.errors import RequestRefused
from generation.prompts import Aspect, Flags, parse, split_flags
from tests.support.timing import processor_seconds


def test_all_flags_at_once():
    prompt, flags = split_flags(
        "a fox --ar 3:2 --seed 7 --steps 4 --cfg 4.5 --no hands, text --model turbo"
    )
    assert prompt == "a fox"
    assert flags == Flags(
        model="turbo",
        aspect=Aspect(3, 2),
        seed=7,
        steps=4,
        guidance=4.5,
        negative_prompt="hands, text",
    )


@pytest.mark.parametrize(
    ("text", "prompt", "flags"),
    [
        ("a fox", "a fox", Flags()),
        ("--seed 7 a fox", "a fox", Flags(seed=7)),
        ("a fox --seed 7 in snow", "a fox in snow", Flags(seed=7)),
        ("a fox\n--seed 7", "a fox", Flags(seed=7)),
        ("a fox --seed=7", "a fox", Flags(seed=7)),
        ("a fox --seed: 7,", "a fox", Flags(seed=7)),
        ("a fox --SEED 7", "a fox", Flags(seed=7)),
        ("a fox --seed -7", "a fox", Flags(seed=-7)),
        ("a fox --seed ７", "a fox", Flags(seed=7)),
        ("a fox --guidance 4,5", "a fox", Flags(guidance=4.5)),
        ("a fox --size 512x768", "a fox", Flags(size="512x768")),
        ("a fox --m demo", "a fox", Flags(model="demo")),
        ('a fox --model "ZB-Tech Text-to-Image"', "a fox", Flags(model="ZB-Tech Text-to-Image")),
        ("a fox --no hands --no text", "a fox", Flags(negative_prompt="hands, text")),
        ("--no (ugly hands)1.2, --seed 1", "", Flags(seed=1, negative_prompt="(ugly hands)1.2")),
        ('("a", "b").blend(.7, .3) --seed 1', '("a", "b").blend(.7, .3)', Flags(seed=1)),
    ],
)
def test_flags_are_taken_out_of_the_prompt(text: str, prompt: str, flags: Flags):
    assert split_flags(text) == (prompt, flags)


@pytest.mark.parametrize("dashes", ["--", "—", "–", "——", "––"])
def test_the_dashes_that_phones_make_are_flags(dashes: str):
    assert split_flags(f"a fox {dashes}seed 7") == ("a fox", Flags(seed=7))


@pytest.mark.parametrize(
    "text",
    [
        "a cat-- in snow",
        "a cat--",
        "(a cat)-- in snow",
        "a cat -- a dog",
        "a cat--seed 7",
        "a cat - seed 7",
        "a cat -seed 7",
        "a cat --7",
        "a cat — seed 7",
        "a cat —running",
        "a cat—seed 7",
        "a cat —seeds",
        "(--seed 7)",
        r"a cat \--seed 7",
        r"a cat \—seed 7",
    ],
)
def test_other_dashes_are_left_in_the_prompt(text: str):
    assert split_flags(text) == (text, Flags())


def test_a_down_weight_and_a_flag_stand_side_by_side():
    prompt, flags = split_flags("a cat-- --no dogs-- --seed 7")
    assert flags == Flags(seed=7, negative_prompt="dogs--")
    assert [fragment.weight for fragment in parse(prompt).parts[0].fragments] == [1, 0.81]


@pytest.mark.parametrize(
    ("text", "flag", "says"),
    [
        ("a fox --seed abc", "--seed", "a whole number, not “abc”"),
        ("a fox --seed", "--seed", "It takes a whole number."),
        ("a fox --seed --steps 4", "--seed", "It takes a whole number."),
        ("a fox --seed 1.5", "--seed", "not “1.5”"),
        ("a fox --seed " + "9" * 1400, "--seed", "not “9999"),
        ("a fox --steps many", "--steps", "not “many”"),
        ("a fox --cfg high", "--cfg", "a number, not “high”"),
        ("a fox --cfg nan", "--cfg", "not “nan”"),
        ("a fox --ar wide", "--ar", "a ratio of width to height, not “wide”"),
        ("a fox --ar 0:1", "--ar", "not “0:1”"),
        ("a fox —ar 3", "--ar", "not “3”"),
        ("a fox --no", "--no", "what you don't want to see"),
        ("a fox --no , --seed 7", "--no", "what you don't want to see"),
        ("a fox --model", "--model", "a model's name"),
        ('a fox --model ""', "--model", "a model's name"),
    ],
)
def test_a_value_that_cannot_be_read_is_refused_by_the_flags_name(text: str, flag: str, says: str):
    with pytest.raises(RequestRefused) as refusal:
        split_flags(text)
    assert refusal.value.field == flag
    assert says in refusal.value.limit
    assert "Write it like --" in refusal.value.remedy


@pytest.mark.parametrize(
    ("text", "prompt", "unknown", "says"),
    [
        ("a fox --sed 7 in snow", "a fox in snow", ("sed",), "Did you mean --seed?"),
        ("a fox --step 4", "a fox", ("step",), "Did you mean --steps?"),
        ("a fox --v 6.1 --seed 7", "a fox", ("v",), "There are: --ar, --seed"),
        ("a fox --tile in snow", "a fox in snow", ("tile",), "no flag --tile"),
        ("a fox --été --été", "a fox", ("été",), "no flag --été"),
    ],
)
def test_an_unknown_flag_is_left_out_and_named(text: str, prompt: str, unknown: tuple, says: str):
    left, flags = split_flags(text)
    assert left == prompt
    assert flags.unknown == unknown
    (note,) = flags.notes
    assert says in note


def test_of_a_flag_that_stands_twice_the_last_counts_and_it_is_told():
    _, flags = split_flags("a fox --seed 1 --seed 2")
    assert flags.seed == 2
    assert flags.notes == ("--seed stands there more than once: the last one counts.",)


def test_many_notes_are_few():
    _, flags = split_flags(
        "a fox" + " --seed 2" * 9 + " --steps 1" * 9 + " --aa --bb --cc --dd --ee"
    )
    assert len(flags.unknown) == 5
    assert len(flags.notes) == 6
    assert "all were left out" in flags.notes[-1]


def test_an_option_wins_over_its_flag_and_it_is_told():
    _, flags = split_flags("a fox --seed 1 --steps 4 --no hands")
    settled = flags.overruled_by(seed=2, negative_prompt="text", guidance=3.0)
    assert (settled.seed, settled.steps, settled.guidance) == (2, 4, 3.0)
    assert settled.negative_prompt == "text"
    assert settled.notes == (
        "The option seed was given: --seed is left out.",
        "The option negative_prompt was given: --no is left out.",
    )


def test_an_option_that_says_the_same_as_its_flag_needs_no_note():
    _, flags = split_flags("a fox --seed 1")
    assert flags.overruled_by(seed=1) == flags


@pytest.mark.parametrize(
    ("text", "options"), [("x --ar 3:2", {"size": "64x64"}), ("x --ar 3:2 --size 64x64", {})]
)
def test_a_size_wins_over_a_shape(text: str, options: dict):
    _, flags = split_flags(text)
    settled = flags.overruled_by(**options)
    assert settled.aspect is None
    assert settled.size == "64x64"
    assert settled.notes == ("A size was given: --ar is left out.",)


@pytest.mark.parametrize("text", ["--a " * 370, "—" * 1500, " " * 1500 + "--", "--" + "a" * 1490])
def test_no_flags_take_long(text: str):
    assert processor_seconds(lambda: split_flags(text)) < 0.5


@given(
    st.lists(
        st.sampled_from(["a", " ", "--", "—", "seed", "ar", "no", "3:2", "7", "=", ",", '"', "\n"])
        | st.text(max_size=3),
        max_size=40,
    ).map("".join)
)
def test_any_text_is_split_or_refused_and_stays_without_flags(text: str):
    try:
        prompt, flags = split_flags(text)
    except RequestRefused:
        return
    if flags == Flags():
        assert prompt == text.strip()
