"""/show brings a member's own pictures back, and nobody else's."""

import pytest

from playground import permissions
from playground.client import Member, pictures
from tests.end_to_end._stage import Stage
from tests.end_to_end.conftest import Easel
from tests.support.wire import EPHEMERAL, Json

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def show(easel: Easel, member: Member, picture: str, **options: bool) -> Json:
    used = await member.command("show", easel.general, picture=picture, **options)
    return await used.response()


def number(message: Json) -> str:
    return message["embeds"][0]["footer"]["text"]


async def test_ones_own_picture_comes_back_with_its_recipe(easel: Easel):
    first = await easel.paint("a red circle on a white background", seed=5, steps=2)
    again = await show(easel, easel.member, number(first))
    assert again["flags"] & EPHEMERAL
    assert again["embeds"][0]["fields"] == first["embeds"][0]["fields"]
    (one,), (other,) = first["attachments"], again["attachments"]
    assert await easel.member.download(one) == await easel.member.download(other)


async def test_it_may_be_shown_to_all(easel: Easel):
    first = await easel.paint("a blue circle", steps=1)
    again = await show(easel, easel.member, number(first), private=False)
    assert not again["flags"] & EPHEMERAL
    assert pictures(again)


async def test_where_no_picture_may_be_posted_it_is_shown_to_nobody_else(stage: Stage):
    await (await stage.ask()).picture(timeout=60)
    stage.playground.guilds.channels.allow(
        stage.channel, stage.guild.id, deny=permissions.ATTACH_FILES
    )
    picture = str(stage.row()["id"])
    used = await stage.member.command("show", str(stage.channel.id), picture=picture, private=False)
    again = await used.response()
    assert again["flags"] & EPHEMERAL
    assert pictures(again)


async def test_anothers_picture_is_not_found(easel: Easel):
    first = await easel.paint("a green circle", steps=1)
    for wanted in (number(first), "#999999", "the green one", "9" * 30):
        refused = await show(easel, easel.other, wanted)
        assert refused["flags"] & EPHEMERAL
        assert "no such picture" in refused["content"]
        assert not pictures(refused)


async def test_the_list_finds_words_of_the_prompt_and_numbers(easel: Easel):
    painted = await easel.paint("a turquoise triangle", steps=1)

    async def offered(typed: str, member: Member = easel.member) -> list[str]:
        choices = await member.autocomplete("show", easel.general, "picture", picture=typed)
        return [choice["name"] for choice in choices]

    assert await offered("TURQUOISE") == [f"{number(painted)} a turquoise triangle"]
    assert f"{number(painted)} a turquoise triangle" in await offered(number(painted))
    assert await offered("turquoise", easel.other) == []


async def test_a_picture_that_is_not_kept_leaves_its_recipe(easel: Easel):
    painted = await easel.paint("a purple square", steps=1)
    row = await easel.row_of(painted)
    (easel.data_dir / row["picture_path"]).unlink()
    shown = await show(easel, easel.member, number(painted))
    assert not pictures(shown)
    notes = {field["name"]: field["value"] for field in shown["embeds"][0]["fields"]}
    assert "not kept any more" in notes["Note"]


async def test_a_picture_that_the_disk_does_not_give_out_is_not_told_as_gone(easel: Easel):
    painted = await easel.paint("a purple circle", steps=1)
    file = easel.data_dir / (await easel.row_of(painted))["picture_path"]
    aside = file.rename(file.with_suffix(".aside"))
    file.mkdir()  # which nobody can read as a file, whatever their rights
    shown = await show(easel, easel.member, number(painted))
    notes = {field["name"]: field["value"] for field in shown["embeds"][0]["fields"]}
    assert "does not give the picture out just now" in notes["Note"]
    file.rmdir()
    aside.rename(file)
    assert pictures(await show(easel, easel.member, number(painted)))
