"""A job's message is edited by its token while that lives, then by the bot's own right."""

from unittest import mock

import discord
import pytest

from bot.message import JobMessage
from generation.job import Origin

NOW = 1_800_000_000.0


def origin(*, age_s: float = 0, token: str | None = "token") -> Origin:
    milliseconds = int((NOW - age_s) * 1000) - discord.utils.DISCORD_EPOCH
    return Origin(
        user_id=1,
        guild_id=10,
        channel_id=20,
        interaction_id=milliseconds << 22,
        message_id=40,
        application_id=30,
        token=token,
    )


def refused(code: int, status: int = 401) -> discord.HTTPException:
    response = mock.Mock(status=status, reason="no")
    return discord.HTTPException(response, {"code": code, "message": "no"})


class Discord:
    """The two ways to a message, each recording its calls."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.webhook = mock.create_autospec(discord.Webhook, instance=True)
        self.message = mock.create_autospec(discord.PartialMessage, instance=True)
        self.client = mock.create_autospec(discord.Client, instance=True)
        channel = self.client.get_partial_messageable.return_value
        channel.get_partial_message.return_value = self.message
        monkeypatch.setattr(discord.Webhook, "partial", mock.Mock(return_value=self.webhook))

    def job_message(self, whose: Origin) -> JobMessage:
        return JobMessage(self.client, whose, now=lambda: NOW)


@pytest.fixture
def there(monkeypatch: pytest.MonkeyPatch) -> Discord:
    return Discord(monkeypatch)


EMBED = discord.Embed(description="a red circle")


async def test_a_young_token_is_used(there: Discord):
    await there.job_message(origin(age_s=60)).edit(EMBED, picture=b"png", name="easel-1.png")
    (message_id,), options = there.webhook.edit_message.call_args
    assert message_id == 40
    assert [file.filename for file in options["attachments"]] == ["easel-1.png"]
    there.message.edit.assert_not_called()


@pytest.mark.parametrize("whose", [origin(age_s=14 * 60 + 1), origin(token=None)])
async def test_without_a_living_token_the_bot_edits_by_its_own_right(there: Discord, whose: Origin):
    await there.job_message(whose).edit(EMBED)
    there.webhook.edit_message.assert_not_called()
    assert there.message.edit.call_args.kwargs == {"embed": EMBED, "attachments": [], "view": None}


@pytest.mark.parametrize("code", [50027, 10015])
async def test_a_refused_token_is_never_tried_again(there: Discord, code: int):
    there.webhook.edit_message.side_effect = refused(code)
    message = there.job_message(origin())
    await message.edit(EMBED)
    await message.edit(EMBED)
    assert there.webhook.edit_message.call_count == 1
    assert there.message.edit.call_count == 2


async def test_other_refusals_are_the_callers(there: Discord):
    there.webhook.edit_message.side_effect = refused(10008, 404)
    with pytest.raises(discord.HTTPException):
        await there.job_message(origin()).edit(EMBED)
    there.message.edit.assert_not_called()
