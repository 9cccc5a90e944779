"""The one place that decides about words: which rule, for whom, for which text."""

import logging
import timeit
from pathlib import Path

import pytest

from bot.database import Database
from generation.errors import RequestRefused, WordsFileError
from generation.limits.layers import Asker
from generation.request import GenerationRequest, Part
from generation.words import GuildWords, WordList, Words, minors
from generation.words.folding import Folded
from generation.words.guilds import MOST_ENTRIES, WordKind
from generation.words.host import read_list
from generation.words.rules import REMEMBERED
from tests.support.jobs import DEMO, WITH_LORAS, make_origin, make_request
from tests.support.line import Line

MEMBER = Asker(1, 10)
ELSEWHERE = Asker(1, 11)


@pytest.fixture
async def guild_words(database: Database) -> GuildWords:
    return GuildWords(database)


def refused(words: Words, prompt: str, asker: Asker | None = MEMBER, **options: object) -> str:
    """By which rule; empty where it is taken."""
    return refused_request(words, make_request(prompt, **options), asker)


def refused_request(words: Words, request: GenerationRequest, asker: Asker | None) -> str:
    try:
        words.check(request, asker)
    except RequestRefused as refusal:
        return f"{refusal.field}: {refusal.limit}"
    return ""


async def test_each_rule_refuses_by_its_own_name(guild_words: GuildWords):
    await guild_words.add(10, "naked", WordKind.BLOCKED)
    words = Words(WordList(["gun"]), guild_words)
    assert "host's list" in refused(words, "a gun")
    assert "guild's list" in refused(words, "a naked fox")
    assert "Easel's own rule" in refused(words, "a naked child")
    assert refused(words, "a fox") == ""


async def test_a_guilds_list_holds_in_that_guild_alone(guild_words: GuildWords):
    await guild_words.add(10, "naked", WordKind.BLOCKED)
    words = Words(None, guild_words)
    assert refused(words, "naked", ELSEWHERE) == ""
    assert refused(words, "naked", Asker(1, None)) == ""


async def test_a_guild_can_not_spare_what_the_host_or_easel_refuses(guild_words: GuildWords):
    for word in ("gun", "naked", "child", "naked child"):
        await guild_words.add(10, word, WordKind.ALLOWED)
    words = Words(WordList(["gun"], ["naked child"]), guild_words)
    assert "host's list" in refused(words, "gun")
    assert "Easel's own rule" in refused(words, "naked child")


async def test_what_is_not_asked_for_may_stand_on_a_list_all_the_same(guild_words: GuildWords):
    await guild_words.add(10, "naked", WordKind.BLOCKED)
    words = Words(WordList(["gun"]), guild_words)
    assert words.are_listed("blurry, n a k e d", 10)
    assert words.are_listed("(gu:1.3)n", 11)
    assert not words.are_listed("naked", 11)
    assert not words.are_listed("blurry, nsfw, child", 10)


def test_the_host_is_held_by_easels_own_rule_alone():
    words = Words(WordList(["gun"]))
    assert refused(words, "a gun", asker=None) == ""
    assert "Easel's own rule" in refused(words, "a naked child", asker=None)


def test_a_negative_prompt_may_name_what_lists_refuse():
    words = Words(WordList(["gun"]))
    assert refused(words, "a fox", negative_prompt="a gun") == ""
    assert refused(words, "a child", negative_prompt="naked, nsfw") == ""
    assert refused(words, "a fox", negative_prompt="nsfw, nude, child") == ""


def test_a_negative_prompt_that_is_turned_around_is_read_as_a_prompt():
    words = Words(WordList(["gun"]))
    turned = '("a gun", "a fox").blend(-1, 2)'
    assert "host's list" in refused(words, "a fox", negative_prompt=turned)


TURNED = '("naked", "blurry").blend(-1, 2)'


