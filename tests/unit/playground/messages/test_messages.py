"""Messages: nonces, permissions, edits, limits, and the CDN."""

import io
from typing import Any

import aiohttp
import discord
import pytest

from playground.client import Member, Refused, Upload
from playground.server import Playground
from playground.uploads import FILE_LIMIT
from tests.unit.playground.conftest import Login, Painter, png


def file(name: str = "a.png", data: bytes | None = None) -> discord.File:
    return discord.File(io.BytesIO(png() if data is None else data), name)


@pytest.fixture
async def bot(login: Login, painter: Painter) -> Painter:
    return await login(painter)


async def channel(bot: Painter, member: Member, name: str = "general") -> discord.TextChannel:
    found = await bot.fetch_channel(int(member.channel(name)))
    assert isinstance(found, discord.TextChannel)
    return found


async def test_a_message_is_posted_read_edited_and_deleted(bot: Painter, member: Member):
    general = await channel(bot, member)
    posted = await general.send("hello")
    assert (await general.fetch_message(posted.id)).content == "hello"
    edited = await posted.edit(content="hello again")
    assert edited.edited_at is not None
    await posted.delete()
    with pytest.raises(discord.NotFound):
        await general.fetch_message(posted.id)
    await member.wait_for(lambda e: e.name == "MESSAGE_DELETE")
    seen = [e.name for e in member.events if e.name.startswith("MESSAGE")]
    assert seen == ["MESSAGE_CREATE", "MESSAGE_UPDATE", "MESSAGE_DELETE"]


async def test_a_repeated_nonce_returns_the_first_message(
    playground: Playground, bot: Painter, member: Member
):
    general = await channel(bot, member)
    first = await general.send("once", nonce=42)
    assert (await general.send("twice", nonce=42)).id == first.id
    assert len(await member.messages(str(general.id))) == 1
    playground.clock.advance(600)
    assert (await general.send("later", nonce=42)).id != first.id


async def test_a_persons_nonce_comes_back_to_them(member: Member):
    said = await member.say(member.channel("general"), "hi")
    event = await member.wait_for(lambda e: e.name == "MESSAGE_CREATE")
    assert event.data["nonce"] == said["nonce"]
    assert event.data["member"]["roles"] == []
    assert "nonce" not in (await member.messages(member.channel("general")))[0]


async def test_the_bot_may_not_post_where_it_is_forbidden(bot: Painter, member: Member):
    no_bots = await channel(bot, member, "no-bots")
    assert not no_bots.permissions_for(no_bots.guild.me).send_messages
    for call in (no_bots.send("hello"), no_bots._state.http.send_typing(no_bots.id)):
        with pytest.raises(discord.Forbidden) as refused:
            await call
        assert refused.value.code == 50013
    await member.say(str(no_bots.id), "people may")
    assert [m.content async for m in no_bots.history()] == ["people may"]


async def test_a_dm_reaches_its_person_only(bot: Painter, member: Member, other: Member):
    person = await bot.fetch_user(int(member.id))
    sent = await person.send("hello", file=file())
    assert str(sent.channel.id) == member.dm_channel_id
    await member.wait_for(lambda e: e.name == "MESSAGE_CREATE" and e.data["content"] == "hello")
    assert not [e for e in other.events if e.name == "MESSAGE_CREATE"]
    with pytest.raises(Refused) as refused:
        await other.messages(member.dm_channel_id)
    assert refused.value.code == 50001


async def test_typing_is_shown_to_the_others(bot: Painter, member: Member, other: Member):
    general = await channel(bot, member)
    async with general.typing():
        event = await member.wait_for(lambda e: e.name == "TYPING_START")
    assert event.data["user_id"] == str(bot.application_id)
    mark = other.mark()
    await other.api("POST", f"/channels/{general.id}/typing")
    await member.wait_for(lambda e: e.data.get("user_id") == other.id)
    assert other.mark() == mark


async def test_an_edits_attachments_replace_all(bot: Painter, member: Member):
    general = await channel(bot, member)
    posted = await general.send("two", files=[file("a.png"), file("b.png", b"plain text")])
    keep, gone = posted.attachments
    assert gone.content_type == "text/plain; charset=utf-8"
    edited = await posted.edit(attachments=[keep, file("c d.png")])
    assert [a.filename for a in edited.attachments] == ["a.png", "c_d.png"]
    assert edited.attachments[0].id == keep.id
    with pytest.raises(discord.NotFound):
        await gone.read()
    untouched = await posted.edit(content="text only")
    assert len(untouched.attachments) == 2
    assert (await posted.edit(attachments=[])).attachments == []


