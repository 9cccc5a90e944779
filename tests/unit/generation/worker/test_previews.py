"""Previews come now and then, beside the painting: they change nothing of it and never end it."""

import io
import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from generation.catalog import Catalog, ToolSpec
from generation.imaging import png
from generation.request import GenerationRequest
from generation.worker import previews
from generation.worker.paint import paint
from generation.worker.previews import Previews, Watched
from generation.worker.run import Run
from tests.small_models.cache import small_repos
from tests.unit.generation.worker.entries import CPU, entry, load

DEMO = entry("demo")
SCREENER = Catalog.load().tools["nsfw-detection"]
LATENTS = torch.zeros(1, 12, 16, 16)


class Clock:
    """Stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Bench:
    """Previews whose clock the test moves, and what they sent."""

    def __init__(self, **options: Any) -> None:
        self.clock = Clock()
        self.sent: list[tuple[bytes, float | None]] = []
        options = {"cores": 2, **options}
        self.previews = Previews(CPU, self._send, now=self.clock, **options)

    def _send(self, run: int, kind: str, blob: bytes = b"", **fields: Any) -> None:
        assert (run, kind) == (7, "preview")
        self.sent.append((blob, fields["unsafe"]))

    def watched(self, run: Run | None = None) -> Watched:
        return Watched(self.previews, run or a_run(), load(DEMO).pipeline, self.clock)

    @staticmethod
    def wait(event: threading.Event) -> None:
        assert event.wait(10)

    def settle(self) -> None:
        """Until all that was begun is done."""
        self.previews.begin(lambda: None).result(10)


def a_run(*, steps: int = 20, count: int = 1, **changes: Any) -> Run:
    request = GenerationRequest.build(DEMO, "a red circle", seed=7, steps=steps)
    images: list[bytes | None] = [None] * count
    run = Run(
        *(7, DEMO, [*range(1, count + 1)], [request] * count, images, [], 0, None),
        previews=True,
        unsafe_above=[0.5] * count,
    )
    for name, value in changes.items():
        setattr(run, name, value)
    return run


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench()
    yield made
    made.settle()


def steps_taken(bench: Bench, watched: Watched, steps: Sequence[tuple[int, float]]) -> None:
    """Each step at its time, with all previews done before the next."""
    for step, bench.clock.now in steps:
        watched(step, LATENTS)
        bench.settle()


def test_one_is_a_small_webp_with_the_mark_that_a_machine_made_it(bench: Bench) -> None:
    steps_taken(bench, bench.watched(), [(2, 1.0)])
    ((data, unsafe),) = bench.sent
    image = Image.open(io.BytesIO(data))
    assert (image.format, image.size, unsafe) == ("WEBP", (256, 256), None)
    assert image.info["xmp"].decode() == png.XMP
    assert len(data) < 64 * 1024


@pytest.mark.parametrize(
    ("steps", "count"),
    [
        ([(2, 0.5), (3, 0.9)], 0),  # a quick picture needs none
        ([(2, 1.0)], 1),
        ([(2, 1.0), (3, 2.0), (4, 2.9)], 1),
        ([(2, 1.0), (3, 3.0), (4, 4.0), (5, 5.0)], 3),
        ([(1, 10.0)], 0),
        ([(20, 10.0)], 0),
    ],
    ids=["first second", "after it", "too soon", "every two seconds", "first step", "last step"],
)
def test_they_come_every_two_seconds_but_not_at_the_first_and_the_last_step(
    bench: Bench, steps: Sequence[tuple[int, float]], count: int
) -> None:
    steps_taken(bench, bench.watched(), steps)
    assert len(bench.sent) == count


def test_after_one_that_took_long_the_next_waits_twenty_times_as_long(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    encoded = previews._encoded

    def slowly(pixels: Any) -> bytes:
        bench.clock.now += 0.5
        return encoded(pixels)

    monkeypatch.setattr(previews, "_encoded", slowly)
    watched = bench.watched()
    steps_taken(bench, watched, [(2, 1.0), (3, 11.4)])
    assert len(bench.sent) == 1
    steps_taken(bench, watched, [(4, 11.6)])
    assert len(bench.sent) == 2


def test_a_step_never_waits_for_one_and_only_one_is_in_the_making(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, may_go_on, made = threading.Semaphore(0), threading.Event(), []
    encoded = previews._encoded

    def stuck(pixels: Any) -> bytes:
        begun.release()
        assert may_go_on.wait(10)
        made.append(pixels)
        return encoded(pixels)

    monkeypatch.setattr(previews, "_encoded", stuck)
    watched = bench.watched()
    for step, bench.clock.now in enumerate((1.0, 11.0, 21.0, 31.0), start=2):
        watched(step, LATENTS)  # would not come back
    assert begun.acquire(timeout=10)
    may_go_on.set()
    bench.settle()
    assert len(made) == len(bench.sent) == 1


def test_what_is_decoded_is_a_copy_of_the_latents_as_they_were(bench: Bench) -> None:
    latents = torch.randn(1, 12, 16, 16, generator=torch.manual_seed(1))
    steps_taken_of(bench, latents)
    release = threading.Event()
    bench.previews.begin(lambda: bench.wait(release))
    steps_taken_of(bench, latents, settle=False)
    latents.zero_()  # as schedulers may
    release.set()
    bench.settle()
    before, after = bench.sent
    assert before == after


def steps_taken_of(bench: Bench, latents: torch.Tensor, *, settle: bool = True) -> None:
    watched = bench.watched()
    bench.clock.now += 1.0
    watched(2, latents)
    if settle:
        bench.settle()


def test_after_the_end_nothing_is_sent_any_more(bench: Bench) -> None:
    release = threading.Event()
    bench.previews.begin(lambda: bench.wait(release))
    watched = bench.watched()
    bench.clock.now = 1.0
    watched(2, LATENTS)
    watched.close()
    release.set()
    bench.settle()
    assert bench.sent == []


@pytest.mark.parametrize("raising", ["copy", "decoders", "send"])
def test_whatever_goes_wrong_is_logged_once_and_ends_the_previews_alone(
    bench: Bench,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    raising: str,
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("the decoder is broken")

    if raising == "decoders":
        monkeypatch.setattr(bench.previews.decoders, "of", fail)
    else:
        monkeypatch.setattr(bench.previews, raising, fail)
    with caplog.at_level(logging.WARNING):
        steps_taken(bench, bench.watched(), [(2, 1.0), (3, 11.0), (4, 21.0)])
    assert bench.sent == []
    (record,) = (each for each in caplog.records if each.name == previews.__name__)
    assert "the decoder is broken" in record.getMessage()


def test_a_decoder_comes_to_the_device_on_the_stream_that_uses_it(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or it might be used before it is there: no stream waits for another one."""
    told: list[str] = []
    of = bench.previews.decoders.of

    @contextmanager
    def beside() -> Iterator[None]:
        told.append("stream")
        yield
        told.append("end")

    monkeypatch.setattr(bench.previews, "beside", beside)
    monkeypatch.setattr(
        bench.previews.decoders, "of", lambda *values: told.append("decoder") or of(*values)
    )
    steps_taken(bench, bench.watched(), [(2, 1.0)])
    assert told == ["stream", "decoder", "end"]
    assert len(bench.sent) == 1


