"""Letters of other alphabets are read as the Latin ones they look like; their own words are not."""

import pytest

from generation.words import minors
from generation.words.folding import fold
from generation.words.look_alikes import LOOK_ALIKES, OPEN, latin_for
from generation.words.matching import WordList
from tests.unit.generation.words.timing import seconds

ENGLISH = WordList(
    [
        *("naked", "nude", "sex", "fuck*", "cunt", "rape", "nigger*", "tit", "ass", "cum", "anus"),
        *("penis", "cock", "anal", "nue", "hate", "kill", "gun", "sin", "teen", "kid", "baby"),
    ]
)


@pytest.mark.parametrize(
    "typed",
    [
        *("nΛked", "nλked", "ηakεd", "naĸed", "naҝed", "nakɘd", "Ꮑaked", "nʌked", "nд" + "ked"),
        *("ΝAΚED", "ИДKED", "Νude", "nυde", "иude", "πude", "nυԁe", "ηυԁе", "nakΣd", "n∀ked"),
        *("ᑎᗩKᗴᗪ", "几卂Ҝ乇ᗪ", "ภคкeđ", "ꓠꓥꓗꓰꓓ", "ŋąƙɛɖ", "ꞥaꝁed", "nakeð", "ɴʌᴋɘᴅ"),
        *("fυck", "fцck", "fuϲk", "FUϹK", "fuςk", "fμck", "cuηt", "ηιggεя", "яape", "se×"),
        # one by one, as any other word
        *("n λ k e d", "n υ d e", "Ν.a.k.e.d"),
    ],
)
def test_a_letter_is_what_it_looks_like_among_latin_ones(typed: str):
    assert ENGLISH.is_in(fold(typed))
    assert ENGLISH.is_in(fold(f"a {typed}!"))


@pytest.mark.parametrize("sign", "ːˈʻˑˌ꞉ـʼˮꜗ々ーゝ")
def test_modifiers_between_letters_hide_nothing(sign: str):
    assert ENGLISH.is_in(fold(f"na{sign}ked"))
    assert ENGLISH.is_in(fold(sign.join("naked")))
    assert minors.is_refused(fold(f"na{sign}ked chi{sign}ld"))


@pytest.mark.parametrize(
    "text",
    [
        "Το κορίτσι κάθεται στην ακτή και κοιτάζει τη θάλασσα, ενώ ο ήλιος δύει πίσω από τα νησιά",
        "ΕΝΑ ΠΑΙΔΙ ΚΑΙ ΜΙΑ ΓΑΤΑ ΣΕ ΕΝΑ ΣΠΙΤΙ ΜΕ ΚΟΚΚΙΝΗ ΣΤΕΓΗ",
        "Αναλύοντας την κατάσταση, τίτλος: άνεμος, τίτανας, κόκορας και κοκόνα σε νησί, Λίμνη",
        "Девочка и мальчик играют у реки, на берегу стоит старый дом, а над ним летят птицы",
        "И я, и он, и она пили чай у печи в тот вечер; в саду цвели вишни",
        "КИНО И ТЕАТР: СЕКРЕТ СТАРОГО ЗАМКА",
        "Выражение лица, на лице улыбка, пицца, сим-карта; тези пици, нічого, ανοίγω",
        "ビールを飲む人々、タワーとコーヒー、Tシャツの山、口の中の七色",
        "五千尺の山に乙女が立つ，几乎看不见人口，七个山口",
        "ผู้หญิงยืนอยู่ริมทะเลและมองเรือ",
        "ילדה עומדת ליד הים ומסתכלת על השקיעה",
        "Naruto × Sasuke, 1920×1080, § 5, 3 × 4 m",
        "a sign that says ΝΑΥΣ in front of the Москва cinema, η = 0.5, 5 μm",
    ],
)
def test_prose_in_other_alphabets_is_no_english(text: str):
    assert not ENGLISH.is_in(fold(text))
    assert not WordList([*minors._SEXUAL, "an", "as", "tu"]).is_in(fold(text))


@pytest.mark.parametrize(
    ("entry", "text"),
    [
        ("νόμος", "a sign: ΝΌΜΟΣ"),
        ("ΝΌΜΟΣ", "νόμος"),
        ("σεξ", "ΣΕΞ"),
        ("голый", "a Г О Л Ы Й fox"),
        ("секс", "СЕКС"),
        ("голый", "a гoлый fox"),  # with a Latin o
        ("гoлый", "голый"),
        ("ヌード", "ヌード"),
        ("山", "Tシャツの山"),
    ],
)
def test_their_own_words_are_found(entry: str, text: str):
    assert WordList([entry]).is_in(fold(text))


@pytest.mark.parametrize("word", ["лица", "лице", "пицца", "сим", "тези", "нічо", "ανοίγω"])
def test_nor_is_a_word_of_theirs_beside_english(word: str):
    assert not ENGLISH.is_in(fold(f"a sign with {word}"))
    assert not minors.is_refused(fold(f"{word}, child"))
    assert not minors.is_refused(fold(f"nude, {word}"))


def test_length_marks_stay_in_their_own_words():
    assert fold("ビール").text == "ビール"
    assert not WordList(["ビル"]).is_in(fold("ビール"))


def test_all_tables_agree():
    """What looks like several looks like its Latin letter above, too, and is no Latin one."""
    for other, letters in OPEN.items():
        assert not other.isascii()
        assert other == other.casefold()
        assert LOOK_ALIKES.get(other, letters[0]) in letters
    assert all(each == each.casefold() or ord(each) > 0x1F000 for each in LOOK_ALIKES)


def test_names_tell_of_letters_that_no_table_has():
    assert latin_for("ꞥ") == "n"
    assert latin_for("ʠ") == "q"
    assert latin_for("қ") == "k"
    assert latin_for("ж") == "ж"
    assert latin_for("裸") == "裸"


@pytest.mark.parametrize("text", ["nude, tεη years old", "nude gιrl, twelνe", "ѕeхy, υnder 18"])
def test_ages_are_read_through_them(text: str):
    assert minors.is_refused(fold(text))


@pytest.mark.parametrize("piece", ["υ", "σ ", "ʌa", "λ.η.", "y σ", "12 υ ", "ー", "aー", "ː", "山"])
@pytest.mark.parametrize("before", ["", "nude "])
def test_no_text_of_them_takes_long(before: str, piece: str):
    assert seconds(before + piece * 1500) < 0.25
