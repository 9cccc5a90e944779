"""The way to a member: by the token, by the bot's own right, a new message, a direct message."""

import dataclasses
from pathlib import Path
from typing import Any
from unittest import mock

import discord
import pytest

from bot.database import DatabaseBusy
from bot.delivery._shown import Shown
from bot.delivery._token import TOKEN_LIFE_S
from bot.delivery._way import OLD_S, OtherRules, Way
from bot.files import File
from generation.job import Job, Origin, Posted
from generation.store import JobStore
from tests.support.jobs import make_job

from .answers import answered

NOW = 1_800_000_000.0
SHOWN = Shown(discord.Embed(description="a red circle"))
PICTURE = Shown(SHOWN.embed, File(b"png", "easel-7.png"), line="here it is:")
TOKEN_DIED = answered(401, 50027)
FORBIDDEN = answered(403, 50013)


def job_of(*, age_s: float = 0, posted: Posted | None = None, **origin: Any) -> Job:
    milliseconds = int((NOW - age_s) * 1000) - discord.utils.DISCORD_EPOCH
    fields = {"token": "token", "guild_id": 10, "private": False, **origin}
    whose = Origin(
        user_id=1,
        channel_id=20,
        interaction_id=milliseconds << 22,
        message_id=40,
        application_id=30,
        **fields,
    )
    return dataclasses.replace(make_job(7), queued_at=NOW - age_s, origin=whose, posted=posted)


class Discord:
    """All places a message can be shown, each recording its calls and refusing when told to."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.webhook = mock.create_autospec(discord.Webhook, instance=True)
        self.client = mock.create_autospec(discord.Client, instance=True)
        self.store = mock.create_autospec(JobStore, instance=True)
        self.now = NOW
        self.passed = 5.0  # seconds of the clock that nobody sets
        self.channel = self.client.get_partial_messageable.return_value
        self.message = mock.create_autospec(discord.PartialMessage, instance=True)
        self.message.fetch.return_value = mock.Mock(attachments=[])
        self.channel.get_partial_message.return_value = self.message
        self.channel.send = mock.AsyncMock(return_value=posted_message(20, 41))
        self.dm = self.client.create_dm.return_value
        self.dm.send = mock.AsyncMock(return_value=posted_message(50, 51))
        monkeypatch.setattr(discord.Webhook, "partial", mock.Mock(return_value=self.webhook))

    def way(self, job: Job) -> Way:
        return Way(self.client, self.store, job, now=lambda: self.now, passed=lambda: self.passed)

    def edited(self) -> list[tuple[int, int]]:
        """Channel and message of each edit, and each look, by the bot's own right."""
        channels = [call.args[0] for call in self.client.get_partial_messageable.call_args_list]
        messages = [call.args[0] for call in self.channel.get_partial_message.call_args_list]
        return list(zip(channels[-len(messages) :], messages, strict=True)) if messages else []


def posted_message(channel_id: int, message_id: int) -> Any:
    return mock.Mock(id=message_id, channel=mock.Mock(id=channel_id))


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> Discord:
    return Discord(monkeypatch)


async def test_a_young_token_is_used(there: Discord):
    await there.way(job_of(age_s=60)).show(PICTURE)
    (message_id,), options = there.webhook.edit_message.call_args
    assert message_id == 40
    assert [file.filename for file in options["attachments"]] == ["easel-7.png"]
    there.message.edit.assert_not_called()


@pytest.mark.parametrize("job", [job_of(age_s=TOKEN_LIFE_S + 1), job_of(token=None)])
async def test_without_a_living_token_the_bot_edits_by_its_own_right(there: Discord, job: Job):
    await there.way(job).show(SHOWN)
    there.webhook.edit_message.assert_not_called()
    assert there.edited() == [(20, 40)]


async def test_a_token_that_died_is_never_tried_again(there: Discord):
    there.webhook.edit_message.side_effect = TOKEN_DIED
    way = there.way(job_of())
    await way.show(SHOWN)
    await way.show(SHOWN)
    assert there.webhook.edit_message.call_count == 1
    assert there.message.edit.call_count == 2


async def test_progress_is_no_reason_to_post_anything(there: Discord):
    there.message.edit.side_effect = FORBIDDEN
    way = there.way(job_of(token=None))
    with pytest.raises(discord.HTTPException):
        await way.show(SHOWN)
    there.channel.send.assert_not_called()


