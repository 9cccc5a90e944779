"""What a picture will be, told from two of its steps: latents without the noise still in them.

Shown as they are, latents are noise for the first half of the way. But a deterministic sampler
follows a curve whose tangent meets the finished picture, as the model sees it, where no noise is
left (Karras et al., 2022, arXiv:2206.00364, section 3), and two steps give the tangent: no network
has to run for it, and nothing of the painting is touched.
"""

from typing import Any, NamedTuple

import torch

#: By how the latents of a scheduler are made of picture and noise, `s` being its `sigmas`.
_ADDED = ("EulerDiscreteScheduler",)  # x = x0 + s n
_MIXED = ("FlowMatchEulerDiscreteScheduler",)  # x = (1 - s) x0 + s n
#: x = (x0 + s n) / sqrt(1 + s^2): as large as without noise.
_KEPT = ("DPMSolverMultistepScheduler", "UniPCMultistepScheduler")


class Noise(NamedTuple):
    """How much there is of it before and after a step, not looked at until it is removed.

    A look would have the step loop wait for its GPU.
    """

    levels: torch.Tensor  # the two of them, or where they stand in `kept_shares`
    kept: bool  # whether latents are scaled, so that they are as large as without it
    kept_shares: torch.Tensor | None = None  # of the picture's variance, by timestep

    def removed(self, before: torch.Tensor, after: torch.Tensor) -> torch.Tensor:
        """What latents will be when none is left, of those before and after the step; float32."""
        levels = self.levels
        if self.kept_shares is not None:
            shares = self.kept_shares[levels.to(self.kept_shares.device)]
            levels = (1 / shares - 1).sqrt()
        start, end = levels.to(after.device, torch.float32)
        before, after = before.float(), after.float()
        if self.kept:
            before, after = before * (1 + start**2).sqrt(), after * (1 + end**2).sqrt()
        return after + (after - before) * end / (start - end)


def noise(scheduler: Any, step: int, steps: int) -> Noise | None:
    """That of a step, from 1, of a run of `steps`; the last one leaves none.

    None where steps don't tell the way: where noise is added again, or nothing is known.
    """
    kind, config = type(scheduler).__name__, scheduler.config
    # A run that begins with a picture takes but the last ones.
    index = len(scheduler.timesteps) - steps + step - 1
    if not 0 <= index < len(scheduler.timesteps) - 1:
        return None
    if kind == "DDIMScheduler":
        return Noise(
            scheduler.timesteps[index : index + 2], kept=True, kept_shares=scheduler.alphas_cumprod
        )
    if kind not in _ADDED + _MIXED + _KEPT:
        return None
    if "sde" in config.get("algorithm_type", "") or config.get("stochastic_sampling"):
        return None
    return Noise(
        scheduler.sigmas[index : index + 2],
        kept=kind in _KEPT and not config.get("use_flow_sigmas"),
    )
