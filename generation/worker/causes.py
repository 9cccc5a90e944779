"""What an error was raised from: libraries wrap what they don't understand."""

from collections.abc import Iterator


def causes(error: BaseException | None) -> Iterator[BaseException]:
    """The error, then what it was raised from."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__


def trail(error: BaseException) -> str:
    """An error and what it was raised from, on one line for the log."""
    parts = (f"{type(cause).__name__}: {cause}" for cause in causes(error))
    # One library hands on what another one says, word for word.
    said = dict.fromkeys(" ".join(part.split())[:300] for part in parts)
    return " <- ".join(said)