async def test_an_end_that_can_t_be_edited_in_gets_a_new_message(there: Discord):
    there.message.edit.side_effect = [FORBIDDEN, None]
    await there.way(job_of(token=None)).show(PICTURE, moving=True)
    (text,), options = there.channel.send.call_args
    assert text == "<@1> here it is:"
    assert [user.id for user in options["allowed_mentions"].users] == [1]
    there.store.post.assert_awaited_once_with(7, Posted(20, 41))
    assert there.edited() == [(20, 40), (20, 40), (20, 41)]


async def test_the_new_message_is_noted_before_it_shows_the_picture(there: Discord):
    order = mock.Mock()
    there.message.edit.side_effect = [FORBIDDEN, None]
    order.attach_mock(there.channel.send, "send")
    order.attach_mock(there.store.post, "post")
    order.attach_mock(there.message.edit, "edit")
    await there.way(job_of(token=None)).show(PICTURE, moving=True)
    assert [call[0] for call in order.mock_calls] == ["edit", "send", "post", "edit"]


async def test_a_new_message_is_posted_once_however_often_its_edit_fails(there: Discord):
    there.message.edit.side_effect = [FORBIDDEN, answered(503), answered(503), None]
    way = there.way(job_of(token=None))
    for _ in range(2):
        with pytest.raises(discord.DiscordServerError):
            await way.show(PICTURE, moving=True)
    await way.show(PICTURE, moving=True)
    assert there.channel.send.call_count == 1


async def test_a_new_message_is_posted_once_however_often_its_row_is_refused(there: Discord):
    busy = DatabaseBusy(Path("easel.sqlite"))
    there.message.edit.side_effect = [FORBIDDEN, None]
    there.store.post.side_effect = [busy, busy, None]
    way = there.way(job_of(token=None))
    for _ in range(2):
        with pytest.raises(DatabaseBusy):
            await way.show(PICTURE, moving=True)
    await way.show(PICTURE, moving=True)
    assert there.channel.send.call_count == 1
    assert there.store.post.await_args_list == [mock.call(7, Posted(20, 41))] * 3
    assert there.edited()[-1] == (20, 41)


async def test_a_repeated_post_has_the_same_nonce(there: Discord):
    there.message.edit.side_effect = [FORBIDDEN, None]
    there.channel.send.side_effect = [answered(500), posted_message(20, 41)]
    way = there.way(job_of(token=None))
    with pytest.raises(discord.DiscordServerError):
        await way.show(PICTURE, moving=True)
    await way.show(PICTURE, moving=True)
    first, second = (call.kwargs["nonce"] for call in there.channel.send.call_args_list)
    assert first == second
    assert len(first) <= 25


async def test_where_nothing_may_be_posted_it_goes_by_direct_message(there: Discord):
    there.message.edit.side_effect = [answered(403, 50001), None]
    there.channel.send.side_effect = answered(403, 50001)
    await there.way(job_of(token=None)).show(PICTURE, moving=True)
    assert there.client.create_dm.call_args.args[0].id == 1
    there.store.post.assert_awaited_once_with(7, Posted(50, 51))
    assert there.edited()[-1] == (50, 51)


async def test_of_a_guild_that_was_left_nothing_goes_further_than_the_promised_message(
    there: Discord,
):
    there.webhook.edit_message.side_effect = TOKEN_DIED
    there.message.edit.side_effect = answered(403, 50001)
    way = there.way(job_of())
    way.leave()
    with pytest.raises(OtherRules):
        await way.show(PICTURE, moving=True)
    with pytest.raises(discord.HTTPException):
        await way.show(PICTURE, moving=True)
    there.webhook.edit_message.assert_called_once()  # as long as it lives, it may work
    assert there.edited() == [(20, 40)]
    there.channel.send.assert_not_called()
    there.dm.send.assert_not_called()


@pytest.mark.parametrize(
    ("job", "channel_id"),
    [
        (job_of(age_s=60), None),
        (job_of(age_s=TOKEN_LIFE_S + 1), 20),
        (job_of(token=None), 20),
        (job_of(age_s=TOKEN_LIFE_S + 1, private=True), None),
        (job_of(posted=Posted(50, 51)), 50),
    ],
    ids=["by token", "too old", "without", "private", "moved"],
)
async def test_an_edit_counts_against_its_channel_unless_a_token_has_its_own_limit(
    there: Discord, job: Job, channel_id: int | None
):
    assert there.way(job).channel_id == channel_id


