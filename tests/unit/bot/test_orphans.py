"""Reports of messages of whose picture nothing is stored: seen to be right, posted, or logged."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

import discord
import pytest

from bot.database import DatabaseBusy
from bot.reporting import hand_over_orphan, still_shows
from generation.job import Posted
from generation.safety.orphans import Orphans
from generation.safety.withdrawals import Copy

from .test_reporting import MEMBER, Desk, trouble

EASEL, SEEN, REPORT = 1, Posted(20, 9), 3


class Post(Desk):
    """A desk at which such a report is handed over."""

    def __init__(self) -> None:
        super().__init__()
        self.orphans = mock.create_autospec(Orphans, instance=True)
        self.orphans.taken_in.return_value.__aenter__.return_value = REPORT
        self.orphans.note_post.return_value = None
        self.client.studio.safety.orphans = self.orphans
        self.client.user = SimpleNamespace(id=EASEL)
        self.channel.send.return_value = SimpleNamespace(id=51, channel=SimpleNamespace(id=50))

    def stands(self, author: int, *names: str) -> None:
        """In the message that is reported."""
        self.message.fetch.return_value = SimpleNamespace(
            author=SimpleNamespace(id=author),
            attachments=[SimpleNamespace(filename=name) for name in names],
            embeds=[],
        )

    async def hand_over(self) -> bool:
        interaction: Any = mock.create_autospec(discord.Interaction, instance=True)
        interaction.user, interaction.guild_id = SimpleNamespace(id=5), 10
        return await hand_over_orphan(self.client, 12, SEEN, interaction, "too red")


@pytest.mark.parametrize(
    ("author", "names", "shows"),
    [
        (EASEL, ["easel-12.png"], True),
        (EASEL, ["SPOILER_easel-12.png"], True),
        (EASEL, ["easel-13.png"], False),
        (EASEL, [], False),
        (2, ["easel-12.png"], False),
    ],
)
async def test_it_is_one_of_easels_own_with_that_picture(
    author: int, names: list[str], shows: bool
):
    post = Post()
    post.stands(author, *names)
    assert await still_shows(post.client, SEEN, 12) is shows


@pytest.mark.parametrize(("status", "code", "shows"), [(404, 10008, False), (403, 50001, True)])
async def test_what_can_not_be_read_is_reported_and_what_is_gone_is_not(
    status: int, code: int, shows: bool
):
    post = Post()
    post.message.fetch.side_effect = trouble(status, code)
    assert await still_shows(post.client, SEEN, 12) is shows


async def test_without_a_channel_it_is_in_the_log(caplog: pytest.LogCaptureFixture):
    post = Post()
    post.client.settings.report_channel_id = None
    assert not await post.hand_over()
    assert "reported by user 5: https://discord.com/channels/10/20/9 'too red'" in caplog.text
    post.orphans.note_log.assert_awaited_once_with(REPORT)


async def test_that_it_is_in_the_log_need_not_be_noted(caplog: pytest.LogCaptureFixture):
    post = Post()
    post.channel.send.side_effect = trouble(503, 0)
    post.orphans.note_log.side_effect = DatabaseBusy(Path("easel.sqlite"))
    assert not await post.hand_over()
    assert "'too red'" in caplog.text
    assert "that it is in the log is not noted" in caplog.text


async def test_however_often_it_is_handed_over_there_is_one_message():
    post = Post()
    assert await post.hand_over()
    assert post.channel.send.call_args.kwargs["nonce"] == f"easel-orphan-{REPORT}"
    post.orphans.note_log.assert_not_called()


@pytest.mark.parametrize("deleted", [False, True])
async def test_a_copy_whose_reporter_left_meanwhile_is_taken_away(deleted: bool):
    post = Post()
    copy = Copy(Posted(50, 51), MEMBER, reported=False)
    post.orphans.note_post.return_value = copy if deleted else None
    assert await post.hand_over()
    taken = [call.args[0] for call in post.erasure.take_away.call_args_list]
    assert taken == ([[copy]] if deleted else [])


@pytest.mark.parametrize(
    ("shows", "status", "said", "spent"),
    [
        (True, None, "Message deleted.", True),
        (True, 404, "Message deleted.", True),
        (True, 403, "The message can't be deleted: the log says why.", False),
        (False, None, "The message shows no picture any more, and was left as it is.", True),
    ],
    ids=["deleted", "somebody was quicker", "no access", "no picture"],
)
async def test_its_button_says_what_it_did_and_is_spent_where_nothing_is_left_to_do(
    shows: bool, status: int | None, said: str, spent: bool
):
    post = Post()
    post.stands(EASEL, *["easel-12.png"] * shows)
    fetched = post.message.fetch.return_value
    error = None if status is None else trouble(status, 0)
    fetched.delete = mock.AsyncMock(side_effect=error)
    assert await post.hand_over()
    (button,) = post.channel.send.call_args.kwargs["view"].children
    interaction: Any = mock.create_autospec(discord.Interaction, instance=True)
    interaction.client, interaction.channel_id, interaction.guild_id = post.client, 50, 10
    interaction.permissions = discord.Permissions(manage_guild=True)
    interaction.response = mock.create_autospec(discord.InteractionResponse, instance=True)
    interaction.message = SimpleNamespace(embeds=[discord.Embed()])
    interaction.user = SimpleNamespace(id=5)
    await button.callback(interaction)
    after = interaction.edit_original_response.call_args.kwargs
    assert after["view"].children[0].item.disabled is spent
    assert after["embeds"][0].fields[0].value == f"{said} (<@5>)"
