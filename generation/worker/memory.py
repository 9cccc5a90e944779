"""Telling an exhausted memory, and a broken device, from other errors."""

import errno

import torch
from safetensors import SafetensorError

from generation.worker.causes import causes

# What torch's CPU allocator, its operators, NVIDIA's libraries and the readers of weights raise as
# plain errors. A library of NVIDIA's that is "not initialized" mostly had no room to be so.
_PHRASES = (
    "not enough memory",
    "can't allocate memory",
    "cannot allocate memory",
    "out of memory",
    "can't start new thread",  # of Python, where there is no room for its stack
    "cublas_status_alloc_failed",
    "cublas_status_not_initialized",
    "cudnn_status_alloc_failed",
    "cudnn_status_not_initialized",
    "_allocation_failed",  # what cuDNN 9 calls it: CUDNN_STATUS_INTERNAL_ERROR_DEVICE_...
)


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
    """Whether the device's context is broken, as the error or its cause says.

    Nothing works in this process any more then.
    """
    return any(_is_about_context(cause) for cause in causes(error))


def _is_about_context(error: BaseException) -> bool:
    if _is_about_memory(error):
        return False
    return isinstance(error, torch.AcceleratorError) or (
        isinstance(error, RuntimeError) and "CUDA error" in str(error)
    )


def is_of_device(error: BaseException) -> bool:
    """Whether it says nothing of what was loaded: the device is broken, or has too little room."""
    return is_out_of_memory(error) or is_poisoned(error)