async def test_a_picture_whose_token_died_is_brought_anew_by_its_channel_s_limit(there: Discord):
    there.webhook.edit_message.side_effect = TOKEN_DIED
    way = there.way(job_of())
    with pytest.raises(OtherRules):
        await way.show(PICTURE, moving=True)
    assert way.channel_id == 20
    there.message.edit.assert_not_called()
    await way.show(PICTURE, moving=True)
    assert there.edited() == [(20, 40)]


async def test_after_an_hour_a_message_is_old_but_for_its_token(there: Discord):
    way, by_token = there.way(job_of(age_s=60, token=None)), there.way(job_of(age_s=60))
    there.passed += OLD_S - 61
    assert not way.is_old
    there.passed += 1
    assert way.is_old
    assert not by_token.is_old
    assert there.way(job_of(age_s=OLD_S)).is_old


async def test_with_closed_direct_messages_the_way_ends(there: Discord):
    there.message.edit.side_effect = FORBIDDEN
    there.channel.send.side_effect = FORBIDDEN
    there.dm.send.side_effect = answered(403, 50007)
    with pytest.raises(discord.HTTPException) as ended:
        await there.way(job_of(token=None)).show(PICTURE, moving=True)
    assert ended.value.code == 50007


async def test_in_direct_messages_there_is_no_further_one(there: Discord):
    there.message.edit.side_effect = FORBIDDEN
    there.channel.send.side_effect = FORBIDDEN
    with pytest.raises(discord.HTTPException):
        await there.way(job_of(token=None, guild_id=None)).show(PICTURE, moving=True)
    there.client.create_dm.assert_not_called()


async def test_a_private_answer_never_becomes_public(there: Discord):
    there.webhook.edit_message.side_effect = TOKEN_DIED
    await there.way(job_of(private=True)).show(PICTURE, moving=True)
    there.channel.send.assert_not_called()
    assert there.edited() == [(50, 51)]


async def test_progress_of_a_private_answer_ends_with_its_token(there: Discord):
    way = there.way(job_of(private=True, age_s=15 * 60))
    await way.show(SHOWN)
    there.webhook.edit_message.assert_not_called()
    assert there.edited() == []
    there.client.create_dm.assert_not_called()


@pytest.mark.parametrize("where", [Posted(20, 41), Posted(50, 51)])
async def test_after_a_restart_it_goes_on_where_it_was_posted(there: Discord, where: Posted):
    await there.way(job_of(token=None, posted=where)).show(PICTURE, moving=True)
    assert there.edited() == [(where.channel_id, where.message_id)]
    there.channel.send.assert_not_called()


async def test_a_message_that_was_deleted_is_not_posted_anew(there: Discord):
    there.webhook.edit_message.side_effect = answered(404, 10008)
    with pytest.raises(discord.HTTPException):
        await there.way(job_of()).show(PICTURE, moving=True)
    there.channel.send.assert_not_called()
    there.message.edit.assert_not_called()


LOST = answered(502)
WITH_PICTURE = mock.Mock(attachments=[mock.Mock(filename="easel-7.webp")])


async def test_what_was_shown_though_its_answer_was_lost_is_not_shown_again(there: Discord):
    there.message.edit.side_effect = [LOST, FORBIDDEN]
    there.message.fetch.return_value = WITH_PICTURE
    way = there.way(job_of(token=None))
    with pytest.raises(discord.DiscordServerError):
        await way.show(PICTURE, moving=True)
    await way.show(PICTURE, moving=True)
    there.channel.send.assert_not_called()
    there.client.create_dm.assert_not_called()


async def test_of_a_new_message_it_is_also_looked_whether_it_has_the_picture(there: Discord):
    there.message.edit.side_effect = FORBIDDEN
    there.message.fetch.side_effect = [mock.Mock(attachments=[]), WITH_PICTURE]
    await there.way(job_of(token=None)).show(PICTURE, moving=True)
    there.client.create_dm.assert_not_called()


async def test_a_message_without_the_picture_is_given_up(there: Discord):
    there.message.edit.side_effect = [LOST, FORBIDDEN, None]
    way = there.way(job_of(token=None))
    with pytest.raises(discord.DiscordServerError):
        await way.show(PICTURE, moving=True)
    await way.show(PICTURE, moving=True)
    assert there.edited()[-1] == (20, 41)


async def test_a_message_that_was_deleted_meanwhile_gets_no_successor(there: Discord):
    there.message.edit.side_effect = FORBIDDEN
    there.message.fetch.side_effect = answered(404, 10008)
    with pytest.raises(discord.HTTPException):
        await there.way(job_of(token=None)).show(PICTURE, moving=True)
    there.channel.send.assert_not_called()


