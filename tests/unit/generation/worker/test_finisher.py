"""The stages behind the painting: their order, what they tell, what goes wrong with them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
import torch

from generation.catalog import ToolSpec
from generation.executors.base import FailureKind
from generation.finishing import Restoration, Upscaling
from generation.inputs.store import InputImage
from generation.request import GenerationRequest
from generation.worker import faces
from generation.worker.faces import Landmarks
from generation.worker.finisher import ENLARGING, MENDING, Finisher, Piece, Trouble
from generation.worker.load_errors import ToolError
from generation.worker.loader import Loader
from generation.worker.networks import NetworkEnlarger
from generation.worker.tiles import Floats, Pixels
from tests.small_models.networks import write_small_general, write_small_restorer
from tests.small_models.upscaler import write_small_x4
from tests.unit.generation.worker.test_faces import FACE
from tests.unit.generation.worker.tools import PROCESSOR, picture, tool

IMAGE = InputImage(sha256="a" * 64, width=700, height=600)


@dataclass
class Notes:
    """What was told."""

    stages: list[tuple[str, int, int]] = field(default_factory=list[tuple[str, int, int]])
    loaded_tools: list[str] = field(default_factory=list[str])
    unwanted_after: int | None = None  # steps

    def stage(self, name: str, step: int, steps: int) -> None:
        self.stages.append((name, step, steps))

    def loading(self, title: str) -> None:
        self.loaded_tools.append(title)

    def loaded(self) -> None:
        pass

    def bytes(self, here: int, total: int) -> None:
        pass

    def check(self) -> None:
        if self.unwanted_after is not None and len(self.stages) >= self.unwanted_after:
            raise KeyboardInterrupt


def _find(landmarks: Sequence[Landmarks]) -> Callable[[Path], faces.FaceDetector]:
    """Stands in for YuNet, whose file can't be had here."""

    class Found:
        def find(self, pixels: Pixels) -> Sequence[Landmarks]:
            return landmarks

    return lambda _: Found()


@pytest.fixture
def finisher() -> Finisher:
    return Finisher(PROCESSOR, Loader(PROCESSOR))


def _tools(folder: Path) -> list[ToolSpec]:
    detector = folder / "yunet.onnx"
    detector.write_bytes(b"not read here")
    return [
        tool(write_small_general(folder / "general.pth"), scale=4, tile=256),
        tool(write_small_restorer(folder / "restorer.pth"), "face_restorer"),
        tool(detector, "face_detector"),
    ]


def _piece(
    tools: list[ToolSpec], *, mended: float | None = None, larger: tuple[int, int] | None = None
) -> Piece:
    request = GenerationRequest.finishing(
        IMAGE,
        faces=Restoration(tool="restorer", detector="yunet", strength=mended) if mended else None,
        upscale=Upscaling(tool="general", width=larger[0], height=larger[1]) if larger else None,
    )
    return Piece(picture(700, 600), request, tools)


def test_faces_come_first_then_the_whole_is_made_larger(
    tmp_path: Path, finisher: Finisher, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(faces, "YuNet", _find([FACE]))
    notes, piece = Notes(), _piece(_tools(tmp_path), mended=0.5, larger=(1400, 1200))
    finisher.finish(piece, notes)
    assert piece.pixels.shape == (1200, 1400, 3)
    assert notes.stages[0] == (MENDING, 1, 1)
    assert notes.stages[-1][0] == ENLARGING
    assert notes.stages[-1][1] == notes.stages[-1][2] == 12
    assert piece.made["faces"]["found"] == 1
    assert piece.made["faces"]["strength"] == 0.5
    assert piece.made["upscale"]["sha256"] == piece.tools[0].sha256
    assert piece.made["upscale"].get("repo") is None  # a folder of this host
    assert piece.remarks == []


def test_no_face_is_said_and_the_picture_left_as_it_was(
    tmp_path: Path, finisher: Finisher, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(faces, "YuNet", _find([]))
    notes, piece = Notes(), _piece(_tools(tmp_path), mended=1.0)
    finisher.finish(piece, notes)
    assert np.array_equal(piece.pixels, picture(700, 600))
    assert piece.remarks == ["No face was found in the picture: it is as it was."]
    assert "Restorer" not in notes.loaded_tools


def test_a_tool_stays_loaded_and_leaves_when_models_need_the_room(
    tmp_path: Path, finisher: Finisher
):
    tools = _tools(tmp_path)
    notes = Notes()
    for _ in range(2):
        finisher.finish(_piece(tools, larger=(1400, 1200)), notes)
    assert notes.loaded_tools == ["General"]
    assert finisher.toolbox.names == ["general"]
    finisher._loader.drop()
    assert finisher.toolbox.names == []


def test_what_is_not_wanted_any_more_ends_between_two_tiles(tmp_path: Path, finisher: Finisher):
    notes = Notes(unwanted_after=2)
    with pytest.raises(KeyboardInterrupt):
        finisher.finish(_piece(_tools(tmp_path), larger=(1400, 1200)), notes)
    assert len(notes.stages) == 2


@pytest.mark.long
def test_too_little_memory_is_tried_once_more_without_models_and_then_said(
    tmp_path: Path, finisher: Finisher, monkeypatch: pytest.MonkeyPatch
):
    seen: list[int] = []

    def enlarge(_: NetworkEnlarger, pixels: Pixels, number: int) -> Floats:
        seen.append(len(pixels))
        raise torch.OutOfMemoryError

    monkeypatch.setattr(NetworkEnlarger, "enlarge", enlarge)
    with pytest.raises(Trouble, match="General needs more memory") as trouble:
        finisher.finish(_piece(_tools(tmp_path), larger=(1400, 1200)), Notes())
    assert trouble.value.kind is FailureKind.OUT_OF_MEMORY
    assert seen == sorted(seen[:3], reverse=True) * 2


def test_a_tool_whose_file_is_gone_is_told_of_before_anything_is_done(
    tmp_path: Path, finisher: Finisher
):
    tools = _tools(tmp_path)
    (tmp_path / "general.pth").unlink()
    with pytest.raises(ToolError, match=r"its folder holds no general\.pth"):
        finisher.finish(_piece(tools, larger=(1400, 1200)), Notes())


@pytest.mark.long
def test_a_pipeline_enlarges_in_tiles_too_and_the_seed_gives_the_same_picture(
    tmp_path: Path, finisher: Finisher
):
    repo = write_small_x4(tmp_path / "x4")
    entry = ToolSpec.model_validate(
        {
            "name": "general",
            "title": "Diffusion",
            "description": "Small.",
            "kind": "upscaler",
            "repo": str(repo),
            "pipeline": "StableDiffusionUpscalePipeline",
            "scale": 4,
            "tile": 64,
            "steps": 2,
            "guidance": 1.0,
            "licence": {"name": "MIT", "commercial": True},
        }
    )
    larger = Upscaling(tool="general", width=140, height=80)
    image = InputImage(sha256="a" * 64, width=70, height=40)
    request = GenerationRequest.finishing(image, upscale=larger, prompt="a fox")
    made, notes = [], Notes()
    for _ in range(2):
        piece = Piece(picture(70, 40), request, [entry])
        finisher.finish(piece, notes)
        made.append(piece.pixels)
    assert made[0].shape == (80, 140, 3)
    assert np.array_equal(*made)
    assert [step for _, step, _ in notes.stages] == [1, 2, 1, 2]
    assert made[0].std() > 1
