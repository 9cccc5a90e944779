"""A line that pinged its member and got no picture says where that is, or goes."""

import dataclasses
from typing import Any
from unittest import mock

import discord
import pytest

from bot.delivery._way import OtherRules
from bot.presentation import embeds
from generation.job import Posted

from .answers import answered
from .test_way import FORBIDDEN, LOST, PICTURE, SHOWN, WITH_PICTURE, Discord, job_of

AUTOMOD = answered(400, 200000)
GONE = answered(404, 10008)
CLOSED = answered(403, 50007)
LINE = (20, 41)
NOWHERE = embeds.unpostable(job_of()).title


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch) -> Discord:
    return Discord(monkeypatch)


def contents(place: Discord) -> list[tuple[str, Any]]:
    """The text and embed's title of each edit that changes a message's text."""
    options = [call.kwargs for call in place.message.edit.call_args_list]
    return [(each["content"], each["embed"].title) for each in options if "content" in each]


async def test_it_says_that_the_picture_went_by_direct_message(place: Discord):
    # By right, the line, the direct message; then the word in the promised message and the line.
    place.message.edit.side_effect = [FORBIDDEN, FORBIDDEN, None, FORBIDDEN, None]
    way = place.way(job_of(token=None))
    await way.show(PICTURE, moving=True)
    await way.leave_word()
    assert place.edited()[-1] == LINE
    title = "The answer is in its member's direct messages"
    assert contents(place) == [("<@1> About what you asked for:", title)]
    options = place.message.edit.call_args.kwargs
    assert (options["attachments"], options["view"]) == ([], None)
    place.message.delete.assert_not_called()


@pytest.mark.parametrize("refused", [FORBIDDEN, AUTOMOD, answered(503)])
async def test_where_it_can_say_nothing_it_is_deleted(place: Discord, refused: Exception):
    place.message.edit.side_effect = [FORBIDDEN, FORBIDDEN, None, None, refused]
    way = place.way(job_of(token=None))
    await way.show(PICTURE, moving=True)
    await way.leave_word()
    assert place.edited()[-1] == LINE
    place.message.delete.assert_awaited_once_with()


@pytest.mark.parametrize("kept", [FORBIDDEN, GONE, LOST, TimeoutError()])
async def test_each_is_tried_once_and_may_fail(place: Discord, kept: Exception):
    # The promised message is told so twice, the line once.
    place.message.edit.side_effect = [FORBIDDEN, FORBIDDEN, None, None, FORBIDDEN, None]
    place.message.delete.side_effect = kept
    way = place.way(job_of(token=None))
    await way.show(PICTURE, moving=True)
    for _ in range(2):
        await way.leave_word()
    on_line = [where for where in place.edited() if where == LINE]
    assert len(on_line) == 3  # the picture, a look, and once for word and deletion
    assert place.message.delete.call_count == 1


async def test_a_line_that_somebody_deleted_is_not_deleted_again(place: Discord):
    place.message.edit.side_effect = [FORBIDDEN, FORBIDDEN, None, None, GONE]
    way = place.way(job_of(token=None))
    await way.show(PICTURE, moving=True)
    await way.leave_word()
    place.message.delete.assert_not_called()


@pytest.mark.parametrize("refused", [None, AUTOMOD])
async def test_where_automod_takes_no_picture_it_says_so_or_goes(
    place: Discord, refused: Exception | None
):
    place.message.edit.side_effect = [FORBIDDEN, AUTOMOD, refused]
    way = place.way(job_of(token=None))
    with pytest.raises(discord.HTTPException):
        await way.show(PICTURE, moving=True)
    await way.leave_word()
    assert contents(place) == [("<@1> About what you asked for:", NOWHERE)]
    assert place.edited()[-1] == LINE
    assert place.message.delete.call_count == (refused is not None)
    place.client.create_dm.assert_not_called()


async def test_with_closed_direct_messages_the_line_says_that_it_is_nowhere(place: Discord):
    place.message.edit.side_effect = [FORBIDDEN, FORBIDDEN, None]
    place.dm.send.side_effect = CLOSED
    way = place.way(job_of(token=None))
    with pytest.raises(discord.HTTPException):
        await way.show(PICTURE, moving=True)
    await way.leave_word()
    assert [title for _, title in contents(place)] == [NOWHERE]
    assert place.edited()[-1] == LINE


async def test_a_direct_message_without_a_picture_is_such_a_line_too(place: Discord):
    place.message.edit.side_effect = [FORBIDDEN, FORBIDDEN, CLOSED, None, None]
    way = place.way(job_of(token=None))
    with pytest.raises(discord.HTTPException):
        await way.show(PICTURE, moving=True)
    await way.leave_word()
    assert [title for _, title in contents(place)] == [NOWHERE] * 2
    assert set(place.edited()[-2:]) == {LINE, (50, 51)}


async def test_of_what_has_no_picture_the_line_goes(place: Discord):
    place.message.edit.side_effect = [FORBIDDEN, AUTOMOD]
    way = place.way(job_of(token=None))
    with pytest.raises(discord.HTTPException):
        await way.show(SHOWN, moving=True)
    await way.leave_word()
    assert contents(place) == []
    assert place.edited()[-1] == LINE
    place.message.delete.assert_awaited_once_with()


