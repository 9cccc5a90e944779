"""A picture that nobody asked for: it shows whether a device that broke paints again."""

from generation.catalog import ModelSpec
from generation.errors import ExecutorUnavailable
from generation.executors.base import Batch, Failed, FailureKind, Finished, Work
from generation.request import GenerationRequest

from ._process import WorkerProcess
from ._run import Run

_NO_JOB = 0  # ids begin at 1


def canary_for(spec: ModelSpec) -> Batch:
    """The least that can be asked of a model."""
    smallest = min(spec.sizes, key=lambda size: size.width * size.height)
    request = GenerationRequest.build(
        spec, "a canary", steps=spec.steps.min, seed=0, size=str(smallest)
    )
    unseen = spec.model_copy(update={"screening": "none"})  # nobody sees it, and nobody looks
    return Batch((Work(_NO_JOB, 1, unseen, request),))


async def check(worker: WorkerProcess, canary: Run, start_timeout_s: float) -> bool:
    """Whether a new worker paints it; False where its model can't be had, which tells nothing.

    Where it does not, the worker is ended. Raises ExecutorUnavailable then.
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
                    return True
                if isinstance(event, Failed):
                    if event.kind is FailureKind.MODEL_UNAVAILABLE:
                        return False
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
