"""How runs end that their worker did not end: what their members read of it."""

from generation.executors.base import Failed, FailureKind

_DIED = (
    "The painting process ended unexpectedly. Ask again; if it happens once more, try a smaller"
    " size or another model."
)
_TIMED_OUT = "Painting took too long and was stopped. Try fewer steps or a smaller size."
_LOADING_TOOK_TOO_LONG = (
    "{title} took too long to load and was stopped: this host's download or its disk is slow. Try"
    " again later."
)
_TOO_MUCH = (
    "This is more text than Easel can hand to its painting process. Ask again with a shorter"
    " prompt."
)
_CANT_START = (
    "Painting doesn't work on this host just now. Try again later; whoever runs Easel finds the"
    " reason in its log."
)


def died(last_words: str) -> Failed:
    """Its worker did."""
    return Failed(FailureKind.WORKER_DIED, _DIED, last_words)


def timed_out() -> Failed:
    """Painting or encoding took longer than it may."""
    return Failed(FailureKind.TIMED_OUT, _TIMED_OUT, "over the time limit")


def timed_out_loading(title: str) -> Failed:
    """Loading that model did."""
    message = _LOADING_TOOK_TOO_LONG.format(title=title)
    return Failed(FailureKind.TIMED_OUT, message, "over the time limit of loading")


def too_much(error: Exception) -> Failed:
    """No frame takes it."""
    return Failed(FailureKind.INTERNAL, _TOO_MUCH, str(error))


def no_worker(error: Exception) -> Failed:
    """None can be had."""
    return Failed(FailureKind.DEVICE_UNAVAILABLE, _CANT_START, str(error))
