"""The prompts that models are compared over: a file with one a line."""

from pathlib import Path

from generation.errors import RequestRefused

#: More would take days with most models.
MOST_PROMPTS = 1000
_LONGEST = 2000  # characters; no model takes more
_LARGEST = 4 * 1024 * 1024  # bytes


def read_prompts(path: Path) -> list[str]:
    """Its lines but for empty ones and those that begin with #. Raises RequestRefused."""
    try:
        if path.stat().st_size > _LARGEST:
            raise _refused(f"{path} is larger than {_LARGEST // 1024**2} MiB.", "Shorten it.")
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise _refused(
            f"{path} can't be read: {error.strerror}.", "Name a text file with one prompt a line."
        ) from None
    except UnicodeDecodeError:
        raise _refused(f"{path} is no UTF-8 text.", "Save it as UTF-8.") from None
    lines = [line.strip() for line in text.split("\n")]
    for number, line in enumerate(lines, 1):
        if len(line) > _LONGEST and not line.startswith("#"):
            raise _refused(
                f"Line {number} of {path} has {len(line):,} characters; {_LONGEST:,} are allowed.",
                "Shorten it, or break it into several.",
            )
    prompts = [line for line in lines if line and not line.startswith("#")]
    if not prompts:
        raise _refused(f"{path} holds no prompt.", "Write one a line.")
    if len(prompts) > MOST_PROMPTS:
        raise _refused(
            f"{path} holds {len(prompts):,} prompts; {MOST_PROMPTS:,} are allowed.",
            "Take some out.",
        )
    return prompts


def _refused(limit: str, remedy: str) -> RequestRefused:
    return RequestRefused("--prompts", limit, remedy)