def test_easels_own_rule_reads_all_that_is_asked_for_together():
    assert "prompt: Easel's own rule" in refused(
        Words(), "a child on a bed", negative_prompt=TURNED
    )
    assert "Easel's own rule" in refused(
        Words(), "a child on a bed", asker=None, negative_prompt=TURNED
    )
    child = '("a child", "blurry").blend(-1, 2)'
    assert "Easel's own rule" in refused(Words(), "a naked fox", negative_prompt=child)
    assert refused(Words(), "a fox on a bed", negative_prompt=TURNED) == ""
    asked_away = TURNED.replace("-1, 2", "2, 1")
    assert refused(Words(), "a child on a bed", negative_prompt=asked_away) == ""


def test_what_is_refused_by_itself_is_named():
    turned = '("a naked child", "blurry").blend(-1, 2)'
    assert "negative_prompt: Easel" in refused(Words(), "a fox", negative_prompt=turned)
    assert "prompt: Easel" in refused(Words(), "naked children", negative_prompt=turned)


def test_the_texts_of_all_parts_are_read_together():
    first, second = make_request("a child"), make_request("a fox", negative_prompt=TURNED)
    whole = first.model_copy(
        update={"varied": "seed", "parts": (Part(request=first), Part(request=second))}
    )
    assert "Easel's own rule" in refused_request(Words(), whole, MEMBER)


async def test_no_phrase_begins_in_one_text_and_ends_in_the_next(guild_words: GuildWords):
    await guild_words.add(10, "dick tracy", WordKind.BLOCKED)
    words = Words(WordList(["moby dick"]), guild_words)
    turned = '("dick", "tracy").blend(2, -1)'
    assert "guild's list" in refused(words, "a fox", negative_prompt=turned)
    turned = '("tracy", "moby").blend(-1, 2)'
    assert refused(words, "a man called dick", negative_prompt=turned) == ""
    turned = '("girl", "blurry").blend(-1, 2)'
    assert refused(Words(), "sexy, little", negative_prompt=turned) == ""


@pytest.mark.parametrize(
    "prompt",
    ["(gu:1.3)n", "g++un", "[g]un", '("a gun", "a fox").blend(1, 1)', '("g", "u", "n").and()'],
)
def test_marks_hide_nothing(prompt: str):
    assert "host's list" in refused(Words(WordList(["gun"])), prompt)


@pytest.mark.parametrize(
    "prompt",
    ["(naked:1.3) baby blue eyes", "(naked)++ cute baby blue eyes", "(baby:1.2) blue, (naked)1.3"],
)
def test_marks_spare_nothing(prompt: str):
    assert "Easel's own rule" in refused(Words(), prompt)


def test_the_name_of_a_lora_counts_as_well():
    prompt = "a child <lora:pixel-art:0.5>"
    request = GenerationRequest.build(WITH_LORAS, prompt)
    assert "host's list" in refused_request(Words(WordList(["pixel art"])), request, MEMBER)


def test_the_texts_of_all_parts_count():
    first, second = make_request("a fox"), make_request("a gun")
    whole = first.model_copy(
        update={"varied": "seed", "parts": (Part(request=first), Part(request=second))}
    )
    assert "host's list" in refused_request(Words(WordList(["gun"])), whole, MEMBER)


def test_neither_word_nor_prompt_is_logged(caplog: pytest.LogCaptureFixture):
    caplog.set_level(logging.DEBUG)
    refused(Words(WordList(["gun"])), "a gun in a drawer")
    assert "user 1" in caplog.text
    assert "gun" not in caplog.text
    assert "drawer" not in caplog.text


async def test_what_guilds_set_is_known_after_a_restart(database: Database):
    before = GuildWords(database)
    await before.add(10, "  Moby   DICK ", WordKind.BLOCKED)
    await before.add(10, "essex", WordKind.BLOCKED)
    await before.add(10, "essex", WordKind.ALLOWED)
    after = GuildWords(database)
    await after.load()
    assert after.of(10) == {"moby dick": WordKind.BLOCKED, "essex": WordKind.ALLOWED}
    assert "guild's list" in refused(Words(None, after), "moby-dick")
    assert await after.remove(10, "MOBY dick")
    assert not await after.remove(10, "moby dick")
    assert refused(Words(None, after), "moby-dick") == ""


