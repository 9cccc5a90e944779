"""Painting from a picture: with each kind of pipeline that can, on its own networks."""

import inspect
import io
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from diffusers.pipelines import auto_pipeline
from diffusers.schedulers.scheduling_flow_match_euler_discrete import (
    FlowMatchEulerDiscreteScheduler,
)
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from generation.catalog import Catalog, IntegerRange
from generation.catalog._pipelines import PIPELINES
from generation.inputs.store import InputImage
from generation.request import GenerationRequest
from generation.strength import fitted, steps_made
from generation.worker.loaded import LoadedModel
from generation.worker.paint import Pixels, paint
from generation.worker.starting import fitting
from tests.unit.generation.worker.entries import entry, load

CATALOG = Catalog.load()
#: One entry of each class of pipeline, and one whose steps are few.
_BY_PIPELINE = {
    spec.pipeline: name
    for name, spec in CATALOG.items()
    if spec.takes_pictures and spec.pipeline is not None
}
KINDS = [*sorted(_BY_PIPELINE.values()), "sdxl-turbo"]


def brought(width: int = 64, height: int = 64) -> tuple[bytes, InputImage]:
    """Half red, half blue, side by side."""
    picture = Image.new("RGB", (width, height), "red")
    picture.paste("blue", (width // 2, 0, width, height))
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue(), InputImage(sha256="0" * 64, width=width, height=height)


def sister_of(name: str) -> Any:
    """The class of diffusers that starts from a picture where that one does not, if any does."""
    mapping = auto_pipeline.AUTO_IMAGE2IMAGE_PIPELINES_MAPPING
    return auto_pipeline._get_task_class(mapping, name, throw_error_if_not_exist=False)


def from_picture(name: str, *, model: LoadedModel | None = None, **options: Any) -> Pixels:
    spec = entry(name, quantization=None)  # no processor has weights in 4 bits
    png, image = brought()
    request = GenerationRequest.build(spec, "a red fox", seed=7, image=image, **options)
    request = request.model_copy(update={"width": 64, "height": 64})
    made = paint(model or load(spec), spec, [request], lambda _: None, png)[0]
    assert not isinstance(made, Exception), made
    return made


def far(one: Pixels, other: Pixels) -> float:
    return float(np.abs(one.astype(int) - other.astype(int)).mean())


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_pipeline_paints_from_a_picture(name: str) -> None:
    made = from_picture(name)
    assert made.shape == (64, 64, 3)


@pytest.mark.parametrize("name", KINDS)
def test_the_least_strength_and_the_fewest_steps_paint_as_well(name: str) -> None:
    assert from_picture(name, strength=0.05, steps=CATALOG[name].steps.min).shape == (64, 64, 3)


def test_the_less_strength_the_more_stays_of_the_picture() -> None:
    """The color of a heart, which the prompt leaves open."""
    spec = entry("demo")
    model = load(spec)
    orange = GenerationRequest.build(spec, "a large orange heart", seed=1)
    start = paint(model, spec, [orange], lambda _: None)[0]
    assert isinstance(start, np.ndarray)
    buffer = io.BytesIO()
    Image.fromarray(start).save(buffer, "PNG")
    distances = []
    for strength in (0.2, 0.6, 1.0):
        request = GenerationRequest.build(
            spec, "a heart", seed=7, steps=20, image=brought()[1], strength=strength
        )
        made = paint(model, spec, [request], lambda _: None, buffer.getvalue())[0]
        assert isinstance(made, np.ndarray)
        distances.append(far(made[100:150, 110:150], start[100:150, 110:150]))
    assert distances == sorted(distances)
    assert distances[0] < distances[2] / 2


def test_the_same_request_is_the_same_picture() -> None:
    model = load(entry("demo"))
    first, second = (from_picture("demo", model=model) for _ in range(2))
    assert (first == second).all()


def test_without_a_picture_the_model_paints_as_before() -> None:
    spec = entry("demo")
    model = load(spec)
    request = GenerationRequest.build(spec, "a red fox", seed=7)
    before = paint(model, spec, [request], lambda _: None)[0]
    from_picture("demo", model=model)
    after = paint(model, spec, [request], lambda _: None)[0]
    assert isinstance(before, np.ndarray)
    assert (before == after).all()


def test_networks_that_come_and_go_are_sent_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a GPU with little memory, whose hooks work on a processor as well."""
    model = load(entry("sdxl-turbo"))
    whole = from_picture("sdxl-turbo", model=model)
    model.pipeline.enable_model_cpu_offload(device=torch.device("cpu"))
    hooks = [hook.hook for hook in model.pipeline._all_hooks]
    assert (from_picture("sdxl-turbo", model=model) == whole).all()
    # They are made anew as the networks leave.
    assert [hook.hook for hook in model.pipeline._all_hooks] != hooks


def test_it_has_the_weights_of_the_model_and_no_others() -> None:
    model = load(entry("demo"))
    sister = model.from_picture()
    assert sister is model.from_picture()
    assert sister.unet is model.pipeline.unet
    assert sister.vae is model.pipeline.vae


def test_weighted_words_count_there_too() -> None:
    model = load(entry("demo"))
    spec = entry("demo")
    png, image = brought()
    plain, weighted = (
        GenerationRequest.build(spec, prompt, seed=7, image=image, size="256x256")
        for prompt in ("a red circle, a blue square", "a red circle, (a blue square)1.6")
    )
    made = [paint(model, spec, [each], lambda _: None, png)[0] for each in (plain, weighted)]
    assert far(*made) > 0.1  # pyright: ignore


@pytest.mark.parametrize("name", sorted(_BY_PIPELINE.values()))
def test_progress_is_told_of_the_steps_that_are_made(name: str) -> None:
    spec = entry(name, quantization=None, steps=IntegerRange(min=1, max=20, default=10))
    png, image = brought()
    request = GenerationRequest.build(spec, "a fox", seed=7, image=image, steps=10, strength=0.35)
    request = request.model_copy(update={"width": 64, "height": 64})
    told: list[int] = []
    paint(load(spec), spec, [request], told.append, png)
    assert request.steps_made == (4 if spec.rounds_up else 3)
    assert told == list(range(1, request.steps_made + 1))


@pytest.mark.parametrize("name", sorted(_BY_PIPELINE))
@given(
    steps=st.integers(1, 150),
    strength=st.floats(0.05, 1.0) | st.integers(5, 100).map(lambda part: part / 100),
)
def test_as_many_steps_are_made_as_its_pipeline_makes(
    name: str, steps: int, strength: float
) -> None:
    spec = CATALOG[_BY_PIPELINE[name]].model_copy(
        update={"steps": IntegerRange(min=1, max=150, default=1)}
    )
    steps, strength = fitted(spec, steps, strength)
    timed = SimpleNamespace(scheduler=FlowMatchEulerDiscreteScheduler())
    timed.scheduler.set_timesteps(steps)
    timesteps, made = sister_of(name).get_timesteps(timed, steps, strength, "cpu")
    assert len(timesteps) == made == steps_made(steps, strength, rounds_up=spec.rounds_up)


@pytest.mark.parametrize(
    ("width", "height", "left", "right"),
    [(64, 64, "red", "blue"), (640, 64, "red", "blue"), (64, 640, "red", "blue")],
)
def test_a_picture_of_another_shape_keeps_its_middle(
    width: int, height: int, left: str, right: str
) -> None:
    png, image = brought(width, height)
    request = GenerationRequest.build(entry("demo"), "a fox", image=image, size="256x256")
    fitted = fitting(png, request)
    assert fitted.size == (256, 256)
    assert fitted.getpixel((20, 128)) == Image.new("RGB", (1, 1), left).getpixel((0, 0))
    assert fitted.getpixel((235, 128)) == Image.new("RGB", (1, 1), right).getpixel((0, 0))


@pytest.mark.parametrize("name", sorted(PIPELINES))
def test_what_the_catalog_says_of_a_pipeline_is_what_diffusers_has(name: str) -> None:
    """The bot's process knows it without importing diffusers."""
    sister = sister_of(name)
    takes = set(inspect.signature(sister.__call__).parameters) if sister else set()
    assert PIPELINES[name].starts_from_pictures == ({"image", "strength"} <= takes)


def test_what_knows_no_strength_takes_no_picture() -> None:
    assert not CATALOG["flux-2-klein"].takes_pictures
    assert not CATALOG["zb-tech"].takes_pictures