async def test_files_shown_by_an_embed_leave_the_attachments(bot: Painter, member: Member):
    general = await channel(bot, member)
    embed = discord.Embed(title="t").set_image(url="attachment://a.png")
    posted = await general.send(embed=embed, files=[file("a.png"), file("b.png")])
    assert [a.filename for a in posted.attachments] == ["b.png"]
    assert posted.embeds[0].image.width == 64
    again = await posted.edit(embed=posted.embeds[0].copy())
    assert [a.filename for a in again.attachments] == ["b.png"]
    assert again.embeds[0].image.url is not None


async def test_components_v2_show_their_files(bot: Painter, member: Member):
    general = await channel(bot, member)
    view = discord.ui.LayoutView()
    gallery = discord.ui.MediaGallery(discord.MediaGalleryItem("attachment://a.png"))
    view.add_item(discord.ui.Container(discord.ui.TextDisplay("hi"), gallery))
    posted = await general.send(view=view, file=file())
    shown = await member.message(str(general.id), str(posted.id))
    assert shown["attachments"] == []
    media = shown["components"][0]["components"][1]["items"][0]["media"]
    assert (media["width"], media["content_type"]) == (64, "image/png")
    with pytest.raises(discord.HTTPException) as refused:
        await posted.edit(content="not both")
    assert refused.value.code == 50035


@pytest.mark.parametrize(
    ("body", "code", "path"),
    [
        ({"content": ""}, 50006, None),
        ({"content": "  \n"}, 50006, None),
        ({"content": "x" * 2001}, 50035, "content"),
        ({"content": 7}, 50035, "content"),
        ({"content": "x", "nonce": "n" * 26}, 50035, "nonce"),
        ({"embeds": [{"title": "t"}] * 11}, 50035, "embeds"),
        ({"embeds": [{"title": "t" * 257}]}, 50035, "embeds.0.title"),
        ({"embeds": [{"description": "t" * 3001}] * 2}, 50035, "embeds"),
        ({"embeds": [{"fields": [{"name": "", "value": "v"}]}]}, 50035, "embeds.0.fields.0.name"),
        ({"components": [{"type": 1, "components": []}]}, 50035, "components.0.components"),
        ({"components": [{"type": 10, "content": "v2"}]}, 50035, "components.0.type"),
        (
            {"components": [{"type": 1, "components": [{"type": 2, "style": 1, "label": "x"}]}]},
            50035,
            "components.0.components.0.custom_id",
        ),
        (
            {
                "components": [
                    {
                        "type": 1,
                        "components": [
                            {"type": 2, "style": 1, "label": "x", "custom_id": "same"},
                            {"type": 2, "style": 1, "label": "y", "custom_id": "same"},
                        ],
                    }
                ]
            },
            50035,
            "components.0.components.1.custom_id",
        ),
        ({"content": "x", "attachments": [{"id": "x"}]}, 50035, "attachments.0.id"),
        ({"content": "x", "message_reference": {"message_id": "1"}}, 50035, "message_reference"),
    ],
)
async def test_what_discord_refuses_is_refused(
    member: Member, body: dict[str, Any], code: int, path: str | None
):
    with pytest.raises(Refused) as refused:
        await member.api("POST", f"/channels/{member.channel('general')}/messages", body)
    assert (refused.value.status, refused.value.code) == (400, code)
    if path is not None:
        node = refused.value.body["errors"]
        for step in path.split("."):
            node = node[step]
        assert node["_errors"]


async def test_a_file_or_request_over_the_limit_is_refused(member: Member):
    general = member.channel("general")
    with pytest.raises(Refused) as refused:
        await member.say(general, "", Upload("big.bin", b"\0" * (FILE_LIMIT + 1)))
    assert (refused.value.status, refused.value.code) == (413, 40005)
    part = b"\0" * (FILE_LIMIT - 1)
    with pytest.raises(Refused) as refused:
        await member.say(general, "", *(Upload(f"{n}.bin", part) for n in range(3)))
    assert (refused.value.status, refused.value.code) == (413, 40005)
    assert await member.messages(general) == []


async def test_history_is_paged(member: Member):
    general = member.channel("general")
    ids = [(await member.say(general, str(n)))["id"] for n in range(7)]

    async def page(query: str) -> list[int]:
        messages = await member.api("GET", f"/channels/{general}/messages?{query}")
        return [ids.index(message["id"]) for message in messages]

    assert await page("limit=3") == [6, 5, 4]
    assert await page(f"limit=3&before={ids[4]}") == [3, 2, 1]
    assert await page(f"limit=3&after={ids[1]}") == [4, 3, 2]
    assert await page(f"limit=3&around={ids[3]}") == [4, 3, 2]
    with pytest.raises(Refused):
        await page("limit=101")


