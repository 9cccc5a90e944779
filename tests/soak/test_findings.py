"""Worlds in which something is wrong, each of which is found out."""

import hashlib
import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.database import Database
from generation.job import Posted
from generation.pictures import PictureStore
from generation.store import JobStore
from playground.client.parts import LOADING
from tests.soak.chaos import Struck
from tests.soak.findings import Findings, Seen, look
from tests.soak.run import Soaked, refused
from tests.support.executors import PICTURE
from tests.support.jobs import make_origin, make_request
from tests.support.wire import Json

CANCEL = {"type": 1, "components": [{"type": 2, "custom_id": "easel:cancel:1", "label": "Cancel"}]}


def message(identifier: int, title: str | None = None, *, picture: int | None = None) -> Json:
    """A message of the bot's in the channel of `make_origin`."""
    return {
        "id": str(identifier),
        "channel_id": "20",
        "content": "",
        "flags": 0,
        "embeds": [] if title is None and picture is None else [{"title": title}],
        "components": [],
        "attachments": [] if picture is None else [{"filename": f"easel-{picture}.png"}],
    }


class World:
    """A delivered job 1 in message 101, a failed job 2 in 201, a cancelled job 3 in 301."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.messages = {
            101: message(101, picture=1),
            201: message(201, "No picture this time"),
            301: message(301, "Cancelled by an admin"),
        }
        self.ever = [
            message(101, "Queued"),
            message(201, "Painting…"),
            message(301, "Queued – 2nd"),
        ]
        self.channels = {"20"}
        self.refused: set[str] = set()

    async def paint(self) -> None:
        async with Database.open(self.data) as database:
            store = JobStore(database)
            for number in (1, 2, 3):
                await store.create(make_request(), make_origin(1, number * 100))
            await store.start(1)
            stored = await PictureStore(self.data).save(1, b"png")
            await store.finish(1, PICTURE, stored)
            await store.deliver(1)
            await store.start(2)
            await store.fail(2, "bad_request", "", "")  # pyright: ignore[reportArgumentType]
            await store.cancel(3)
            await store.tell(2)
            await store.tell(3)

    def sql(self, statement: str) -> None:
        connection = sqlite3.connect(self.data / "easel.sqlite")
        with connection:
            connection.execute(statement)
        connection.close()

    def show(self, each: Json) -> None:
        self.messages[int(each["id"])] = each

    def look(self) -> Findings:
        seen = Seen(list(self.messages.values()), self.ever, self.channels, self.refused)
        return look(self.data, seen)

    @property
    def file(self) -> Path:
        return self.data / "pictures" / "000000" / "1.png"


@pytest.fixture
async def world(tmp_path: Path) -> World:
    made = World(tmp_path)
    await made.paint()
    return made


def test_in_a_good_world_nothing_is_found(world: World):
    found = world.look()
    assert found.wrong == []
    assert found.left_behind == []
    assert found.statuses == {"delivered": 1, "failed": 1, "cancelled": 1}


def lose_a_row(world: World) -> None:
    world.sql("DELETE FROM jobs WHERE id = 3")


def forget_a_message(world: World) -> None:
    world.ever.append(message(901, "Queued"))


def leave_a_job_running(world: World) -> None:
    world.sql("UPDATE jobs SET status = 'running', finished_at = NULL, told_at = NULL WHERE id = 2")


def tell_nobody(world: World) -> None:
    world.sql("UPDATE jobs SET told_at = NULL WHERE id = 2")


def show_no_picture(world: World) -> None:
    world.show(message(101, "Done"))


def show_twice(world: World) -> None:
    again = message(102, picture=1)
    world.sql("UPDATE jobs SET posted_channel_id = 20, posted_message_id = 102 WHERE id = 1")
    world.show(again)


def show_twice_in_one(world: World) -> None:
    world.messages[101]["attachments"] *= 2


def leave_a_file(world: World) -> None:
    world.file.with_name("7.png").write_bytes(b"")


def lose_the_file(world: World) -> None:
    world.file.unlink()


def change_the_file(world: World) -> None:
    world.file.write_bytes(b"another")
    assert hashlib.sha256(b"another").hexdigest() != hashlib.sha256(b"png").hexdigest()


def promise(title: str) -> Callable[[World], None]:
    def show(world: World) -> None:
        world.show(message(201, title))

    show.__name__ = title
    return show


def leave_the_button(world: World) -> None:
    world.messages[101]["components"] = [CANCEL]


def think_for_ever(world: World) -> None:
    world.show(message(301) | {"flags": LOADING})


def post_an_empty_line(world: World) -> None:
    world.show(message(101))


def post_a_second_line(world: World) -> None:
    line = message(102) | {"content": "<@1> here is the picture you asked for:"}
    world.ever.append(line | {"nonce": "easel-1-3"})
    world.sql("UPDATE jobs SET posted_channel_id = 20, posted_message_id = 102 WHERE id = 1")
    world.show(line)


def hide_a_failure(world: World) -> None:
    world.show(message(201, "Cancelled"))


def delete_an_answer(world: World) -> None:
    del world.messages[201]


def show_an_unknown_picture(world: World) -> None:
    world.show(message(901, picture=9))


def show_anothers_picture(world: World) -> None:
    world.show(message(201, "No picture this time", picture=1))
    world.messages[101]["attachments"] = []


def try_for_ever(world: World) -> None:
    world.sql("UPDATE jobs SET attempts = 3 WHERE id = 1")


@pytest.mark.parametrize(
    ("spoil", "kind"),
    [
        (lose_a_row, "lost"),
        (forget_a_message, "lost"),
        (leave_a_job_running, "lost"),
        (tell_nobody, "lost"),
        (show_no_picture, "lost"),
        (show_twice, "twice"),
        (show_twice_in_one, "twice"),
        (leave_a_file, "orphans"),
        (lose_the_file, "files"),
        (change_the_file, "files"),
        *((promise(f"{title}…"), "endless") for title in ("Queued", "Loading x", "Painting")),
        (promise("Cancelling…"), "endless"),
        (leave_the_button, "endless"),
        (think_for_ever, "endless"),
        (post_an_empty_line, "endless"),
        (post_a_second_line, "endless"),
        (hide_a_failure, "endless"),
        (delete_an_answer, "endless"),
        (show_an_unknown_picture, "other"),
        (show_anothers_picture, "other"),
        (try_for_ever, "other"),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_what_is_wrong_is_found_and_counted(
    world: World, spoil: Callable[[World], None], kind: str
):
    spoil(world)
    found = world.look()
    assert getattr(found, kind), found
    assert f": {len(getattr(found, kind))}" in "\n".join(found.lines())
    assert Soaked(3, Struck(), found).wrong


def test_what_can_not_be_read_any_more_is_only_recorded(world: World):
    del world.messages[201]
    world.channels.clear()
    found = world.look()
    assert found.wrong == []
    assert found.left_behind == ["job 2 (failed): its message is gone"]


async def test_a_promise_is_left_behind_where_its_answer_went_elsewhere(world: World):
    async with Database.open(world.data) as database:
        await JobStore(database).post(2, Posted(50, 205))
    world.show(message(201, "Painting…"))
    world.show(message(205, "No picture this time"))
    found = world.look()
    assert found.wrong == []
    assert len(found.left_behind) == 1


def test_a_cancelled_job_whose_message_could_not_be_edited_is_left_behind(world: World):
    world.show(message(301, "Queued"))
    assert len(world.look().endless) == 1
    world.refused.add("301")
    found = world.look()
    assert found.wrong == []
    assert len(found.left_behind) == 1


def test_a_failed_job_whose_message_could_not_be_edited_must_be_told_elsewhere(world: World):
    world.show(message(201, "Queued"))
    world.refused.add("201")
    assert len(world.look().endless) == 1


def test_only_the_latest_edit_says_whether_a_message_can_be_edited():
    path = "/webhooks/1/token/messages/"
    trace = [
        {"method": "PATCH", "path": f"{path}1", "status": 200},
        {"method": "PATCH", "path": "/channels/20/messages/1", "status": 403},
        {"method": "PATCH", "path": "/channels/20/messages/2", "status": 403},
        {"method": "PATCH", "path": "/channels/20/messages/2", "status": 200},
        {"method": "POST", "path": "/channels/20/messages", "status": 403},
    ]
    assert refused([json.dumps(line) for line in trace]) == {"1"}


def test_what_was_never_accepted_may_think_for_ever(world: World):
    world.show(message(901) | {"flags": LOADING})
    found = world.look()
    assert found.wrong == []
    assert len(found.left_behind) == 1


def test_a_soak_in_which_nothing_is_delivered_is_wrong(world: World):
    found = Findings()
    assert Soaked(10, Struck(), found).wrong == [
        "only 0 of 10 were accepted",
        "only 0 of 0 were delivered",
    ]