async def test_while_nobody_can_look_nothing_is_posted(there: Discord):
    there.message.edit.side_effect = FORBIDDEN
    there.message.fetch.side_effect = answered(503)
    with pytest.raises(discord.DiscordServerError):
        await there.way(job_of(token=None)).show(PICTURE, moving=True)
    there.channel.send.assert_not_called()


async def test_what_may_not_be_looked_at_counts_as_shown_if_it_may_be(there: Discord):
    there.message.edit.side_effect = [LOST, FORBIDDEN]
    there.message.fetch.side_effect = answered(403, 50001)
    way = there.way(job_of(token=None))
    with pytest.raises(discord.DiscordServerError):
        await way.show(PICTURE, moving=True)
    await way.show(PICTURE, moving=True)
    there.channel.send.assert_not_called()


async def test_a_private_picture_that_may_be_there_is_not_sent_again(there: Discord):
    there.webhook.edit_message.side_effect = [LOST, TOKEN_DIED]
    way = there.way(job_of(private=True))
    with pytest.raises(discord.DiscordServerError):
        await way.show(PICTURE, moving=True)
    await way.show(PICTURE, moving=True)
    there.client.create_dm.assert_not_called()


async def test_nor_is_one_whose_token_has_grown_old(there: Discord):
    there.webhook.edit_message.side_effect = [LOST, TOKEN_DIED]
    way = there.way(job_of(private=True))
    with pytest.raises(discord.DiscordServerError):
        await way.show(PICTURE, moving=True)
    there.passed += 15 * 60
    await way.show(PICTURE, moving=True)
    there.client.create_dm.assert_not_called()


@pytest.mark.parametrize("jump_s", [3600, -3600])
async def test_a_clock_that_jumps_keeps_no_private_answer_from_its_message(
    there: Discord, jump_s: int
):
    way = there.way(job_of(private=True))
    there.now += jump_s
    there.passed += 60
    await way.show(SHOWN)
    await way.show(PICTURE, moving=True)
    assert there.webhook.edit_message.call_count == 2
    there.client.create_dm.assert_not_called()


async def test_nor_does_one_that_is_not_discords(there: Discord):
    ahead = dataclasses.replace(job_of(private=True, age_s=3600), queued_at=NOW)
    way = there.way(ahead)
    await way.show(SHOWN)
    await way.show(PICTURE, moving=True)
    assert there.webhook.edit_message.call_count == 2


async def test_the_token_of_a_private_answer_is_tried_once_whatever_its_age(there: Discord):
    there.webhook.edit_message.side_effect = TOKEN_DIED
    way = there.way(job_of(private=True, age_s=3600))
    await way.show(SHOWN)
    there.webhook.edit_message.assert_not_called()
    await way.show(PICTURE, moving=True)
    await way.show(PICTURE, moving=True)
    assert there.webhook.edit_message.call_count == 1
    assert there.edited()[-1] == (50, 51)


async def test_the_last_word_of_a_private_message_stands_until_its_end(there: Discord):
    way = there.way(job_of(private=True, age_s=TOKEN_LIFE_S + 1))
    await way.show(SHOWN)
    there.passed += 55
    await way.show(SHOWN)
    assert there.webhook.edit_message.call_count == 1
    await way.show(PICTURE, moving=True)
    assert there.webhook.edit_message.call_count == 2


async def test_progress_whose_answer_was_lost_keeps_no_picture_from_its_member(there: Discord):
    there.webhook.edit_message.side_effect = [LOST, TOKEN_DIED]
    way = there.way(job_of(private=True))
    with pytest.raises(discord.DiscordServerError):
        await way.show(SHOWN)
    await way.show(PICTURE, moving=True)
    assert there.edited() == [(50, 51)]


async def test_what_the_token_may_not_edit_is_edited_by_right(there: Discord):
    there.webhook.edit_message.side_effect = answered(403, 50005)
    await there.way(job_of()).show(SHOWN)
    assert there.edited() == [(20, 40)]


@pytest.mark.parametrize(
    ("posting", "place"), [([None], "below"), ([FORBIDDEN], "direct messages")]
)
async def test_the_promised_message_says_where_the_end_went(there: Discord, posting, place: str):
    there.message.edit.side_effect = [FORBIDDEN, None, None]
    if posting[0] is not None:
        there.channel.send.side_effect = posting
    way = there.way(job_of(token=None))
    await way.show(PICTURE, moving=True)
    await way.leave_word()
    assert there.edited()[-1] == (20, 40)
    options = there.message.edit.call_args.kwargs
    assert place in options["embed"].title
    assert (options["attachments"], options["view"]) == ([], None)


