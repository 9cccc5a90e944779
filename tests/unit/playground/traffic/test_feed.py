"""The feed: what is kept, and who hears of it."""

import asyncio
import json
from typing import Any

from playground.traffic import Feed, Item, Lost
from playground.traffic.feed import KEPT, WAITING


def fill(feed: Feed, count: int) -> None:
    for number in range(count):
        feed.add("rest", lambda number=number: {"number": number})


def test_only_the_latest_are_kept():
    feed = Feed()
    fill(feed, KEPT + 3)
    ids = [item.id for item in feed.kept()]
    assert (len(ids), ids[0], ids[-1]) == (KEPT, 4, KEPT + 3)
    assert [item.id for item in feed.kept(after=KEPT)] == [KEPT + 1, KEPT + 2, KEPT + 3]


def test_an_item_that_nobody_reads_is_not_written_out():
    feed = Feed()
    written: list[bool] = []

    def describe() -> dict[str, Any]:
        written.append(True)
        return {"x": 1}

    feed.add("rest", describe)
    assert not written
    (item,) = feed.kept()
    assert json.loads(item.text) == json.loads(item.text) == {"id": 1, "kind": "rest", "x": 1}
    assert len(written) == 1


async def test_a_listener_hears_what_is_kept_and_what_comes():
    feed = Feed()
    fill(feed, 2)
    with feed.listen(feed.kept()) as listener:
        fill(feed, 1)
        heard = [await listener.next() for _ in range(3)]
    assert [item.id for item in heard if isinstance(item, Item)] == [1, 2, 3]
    fill(feed, 1)
    waiting = asyncio.create_task(listener.next())
    await asyncio.sleep(0.01)
    assert not waiting.done()
    waiting.cancel()


async def test_a_slow_listener_is_told_how_much_it_lost_and_where():
    feed = Feed()
    with feed.listen([]) as listener:
        fill(feed, WAITING + 5)
        for _ in range(10):
            await listener.next()
        fill(feed, 1)
        heard = [await listener.next() for _ in range(WAITING - 10 + 2)]
    lost, after = heard[-2:]
    assert lost == Lost(5)
    assert isinstance(after, Item)
    assert after.id == WAITING + 6
    assert all(isinstance(item, Item) for item in heard[:-2])


async def test_the_end_comes_after_what_waits():
    feed = Feed()
    with feed.listen([]) as listener:
        fill(feed, 1)
        feed.close()
        assert isinstance(await listener.next(), Item)
        assert await listener.next() is None
