"""Telling an exhausted memory, and a broken device, from other errors."""

import errno

import torch
from safetensors import SafetensorError

from generation.worker.causes import causes

# What torch's CPU allocator, its operators and the readers of weights raise as plain errors.
_PHRASES = ("not enough memory", "can't allocate memory", "cannot allocate memory", "out of memory")


def is_out_of_memory(error: BaseException) -> bool:
    """Whether the device or the host ran out of memory, as the error or its cause: less may fit."""
    return any(_is_about_memory(cause) for cause in causes(error))


def _is_about_memory(error: BaseException) -> bool:
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    if isinstance(error, OSError) and error.errno == errno.ENOMEM:
        return True
    if not isinstance(error, RuntimeError | OSError | SafetensorError):
        return False
    return any(phrase in str(error).lower() for phrase in _PHRASES)


def is_poisoned(error: BaseException) -> bool:
    """Whether the device's context is broken: nothing works in this process any more."""
    if is_out_of_memory(error):
        return False
    return isinstance(error, torch.AcceleratorError) or (
        isinstance(error, RuntimeError) and "CUDA error" in str(error)
    )
