"""Jobs, requests and origins for tests."""

from generation.catalog import Catalog, Licence, OfferedLora, WeightRange
from generation.job import Job, JobStatus, Origin
from generation.request import GenerationRequest

CATALOG = Catalog.load()
DEMO = CATALOG["demo"]
HOSTED = CATALOG["zb-tech"]

#: What prompts for `WITH_LORAS` may name.
LORAS = (
    OfferedLora(
        name="pixel-art",
        title="Pixel Art",
        repo="/somewhere/loras",
        file="pixel.safetensors",
        base=("demo",),
        weight=WeightRange(min=0.0, max=1.5, default=0.8),
        triggers=("pixel art", "8 bit"),
        licence=Licence(name="MIT", commercial=True),
    ),
    OfferedLora(
        name="grain",
        title="Film Grain",
        repo="someone/grain",
        file="grain.safetensors",
        base=("demo",),
        licence=Licence(name="Apache-2.0", commercial=True),
    ),
)
WITH_LORAS = DEMO.model_copy(update={"offers": LORAS})


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
