"""Words are found however they are spelled, and nothing that only contains them."""

import timeit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.words.folding import fold
from generation.words.look_alikes import LOOK_ALIKES
from generation.words.matching import Doubted, WordList, allowed, blocked
from tests.support.timing import processor_seconds

BLOCKED = ["sex", "naked", "moby dick", "kill", "boob", "nude", "illicit", "裸", "голый"]
UNSEEN = "\u200b\u200c\u200d\u2060\u00ad\ufeff\u034f\ufe0f\u3164"
#: What looks like a letter.
DRESSES = {
    letter: [
        letter,
        letter.upper(),
        chr(ord(letter) + 0xFEE0),
        *(each for each, latin in LOOK_ALIKES.items() if latin == letter),
    ]
    for letter in "abcdefghijklmnopqrstuvwxyz"
}


def has(text: str, *refused: str, spared: tuple[str, ...] = ()) -> bool:
    return WordList(refused, spared).is_in(fold(text))


@st.composite
def disguised(draw: st.DrawFn, word: str) -> str:
    """A word in any dress, with spaces or signs between its letters, and things nobody sees."""
    gap = st.sampled_from(["", "", " ", ".", "-", "*", "_", " . "])
    unseen = st.text(UNSEEN, max_size=2)
    letters = []
    for letter in word:
        letters.append(draw(st.sampled_from(DRESSES.get(letter, [letter]))) + draw(unseen))
    between = [draw(gap) for _ in letters[1:]]
    return "".join(part for pair in zip(letters, [*between, ""], strict=True) for part in pair)


@given(st.data(), st.sampled_from(["sex", "naked", "nude", "illicit", "boob", "kill"]))
def test_no_disguise_hides_a_word(data: st.DataObject, word: str):
    typed = data.draw(disguised(word))
    before, after = data.draw(
        st.sampled_from([("", ""), ("a ", " fox"), ("(", ":1.2)"), ("", "!")])
    )
    assert has(f"{before}{typed}{after}", word)


@pytest.mark.parametrize(
    "typed", ["n4ked", "n@k3d", "N4K3D", "n 4 k 3 d", "n.a.k.3.d", "s3x", "$ex", "a55"]
)
def test_digits_and_signs_may_stand_for_letters(typed: str):
    assert has(f"a {typed} fox", "naked", "sex", "ass")


@pytest.mark.parametrize(
    "text",
    [
        "a Boeing 717",
        "455 foxes",
        "1011",
        "priced as $5",
        "chapter 5. ex libris",
        "nu 3",
        "x 4, 5, 5",
    ],
)
def test_numbers_and_prices_are_no_words(text: str):
    assert not has(text, "tit", "ass", "loli", "sex", "nue")


@given(st.lists(st.sampled_from(["Essex", "sexton", "Scunthorpe", "killjoy"]), min_size=1))
def test_what_is_allowed_is_never_refused(words: list[str]):
    text = " ".join(words)
    spared = ("essex", "sexton", "scunthorpe", "killjoy")
    assert not has(text, "*sex*", "*cunt*", "kill*", spared=spared)
    assert not has("\u200b".join(text), "*sex*", "*cunt*", "kill*", spared=spared)


@given(st.text(max_size=200))
def test_any_text_can_be_looked_at(text: str):
    has(text, *BLOCKED, spared=("essex",))


@pytest.mark.parametrize(
    "text",
    [
        "Essex",
        "isn't it",
        "wasn't it",
        "don't it",
        "pork ribs",
        "a sexton in Sussex",
        "sextant",
        "unisex",
        "snaked",
        "denuded hills",
        "skills",
        "a nuder tone",
        "cats exit",
        "Moby went, Dick stayed",
        "who're they",
        "the queen's ex",
    ],
)
def test_what_only_contains_a_word_is_none(text: str):
    assert not has(text, *BLOCKED, "whore", "tit", "r18")


@pytest.mark.parametrize(
    "text",
    [
        "SEX",
        "sex.",
        "(sex)",
        "sexes",
        "sex's",
        "5ex",
        "s3x",
        "$ex",
        "naked2",
        "nakeds",
        "na(ked)",
        "n++aked",
        "naaaked",
        "naaked",
        "nakeddd",
        "kills",
        "killed",
        "killing",
        "k1ll",
        "ki||",
        "kiII",
        "k1||ed",
        "n*ked",
        "s*x",
        "(na)1.3ked",
        "na:1.1ked",
        "na:.5ked",
        "nαkεδ",
        "пaked",
        "nudes",
        "nuding",
        "Moby-Dick",
        "moby_dick",
        "全裸の人",
        "голый",
        "г о л ы й",
    ],
)
def test_a_word_is_found_in_all_its_forms(text: str):
    assert has(text, *BLOCKED)


def test_a_plural_is_no_name():
    assert not has("Charles Dickens", "dick")
    assert has("dicks", "dick")


def test_letters_that_words_double_are_told_apart():
    assert not has("a good book", "god", "bok")
    assert has("gooood", "god")
    assert not has("I see ex libris", "sex")


def test_a_short_word_takes_no_longer_ones_with_it():
    assert not has("a caring, cared for", "car")
    assert has("cars", "car")


def test_stars_take_what_follows_or_stands_before():
    assert has("refuckulous", "*fuck*")
    assert has("fuckwit", "fuck*")
    assert not has("refuckulous", "fuck*")


def test_numbers_are_found_as_they_are():
    assert has("the number 88!", "88")
    assert not has("1988", "88")
    assert not has("bb", "88")


def test_stars_stand_for_letters_within_a_word_alone():
    assert not has("** n **", "nude", "an", "ne")
    assert not has("a * b, 2*2*2", "and", "abb")
    assert not has("n*****d", "naked")


