"""What a member had in a minute and in a day, and what the intake says when it is all."""

import asyncio
import itertools
from collections.abc import Callable
from pathlib import Path

import pytest

from bot.database import Database
from generation.errors import IntakeFull
from generation.executors.base import FailureKind
from generation.job import Job, JobStatus
from generation.limits.layers import Asker, Limits, Subject, SubjectKind
from generation.limits.quotas import Quota
from generation.limits.refusals import in_words
from generation.pictures import StoredPicture
from generation.request import Part
from generation.safety.screening import Blocked
from generation.sheets.store import PartStore
from tests.support.executors import PICTURE
from tests.support.jobs import make_origin, make_request
from tests.support.line import Line

GUILD, ELSEWHERE, PATRONS = 10, 11, 77
MEL = Asker(1, GUILD)
EVERYONE = Subject(SubjectKind.EVERYONE, GUILD)
STORED = StoredPicture("pictures/000000/1.png", "0" * 64)
MINUTE_S, DAY_S = 60.0, 24 * 3600.0

UNSAFE = {FailureKind.UNSAFE, FailureKind.UNSAFE_INPUT}

MakeLine = Callable[[Limits], Line]


class Hours:
    """The time, moved by hand."""

    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Hours:
    return Hours()


@pytest.fixture
def make_line(database: Database, tmp_path: Path, clock: Hours) -> MakeLine:
    return lambda host: Line.build(database, tmp_path, host, most_waiting=100, now=clock)


_interactions = itertools.count(100, 10)


async def ask(
    line: Line, user: int = 1, guild: int | None = GUILD, roles: tuple[int, ...] = ()
) -> Job:
    origin = make_origin(user, next(_interactions), guild_id=guild)
    return await line.intake.submit(make_request(), origin, roles)


async def used(line: Line, asker: Asker = MEL) -> dict[tuple[str, bool], int]:
    return {(each.name, each.in_guild): each.used for each in await line.quotas.read(asker)}


async def test_nothing_is_read_where_no_quota_is_set(make_line: MakeLine, database: Database):
    line = make_line(Limits(waiting=3))
    await ask(line)
    database.fetch_all = None  # type: ignore[assignment]  # whoever asks it now fails
    assert await line.quotas.read(MEL) == []


async def test_a_day_s_pictures_are_refused_with_when_the_next_is_free(
    make_line: MakeLine, clock: Hours
):
    line = make_line(Limits(per_day=20))
    for _ in range(20):
        await ask(line)
        clock.now += 60
    clock.now += 3600 * 20 + 28 * 60
    with pytest.raises(IntakeFull) as refused:
        await ask(line)
    assert refused.value.field == "pictures a day"
    assert refused.value.limit == "You have had 20 of 20 pictures in 24 hours."
    assert refused.value.remedy == "The next is free in 3 h 12 min."


async def test_a_minute_s_pictures_come_back_one_by_one(make_line: MakeLine, clock: Hours):
    line = make_line(Limits(per_minute=2))
    await ask(line)
    clock.now += 48
    await ask(line)
    with pytest.raises(IntakeFull, match=r"2 of 2 requests in a minute.* free in 12 s"):
        await ask(line)
    clock.now += 12
    await ask(line)
    with pytest.raises(IntakeFull, match="free in 48 s"):
        await ask(line)


async def test_a_clock_that_is_set_right_keeps_nobody_waiting_as_long_as_it_was_wrong(
    make_line: MakeLine, clock: Hours
):
    line = make_line(Limits(per_minute=1))
    await ask(line)
    clock.now -= 3600
    await ask(line)
    with pytest.raises(IntakeFull, match="1 of 1"):
        await ask(line)


async def test_no_wait_is_told_that_is_longer_than_what_a_quota_counts(
    make_line: MakeLine, clock: Hours
):
    line = make_line(Limits(per_minute=1))
    await ask(line)
    clock.now -= 40
    with pytest.raises(IntakeFull, match=r"free in 1 min\."):
        await ask(line)


async def test_of_two_quotas_that_are_used_the_longer_wait_is_told(
    make_line: MakeLine, clock: Hours
):
    line = make_line(Limits(per_minute=1, per_day=1))
    await ask(line)
    with pytest.raises(IntakeFull, match=r"pictures a day.*24 h"):
        await ask(line)


async def test_one_members_pictures_are_not_another_s(make_line: MakeLine):
    line = make_line(Limits(per_day=1))
    await ask(line, user=1)
    await ask(line, user=2)