async def test_a_guild_has_room_for_so_many(guild_words: GuildWords):
    for number in range(MOST_ENTRIES):
        await guild_words.add(10, f"word{number}", WordKind.BLOCKED)
    with pytest.raises(RequestRefused, match="500 of them"):
        await guild_words.add(10, "one more", WordKind.BLOCKED)
    await guild_words.add(10, "word7", WordKind.ALLOWED)
    await guild_words.add(11, "one more", WordKind.BLOCKED)


@pytest.mark.parametrize(
    ("word", "says"),
    [
        ("?", "no word"),
        ("x" * 61, "61 characters"),
        ("f*ck", "Write the word in full"),
        ("n＊gger", "Write the word in full"),
        ("*f*ck*", "Write the word in full"),
        ("moby* dick", "Write the word in full"),
    ],
)
async def test_what_is_no_word_is_not_kept(guild_words: GuildWords, word: str, says: str):
    with pytest.raises(RequestRefused, match=says):
        await guild_words.add(10, word, WordKind.BLOCKED)
    assert guild_words.of(10) == {}


@pytest.mark.parametrize("word", ["fu*", "*sex*", " * fuck * ", "**sex**", "＊sex＊"])
async def test_stars_at_the_ends_are_kept(guild_words: GuildWords, word: str):
    for kind in WordKind:
        await guild_words.add(10, word, kind)
    assert len(guild_words.of(10)) == 1


@pytest.mark.parametrize("word", ["f.u.c.k", "f u c k", "F-U-C-K"])
async def test_a_word_that_is_added_in_pieces_is_the_word(guild_words: GuildWords, word: str):
    await guild_words.add(10, word, WordKind.BLOCKED)
    words = Words(None, guild_words)
    for prompt in ("fuck", "f u c k", "f.u.c.k", "fμck", "fucking"):
        assert "guild's list" in refused(words, prompt), prompt
    assert refused(words, "a duck") == ""


async def test_entries_of_before_that_would_be_refused_now_hold_as_they_did(database: Database):
    for word in ("f*ck", "c*nt", "f.u.c.k", "gun"):
        await database.write("INSERT INTO guild_words VALUES (10, ?, 'blocked')", (word,))
    await database.write("INSERT INTO guild_words VALUES (10, 'es*ex', 'allowed')")
    guild_words = GuildWords(database)
    await guild_words.load()
    words = Words(None, guild_words)
    assert "guild's list" in refused(words, "a gun")
    assert "guild's list" in refused(words, "f-ck")
    assert await guild_words.remove(10, "f*ck")


def test_the_hosts_file_has_words_spared_ones_and_remarks(tmp_path: Path):
    file = tmp_path / "words.txt"
    file.write_text("\ufeff# these\n\n*sex*\n  gun  \n!Essex\n", encoding="utf-8")
    words = Words(read_list(file))
    assert "host's list" in refused(words, "a gun")
    assert "host's list" in refused(words, "sexy")
    assert refused(words, "Essex, these") == ""


def test_a_file_that_can_not_be_read_is_told_with_its_line(tmp_path: Path):
    file = tmp_path / "words.txt"
    with pytest.raises(WordsFileError, match=r"words\.txt cannot be read: No such file"):
        read_list(file)
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(WordsFileError, match="not a text file in UTF-8"):
        read_list(file)
    file.write_text("gun\n!?\n")
    with pytest.raises(WordsFileError, match="line 2, has no word"):
        read_list(file)
    file.write_text("gun\nf*ck\n")
    with pytest.raises(WordsFileError, match=r"line 2, has a \* within: write the word in full"):
        read_list(file)