async def test_a_line_that_may_have_the_picture_is_left_alone(place: Discord):
    place.message.edit.side_effect = [FORBIDDEN, LOST, AUTOMOD, None]
    place.message.fetch.side_effect = [mock.Mock(attachments=[]), answered(403, 50001)]
    way = place.way(job_of(token=None))
    with pytest.raises(discord.HTTPException):
        await way.show(PICTURE, moving=True)
    await way.show(PICTURE, moving=True)  # counts as shown
    await way.leave_word()
    assert place.edited()[-1] == (20, 40)  # the promised one says where it is
    assert contents(place) == []
    place.message.delete.assert_not_called()


async def test_so_is_one_that_was_seen_to_have_it(place: Discord):
    place.message.edit.side_effect = FORBIDDEN
    place.message.fetch.side_effect = [mock.Mock(attachments=[]), WITH_PICTURE]
    way = place.way(job_of(token=None))
    await way.show(PICTURE, moving=True)
    await way.leave_word()
    assert contents(place) == []
    place.message.delete.assert_not_called()


async def test_what_was_seen_to_have_it_stands_though_it_can_t_be_looked_at_again(place: Discord):
    place.message.edit.side_effect = FORBIDDEN
    place.message.fetch.side_effect = [
        *(mock.Mock(attachments=[]), WITH_PICTURE),
        answered(403, 50001),
    ]
    way = place.way(job_of(token=None))
    for _ in range(2):
        await way.show(PICTURE, moving=True)
    await way.leave_word()
    place.client.create_dm.assert_not_called()
    place.message.delete.assert_not_called()


async def test_a_line_of_an_earlier_start_is_mended_if_it_was_seen_to_be_bare(place: Discord):
    place.message.edit.side_effect = [FORBIDDEN, None, None, None]
    way = place.way(job_of(token=None, posted=Posted(*LINE)))
    await way.show(PICTURE, moving=True)
    await way.leave_word()
    assert place.edited()[-1] == LINE
    assert len(contents(place)) == 1


@pytest.mark.parametrize("line", [LINE, (50, 51)])
@pytest.mark.parametrize("refused", [AUTOMOD, CLOSED])
async def test_so_is_the_last_place_that_an_earlier_start_posted(
    place: Discord, line: tuple[int, int], refused: Exception
):
    place.message.edit.side_effect = [refused, None]
    way = place.way(job_of(token=None, posted=Posted(*line)))
    with pytest.raises(discord.HTTPException):
        await way.show(PICTURE, moving=True)
    await way.leave_word()
    assert contents(place) == [("<@1> About what you asked for:", NOWHERE)]
    assert place.edited()[-1] == line


async def test_a_direct_message_of_an_earlier_start_that_takes_no_edit_goes(place: Discord):
    place.message.edit.side_effect = FORBIDDEN
    way = place.way(job_of(token=None, posted=Posted(50, 51)))
    with pytest.raises(discord.HTTPException):
        await way.show(PICTURE, moving=True)
    await way.leave_word()
    place.message.delete.assert_awaited_once_with()


async def test_the_last_place_counts_as_shown_if_an_earlier_start_brought_it_there(place: Discord):
    place.message.edit.side_effect = FORBIDDEN
    place.message.fetch.return_value = WITH_PICTURE
    way = place.way(job_of(token=None, posted=Posted(50, 51)))
    await way.show(PICTURE, moving=True)
    await way.leave_word()
    assert contents(place) == []
    place.message.delete.assert_not_called()


async def test_and_left_alone_if_nobody_could_look(place: Discord):
    place.message.edit.side_effect = [FORBIDDEN, None, None]
    place.message.fetch.side_effect = answered(403, 50001)
    way = place.way(job_of(token=None, posted=Posted(*LINE)))
    await way.show(PICTURE, moving=True)
    await way.leave_word()
    assert contents(place) == []
    place.message.delete.assert_not_called()


async def test_a_line_that_got_its_picture_is_no_such_line(place: Discord):
    place.message.edit.side_effect = [FORBIDDEN, None, None]
    way = place.way(job_of(token=None))
    await way.show(PICTURE, moving=True)
    await way.leave_word()
    assert contents(place) == []
    place.message.delete.assert_not_called()


async def test_in_a_guild_that_was_left_nothing_is_tried(place: Discord):
    place.message.edit.side_effect = [FORBIDDEN, answered(403, 50001)]
    way = place.way(job_of(token=None))
    place.store.post.side_effect = lambda *_: way.leave()
    with pytest.raises(discord.HTTPException):
        await way.show(PICTURE, moving=True)
    await way.leave_word()
    assert place.message.edit.call_count == 2
    place.message.delete.assert_not_called()


async def test_what_is_for_its_channel_only_leaves_a_word_there_as_well(place: Discord):
    place.message.edit.side_effect = [FORBIDDEN, FORBIDDEN, None, None, None]
    way = place.way(job_of(token=None))
    with pytest.raises(OtherRules):
        await way.show(dataclasses.replace(PICTURE, not_direct=True), moving=True)
    await way.show(SHOWN, moving=True)
    await way.leave_word()
    assert place.edited()[-1] == LINE
    assert [title for _, title in contents(place)] == [
        "The answer is in its member's direct messages"
    ]
