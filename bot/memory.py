"""Memory that goes back to the system as soon as it is free."""

import ctypes
import sys

#: Of <malloc.h>: from how many bytes on a block is one that the system gives and gets back alone.
_M_MMAP_THRESHOLD = -3
_LARGE = 128 * 1024


def give_back_large_blocks() -> None:
    """Have this process do so with what is as large as a picture.

    glibc begins like that, but takes the first such block that is freed as a sign that more will
    be wanted, and from then on keeps them among the small ones, which hold them there: a process
    that pictures pass through grows for thousands of them. Other systems' libraries are left as
    they are.
    """
    if sys.platform != "linux":
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:  # musl has none
        mallopt(_M_MMAP_THRESHOLD, _LARGE)
