"""The board: what is refused has changed nothing, not even half."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from playground import errors, services
from playground.errors import ApiError
from playground.messages.drafts import Draft
from playground.seed import GENERAL_ID
from playground.services import Services
from playground.uploads import Upload
from playground.world import Channel, Message

UPLOADS = {0: Upload("new.png", b"a")}


@pytest.fixture
def made() -> Services:
    return services.build(heartbeat_s=40)


@pytest.fixture
def general(made: Services) -> Channel:
    return made.world.channels[GENERAL_ID]


@pytest.fixture
def message(made: Services, general: Channel) -> Message:
    """A message of the bot's with one file."""
    old = {0: Upload("old.png", b"a")}
    return made.board.post(general, made.world.bot, Draft(frozenset(), "old", uploads=old))


def edit(**fields: Any) -> Draft:
    """A draft in which these fields are given."""
    return Draft(frozenset(fields), **fields)


def breaks(*_: Any) -> Any:
    raise RuntimeError("broken")


async def test_an_edit_that_breaks_has_changed_nothing(
    made: Services, general: Channel, message: Message, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(made.board.files, "own_urls", breaks)
    before, stored = replace(message), dict(made.cdn._files)
    embeds = [{"image": {"url": "x"}}]
    draft = edit(content="new", embeds=embeds, attachments=[], uploads=UPLOADS)
    with pytest.raises(RuntimeError):
        made.board.edit(general, message, draft)
    assert message == before
    assert made.cdn._files == stored


def too_often(made: Services) -> Draft:
    made.clock.advance(2 * 3600)
    made.board.old_edits.allowed = 0
    return edit(content="new", uploads=UPLOADS)


def of_a_file_that_is_not_there(_: Services) -> Draft:
    return edit(content="new", attachments=[{"id": "5"}, {"id": "0"}], uploads=UPLOADS)


REFUSED = [too_often, of_a_file_that_is_not_there]


@pytest.mark.parametrize("make", REFUSED)
async def test_an_edit_that_is_refused_stores_no_file(
    made: Services, general: Channel, message: Message, make: Callable[[Services], Draft]
):
    draft, stored = make(made), dict(made.cdn._files)
    with pytest.raises(ApiError):
        made.board.edit(general, message, draft)
    assert made.cdn._files == stored
    assert message.content == "old"


async def test_a_file_is_not_described_by_an_edit_that_is_refused(
    made: Services, general: Channel, message: Message
):
    (file,) = message.files
    listed = [{"id": str(file.id), "description": "new"}, {"id": "5"}]
    with pytest.raises(ApiError):
        made.board.edit(general, message, edit(attachments=listed))
    assert file.description is None


async def test_an_edit_describes_the_files_it_keeps(
    made: Services, general: Channel, message: Message
):
    (file,) = message.files
    listed = [{"id": str(file.id), "description": "new"}, {"id": "0"}]
    made.board.edit(general, message, edit(attachments=listed, uploads=UPLOADS))
    assert [each.filename for each in message.files] == ["old.png", "new.png"]
    assert file.description == "new"


async def test_an_edit_to_nothing_is_refused(made: Services, general: Channel, message: Message):
    with pytest.raises(ApiError) as refused:
        made.board.edit(general, message, edit(content="", attachments=[]))
    assert refused.value.refusal == errors.EMPTY_MESSAGE
    assert message.files


@pytest.mark.parametrize(
    "url", ["http://[x", "attachment://[", "http://x:y/", "http:///x", "\ud800", "http://\u2100/"]
)
def test_what_is_no_url_is_no_file_of_the_cdn(made: Services, url: str):
    assert made.cdn.owned(url) is None


def test_a_url_with_an_endless_id_is_no_file_of_the_cdn(made: Services):
    made.cdn.base_url = "http://127.0.0.1:1"
    url = f"{made.cdn.base_url}/attachments/1/{'9' * 5000}/a"
    assert made.cdn.owned(url) is None