async def test_the_promised_message_says_nothing_more_where_it_shows_the_end(there: Discord):
    way = there.way(job_of(token=None))
    await way.show(PICTURE, moving=True)
    await way.leave_word()
    assert there.message.edit.call_count == 1


async def test_that_word_is_tried_once_and_may_fail(there: Discord):
    there.message.edit.side_effect = [FORBIDDEN, None, FORBIDDEN]
    way = there.way(job_of(token=None))
    await way.show(PICTURE, moving=True)
    await way.leave_word()
    assert there.message.edit.call_count == 3


async def test_no_word_is_left_by_a_token_that_died(there: Discord):
    there.webhook.edit_message.side_effect = TOKEN_DIED
    way = there.way(job_of(private=True))
    await way.show(PICTURE, moving=True)
    await way.leave_word()
    assert there.webhook.edit_message.call_count == 1


async def test_a_private_message_is_left_by_its_old_token_while_that_lives(there: Discord):
    # Such as by a fault of Discord's: that the picture is refused, and the word is not.
    there.webhook.edit_message.side_effect = [FORBIDDEN, None]
    way = there.way(job_of(private=True, age_s=TOKEN_LIFE_S + 1))
    await way.show(PICTURE, moving=True)
    await way.leave_word()
    assert "direct messages" in there.webhook.edit_message.call_args.kwargs["embed"].title


@pytest.mark.parametrize(
    ("age_s", "private", "closing"),
    [
        (TOKEN_LIFE_S - 1, True, False),
        (TOKEN_LIFE_S + 1, True, True),
        (TOKEN_LIFE_S + 1, False, False),
        (15 * 60, True, False),
    ],
)
async def test_in_its_last_minute_a_private_message_is_closing(
    there: Discord, age_s: float, private: bool, closing: bool
):
    assert there.way(job_of(age_s=age_s, private=private)).closing is closing


async def test_while_it_is_closing_a_private_message_is_edited_by_its_token(there: Discord):
    await there.way(job_of(private=True, age_s=TOKEN_LIFE_S + 1)).show(SHOWN)
    assert there.webhook.edit_message.call_count == 1


async def test_what_is_for_its_channel_only_is_judged_anew_before_it_goes_further(there: Discord):
    there.message.edit.side_effect = FORBIDDEN
    there.channel.send.side_effect = FORBIDDEN
    way = there.way(job_of(token=None))
    with pytest.raises(OtherRules):
        await way.show(dataclasses.replace(PICTURE, not_direct=True), moving=True)
    assert way.is_direct
    there.dm.send.assert_not_called()
    there.message.edit.side_effect = None
    await way.show(SHOWN, moving=True)
    assert there.dm.send.call_count == 1


async def test_a_covered_picture_that_arrived_is_known_by_its_name(there: Discord):
    covered = dataclasses.replace(PICTURE, file=File(b"png", "easel-7.png", covered=True))
    there.webhook.edit_message.side_effect = TOKEN_DIED
    there.message.edit.side_effect = [answered(502), FORBIDDEN]
    arrived = mock.Mock(filename="SPOILER_easel-7.png")
    there.message.fetch.return_value = mock.Mock(attachments=[arrived])
    way = there.way(job_of())
    with pytest.raises(OtherRules):
        await way.show(covered, moving=True)
    with pytest.raises(discord.HTTPException):
        await way.show(covered, moving=True)
    await way.show(covered, moving=True)
    there.channel.send.assert_not_called()
    (options,) = [call.kwargs for call in there.webhook.edit_message.call_args_list]
    assert [file.filename for file in options["attachments"]] == ["SPOILER_easel-7.png"]


async def test_its_member_is_told_alone_by_the_token(there: Discord):
    assert await there.way(job_of(age_s=60)).whisper("why")
    (call,) = there.webhook.send.call_args_list
    assert call.args == ("why",)
    assert call.kwargs["ephemeral"]


@pytest.mark.parametrize(
    "job",
    [job_of(age_s=TOKEN_LIFE_S + 1), job_of(token=None), job_of(private=True)],
    ids=["old", "none", "private"],
)
async def test_where_that_is_not_possible_nobody_is_told_anything(there: Discord, job: Job):
    assert not await there.way(job).whisper("why")
    there.webhook.send.assert_not_called()


async def test_a_refusal_of_discord_s_is_no_end(there: Discord):
    there.webhook.send.side_effect = TOKEN_DIED
    assert not await there.way(job_of(age_s=60)).whisper("why")