async def test_a_restart_forgets_nothing(make_line: MakeLine):
    await ask(make_line(Limits(per_day=1)))
    with pytest.raises(IntakeFull, match="1 of 1"):
        await ask(make_line(Limits(per_day=1)))


async def test_a_job_is_charged_once_however_often_it_is_attempted(make_line: MakeLine):
    line = make_line(Limits(per_day=5))
    job = await ask(line)
    for charged in (False, True):
        await line.store.start(job.id)
        await line.store.requeue(job.id, charged=charged)
    await line.store.start(job.id)
    await line.store.finish(job.id, PICTURE, STORED)
    await line.store.deliver(job.id)
    assert await used(line) == {("per_day", False): 1}


async def test_a_picture_that_found_no_place_is_charged_since_it_can_be_shown(make_line: MakeLine):
    line = make_line(Limits(per_day=5))
    job = await ask(line)
    await line.store.start(job.id)
    await line.store.finish(job.id, PICTURE, STORED)
    await line.store.undeliverable(job.id, "gone")
    assert await used(line) == {("per_day", False): 1}


async def test_a_picture_that_the_disk_lost_is_given_back(make_line: MakeLine):
    line = make_line(Limits(per_minute=1, per_day=1))
    job = await ask(line)
    await line.store.start(job.id)
    painted = await line.store.finish(job.id, PICTURE, STORED)
    lost = await line.store.lose(painted, "no such file", "For the member.")
    assert (lost.status, lost.failure, lost.picture) == (JobStatus.FAILED, "lost", None)
    assert (lost.notice, lost.told_at is None) == ("For the member.", False)
    await ask(line)


@pytest.mark.parametrize("started", [False, True])
@pytest.mark.parametrize("kind", sorted(set(FailureKind) - UNSAFE))
async def test_what_failed_is_given_back(make_line: MakeLine, kind: FailureKind, started: bool):
    line = make_line(Limits(per_minute=1, per_day=1))
    job = await ask(line)
    if started:
        await line.store.start(job.id)
    await line.store.fail(job.id, kind, "why", "For the member.")
    await ask(line)


async def test_what_was_thrown_away_as_unsafe_counts(make_line: MakeLine):
    line = make_line(Limits(per_day=1))
    job = await ask(line)
    await line.store.start(job.id)
    await line.store.refuse(job.id, Blocked("c" * 64, 0.9, "nsfw"), "For the member.")
    with pytest.raises(IntakeFull, match="1 of 1"):
        await ask(line)


async def test_what_was_brought_and_refused_as_unsafe_counts(make_line: MakeLine):
    line = make_line(Limits(per_day=1))
    job = await ask(line)
    await line.store.start(job.id)
    await line.store.fail(job.id, FailureKind.UNSAFE_INPUT, "why", "For the member.")
    with pytest.raises(IntakeFull, match="1 of 1"):
        await ask(line)


@pytest.mark.parametrize(("kind", "counted"), [("unsafe_input", 2), ("busy", 1)])
@pytest.mark.parametrize("has_ended", [True, False])
async def test_of_several_pictures_so_does_each(
    make_line: MakeLine, database: Database, kind: str, counted: int, *, has_ended: bool
):
    line, parts = make_line(Limits(per_day=5)), PartStore(database)
    request = make_request()
    plan = (Part(request=request), Part(request=request.model_copy(update={"seed": 2})))
    several = request.model_copy(update={"varied": "seed", "parts": plan})
    job = await line.intake.submit(several, make_origin(1, next(_interactions)))
    await line.store.start(job.id)
    await parts.paint(job.id, 1, PICTURE, STORED)
    await parts.fail(job.id, 2, FailureKind(kind), "For the member.", "why")
    if has_ended:
        await line.store.finish(job.id, PICTURE, STORED)
    assert await used(line) == {("per_day", False): counted}


async def test_what_is_cancelled_is_given_back_before_it_was_started_only(make_line: MakeLine):
    line = make_line(Limits(per_day=1))
    waiting = await ask(line)
    await line.store.cancel(waiting.id)
    running = await ask(line)
    await line.store.start(running.id)
    await line.store.cancel(running.id)
    with pytest.raises(IntakeFull, match="1 of 1"):
        await ask(line)


async def test_what_was_refused_is_not_charged(make_line: MakeLine):
    line = make_line(Limits(waiting=1, per_day=5))
    await ask(line)
    for _ in range(3):
        with pytest.raises(IntakeFull, match="waiting"):
            await ask(line)
    assert await used(line) == {("per_day", False): 1}


