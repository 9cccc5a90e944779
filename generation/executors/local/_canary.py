"""A picture that nobody asked for: it shows whether a device that broke paints again."""

from generation.errors import ExecutorUnavailable
from generation.executors.base import Batch, Failed, FailureKind, Finished, Work
from generation.request import GenerationRequest

from ._process import WorkerProcess
from ._run import Run

_NO_JOB = 0  # ids begin at 1


def canary_for(batch: Batch) -> Batch:
    """The least that can be asked of the model with which it broke: the next jobs want it, too."""
    spec = batch.spec
    smallest = min(spec.sizes, key=lambda size: size.width * size.height)
    request = GenerationRequest.build(
        spec, "a canary", steps=spec.steps.min, seed=0, size=str(smallest)
    )
    unseen = spec.model_copy(update={"screening": "none"})  # nobody sees it, and nobody looks
    return Batch((Work(_NO_JOB, 1, unseen, request),))


async def check(worker: WorkerProcess, canary: Run, start_timeout_s: float) -> None:
    """Return if a new worker paints it, or can't for reasons of the model's own.

    Else end the worker and raise ExecutorUnavailable.
    """
    problem = "it took too long"
    try:
        await worker.until_ready(start_timeout_s)
        await canary.begin(worker)
        while not canary.over:
            async with canary.limited():
                frame = await canary.frames.get()
            if frame is None:
                problem = worker.last_words
                break
            for _, event in canary.interpret(frame):
                if isinstance(event, Finished):
                    return
                if isinstance(event, Failed):
                    if event.kind is FailureKind.MODEL_UNAVAILABLE:
                        return
                    problem = event.detail or event.message
    except TimeoutError:
        worker.kill()
    except BaseException:
        worker.kill()
        raise
    finally:
        worker.drop(canary.serial)
    await worker.end(0)
    raise ExecutorUnavailable(f"The device does not paint since it broke: {problem}")
