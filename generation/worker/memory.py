"""Telling an exhausted memory, and a broken device, from other errors."""

import torch

# What torch's CPU allocator and its operators raise as a plain RuntimeError.
_PHRASES = ("not enough memory", "can't allocate memory", "out of memory")


def is_out_of_memory(error: BaseException) -> bool:
    """Whether the device or the host ran out of memory: less may still fit."""
    if isinstance(error, torch.OutOfMemoryError | MemoryError):
        return True
    return isinstance(error, RuntimeError) and any(phrase in str(error) for phrase in _PHRASES)


def is_poisoned(error: BaseException) -> bool:
    """Whether the device's context is broken: nothing works in this process any more."""
    if is_out_of_memory(error):
        return False
    return isinstance(error, torch.AcceleratorError) or (
        isinstance(error, RuntimeError) and "CUDA error" in str(error)
    )