def test_a_word_in_the_letters_of_others_is_one_of_its_own():
    assert has("nakedness, n a k e d", "naked")
    assert has("xx nude moby  dick", "moby dick")
    assert not has("mobydick, moby dickens", "moby dick")
    assert has("ab cd", "abcd", "cdab")
    assert not has("abc", "ab", "bc", "cabc")


def test_what_is_between_two_words_of_a_list_is_none():
    assert not has("nude kill", "denu", "dekill")
    assert not has("sexy", "exy", "ex", "sexyn")


def test_a_refused_word_beside_a_spared_one_is_found():
    assert has("sex in Essex", "*sex*", spared=("essex",))
    assert has("Essex, n a k e d", "*sex*", "naked", spared=("essex",))
    assert not has("the pen is red", "penis", spared=("pen is",))
    assert has("the p e n i s", "penis", spared=("pen is",))


@pytest.mark.parametrize("between", [" ", "  ", "-", "_", "'", "’", "\t", "\u00a0", "‑"])
def test_a_spared_phrase_may_be_parted_as_words_of_a_phrase_are(between: str):
    assert not has(f"the naked{between}eye", "naked", spared=("naked eye",))


@pytest.mark.parametrize(
    "text",
    [
        "naked, eye contact",
        "naked. Eye contact",
        "naked (eye contact)",
        "(naked) eye contact",
        "(naked:1.2) eye contact",
        "naked; eye contact",
        "naked: eye contact",
        "naked - eye contact",
        "naked 'eye contact'",
        "naked / eye contact",
        "naked\neye contact",
        "naked     eye contact",
    ],
)
def test_what_is_said_apart_is_no_spared_phrase(text: str):
    assert has(text, "naked", spared=("naked eye",))


@pytest.mark.parametrize("text", ["the pen. Is it red?", "a shot, a tree", "the pen (is red)"])
def test_words_that_only_together_are_one_may_stand_apart(text: str):
    assert not has(text, "penis", "shota", spared=("pen is", "shot a"))
    assert has(text, "penis", "shota")


def test_signs_that_stand_in_a_spared_phrase_may_stand_there():
    assert not has("Naked & Afraid", "naked", spared=("naked & afraid",))
    assert not has("naked afraid", "naked", spared=("naked & afraid",))
    assert has("naked, afraid", "naked", spared=("naked & afraid",))
    assert not has("Mr. Dick", "dick", spared=("mr. dick",))


@pytest.mark.parametrize("text", ["a naked kid glove", "naked kids gloves", "n4ked cute kid-glove"])
def test_what_is_doubted_is_not_spared_right_behind_certain_words(text: str):
    doubted = Doubted(["kid glove", "kids glove"], ["naked"], ["cute"])
    assert WordList(["kid"], doubted=doubted).is_in(fold(text))


@pytest.mark.parametrize(
    "text", ["a kid glove", "naked, a kid glove", "naked. Kid gloves", "naked in kid gloves"]
)
def test_elsewhere_what_is_doubted_is_spared(text: str):
    doubted = Doubted(["kid glove"], ["naked"], ["cute"])
    assert not WordList(["kid"], doubted=doubted).is_in(fold(text))


def test_words_of_an_entry_touch_where_they_may():
    assert not WordList(["moby dick"]).is_in(fold("mobydick"))
    assert WordList(["moby dick"], touching=True).is_in(fold("m0bydick"))
    assert WordList(["moby dick"], touching=True).is_in(fold("Moby-Dick"))
    assert not WordList(["moby dick"], touching=True).is_in(fold("mobydickens"))


@pytest.mark.parametrize("entry", ["McIntyre", "mcintyre", "MCINTYRE", "MсІntyrе"])
@pytest.mark.parametrize("text", ["McIntyre", "mcintyre", "MCINTYRE", "MсІntyrе"])
def test_what_is_spared_is_so_in_any_case(entry: str, text: str):
    assert has(text, "*intyre*")
    assert not has(text, "*intyre*", spared=(entry,))


@pytest.mark.parametrize("entry", ["", " ", "?!", "*", "x", "***", "\u200b"])
@pytest.mark.parametrize("make", [blocked, allowed])
def test_what_is_no_word_is_refused_as_an_entry(make, entry: str):
    with pytest.raises(ValueError, match="is no word"):
        make(entry)


def test_signs_that_are_letters_are_letters_in_an_entry():
    assert has("an ass", "a$$")
    assert not has("a fox", "a$$")


def test_a_long_list_and_a_long_prompt_take_milliseconds():
    words = [f"{a}{b}{c}r{d}" for a in "bcdfg" for b in "aeiou" for c in "klmnp" for d in "aeiou"]
    long_list = WordList([*words, *(f"{word}t" for word in words)])
    prompt = "a very detailed photograph of a lighthouse in a storm with waves, " * 22
    folded = fold(prompt[:1500])
    assert not long_list.is_in(folded)
    assert processor_seconds(lambda: long_list.is_in(folded)) < 0.25


@pytest.mark.parametrize(
    "piece",
    ["n ", "a!", "n!", "!|1", "n.a.k.", "k-", "il1|", "no", "s e ", "|", "1|", "i|", "+!$@"],
)
def test_no_text_takes_long(piece: str):
    text = (piece * 2000)[:2000]
    entries = [
        *BLOCKED,
        "illicit illicit",
        "*ii*",
        "nanananana",
        "lililililil",
        "*asasasas",
        "tits",
    ]
    words = WordList(entries, ["nan", "il li"])
    taken = timeit.repeat(lambda: words.is_in(fold(text)), number=1, repeat=3)
    assert min(taken) < 0.25