def test_what_is_no_picture_is_not_sent(bench: Bench) -> None:
    watched = bench.watched()
    bench.clock.now = 1.0
    watched(2, torch.full_like(LATENTS, float("nan")))
    bench.settle()
    assert bench.sent == []


class Screener:
    """Says the same of every picture."""

    def __init__(self, score: float) -> None:
        self.score = score
        self.seen: list[Any] = []

    def scores(self, pictures: Sequence[Any]) -> list[float]:
        self.seen += pictures
        return [self.score] * len(pictures)


@pytest.mark.parametrize(
    ("score", "sent"), [(0.2, True), (0.5, True), (0.51, False), (float("nan"), False)]
)
def test_where_pictures_are_looked_at_previews_are_too(score: float, sent: bool) -> None:
    screener = Screener(score)
    bench = Bench(held=lambda tool: screener if tool == SCREENER else None)
    steps_taken(bench, bench.watched(a_run(screener=SCREENER)), [(2, 1.0)])
    assert [unsafe for _, unsafe in bench.sent] == ([score] if sent else [])
    assert screener.seen[0].shape == (256, 256, 3)


def test_where_the_classifier_is_not_loaded_there_are_none(bench: Bench) -> None:
    steps_taken(bench, bench.watched(a_run(screener=SCREENER)), [(2, 1.0)])
    assert bench.sent == []


def has_previews(run: Run, model: Any = None, **options: Any) -> bool:
    with Bench(**options).previews.of(run, model or load(DEMO)) as watched:
        return watched is not None


def test_they_are_made_where_they_are_wanted() -> None:
    assert has_previews(a_run())


def test_they_are_not_made_for_several_at_once() -> None:
    assert not has_previews(a_run(count=2))


def test_they_are_not_made_unless_they_are_wanted() -> None:
    assert not has_previews(a_run(previews=False))


