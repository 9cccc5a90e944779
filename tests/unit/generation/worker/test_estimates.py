"""What latents will be without noise is told from two steps, by every scheduler that allows it."""

from typing import Any

import diffusers
import pytest
import torch

from generation.worker.estimates import noise

PICTURE = torch.randn(1, 4, 8, 8, generator=torch.manual_seed(1))
SCALED = {"beta_start": 0.00085, "beta_end": 0.012, "beta_schedule": "scaled_linear"}
STEPS = 20


def scheduler(name: str, **options: Any) -> Any:
    given = options if name.startswith("FlowMatch") else SCALED | options
    return getattr(diffusers, name)(**given)


def steps_of(made: Any, steps: int = STEPS) -> list[torch.Tensor]:
    """Latents from before the first step to after the last, by a model that knows the picture.

    What such a model answers is worked out anew from the latents of each step.
    """
    made.set_timesteps(steps)
    drawn = torch.randn(PICTURE.shape, generator=torch.manual_seed(2))
    flow = type(made).__name__.startswith("FlowMatch") or made.config.get("use_flow_sigmas")
    latents = drawn if flow else drawn * made.init_noise_sigma
    seen = [latents]
    for index, at in enumerate(made.timesteps):
        if flow or made.init_noise_sigma != 1:
            answer = (latents - PICTURE) / made.sigmas[index]
        else:
            kept = made.alphas_cumprod[int(at.round())]
            if hasattr(made, "sigmas"):
                kept = 1 / (1 + made.sigmas[index] ** 2)
            answer = (latents - kept.sqrt() * PICTURE) / (1 - kept).sqrt()
        latents = made.step(answer, at, latents, return_dict=False)[0]
        seen.append(latents)
    return seen


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("DDIMScheduler", {"clip_sample": False}),
        ("DDIMScheduler", {"clip_sample": False, "timestep_spacing": "trailing"}),
        ("EulerDiscreteScheduler", {}),
        ("EulerDiscreteScheduler", {"timestep_spacing": "trailing", "use_karras_sigmas": True}),
        ("DPMSolverMultistepScheduler", {}),
        ("DPMSolverMultistepScheduler", {"use_karras_sigmas": True}),
        (
            "DPMSolverMultistepScheduler",
            {"use_flow_sigmas": True, "prediction_type": "flow_prediction"},
        ),
        ("UniPCMultistepScheduler", {}),
        ("FlowMatchEulerDiscreteScheduler", {}),
        ("FlowMatchEulerDiscreteScheduler", {"shift": 3.0}),
    ],
)
def test_where_the_model_knows_the_picture_every_step_tells_it(name: str, options: dict[str, Any]):
    made = scheduler(name, **options)
    seen = steps_of(made)
    for step in range(2, STEPS):
        left = noise(made, step, STEPS)
        assert left is not None
        told = left.removed(seen[step - 1], seen[step])
        assert told == pytest.approx(PICTURE, abs=0.02), step
    # Shown as they are, latents would be nothing like it.
    assert (seen[2] - PICTURE).abs().mean() > 0.3


def test_a_run_that_begins_with_a_picture_takes_but_the_last_steps():
    made = scheduler("EulerDiscreteScheduler")
    seen = steps_of(made)
    left = noise(made, 2, 5)  # the seventeenth of all
    assert left is not None
    same = noise(made, STEPS - 3, STEPS)
    assert same is not None
    assert torch.equal(left.levels, same.levels)
    assert left.removed(seen[STEPS - 4], seen[STEPS - 3]) == pytest.approx(PICTURE, abs=0.02)


@pytest.mark.parametrize(
    ("name", "options"),
    [
        ("EulerAncestralDiscreteScheduler", {}),
        ("DPMSolverMultistepScheduler", {"algorithm_type": "sde-dpmsolver++"}),
        ("FlowMatchEulerDiscreteScheduler", {"stochastic_sampling": True}),
        ("PNDMScheduler", {}),
        ("HeunDiscreteScheduler", {}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_nothing_is_told_where_noise_is_added_again_or_steps_are_not_understood(
    name: str, options: dict[str, Any]
):
    made = scheduler(name, **options)
    made.set_timesteps(STEPS)
    assert noise(made, 5, STEPS) is None


@pytest.mark.parametrize("step", [STEPS, STEPS + 1])
def test_the_last_step_leaves_none(step: int):
    made = scheduler("EulerDiscreteScheduler")
    made.set_timesteps(STEPS)
    assert noise(made, step, STEPS) is None


def test_a_run_of_more_steps_than_the_scheduler_knows_is_not_understood():
    made = scheduler("EulerDiscreteScheduler")
    made.set_timesteps(STEPS)
    assert noise(made, 2, 2 * STEPS) is None
