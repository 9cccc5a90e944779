"""What waited and can't be painted any more as it was asked for says so after a start."""

import pytest

from generation.catalog import Catalog
from generation.events import JobEvents, JobFailed, JobQueued
from generation.inputs import InputImage
from generation.loras import choose
from generation.prompts import Lora
from generation.queue import JobQueue
from generation.recovery import recover
from generation.store import JobStore
from tests.support.jobs import CATALOG, DEMO, HOSTED, WITH_LORAS, make_origin, make_request


@pytest.fixture
def store(database) -> JobStore:
    return JobStore(database)


async def told(store: JobStore, offered: Catalog, withdrawn: frozenset[str]) -> list[object]:
    """What is told of a job that asked for the LoRA `grain`."""
    request = make_request().model_copy(update={"loras": choose(WITH_LORAS, [Lora("grain", None)])})
    await store.create(request, make_origin())
    events, seen = JobEvents(), []
    events.subscribe(seen.append)
    await recover(offered, CATALOG, store, JobQueue(), events, withdrawn)
    return seen


async def test_a_lora_that_left_the_list_is_painted_with_as_it_was_promised(store: JobStore):
    (event,) = await told(store, CATALOG, frozenset({"another"}))
    assert isinstance(event, JobQueued)


async def test_a_lora_whose_licence_was_withdrawn_is_not(store: JobStore):
    (event,) = await told(store, CATALOG, frozenset({"grain"}))
    assert isinstance(event, JobFailed)
    assert "The LoRA grain is not available here any more" in event.message


async def test_a_model_that_is_painted_elsewhere_now_takes_none(store: JobStore):
    elsewhere = Catalog({DEMO.name: HOSTED.model_copy(update={"name": DEMO.name})})
    (event,) = await told(store, elsewhere, frozenset())
    assert isinstance(event, JobFailed)
    assert "takes no LoRAs any more" in event.message


async def test_a_model_that_can_not_start_from_a_picture_any_more_says_so(store: JobStore):
    image = InputImage(sha256="ab" * 32, width=64, height=64)
    await store.create(make_request(image=image), make_origin())
    elsewhere = Catalog({DEMO.name: HOSTED.model_copy(update={"name": DEMO.name})})
    events, seen = JobEvents(), []
    events.subscribe(seen.append)
    await recover(elsewhere, CATALOG, store, JobQueue(), events)
    (event,) = seen
    assert isinstance(event, JobFailed)
    assert "can't start from a picture any more" in event.message


async def test_what_nothing_paints_at_the_moment_is_set_aside(store: JobStore):
    job = await store.create(make_request(), make_origin())
    queue = JobQueue()
    await recover(Catalog({}), CATALOG, store, queue, JobEvents())
    assert [each.id for each in queue.set_aside] == [job.id]
    assert len(queue) == 0