def test_they_are_not_made_where_painting_has_the_only_core() -> None:
    assert not has_previews(a_run(), cores=1)


def test_they_are_not_made_where_a_pipeline_does_not_tell_of_its_latents() -> None:
    model = SimpleNamespace(pipeline=SimpleNamespace(_callback_tensor_inputs=["noise"]))
    assert not has_previews(a_run(), model)


def painted(watch: Callable[[Watched | None], Watched | None]) -> tuple[Any, int]:
    """A picture by the demo model, and how many previews there were of it."""
    sent: list[bytes] = []
    made = Previews(CPU, lambda run, kind, blob=b"", **_: sent.append(blob), cores=2)
    run, model = a_run(steps=12), load(DEMO)
    with made.of(run, model) as watched:
        assert watched is not None
        watched._due = 0.0
        pixels = paint(model, DEMO, run.requests, lambda _: None, None, watch(watched))[0]
        made.begin(lambda: None).result(10)
    assert isinstance(pixels, np.ndarray)
    return pixels, len(sent)


def test_a_picture_with_previews_is_that_without_to_the_byte(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(previews, "INTERVAL_S", 0.0)
    monkeypatch.setattr(previews, "_PAUSE", 0)
    with_them, count = painted(lambda watched: watched)
    without, none = painted(lambda _: None)
    assert (count > 0, none) == (True, 0)
    assert np.array_equal(with_them, without)


def test_an_early_one_shows_what_is_coming_and_not_noise(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(previews, "_FIRST_S", 0.0)
    sent: list[bytes] = []
    made = Previews(CPU, lambda run, kind, blob=b"", **_: sent.append(blob), cores=2)
    run, model = a_run(steps=12), load(DEMO)
    with made.of(run, model) as watched:
        picture = paint(model, DEMO, run.requests, lambda _: None, None, watched)[0]
        made.begin(lambda: None).result(10)
    assert isinstance(picture, np.ndarray)
    early = np.asarray(Image.open(io.BytesIO(sent[0])).convert("RGB"), dtype=float)  # of step 2
    assert np.abs(early - picture).mean() < 32  # of 255; that of the latents as they are: over 80


@pytest.mark.parametrize(
    "model",
    ["sdxl", "sd-2-1", "z-image-turbo", "sd-3-5-medium", "flux-1-schnell"],
)
def test_every_family_that_is_known_has_previews_by_its_tool(
    model: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generation.worker.decoders.SMALL", 0)  # as with the real ones
    monkeypatch.setattr(previews, "_FIRST_S", 0.0)
    # Those that are kept in 4 bits need a GPU for that alone.
    spec, catalog = entry(model, quantization=None), Catalog.load()
    tool = catalog.tools.decoder_of(spec.latents_family)
    assert tool is not None
    sent: list[bytes] = []
    made = Previews(CPU, lambda run, kind, blob=b"", **_: sent.append(blob), cores=2)
    request = GenerationRequest.build(spec, "a red fox", seed=7).model_copy(
        update={"width": 64, "height": 48, "num_inference_steps": 5}
    )
    run = Run(7, spec, [1], [request], [None], [], 0, None, previews=True, decoder=_local(tool))
    loaded = load(spec)
    with made.of(run, loaded) as watched:
        paint(loaded, spec, [request], lambda _: None, None, watched)
        made.begin(lambda: None).result(10)
    assert Image.open(io.BytesIO(sent[0])).size == (64, 48)


def _local(tool: ToolSpec) -> ToolSpec:
    return tool.model_copy(update={"repo": str(small_repos() / str(tool.repo))})


@pytest.mark.long
def test_a_preview_takes_no_time_of_the_thread_that_paints() -> None:
    """Part against whole of its own time: two paintings differ by more on a busy machine."""
    model, steps = load(DEMO), 75
    request = a_run().requests[0].model_copy(update={"num_inference_steps": steps})
    run = a_run(requests=[request])
    sent: list[bytes] = []
    made = Previews(CPU, lambda run, kind, blob=b"", **_: sent.append(blob), cores=2)
    taken = 0.0

    with made.of(run, model) as watched:
        assert watched is not None

        def timed(step: int, latents: torch.Tensor) -> None:
            nonlocal taken
            begun = time.thread_time()
            watched(step, latents)
            taken += time.thread_time() - begun

        begun = time.thread_time()
        paint(model, DEMO, [request], lambda _: None, None, timed)
        whole = time.thread_time() - begun
        made.begin(lambda: None).result(10)
    assert sent
    assert taken < 0.01 * whole