async def test_the_intake_refuses_before_anything_is_queued(line: Line):
    with pytest.raises(RequestRefused, match="Easel's own rule"):
        line.intake.check(make_request("a naked child"), MEMBER)
    with pytest.raises(RequestRefused, match="Easel's own rule"):
        await line.intake.submit(make_request("a naked child"), make_origin())
    assert len(line.queue) == 0


@pytest.fixture
def looks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The prompts that have been looked at, each as often as it was."""
    found: list[str] = []
    look = minors.is_refused

    def counted(*texts: Folded) -> bool:
        found.append(texts[0].text)
        return look(*texts)

    monkeypatch.setattr(minors, "is_refused", counted)
    return found


async def test_the_words_of_a_request_are_looked_at_once(line: Line, looks: list[str]):
    request = make_request("a red fox")
    line.intake.check(request, MEMBER)
    await line.intake.submit(request, make_origin())
    line.intake.check(request, ELSEWHERE)
    assert looks == ["a red fox"]


async def test_who_asks_again_after_a_list_has_changed_is_answered_by_what_it_says_now(
    guild_words: GuildWords,
):
    words = Words(None, guild_words)
    assert refused(words, "a gun") == ""
    await guild_words.add(10, "gun", WordKind.BLOCKED)
    assert "guild's list" in refused(words, "a gun")
    assert refused(words, "a gun", ELSEWHERE) == ""
    await guild_words.add(10, "a gun", WordKind.ALLOWED)
    assert refused(words, "a gun") == ""
    await guild_words.remove(10, "a gun")
    assert "guild's list" in refused(words, "a gun")
    await guild_words.remove(10, "gun")
    assert refused(words, "a gun") == ""


def test_what_is_remembered_of_a_member_holds_for_members_alone():
    words = Words(WordList(["gun"]))
    for _ in range(2):
        assert "host's list" in refused(words, "a gun")
        assert refused(words, "a gun", asker=None) == ""


def test_each_request_that_is_refused_is_logged(caplog: pytest.LogCaptureFixture, looks: list[str]):
    caplog.set_level(logging.INFO)
    words = Words(WordList(["gun"]))
    for user_id in (1, 2):
        assert "host's list" in refused(words, "a gun", Asker(user_id, 10))
    assert looks == ["a gun"]
    assert [record.args for record in caplog.records] == [
        (1, "the host's list"),
        (2, "the host's list"),
    ]


def test_a_negative_prompt_is_remembered_with_its_prompt(looks: list[str]):
    words = Words()
    assert refused(words, "a child on a bed") == ""
    assert "Easel's own rule" in refused(words, "a child on a bed", negative_prompt=TURNED)
    assert refused(words, "a child on a bed", negative_prompt="naked") == ""


def test_of_many_requests_the_last_few_are_remembered(looks: list[str]):
    words = Words()
    for number in range(REMEMBERED + 1):
        refused(words, f"fox {number}")
    refused(words, "fox 1")
    assert len(looks) == REMEMBERED + 1
    refused(words, "fox 0")
    refused(words, "fox 1")
    assert looks[REMEMBERED + 1 :] == ["fox 0"]


def test_the_longest_prompt_is_looked_at_in_milliseconds():
    assert DEMO.prompt_limit >= 1000
    assert refused(Words(), "a fox " * (DEMO.prompt_limit // 6)) == ""


@pytest.mark.parametrize("piece", ["|", "1", "1|", "!|1", "l1", "i|", "(1", "|)1.1", "+|-"])
def test_no_prompt_holds_the_others_up(piece: str):
    prompt = ("ngr " + piece * 1500)[: DEMO.prompt_limit]
    words = Words(WordList(["little girl", "illicit", "lililili", "*ii*"], ["il li"]))
    taken = timeit.repeat(lambda: refused(words, prompt), number=1, repeat=3)
    assert min(taken) < 0.25
