"""What may not be asked for: the guild's words, and the rule that nobody lifts."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from playground import permissions
from playground.client import Interaction, Member, Refused
from tests.end_to_end._stage import Stage
from tests.support.rows import rows
from tests.support.wire import EPHEMERAL, Json

pytestmark = pytest.mark.asyncio(loop_scope="session")

#: "naked" in full-width letters with zero-width spaces between them.
DISGUISED = "\u200b".join("ｎａｋｅｄ")


@pytest_asyncio.fixture(loop_scope="session")
async def owner(stage: Stage) -> AsyncIterator[Member]:
    async with await Member.connect(stage.playground.url, 0) as connected:
        yield connected


async def admin(stage: Stage, owner: Member, command: str, **options: object) -> str:
    """What /easel words answers the owner, privately."""
    used = await owner.command(f"easel words {command}", str(stage.channel.id), **options)
    answer = await used.response()
    assert answer["flags"] & EPHEMERAL
    return answer["content"]


async def ask(stage: Stage, prompt: str, **options: object) -> Interaction:
    return await stage.member.command(
        "imagine", str(stage.channel.id), prompt=prompt, steps=1, **options
    )


async def refused(stage: Stage, prompt: str, **options: object) -> str:
    """What the member alone reads; nothing was queued."""
    before = jobs(stage)
    answer = await (await ask(stage, prompt, **options)).response()
    assert answer["flags"] & EPHEMERAL
    assert "Nothing was queued" in answer["content"]
    assert jobs(stage) == before
    return answer["content"]


def jobs(stage: Stage) -> list[Json]:
    return rows(stage.data_dir, "SELECT id FROM jobs WHERE guild_id = ?", stage.guild.id)


async def test_a_disguised_word_is_refused_by_its_rule_and_not_by_its_name(
    stage: Stage, owner: Member
):
    assert "||naked||" in await admin(stage, owner, "add", word="Naked")
    for prompt in (DISGUISED, "a n.a.k.e.d fox", "na(ked:1.2) fox", "n a k e d", "a nаkеd fox"):
        said = await refused(stage, prompt)
        assert said.startswith("**prompt** – This guild's list of words refuses it.")
        assert "naked" not in said.casefold()
    assert not [line for line in stage.bot.log if "naked" in line.casefold()]


async def test_a_word_within_another_is_none(stage: Stage, owner: Member):
    await admin(stage, owner, "add", word="sex")
    await (await ask(stage, "a red circle in Essex by a sexton")).picture(timeout=60)
    await refused(stage, "a red circle, s e x")


async def test_what_is_allowed_is_spared_and_what_is_removed_is_refused_no_more(
    stage: Stage, owner: Member
):
    await admin(stage, owner, "add", word="*sex*")
    await refused(stage, "a red circle in Essex")
    assert "Spared" in await admin(stage, owner, "allow", word="Essex")
    await (await ask(stage, "a red circle in Essex")).picture(timeout=60)
    await refused(stage, "a sexton in Essex")
    listed = await admin(stage, owner, "list")
    assert listed.splitlines() == [
        "**Refused in prompts here** (1):",
        r"- ||\*sex\*||",
        "**Spared, whatever lies within them** (1):",
        "- ||essex||",
    ]
    offered = await owner.autocomplete(
        "easel words remove", str(stage.channel.id), "word", word="S"
    )
    assert [choice["value"] for choice in offered] == ["*sex*", "essex"]
    assert "Taken off" in await admin(stage, owner, "remove", word="*SEX*")
    assert "is not on this guild's list" in await admin(stage, owner, "remove", word="*sex*")
    await (await ask(stage, "a sexton")).picture(timeout=60)


async def test_a_negative_prompt_may_name_what_it_keeps_away(stage: Stage, owner: Member):
    await admin(stage, owner, "add", word="naked")
    await (await ask(stage, "a red circle", negative_prompt="naked")).picture(timeout=60)


async def test_what_a_list_refuses_is_not_to_be_read_through_a_negative_prompt(
    stage: Stage, owner: Member
):
    await admin(stage, owner, "add", word="naked")
    channel = str(stage.channel.id)
    asked = await ask(stage, "a red circle --naked", negative_prompt=f"blurry, {DISGUISED}")
    (embed,) = (await asked.picture(timeout=60))["embeds"]
    shown = {field["name"]: field["value"] for field in embed["fields"]}
    assert shown["Without"] == shown["Note"] == "(not shown here)"
    number = embed["footer"]["text"]
    again = await stage.member.command("show", channel, picture=number, private=False)
    (embed,) = (await again.picture(timeout=60))["embeds"]
    assert "(not shown here)" in [field["value"] for field in embed["fields"]]
    assert DISGUISED not in str(await stage.member.messages(channel))
    alone = await stage.member.command("show", channel, picture=number)
    (embed,) = (await alone.response())["embeds"]
    assert f"blurry, {DISGUISED}" in [field["value"] for field in embed["fields"]]


async def test_a_star_within_a_word_is_told(stage: Stage, owner: Member):
    said = await admin(stage, owner, "add", word="f*ck")
    assert "Write the word in full: `*` stands for any ending or beginning only" in said
    assert "has no words of its own" in await admin(stage, owner, "list")
    await admin(stage, owner, "add", word="f.u.c.k")
    await refused(stage, "a fuck")
    await refused(stage, "a fυck")


async def test_a_picture_that_was_asked_for_elsewhere_is_not_posted_with_them(
    stage: Stage, owner: Member
):
    await admin(stage, owner, "add", word="naked")
    member, channel = stage.member, str(stage.channel.id)
    asked = await member.command("imagine", member.dm_channel_id, prompt="a naked fox", steps=1)
    number = (await asked.picture(timeout=60))["embeds"][0]["footer"]["text"]
    used = await member.command("show", channel, picture=number, private=False)
    said = await used.message(lambda message: message["flags"] & EPHEMERAL)
    assert said["content"].startswith("**prompt** – This guild's list of words refuses it.")
    assert "Leave `private` out" in said["content"]
    assert "naked" not in str(await member.messages(channel))
    used = await member.command("show", channel, picture=number)
    assert (await used.response())["attachments"]


async def test_the_form_of_models_is_looked_at_too(stage: Stage, owner: Member):
    await admin(stage, owner, "add", word="naked")
    channel = str(stage.channel.id)
    shelf = await (await stage.member.command("models", channel)).response()
    card = await (await stage.member.press(shelf, "Look at a model", ["demo"])).update()
    form = await (await stage.member.press(card, "Paint with it")).modal()
    sent = await stage.member.submit_modal(form, prompt=DISGUISED)
    assert "This guild's list of words" in (await sent.response())["content"]
    assert jobs(stage) == []


async def test_another_guilds_words_hold_there_only(stage: Stage, owner: Member):
    await admin(stage, owner, "add", word="naked")
    elsewhere = stage.member.channel("general")
    asked = await stage.member.command("imagine", elsewhere, prompt="a naked circle", steps=1)
    await asked.picture(timeout=60)


async def test_what_is_no_word_is_said(stage: Stage, owner: Member):
    assert "It is no word" in await admin(stage, owner, "add", word="?!")
    assert "It is no word" in await admin(stage, owner, "allow", word="x")
    with pytest.raises(Refused):
        await admin(stage, owner, "add", word="x" * 61)
    assert "has no words of its own" in await admin(stage, owner, "list")


async def test_sexual_content_with_minors_is_refused_everywhere(stage: Stage):
    for options in (
        {"prompt": "16 yo girl nude"},
        {"prompt": "a fox", "negative_prompt": '("nude teen", "a fox").blend(-1, 2)'},
    ):
        said = await refused(stage, **options)
        assert "Easel's own rule refuses it" in said
        assert not {"nude", "teen", "16"} & set(said.casefold().split())
    asked = await stage.member.command(
        "imagine", stage.member.dm_channel_id, prompt="a n u d e schооlgirl"
    )
    assert "Easel's own rule" in (await asked.response())["content"]
    for harmless in ("children playing in a park", "nude portrait of a 30 year old"):
        await (await ask(stage, harmless)).picture(timeout=60)


async def test_words_are_for_those_who_manage_the_guild(stage: Stage):
    with pytest.raises(LookupError):
        await stage.member.command("easel words list", str(stage.channel.id))
    role = stage.playground.guilds.roles.create(
        stage.guild, "Admins", permissions=permissions.MANAGE_GUILD
    )
    mel = stage.playground.world.people[1]
    stage.playground.guilds.members.give(stage.guild, mel, role.id)
    used = await stage.member.command("easel words add", str(stage.channel.id), word="naked")
    assert "Refused in this guild" in (await used.response())["content"]
