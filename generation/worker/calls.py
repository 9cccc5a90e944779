"""Calls of a pipeline that end early: a cancel, too little memory, or whatever else they raise."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch

from generation.worker.causes import trail

log = logging.getLogger(__name__)


@contextmanager
def left_as_found(pipeline: Any) -> Iterator[None]:
    """Where the block raises, have the pipeline's networks where, and as, they were before it.

    Diffusers does so at the end of a call alone. One that ends before would leave the network that
    it was at on the device, beside the next one, and a decoder in 32 bits that is given 16.
    `pipeline` is the one that brings the networks to the device; a sister of it may be called.
    """
    vae = getattr(pipeline, "vae", None)
    dtype = getattr(vae, "dtype", None)
    try:
        yield
    except BaseException:
        _put_back(pipeline, vae, dtype)
        raise


def _put_back(pipeline: Any, vae: Any, dtype: torch.dtype | None) -> None:
    """Raises nothing: what ended the call says more."""
    try:
        # First to the host, where they belong there: that has room for what follows.
        pipeline.maybe_free_model_hooks()
        if vae is not None and vae.dtype != dtype:
            vae.to(dtype)
    except Exception as error:
        log.warning("a call's networks can't be put back: %s", trail(error))
