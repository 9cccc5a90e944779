"""What a progress bar says before anything is painted."""

import pytest

from bot.painting import stage
from generation.events import JobEvent, JobLoading, JobProgress, JobWaiting
from tests.support.jobs import make_job


@pytest.mark.parametrize(
    ("event", "said"),
    [
        (JobLoading(make_job(1), 2_100_000_000, 6_900_000_000), "downloading 2.1 of 6.9 GB"),
        (JobLoading(make_job(1)), "loading the model"),
        (JobLoading(make_job(1), loras=("grain",)), "loading the LoRA grain"),
        (JobLoading(make_job(1), tool="RestoreFormer"), "loading RestoreFormer"),
        (JobWaiting(make_job(1)), "the hosted API can't paint just now: asking again in a moment"),
        (JobProgress(make_job(1), 1, 4), None),
    ],
)
def test_each_stage_before_the_painting_has_its_words(event: JobEvent, said: str | None) -> None:
    assert stage(event) == said
