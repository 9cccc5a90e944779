"""Training by two processes that share one set of weights and never wait for each other.

Each runs on one thread. A pair of threads in one process would stall whenever another program takes
a core for a moment; here only that worker gets slower. Gradients may be one step old, which does no
harm with two workers.
"""

from __future__ import annotations

import copy
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import torch
from torch import Tensor, multiprocessing, nn

from demo_model.checkpoints import Clock, load, save

log = logging.getLogger(__name__)

_WARM_UP = 200  # steps
_EMA = 0.998
_BETAS = (0.9, 0.99)


class Lesson(Protocol):
    """What a worker teaches: makes its own batches."""

    def loss(self, model: nn.Module, step: int) -> Tensor:
        """The loss on a fresh batch; `step` counts the steps of all workers."""
        ...


class Shared(nn.Module):
    """A model, its moving average and Adam's moments, in memory that the workers share."""

    def __init__(self, model: nn.Module) -> None:
        """Moves the model's weights to shared memory."""
        super().__init__()
        self.model = model
        self.average = copy.deepcopy(model)
        for number, parameter in enumerate(model.parameters()):
            self.register_buffer(f"mean_{number}", torch.zeros_like(parameter))
            self.register_buffer(f"square_{number}", torch.zeros_like(parameter))
        # One count a parameter, all equal: the optimizer adds to each.
        self.register_buffer("steps", torch.zeros(len(list(model.parameters()))))
        self.share_memory()

    @property
    def step(self) -> int:
        """Optimizer steps so far, of all workers."""
        return int(self.get_buffer("steps").max())  # frozen parameters have none

    def optimizer(self) -> torch.optim.AdamW:
        """An optimizer over the shared moments."""
        parameters = list(self.model.parameters())
        optimizer = torch.optim.AdamW(parameters, betas=_BETAS, foreach=True)
        for number, parameter in enumerate(parameters):
            optimizer.state[parameter] = {
                "step": self.get_buffer("steps")[number],
                "exp_avg": self.get_buffer(f"mean_{number}"),
                "exp_avg_sq": self.get_buffer(f"square_{number}"),
            }
        return optimizer

    @torch.no_grad()
    def follow(self) -> None:
        """Moves the average towards the weights; quickly at first."""
        share = 1 - min(_EMA, (self.step + 1) / (self.step + 20))
        for average, weight in zip(self.average.parameters(), self.model.parameters(), strict=True):
            average.lerp_(weight, share)


@dataclass(frozen=True, slots=True)
class Plan:
    """A stage: the checkpoint's name, how long, how fast, and the lesson for a worker's seed."""

    name: str
    minutes: float
    rate: float
    lesson: Callable[[int], Lesson]


def _work(worker: int, plan: Plan, shared: Shared, lock: Any) -> None:
    """One worker's life; worker 0 also logs and saves."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    lesson = plan.lesson(10 * shared.step + worker)
    optimizer = shared.optimizer()
    clock = Clock(plan.minutes)
    losses: list[float] = []
    while not clock.over:
        loss = lesson.loss(shared.model, shared.step)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(shared.model.parameters(), 1.0)
        losses.append(loss.item())
        with lock:
            warm = min(1.0, (shared.step + 1) / _WARM_UP)
            for group in optimizer.param_groups:
                group["lr"] = plan.rate * warm * clock.cosine()
            optimizer.step()
            shared.follow()
        if worker == 0 and len(losses) >= 50:
            log.info("%s step %d: loss %.4f", plan.name, shared.step, sum(losses) / len(losses))
            losses.clear()
        if worker == 0 and clock.time_to_save():
            with lock:
                save(plan.name, shared.step, {"shared": shared})


def train(plan: Plan, shared: Shared, workers: int = 2) -> None:
    """Goes on from the last checkpoint for `plan.minutes`; the rate falls to nothing in them."""
    load(plan.name, {"shared": shared})
    context = multiprocessing.get_context("spawn")
    lock = context.Lock()
    processes = [
        context.Process(target=_work, args=(worker, plan, shared, lock))
        for worker in range(workers)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    save(plan.name, shared.step, {"shared": shared})
