"""Jobs, requests and origins for tests."""

from generation.catalog import Catalog
from generation.job import Job, JobStatus, Origin
from generation.request import GenerationRequest

CATALOG = Catalog.load()
DEMO = CATALOG["demo"]


def make_request(prompt: str = "a red circle", **options) -> GenerationRequest:
    """A request to the demo model."""
    return GenerationRequest.build(DEMO, prompt, **options)


def make_origin(
    user_id: int = 1, interaction_id: int = 100, *, guild_id: int | None = 10
) -> Origin:
    """An origin in a guild's channel."""
    return Origin(
        user_id=user_id,
        guild_id=guild_id,
        channel_id=20,
        interaction_id=interaction_id,
        message_id=interaction_id + 1,
        application_id=30,
        token="interaction-token",
    )


def make_job(job_id: int, *, user_id: int = 1, status: JobStatus = JobStatus.QUEUED) -> Job:
    """A job that no database knows."""
    return Job(
        id=job_id,
        status=status,
        request=make_request(seed=job_id),
        revision=None,
        origin=make_origin(user_id, interaction_id=1000 + job_id),
        attempts=0,
        queued_at=0.0,
        started_at=None,
        generated_at=None,
        finished_at=None,
        device=None,
        seconds=None,
        picture_path=None,
        picture_sha256=None,
        failure=None,
        detail=None,
    )