async def test_others_messages_are_not_ones_own_to_change(owner: Member, member: Member):
    general = member.channel("general")
    said = await owner.say(general, "mine")
    path = f"/channels/{general}/messages/{said['id']}"
    for method, body, code in (("PATCH", {"content": "x"}, 50005), ("DELETE", None, 50013)):
        with pytest.raises(Refused) as refused:
            await member.api(method, path, body)
        assert refused.value.code == code
    theirs = await member.say(general, "the owner may delete this")
    await owner.api("DELETE", f"/channels/{general}/messages/{theirs['id']}")


async def test_a_reply_carries_what_it_answers(member: Member):
    general = member.channel("general")
    first = await member.say(general, "first")
    reply = await member.say(general, "second", message_reference={"message_id": first["id"]})
    assert (reply["type"], reply["referenced_message"]["content"]) == (19, "first")


async def test_urls_are_signed_and_expire_after_a_day(playground: Playground, member: Member):
    said = await member.say(member.channel("general"), "", Upload("a.png", png()))
    (attachment,) = said["attachments"]
    assert await member.download(attachment) == png()
    forged = {"url": attachment["url"][:-1] + ("0" if attachment["url"][-1] != "0" else "1")}
    longer = {"url": attachment["url"].replace("?ex=", "?ex=f")}
    for wrong in (forged, longer, {"url": attachment["url"].split("?")[0]}):
        with pytest.raises(Refused) as refused:
            await member.download(wrong)
        assert refused.value.status == 404
    playground.clock.advance(24 * 3600 + 1)
    with pytest.raises(Refused) as refused:
        await member.download(attachment)
    assert refused.value.body == "This content is no longer available."
    fresh = await member.message(said["channel_id"], said["id"])
    assert await member.download(fresh["attachments"][0]) == png()


async def test_a_strangers_file_cannot_run_in_the_page(member: Member):
    page = b"<script>alert(1)</script>"
    said = await member.say(member.channel("general"), "", Upload("x.html", page))
    url = said["attachments"][0]["url"]
    async with aiohttp.ClientSession() as http, http.get(url) as response:
        assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert response.headers["Content-Disposition"].startswith("attachment")
        assert response.content_type == "text/plain"


async def test_mentions_are_listed(bot: Painter, member: Member, other: Member):
    said = await member.say(member.channel("general"), f"<@{other.id}> look")
    assert [mention["id"] for mention in said["mentions"]] == [other.id]
    general = await channel(bot, member)
    quiet = await general.send(
        f"<@{other.id}> @everyone", allowed_mentions=discord.AllowedMentions.none()
    )
    assert (quiet.mentions, quiet.mention_everyone) == ([], False)


async def test_a_reply_to_nothing_is_refused_or_no_reply(member: Member):
    general = member.channel("general")
    gone = {"message_id": "123"}
    with pytest.raises(Refused) as refused:
        await member.say(general, "re", message_reference=gone)
    assert "message_reference" in refused.value.body["errors"]
    said = await member.say(general, "re", message_reference={**gone, "fail_if_not_exists": False})
    assert said["type"] == 0
    assert "message_reference" not in said


async def test_a_reply_mentions_whom_it_answers_unless_told_not_to(member: Member, other: Member):
    general = member.channel("general")
    first = await member.say(general, "hello")
    reply = {"message_reference": {"message_id": first["id"]}}
    loud = await other.say(general, "re", **reply)
    assert [user["id"] for user in loud["mentions"]] == [member.id]
    quiet = {"allowed_mentions": {"parse": [], "replied_user": False}}
    assert (await other.say(general, "re", **reply, **quiet))["mentions"] == []


async def test_members_cannot_call_everyone(owner: Member, member: Member):
    general = member.channel("general")
    assert not (await member.say(general, "@everyone look"))["mention_everyone"]
    assert (await owner.say(general, "@everyone look"))["mention_everyone"]


async def test_without_the_privilege_a_bot_reads_only_what_concerns_it(
    playground: Playground, bot: Painter, member: Member
):
    general = await channel(bot, member)
    await member.say(str(general.id), "between us")
    await member.say(str(general.id), f"<@{member.application_id}> hello")
    read = [m.content async for m in general.history(oldest_first=True)]
    assert read == ["between us", f"<@{member.application_id}> hello"]
    playground.services.world.application.flags = 0
    read = [m.content async for m in general.history(oldest_first=True)]
    assert read == ["", f"<@{member.application_id}> hello"]
