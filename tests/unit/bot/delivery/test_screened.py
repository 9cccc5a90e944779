"""A picture is looked at once more when it is posted: its channel may have changed."""

import asyncio
import dataclasses

import pytest

from bot.delivery._way import OtherRules
from generation.executors.base import Failed, FailureKind, Finished
from generation.job import Job, JobStatus
from generation.safety.screening import Policy, Verdict
from tests.support.executors import PICTURE
from tests.support.jobs import CATALOG

from .answers import answered
from .place import Place

UNSAFE = dataclasses.replace(PICTURE, unsafe=0.9, screened_by="nsfw")


class Channel:
    """The place's only one."""

    def __init__(self, there: Place) -> None:
        self.restricted = True
        self.error: Exception | None = None
        self.place = there
        there.screening.ask(self.flag)
        there.executor.script = lambda _: [Finished(UNSAFE)]

    async def flag(self, guild_id: int, channel_id: int) -> bool:
        if self.error is not None:
            raise self.error
        return self.restricted

    async def painted(self) -> Job:
        """A job whose picture is on the disk, while Discord has no ear for it."""
        self.place.message.picture_error = answered(503)
        job = await self.place.ask()
        done = await self.place.line.until(job, JobStatus.GENERATED)
        assert done.picture_path is not None
        return done

    def heal(self) -> None:
        self.place.message.picture_error = None


@pytest.fixture
def channel(place: Place) -> Channel:
    return Channel(place)


async def test_in_an_age_restricted_channel_it_is_posted_as_it_is(channel: Channel):
    job = await channel.place.ask()
    done = await channel.place.line.until(job, JobStatus.DELIVERED)
    assert channel.place.message.covered == [False]
    assert (done.unsafe, done.screened_by) == (0.9, "nsfw")


async def test_where_the_channel_has_opened_it_is_thrown_away(channel: Channel, tmp_path):
    painted = await channel.painted()
    assert painted.picture is not None
    channel.restricted = False
    channel.heal()
    job = await channel.place.told(painted)
    assert (job.status, job.failure) == (JobStatus.FAILED, "unsafe")
    assert (job.blocked_sha256, job.unsafe) == (painted.picture.sha256, 0.9)
    assert not (tmp_path / painted.picture.path).exists()
    assert channel.place.message.pictures == []
    assert channel.place.message.titles[-1] == "No picture this time"
    assert "outside age-restricted channels" in channel.place.message.whys[-1]


async def test_why_it_is_thrown_away_its_member_is_told_alone_and_once(channel: Channel):
    channel.place.message.whispers = True
    painted = await channel.painted()
    channel.restricted = False
    channel.place.message.errors = [answered(503), answered(503)]
    channel.heal()
    await channel.place.told(painted)
    (said,) = channel.place.message.whispered
    assert said.startswith(f"#{painted.id}: By this host's rules")
    assert channel.place.message.whys[-1] == (
        "It may not be shown here. Whoever asked for it was told why."
    )


async def test_so_it_is_where_it_was_never_written(channel: Channel):
    channel.place.message.whispers = True
    channel.restricted = False
    job = await channel.place.told(await channel.place.ask())
    assert job.failure == "unsafe"
    assert len(channel.place.message.whispered) == 1
    assert "By this host's rules" not in "".join(channel.place.message.whys)


async def test_of_one_that_was_brought_its_member_is_told_alone_too(channel: Channel):
    channel.place.message.whispers = True
    failure = Failed(FailureKind.UNSAFE_INPUT, "The picture that you brought is refused.")
    channel.place.executor.script = lambda _: [failure]
    job = await channel.place.told(await channel.place.ask())
    (said,) = channel.place.message.whispered
    assert said == f"#{job.id}: The picture that you brought is refused."
    assert failure.message not in "".join(channel.place.message.whys)


@pytest.mark.parametrize("has_to", [True, False])
async def test_what_nobody_has_looked_at_counts_as_unsafe_once_somebody_has_to(
    channel: Channel, *, has_to: bool
):
    channel.place.executor.script = lambda _: [Finished(PICTURE)]
    painted = await channel.painted()
    assert painted.unsafe is None
    channel.restricted = False
    if has_to:
        required = CATALOG.each(lambda spec: spec.model_copy(update={"screening": "required"}))
        object.__setattr__(channel.place.studio, "whole_catalog", required)
    channel.heal()
    job = await channel.place.told(painted)
    assert job.status is (JobStatus.FAILED if has_to else JobStatus.DELIVERED)
    assert ("Nobody has looked at this one" in (job.notice or "")) is has_to


async def test_by_another_policy_it_is_covered(channel: Channel):
    channel.place.screening.host = Policy(open=Verdict.BLUR)
    painted = await channel.painted()
    channel.restricted = False
    channel.heal()
    job = await channel.place.told(painted)
    assert job.status is JobStatus.DELIVERED
    assert channel.place.message.covered == [True]
    assert "It is covered, since it is taken for unsafe." in channel.place.message.whys


async def test_while_discord_can_not_tell_the_channel_s_kind_nothing_is_decided(channel: Channel):
    painted = await channel.painted()
    channel.error = answered(503)
    channel.heal()
    await asyncio.sleep(0.2)
    found = await channel.place.line.store.get(painted.id)
    assert found is not None
    assert (found.status, found.picture) == (JobStatus.GENERATED, painted.picture)
    assert channel.place.message.pictures == []
    channel.error = None
    job = await channel.place.told(painted)
    assert job.status is JobStatus.DELIVERED


async def test_in_direct_messages_it_is_not_shown_and_stays_for_its_channel(channel: Channel):
    channel.place.message.errors = []
    painted = await channel.painted()
    channel.place.message.is_direct = True  # its channel takes no messages any more
    channel.heal()
    job = await channel.place.told(painted)
    assert (job.status, job.picture) == (JobStatus.UNDELIVERABLE, painted.picture)
    assert channel.place.message.pictures == []
    assert channel.place.message.titles[-1] == "Painted, but it is not shown here"
    assert f"/show #{job.id}" in channel.place.message.whys[-1]


async def test_what_the_way_finds_on_its_next_step_is_judged_for_that(channel: Channel):
    painted = await channel.painted()
    tried = []

    async def show(shown, *, moving=False):
        tried.append(shown)
        if shown.not_direct:
            channel.place.message.is_direct = True
            raise OtherRules

    channel.place.message.show = show
    job = await channel.place.told(painted)
    assert job.status is JobStatus.UNDELIVERABLE
    assert [each.file is not None for each in tried[-2:]] == [True, False]


async def test_a_row_that_was_deleted_meanwhile_is_no_trouble(
    channel: Channel, caplog: pytest.LogCaptureFixture
):
    painted = await channel.painted()
    channel.restricted = False
    await channel.place.line.store._database.write("DELETE FROM jobs WHERE id = ?", (painted.id,))
    channel.heal()
    async with asyncio.timeout(5):
        while channel.place.delivery._boards:
            await asyncio.sleep(0.01)
    assert channel.place.message.pictures == []
    assert "failed on our side" not in caplog.text
