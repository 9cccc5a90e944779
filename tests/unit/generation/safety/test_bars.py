"""Barred members and those who leave are refused; nobody's id is in the table."""

import contextlib

import pytest

from bot.database import Database
from generation.errors import RequestRefused
from generation.safety.bars import INTERACTION_LIFE_S, Bars
from generation.safety.pseudonyms import FIRST_NUMBER, Pseudonyms
from tests.support.jobs import make_origin, make_request
from tests.support.line import Line


@pytest.fixture
async def pseudonyms(database: Database) -> Pseudonyms:
    loaded = Pseudonyms(database)
    await loaded.load()
    return loaded


@pytest.fixture
async def bars(database: Database, pseudonyms: Pseudonyms) -> Bars:
    return Bars(database, pseudonyms)


async def test_a_pseudonym_is_always_the_same_and_tells_no_id(
    database: Database, pseudonyms: Pseudonyms
):
    again = Pseudonyms(database)
    await again.load()
    assert again.of(12345) == pseudonyms.of(12345) != pseudonyms.of(12346)
    assert "12345" not in pseudonyms.of(12345)
    assert FIRST_NUMBER <= pseudonyms.number(12345) < 2**63


async def test_each_database_has_a_salt_of_its_own(pseudonyms: Pseudonyms, tmp_path):
    async with Database.open(tmp_path / "other") as other:
        elsewhere = Pseudonyms(other)
        await elsewhere.load()
        assert elsewhere.of(1) != pseudonyms.of(1)


async def test_a_barred_member_is_refused_also_after_a_restart(
    bars: Bars, database: Database, pseudonyms: Pseudonyms
):
    bar_id = await bars.add(pseudonyms.of(7))
    assert await bars.add(pseudonyms.of(7)) == bar_id
    after = Bars(database, pseudonyms)
    await after.load()
    with pytest.raises(RequestRefused, match="The host has barred you"):
        after.check(7)
    after.check(8)
    assert after.find(7) == bar_id
    assert after.find(8) is None


async def test_a_bar_can_be_lifted_once(bars: Bars, pseudonyms: Pseudonyms):
    first = await bars.add(pseudonyms.of(7))
    assert await bars.lift(first)
    assert not await bars.lift(first)
    bars.check(7)
    # A button under an old report must not lift what came later.
    assert await bars.add(pseudonyms.of(7)) > first
    assert not await bars.lift(first)
    with pytest.raises(RequestRefused):
        bars.check(7)


async def test_while_somebodys_data_is_deleted_nothing_of_theirs_is_taken(bars: Bars):
    with bars.closed_to(7), pytest.raises(RequestRefused, match="being deleted just now"):
        bars.check(7)
    bars.check(7)


async def test_what_was_asked_for_before_a_deletion_is_refused_after_it_too(bars: Bars):
    with bars.closed_to(7, 1000):
        pass
    with pytest.raises(RequestRefused, match="deleted after you asked for this"):
        bars.check(7, 999)
    bars.check(7, 1001)
    bars.check(7)
    bars.check(8, 999)
    # An earlier one that ends later takes nothing of that back.
    with bars.closed_to(7, 500):
        pass
    with pytest.raises(RequestRefused, match="Ask again"):
        bars.check(7, 999)


async def test_nor_does_a_deletion_that_failed_refuse_anything(bars: Bars):
    with contextlib.suppress(OSError), bars.closed_to(7, 1000):
        raise OSError
    bars.check(7, 999)


async def test_that_is_forgotten_once_nothing_older_can_be_on_its_way(
    database: Database, pseudonyms: Pseudonyms
):
    now = 0.0
    bars = Bars(database, pseudonyms, monotonic=lambda: now)
    with bars.closed_to(7, 1000):
        pass
    now = INTERACTION_LIFE_S
    with pytest.raises(RequestRefused):
        bars.check(7, 999)
    now += 1.0
    bars.check(7, 999)
    assert bars._erased == {}


async def test_the_intake_asks(line: Line, bars: Bars, pseudonyms: Pseudonyms):
    line.intake._bars = bars
    await bars.add(pseudonyms.of(1))
    with pytest.raises(RequestRefused, match="barred"):
        await line.intake.submit(make_request(), make_origin(1))
    await line.intake.submit(make_request(), make_origin(2, 200))
    # Whoever sits at the host is no member.
    await line.intake.submit(make_request(), None)


async def test_the_intake_tells_what_was_asked_for_before_a_deletion(line: Line, bars: Bars):
    line.intake._bars = bars
    with bars.closed_to(1, 500):
        pass
    with pytest.raises(RequestRefused, match="deleted after you asked for this"):
        await line.intake.submit(make_request(), make_origin(1, 499))
    await line.intake.submit(make_request(), make_origin(1, 501))
    await line.intake.submit(make_request(), make_origin(2, 499))
