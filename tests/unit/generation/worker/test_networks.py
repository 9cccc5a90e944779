"""Networks in single files: only what fits its entry is taken, and none of them can run code."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from spandrel import ImageModelDescriptor, ModelLoader
from spandrel.architectures.GFPGAN import GFPGANArch

from generation.worker.load_errors import LoadError, ToolError
from generation.worker.networks import FaceNetwork, Network, NetworkEnlarger, NotFinite
from generation.worker.toolbox import Toolbox
from tests.small_models.networks import write_small_general, write_small_restorer
from tests.support.pickles import pickle_that_makes
from tests.unit.generation.worker.tools import PROCESSOR, picture, tool


def test_a_file_of_another_scale_than_its_entry_says_is_refused(tmp_path: Path):
    path = write_small_general(tmp_path / "small.pth")
    with pytest.raises(LoadError, match="makes pictures 4 times as large, not 2"):
        NetworkEnlarger(path, tool(path, scale=2), PROCESSOR)


def test_an_upscaler_mends_no_faces(tmp_path: Path):
    path = write_small_general(tmp_path / "small.pth")
    with pytest.raises(LoadError, match="holds a network for something else"):
        FaceNetwork(path, tool(path, "face_restorer"), PROCESSOR, "FaceSR")


def test_a_file_of_no_known_network_is_refused(tmp_path: Path):
    path = tmp_path / "small.pth"
    torch.save({"a.weight": torch.zeros(1)}, path)
    with pytest.raises(LoadError, match="holds no network that Easel knows"):
        NetworkEnlarger(path, tool(path, scale=4), PROCESSOR)


def test_a_pickle_that_would_run_code_is_not_run(tmp_path: Path):
    made, path = tmp_path / "made", tmp_path / "small.pth"
    path.write_bytes(pickle_that_makes(made))
    box = Toolbox(lambda _: None)
    entry = tool(path, scale=4)
    with pytest.raises(ToolError, match="can't be loaded"):
        box.get(entry, lambda found: NetworkEnlarger(found, entry, PROCESSOR))
    assert not made.exists()


def test_a_file_with_another_hash_is_not_even_opened(tmp_path: Path):
    path = write_small_general(tmp_path / "small.pth")
    entry = tool(path, scale=4, sha256="0" * 64)
    with pytest.raises(ToolError, match="is not what it should be"):
        Toolbox(lambda _: None).get(entry, lambda _: pytest.fail("opened"))


def test_a_restorer_gives_a_face_of_the_same_size(tmp_path: Path):
    path = write_small_restorer(tmp_path / "small.pth")
    mender = FaceNetwork(path, tool(path, "face_restorer"), PROCESSOR, "FaceSR")
    made = mender.run(picture(512, 512))
    assert made.shape == (512, 512, 3)
    assert 0 <= made.min() < made.max() <= 1


class Recorder(torch.nn.Module):
    """Stands in for GFPGAN, whose smallest size is 350 MB: keeps what it is given."""

    def __init__(self, factor: float = 0.5) -> None:
        super().__init__()
        self.weight = torch.nn.Parameter(torch.full((1,), factor))
        self.given: list[tuple[float, float]] = []

    def forward(self, batch: torch.Tensor, **options: Any) -> tuple[torch.Tensor, None]:
        assert options in ({"randomize_noise": False}, {})
        self.given.append((float(batch.min()), float(batch.max())))
        return batch * self.weight, None


def _described(network: Recorder, monkeypatch: pytest.MonkeyPatch) -> ImageModelDescriptor[Any]:
    # Any: what the library annotates is narrower than what it takes.
    architecture: Any = GFPGANArch()
    described = ImageModelDescriptor(
        network,
        network.state_dict(),
        architecture,
        purpose="FaceSR",
        tags=[],
        supports_half=False,
        supports_bfloat16=True,
        scale=1,
        input_channels=3,
        output_channels=3,
        call_fn=lambda model, batch: model(batch)[0],
    )
    monkeypatch.setattr(ModelLoader, "load_from_file", lambda _, __: described)
    return described


def test_gfpgan_is_given_numbers_from_minus_1_to_1(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    network = Recorder()
    _described(network, monkeypatch)
    mender = FaceNetwork(tmp_path, tool(tmp_path / "x.pth", "face_restorer"), PROCESSOR, "FaceSR")
    pixels = np.zeros((512, 512, 3), dtype=np.uint8)
    pixels[:256] = 255
    made = mender.run(pixels)
    assert network.given == [(-1.0, 1.0)]
    assert (made.min(), made.max()) == (0.25, 0.75)


def test_what_overflows_in_16_bits_is_run_in_32_and_stays_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    network = Recorder()
    _described(network, monkeypatch)
    opened = Network(tmp_path, tool(tmp_path / "x.pth", "face_restorer"), PROCESSOR, "FaceSR")
    opened.dtype = torch.float16
    network.half()
    run = opened._run

    def overflows(pixels: np.ndarray) -> np.ndarray:
        made = run(pixels)
        return np.full_like(made, np.inf) if opened.dtype is torch.float16 else made

    monkeypatch.setattr(opened, "_run", overflows)
    assert np.isfinite(opened.run(picture(64, 64))).all()
    assert opened.dtype is torch.float32
    assert network.weight.dtype is torch.float32


def test_what_is_not_finite_in_32_bits_is_no_picture(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    _described(Recorder(float("nan")), monkeypatch)
    opened = Network(tmp_path, tool(tmp_path / "x.pth", "face_restorer"), PROCESSOR, "FaceSR")
    with pytest.raises(NotFinite):
        opened.run(picture(64, 64))
