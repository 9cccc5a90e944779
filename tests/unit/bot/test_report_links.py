"""Pictures in a report, as numbers that lead to their messages."""

import dataclasses

from bot.reporting._links import numbered
from generation.job import Posted
from tests.support.jobs import make_job

AT = "https://discord.com/channels/10"


def test_a_picture_that_others_see_is_a_link_to_where_it_is():
    job = make_job(11)
    assert numbered([job]) == f"[#11]({AT}/20/1012)"
    assert numbered([dataclasses.replace(job, posted=Posted(21, 5))]) == f"[#11]({AT}/21/5)"


def test_one_that_its_member_alone_sees_or_the_host_painted_is_a_number():
    job = make_job(11)
    assert job.origin is not None
    alone = dataclasses.replace(job, origin=dataclasses.replace(job.origin, private=True))
    assert numbered([alone, dataclasses.replace(job, origin=None)]) == "#11, #11"


def test_of_many_the_first_are_named():
    said = numbered([make_job(number) for number in range(11, 19)])
    assert "[#15]" in said
    assert said.endswith(" and 3 more")
    assert len(said) < 1024
