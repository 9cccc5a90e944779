"""Pictures that are looked at: what is refused, what is told of the classifier, and when."""

import io
import re
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from generation.catalog import BROUGHT, ToolSpec
from generation.executors.base import FailureKind
from generation.processes.frames import Frame
from generation.worker.finisher import Finisher, Trouble
from generation.worker.load_errors import ToolError
from generation.worker.loader import Loader
from generation.worker.lookout import Lookout
from generation.worker.run import Run
from tests.small_models.cache import small_repos
from tests.unit.generation.worker.test_finisher import Notes
from tests.unit.generation.worker.test_screener import entry, plain
from tests.unit.generation.worker.tools import PROCESSOR

RED, BLUE = plain(255, 0, 0), plain(0, 0, 255)


class Line:
    """A channel that keeps what is said on it, and what this process says to itself."""

    def __init__(self) -> None:
        self.said: list[dict[str, Any]] = []
        self.posted: list[Frame] = []

    def send(self, header: dict[str, Any], blob: bytes = b"") -> None:
        self.said.append(header)

    def post(self, frame: Frame) -> None:
        self.posted.append(frame)


@pytest.fixture
def line() -> Line:
    return Line()


@pytest.fixture
def finisher() -> Finisher:
    return Finisher(PROCESSOR, Loader(PROCESSOR))


@pytest.fixture
def lookout(line: Line, finisher: Finisher) -> Lookout:
    return Lookout(line, finisher)  # pyright: ignore[reportArgumentType]


@pytest.fixture
def screener() -> ToolSpec:
    return entry(small_repos() / "Falconsai/nsfw_image_detection")


def run(screener: ToolSpec | None, *images: bytes | None, above: float = 0.5) -> Run:
    return Run(
        *(1, BROUGHT, [7], [], list(images), [], 0, None),
        screener=screener,
        unsafe_above=[above] * len(images),
    )


def encoded(pixels: Any) -> bytes:
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def prepared(lookout: Lookout, line: Line, screener: ToolSpec) -> list[dict[str, Any]]:
    """What is said until the classifier is ready, or can't be."""
    frame = Frame({"kind": "prepare", "tool": screener.model_dump(mode="json")})
    # As `prepare` does, but not in a thread of its own.
    lookout._make_ready(ToolSpec.model_validate(frame.header["tool"]), fetch=True)
    for posted in line.posted:
        assert lookout.takes(posted)
    return line.said


def test_one_that_is_here_is_opened_and_told_of(
    lookout: Lookout, line: Line, finisher: Finisher, screener: ToolSpec
) -> None:
    assert prepared(lookout, line, screener) == [{"kind": "screener", "ready": True}]
    assert finisher.toolbox.held(screener) is not None


def test_one_that_is_not_here_is_told_of_with_the_reason(
    lookout: Lookout, line: Line, tmp_path: Path
) -> None:
    (said,) = prepared(lookout, line, entry(tmp_path / "nowhere"))
    assert "ready" not in said
    assert "nowhere" in said["why"].lower()


def test_one_whose_labels_are_others_is_told_of_with_the_reason(
    lookout: Lookout, line: Line, screener: ToolSpec
) -> None:
    other = screener.model_copy(update={"labels": ("gore",)})
    (said,) = prepared(lookout, line, other)
    assert "knows no label gore" in said["why"]


def test_a_picture_that_was_brought_is_refused_above_its_limit(
    lookout: Lookout, screener: ToolSpec
) -> None:
    with pytest.raises(Trouble) as refused:
        lookout.admit(run(screener, encoded(RED)), Notes())
    assert refused.value.kind is FailureKind.UNSAFE_INPUT
    lookout.admit(run(screener, encoded(BLUE)), Notes())
    lookout.admit(run(screener, encoded(RED), above=1.0), Notes())
    lookout.admit(run(screener, None, above=0.0), Notes())


def test_of_a_picture_that_is_refused_the_host_reads_the_job_and_the_score(
    lookout: Lookout, screener: ToolSpec, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(Trouble):
        lookout.admit(run(screener, encoded(RED)), Notes())
    assert re.search(r"jobs \[7\]: what was brought is refused: (0\.[5-9]|1\.)", caplog.text)


def test_nobody_looks_where_nobody_has_to(lookout: Lookout, finisher: Finisher) -> None:
    lookout.admit(run(None, encoded(RED)), Notes())
    assert lookout.look([RED], run(None), Notes()) == []
    assert finisher.toolbox.names == []


def test_without_it_a_run_ends_before_anything_is_painted(
    lookout: Lookout, line: Line, tmp_path: Path
) -> None:
    with pytest.raises(ToolError):
        lookout.admit(run(entry(tmp_path / "nowhere"), None), Notes())
    (said,) = line.said  # the next one is not even taken
    assert said["kind"] == "screener"
    assert said["why"]


def test_whatever_it_raises_there_is_no_picture(
    lookout: Lookout, finisher: Finisher, screener: ToolSpec
) -> None:
    lookout.admit(run(screener, None), Notes())
    finisher.toolbox.held(screener)._model = None  # whatever a library does
    with pytest.raises(Trouble) as refused:
        lookout.look([BLUE], run(screener), Notes())
    assert refused.value.kind is FailureKind.TOOL_UNAVAILABLE
    assert "could not be looked at" in str(refused.value)


def test_nobody_looks_at_what_is_not_wanted_any_more(lookout: Lookout, screener: ToolSpec) -> None:
    with pytest.raises(KeyboardInterrupt):
        lookout.look([BLUE], run(screener), Notes(unwanted_after=0))