async def test_quotas_hold_for_requests_that_come_at_once(make_line: MakeLine):
    line = make_line(Limits(per_minute=3))
    answers = await asyncio.gather(*(ask(line) for _ in range(10)), return_exceptions=True)
    assert sum(isinstance(answer, Job) for answer in answers) == 3
    assert sum(isinstance(answer, IntakeFull) for answer in answers) == 7


async def test_a_member_whose_request_breaks_off_does_not_block_their_next(make_line: MakeLine):
    line = make_line(Limits(per_minute=3))
    asking = asyncio.create_task(ask(line))
    await asyncio.sleep(0)
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    async with asyncio.timeout(5):
        await ask(line)


async def test_the_hosts_quota_counts_what_is_asked_for_anywhere(make_line: MakeLine):
    line = make_line(Limits(per_day=3))
    for guild in (GUILD, ELSEWHERE, None):
        await ask(line, guild=guild)
    with pytest.raises(IntakeFull, match=r"3 of 3 pictures in 24 hours\."):
        await ask(line)


async def test_a_guilds_quota_counts_what_is_asked_for_there(make_line: MakeLine):
    line = make_line(Limits())
    await line.guild_limits.change(GUILD, EVERYONE, Limits(per_day=2))
    for guild in (ELSEWHERE, ELSEWHERE, None, GUILD, GUILD):
        await ask(line, guild=guild)
    with pytest.raises(IntakeFull, match=r"2 of 2 pictures in 24 hours in this guild\."):
        await ask(line)
    await ask(line, guild=ELSEWHERE)
    assert await used(line) == {("per_day", True): 2}


async def test_a_role_gives_more_to_whoever_has_it(make_line: MakeLine):
    line = make_line(Limits())
    await line.guild_limits.change(GUILD, EVERYONE, Limits(per_day=1))
    await line.guild_limits.change(GUILD, Subject(SubjectKind.ROLE, PATRONS), Limits(per_day=2))
    await ask(line)
    with pytest.raises(IntakeFull, match="1 of 1"):
        await ask(line)
    await ask(line, roles=(PATRONS,))
    with pytest.raises(IntakeFull, match="2 of 2"):
        await ask(line, roles=(PATRONS,))


async def test_a_lowered_quota_is_used_up_rather_than_overdrawn(make_line: MakeLine, clock: Hours):
    line = make_line(Limits())
    for _ in range(4):
        await ask(line)
        clock.now += 10
    await line.guild_limits.change(GUILD, EVERYONE, Limits(per_day=2))
    (quota,) = await line.quotas.read(MEL)
    # The third of the four is the one that has to drop out first.
    assert quota == Quota("per_day", allowed=2, used=2, in_guild=True, free_in=DAY_S - 20)


async def test_what_is_left_is_told_before_it_is_all(make_line: MakeLine):
    line = make_line(Limits(per_minute=5, per_day=20))
    await ask(line)
    assert await line.quotas.read(MEL) == [
        Quota("per_minute", allowed=5, used=1, in_guild=False, free_in=None),
        Quota("per_day", allowed=20, used=1, in_guild=False, free_in=None),
    ]


async def test_the_command_line_has_no_quota(make_line: MakeLine):
    line = make_line(Limits(waiting=1, per_minute=1, per_day=1, megapixel_steps=0.001))
    for _ in range(3):
        await line.intake.submit(make_request(), None)


async def test_the_count_finds_its_rows_by_an_index(make_line: MakeLine, database: Database):
    from generation.limits.quotas import _CHARGED

    asked = {"user_id": 1, "member": "f" * 32, "guild_id": None}
    asked |= {"since": 0.0, "until": 1.0, "allowed": 5, "parts": True}
    plan = await database.fetch_all(f"EXPLAIN QUERY PLAN {_CHARGED}", asked)
    steps = [row["detail"] for row in plan]
    for index in ("jobs_by_member_and_time (user_id=?", "charges_by_member (member=?"):
        assert any(f"{index} AND queued_at>? AND queued_at<?)" in step for step in steps)
    assert not any("TEMP B-TREE" in step for step in steps)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.0, "1 s"),
        (0.4, "1 s"),
        (12.0, "12 s"),
        (59.1, "1 min"),
        (61.0, "2 min"),
        (3540.0, "59 min"),
        (3541.0, "1 h"),
        (11_520.0, "3 h 12 min"),
        (86_400.0, "24 h"),
    ],
)
def test_a_wait_is_never_told_too_short(seconds: float, words: str):
    assert in_words(seconds) == words
