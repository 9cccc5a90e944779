"""What stays loaded, what leaves, what is shared, and how a model is kept on the device."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from generation.catalog import LoraSpec, ModelSpec, Quantization
from generation.worker import economy, precision, room
from generation.worker import loader as loader_module
from generation.worker.device import Device
from generation.worker.economy import choose, economies
from generation.worker.load_errors import LoadError, no_place
from generation.worker.loader import Loader
from tests.small_models.adapter import write_small_style
from tests.unit.generation.worker.entries import CATALOG, CPU, entry, load, pixels

GPU = Device(torch.device("cuda"), "A GPU", torch.float16)
GIB = 1024**3
SDXL_ELEMENTS = 3_500_000_000


@pytest.fixture
def free(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], float]], None]:
    """Have the device say how many bytes are free."""

    def set_free(ask: Callable[[], float]) -> None:
        monkeypatch.setattr(room, "free_bytes", lambda _: ask())

    return set_free


@pytest.fixture
def able(monkeypatch: pytest.MonkeyPatch) -> None:
    """The GPU that is not here computes in bfloat16, and bitsandbytes is installed."""
    monkeypatch.setattr(precision, "_has_bfloat16", lambda _: True)
    monkeypatch.setattr(economy, "has_bitsandbytes", lambda: True)


def test_what_fits_stays_loaded() -> None:
    loader = Loader(CPU)
    names = ["sdxl-turbo", "sdxl", "sd-2-1"]
    loaded = [load(entry(name), loader) for name in names]
    assert loader.names == sorted(names)
    assert [load(entry(name), loader) for name in names] == loaded


def test_entries_that_differ_in_what_is_asked_of_them_alone_are_one_model() -> None:
    loader = Loader(CPU)
    spec = entry("sdxl")
    assert load(spec, loader) is load(spec.model_copy(update={"name": "again"}), loader)
    assert loader.names == ["again", "sdxl"]


def test_the_least_recently_used_leaves_first(free: Callable[..., None]) -> None:
    loader = Loader(CPU)
    load(entry("sdxl-turbo"), loader)
    load(entry("sdxl"), loader)
    load(entry("sdxl-turbo"), loader)
    # One of them is as much as has to leave.
    free(lambda: 0 if len(loader.names) > 1 else 10 * GIB)
    load(entry("sd-2-1"), loader)
    assert loader.names == ["sd-2-1", "sdxl-turbo"]


def test_a_model_that_can_not_be_had_makes_none_leave(free: Callable[..., None]) -> None:
    loader = Loader(CPU)
    load(entry("sdxl-turbo"), loader)
    free(lambda: 0)
    with pytest.raises(LoadError):
        load(entry("sdxl", repo="/nowhere"), loader)
    assert loader.names == ["sdxl-turbo"]


def test_a_device_that_breaks_while_loading_is_no_failure_of_the_model(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def break_down(*_: object) -> None:
        raise torch.AcceleratorError("CUDA error: an illegal memory access")

    monkeypatch.setattr(economy.Economy, "place", break_down)
    with pytest.raises(torch.AcceleratorError):
        load(entry("sdxl-turbo"))


def test_entries_of_one_base_share_what_they_have_in_common() -> None:
    loader = Loader(CPU)
    base = load(entry("sdxl"), loader).pipeline
    lightning = load(entry("sdxl-lightning-4"), loader).pipeline
    mixed = load(entry("zb-tech-local"), loader).pipeline
    for name in ("text_encoder", "text_encoder_2", "vae"):
        assert getattr(base, name) is getattr(lightning, name) is getattr(mixed, name)
    assert len({id(pipeline.unet) for pipeline in (base, lightning, mixed)}) == 3


def test_entries_of_other_bases_share_only_the_vae() -> None:
    loader = Loader(CPU)
    base = load(entry("sdxl"), loader).pipeline
    other = load(entry("juggernaut-xl-v9"), loader).pipeline
    assert base.text_encoder is not other.text_encoder
    assert base.vae is other.vae


@pytest.mark.parametrize("name", ["sdxl-lightning-4", "zb-tech-local"])
def test_sharing_changes_no_picture(name: str) -> None:
    together = Loader(CPU)
    first = pixels(entry("sdxl"), together)
    shared = pixels(entry(name), together)
    assert np.array_equal(shared, pixels(entry(name)))
    assert np.array_equal(first, pixels(entry("sdxl"), together))


@pytest.mark.parametrize("names", [("sdxl", "sdxl-lightning-4"), ("sdxl-lightning-4", "sdxl")])
@pytest.mark.long
def test_a_lora_of_two_entries_is_mixed_into_what_they_share_once(
    tmp_path: Path, names: tuple[str, str]
) -> None:
    folder = write_small_style(tmp_path, "style")
    lora = LoraSpec(repo=str(folder), file="style.safetensors")
    first, second = (entry(name, loras=(lora,)) for name in names)
    few = {"num_inference_steps": 2}
    alone = [pixels(spec, Loader(CPU), **few) for spec in (first, second)]
    together = Loader(CPU)
    for spec, wanted in [(first, alone[0]), (second, alone[1]), (first, alone[0])]:
        assert np.array_equal(pixels(spec, together, **few), wanted)


def test_a_lora_is_mixed_into_text_encoders_of_their_own_beside_a_denoiser_of_two(
    tmp_path: Path,
) -> None:
    folder = write_small_style(tmp_path, "style")
    lora = LoraSpec(repo=str(folder), file="style.safetensors")
    first = entry("sdxl-lightning-4", loras=(lora,))
    # Another base: its text encoders are others, and its denoiser the same file.
    base = shutil.copytree(first.repo, tmp_path / "base")
    second = first.model_copy(update={"repo": str(base)})
    wanted = load(second).pipeline.text_encoder.state_dict()
    together = Loader(CPU)
    load(first, together)
    has = load(second, together).pipeline.text_encoder.state_dict()
    assert all(torch.equal(has[name], tensor) for name, tensor in wanted.items())


def test_all_others_leave_where_a_model_needs_the_device_for_itself() -> None:
    loader = Loader(CPU)
    for name in ("sdxl-turbo", "sdxl"):
        load(entry(name), loader)
    assert loader.make_alone(entry("sdxl"))
    assert loader.names == ["sdxl"]
    assert not loader.make_alone(entry("sdxl"))


def test_out_of_memory_is_tried_with_less_until_there_is_no_less() -> None:
    loader = Loader(CPU)
    load(entry("sdxl"), loader)
    steps = []
    while (step := loader.economize(entry("sdxl"), loading=False)) is not None:
        steps.append(step.name)
        assert load(entry("sdxl"), loader).economy is step
    assert steps == ["16 bits", "slices and tiles"]
    assert loader.names == []


def test_the_next_steps_go_on_from_where_the_plan_began(free: Callable[..., None]) -> None:
    loader = Loader(CPU)
    free(lambda: 0)  # nothing would fit
    assert load(entry("sdxl"), loader).economy.name == "slices and tiles"
    assert loader.economize(entry("sdxl"), loading=False) is None


def test_what_was_learned_is_the_floor_of_the_plan() -> None:
    loader = Loader(CPU)
    spec = entry("sdxl")
    assert load(spec, loader).economy.name == "whole"
    loader.begin_at(spec, 1)
    assert load(spec, loader).economy.name == "16 bits"


def test_the_plan_goes_further_down_than_what_was_learned(free: Callable[..., None]) -> None:
    loader = Loader(CPU)
    spec = entry("sdxl")
    loader.begin_at(spec, 1)
    free(lambda: 0)
    assert load(spec, loader).economy.name == "slices and tiles"
    # What is to be had just now is one thing, and what was learned another.
    assert (loader.loaded_at(spec), loader.level(spec)) == (2, 1)


def test_a_plan_is_made_anew_at_each_loading(free: Callable[..., None]) -> None:
    loader = Loader(CPU)
    spec = entry("sdxl")
    free(lambda: 0)
    load(spec, loader)
    loader.drop()
    free(lambda: 100 * GIB)
    assert load(spec, loader).economy.name == "whole"


def test_half_of_the_memory_is_taken_by_half_of_the_bits(free: Callable[..., None]) -> None:
    loader = Loader(CPU)
    spec = entry("sdxl")
    whole = load(spec)
    elements = sum(
        part.numel()
        for network in whole.pipeline.components.values()
        if isinstance(network, torch.nn.Module)
        for part in network.parameters()
    )
    free(lambda: elements * 4)
    halved = load(spec, loader)
    assert (halved.economy.name, halved.dtype) == ("16 bits", torch.bfloat16)
    assert halved.pipeline.unet.dtype is torch.bfloat16
    assert pixels(spec, loader).std() > 1


def chosen(
    spec: ModelSpec, device: Device, elements: int, gib: float, host_gib: float = 1000
) -> str | None:
    """The way that is chosen where so much of the device's memory, and of the host's, is free."""
    room, host_room = int(gib * GIB), int(host_gib * GIB)
    level = choose(spec, device, elements, room, host_room=host_room)
    return None if level is None else economies(spec, device)[level].name


@pytest.mark.parametrize(
    ("gib", "way"),
    [
        (80, "whole"),
        (9.5, "slices and tiles"),
        (8, "offload"),
        (4, "offload by layer"),
        (1, "offload by layer"),
    ],
)
def test_the_plan_is_by_what_the_entry_says_of_the_gpus_memory(gib: float, way: str) -> None:
    assert chosen(CATALOG["sdxl"], GPU, SDXL_ELEMENTS, gib) == way


def test_without_a_word_of_memory_the_weights_are_counted() -> None:
    spec = CATALOG["sdxl"].model_copy(update={"memory_gib": {}})
    names = {gib: chosen(spec, GPU, SDXL_ELEMENTS, gib) for gib in (24, 8, 6, 2)}
    assert names == {24: "whole", 8: "slices and tiles", 6: "offload", 2: "offload by layer"}


@pytest.mark.usefixtures("able")
@pytest.mark.parametrize(
    ("name", "ways"),
    [
        ("sdxl", ["whole", "slices and tiles", "offload", "offload by layer"]),
        ("flux-1-schnell", ["whole", "slices and tiles", "offload", "4 bits", "offload by layer"]),
        ("sd-3-5-medium", ["4 bits"]),
    ],
)
def test_the_ways_of_an_entry_on_a_gpu(name: str, ways: list[str]) -> None:
    assert [way.name for way in economies(CATALOG[name], GPU)] == ways


@pytest.mark.parametrize(
    ("offload", "first"), [("model", "offload"), ("layer", "offload by layer")]
)
def test_an_entry_may_begin_further_down(offload: str, first: str) -> None:
    spec = CATALOG["sdxl"].model_copy(update={"offload": offload})
    assert economies(spec, GPU)[0].name == first
    assert economies(spec, CPU)[0].name == "whole"


@pytest.mark.parametrize(
    ("gib", "host_gib", "way"),
    [
        (80, 0, "whole"),
        (9.5, 0, "slices and tiles"),
        (8, 100, "offload"),
        # The GPU is said to be too small, and the host is: what may fit all the same is tried.
        (8, 6, "slices and tiles"),
        (8, 7, "offload"),
        (4, 7, "offload by layer"),
        (4, 6, None),
        (0, 0, None),
    ],
)
def test_weights_leave_the_gpu_only_where_the_host_has_a_place_for_them(
    gib: float, host_gib: float, way: str | None
) -> None:
    assert chosen(CATALOG["sdxl"], GPU, SDXL_ELEMENTS, gib, host_gib) == way


@pytest.mark.usefixtures("able")
@pytest.mark.parametrize(("host_gib", "way"), [(40, "offload"), (8, "4 bits"), (3, None)])
def test_4_bits_need_less_of_the_host(host_gib: int, way: str | None) -> None:
    assert chosen(CATALOG["flux-1-schnell"], GPU, 17_000_000_000, 26, host_gib) == way


@pytest.mark.parametrize(
    ("gib", "host_gib", "way"),
    [
        (20, 20, "whole"),
        (20, 10, "16 bits"),
        (0, 14, "slices and tiles"),  # all that is free is meant to be left to others
        (0, 7, "slices and tiles"),
        (0, 6, None),
    ],
)
def test_without_a_gpu_the_weights_have_to_fit_the_host(
    gib: int, host_gib: int, way: str | None
) -> None:
    assert chosen(CATALOG["sdxl"], CPU, SDXL_ELEMENTS, gib, host_gib) == way


def test_what_was_learned_is_where_the_search_begins() -> None:
    spec = CATALOG["sdxl"]
    assert choose(spec, GPU, SDXL_ELEMENTS, 80 * GIB, floor=2) == 2
    assert choose(spec, GPU, SDXL_ELEMENTS, 80 * GIB, host_room=0, floor=2) is None


@pytest.fixture
def on_host(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], float]], None]:
    """Have the host say how many bytes it has left."""

    def set_left(ask: Callable[[], float]) -> None:
        monkeypatch.setattr(room, "free_memory", lambda: int(ask()))

    return set_left


def test_weights_that_the_host_has_no_place_for_are_not_loaded(
    on_host: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    on_host(lambda: 1024)
    monkeypatch.setattr(loader_module, "assemble", lambda *_, **__: pytest.fail("it was loaded"))
    loader = Loader(CPU)
    with pytest.raises(LoadError, match=r"SDXL needs 0\.0 GiB of this host's memory and 0\.0 are"):
        load(entry("sdxl"), loader)
    assert loader.names == []


def test_those_that_leave_make_a_place_on_the_host(on_host: Callable[..., None]) -> None:
    loader = Loader(CPU)
    load(entry("sdxl-turbo"), loader)
    on_host(lambda: 0 if loader.names else 10 * GIB)
    load(entry("sdxl"), loader)
    assert loader.names == ["sdxl"]


def test_what_has_no_place_makes_none_leave(on_host: Callable[..., None]) -> None:
    loader = Loader(CPU)
    load(entry("sdxl-turbo"), loader)
    on_host(lambda: -(10**9))
    with pytest.raises(LoadError, match="this host's memory"):
        load(entry("sd-2-1"), loader)
    assert loader.names == ["sdxl-turbo"]


def test_on_a_gpu_it_is_said_why_the_hosts_memory_matters() -> None:
    assert no_place(CATALOG["sdxl"], 7 * GIB, 3 * GIB, on_gpu=True) == (
        "SDXL needs 7.0 GiB of this host's memory, for the GPU's is too small for all of it, and"
        " 3.0 are free. Choose another model. Whoever runs Easel has to end other programs or give"
        " it more."
    )


def test_a_gpu_without_bfloat16_paints_in_32_bits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precision, "_has_bfloat16", lambda _: False)
    spec = CATALOG["flux-1-schnell"]
    assert precision.dtype_for(spec, GPU) is torch.float32
    assert precision.dtype_for(spec, GPU, half=True) is torch.float16
    assert economies(spec, GPU)[1].name == "16 bits"


def in_4_bits(spec: ModelSpec) -> ModelSpec:
    always = Quantization(components=("unet",), always=True)
    return spec.model_copy(update={"quantization": always})


def test_4_bits_without_a_gpu_are_refused_before_anything_is_asked_for() -> None:
    asked: list[str] = []
    with pytest.raises(LoadError, match=r"needs an NVIDIA GPU.* Choose another model"):
        Loader(CPU).get(in_4_bits(entry("sdxl", repo="/nowhere")), lambda _: asked.append("x"))
    assert not asked


def test_4_bits_without_their_library_name_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(precision, "has_bitsandbytes", lambda: False)
    with pytest.raises(LoadError, match="install its extra `quantized`"):
        precision.refuse_what_cannot_be(in_4_bits(CATALOG["sdxl"]), GPU)
