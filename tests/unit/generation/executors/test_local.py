"""The local executor with a small model in SDXL-Turbo's layout, under Turbo's own catalog entry."""

import asyncio
import json
import os
import shutil
import signal
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from generation.catalog import Catalog, ModelSpec, SchedulerSpec
from generation.errors import ExecutorUnavailable
from generation.executors.base import (
    Cancelled,
    Failed,
    FailureKind,
    Finished,
    Loading,
    Progress,
    Work,
)
from generation.executors.local import LocalExecutor
from generation.request import GenerationRequest
from tests.support import png
from tests.unit.generation.executors.conformance import (
    ExecutorConformance,
    Works,
    failed,
    follow,
    painted,
    renumbered,
)
from tests.unit.generation.worker.processes import gone_within, is_running

ROOT = Path(__file__).parents[4]

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest.fixture(scope="session")
def turbo(small_turbo: Path) -> ModelSpec:
    return Catalog.load()["sdxl-turbo"].model_copy(update={"repo": str(small_turbo)})


@pytest.fixture
def executor(local: LocalExecutor) -> LocalExecutor:
    return local


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def local(environment: dict[str, str]) -> AsyncIterator[LocalExecutor]:
    """One for the whole module: a worker takes seconds to start."""
    executor = LocalExecutor("cpu", environment, cancel_grace_s=4)
    await executor.start()
    yield executor
    await executor.close()


@pytest.fixture
def make_executor(environment: dict[str, str]) -> Callable[[], LocalExecutor]:
    return lambda: LocalExecutor("cpu", environment)


@pytest.fixture
def works(turbo: ModelSpec) -> Works:
    return Works(
        quick=small(turbo),
        slow=small(turbo, side=512, steps=500),
        failing=small(turbo.model_copy(update={"repo": "/nowhere", "title": "Nowhere"})),
    )


@pytest.fixture
def started(local: LocalExecutor) -> Callable[[Work], Awaitable[None]]:
    """Not from outside: that the run has its first step behind it."""

    async def wait(work: Work) -> None:
        async with asyncio.timeout(20):
            while not any(run.work == work and run.steps_done for run in local._runs.values()):
                await asyncio.sleep(0.01)

    return wait


def small(spec: ModelSpec, *, side: int = 64, steps: int = 2, **options: object) -> Work:
    """A small picture, whatever the entry allows: the worker paints what it is given."""
    request = GenerationRequest.build(spec, "a red circle", seed=7)
    changes = {"width": side, "height": side, "num_inference_steps": steps, **options}
    return renumbered(Work(0, 1, spec, request.model_copy(update=changes)))


class TestConformance(ExecutorConformance):
    """The local executor is one."""


async def test_turbo_paints_as_its_entry_says(local: LocalExecutor, turbo: ModelSpec) -> None:
    request = GenerationRequest.build(turbo, "a red circle", seed=7)
    events = await follow(local, Work(1, 1, turbo, request))
    assert [event for event in events if isinstance(event, Progress)] == [Progress(1, 1)]
    assert isinstance(events[-1], Finished)
    assert (events[-1].picture.width, events[-1].picture.height) == (512, 512)


async def test_the_cpu_is_named_and_no_gpu(local: LocalExecutor) -> None:
    assert local.device == "CPU"
    assert not local.has_gpu


async def test_loading_is_told_once_and_only_where_it_happens(
    local: LocalExecutor, turbo: ModelSpec, tmp_path: Path
) -> None:
    other = tmp_path / "copy"
    os.symlink(turbo.repo, other)
    copy = turbo.model_copy(update={"repo": str(other)})
    assert Loading() in await follow(local, small(copy))
    assert Loading() not in await follow(local, small(copy))
    assert Loading() in await follow(local, small(turbo))


async def test_a_step_that_cannot_be_taken_is_a_bug_and_the_worker_lives(
    local: LocalExecutor, turbo: ModelSpec
) -> None:
    assert (await failed(local, small(turbo, side=65))).kind is FailureKind.INTERNAL
    await painted(local, small(turbo))


@pytest.mark.parametrize(
    "changes",
    [
        {"seed": 8},
        {"prompt": "a blue square"},
        {"num_inference_steps": 3},
        {"guidance_scale": 3.0},
        {"guidance_scale": 3.0, "negative_prompt": "dull"},
    ],
)
async def test_every_option_makes_another_picture(
    local: LocalExecutor, turbo: ModelSpec, changes: dict[str, object]
) -> None:
    spec = turbo.model_copy(update={"negative_prompt_above": 1.0})
    base = {"guidance_scale": 3.0} if "negative_prompt" in changes else {}
    one = await painted(local, small(spec, **base))
    other = await painted(local, small(spec, **{**base, **changes}))
    assert pixels(one.data) != pixels(other.data)


def pixels(data: bytes) -> bytes:
    """The compressed pixels: the recipes differ anyway."""
    return b"".join(body for kind, body in png.chunks(data) if kind == "IDAT")


async def test_several_runs_at_once_take_turns(local: LocalExecutor, turbo: ModelSpec) -> None:
    works = [small(turbo, seed=seed) for seed in range(4)]
    pictures = await asyncio.gather(*(painted(local, work) for work in works))
    alone = [await painted(local, work) for work in works]
    assert [picture.data for picture in pictures] == [picture.data for picture in alone]


async def test_an_unreachable_hub_costs_one_job_and_names_the_model(local: LocalExecutor) -> None:
    spec = Catalog.load()["sdxl-turbo"]
    worker = local._worker
    async with asyncio.timeout(20):
        failure = await failed(local, small(spec))
    assert failure.kind is FailureKind.MODEL_UNAVAILABLE
    assert "SDXL-Turbo isn't on this host yet" in failure.message
    assert "Hugging Face can't be reached" in failure.message
    assert local._worker is worker


async def test_a_killed_worker_costs_its_attempt_and_the_next_paints_the_same(
    local: LocalExecutor, turbo: ModelSpec, works: Works, started: Callable[[Work], Awaitable[None]]
) -> None:
    before = await painted(local, small(turbo))
    work = works.slow()
    following = asyncio.create_task(follow(local, work))
    await started(work)
    assert local._worker is not None
    os.kill(local._worker.pid, signal.SIGKILL)
    async with asyncio.timeout(2):
        final = (await following)[-1]
    assert isinstance(final, Failed)
    assert final.kind is FailureKind.WORKER_DIED
    assert "SIGKILL" in final.detail
    after = await painted(local, small(turbo))
    assert after.data == before.data


async def test_a_worker_that_hangs_is_replaced_after_the_grace(
    local: LocalExecutor, turbo: ModelSpec, works: Works, started: Callable[[Work], Awaitable[None]]
) -> None:
    work = works.slow()
    following = asyncio.create_task(follow(local, work))
    await started(work)
    assert local._worker is not None
    hung = local._worker
    os.kill(hung.pid, signal.SIGSTOP)
    async with asyncio.timeout(15):
        await local.cancel(work.job_id)
        assert (await following)[-1] == Cancelled()
    assert hung.gone
    await painted(local, small(turbo))


async def test_a_run_over_its_time_is_stopped(environment: dict[str, str], works: Works) -> None:
    executor = LocalExecutor("cpu", environment, job_timeout_s=1)
    await executor.start()
    try:
        failure = await failed(executor, works.slow())
        assert failure.kind is FailureKind.TIMED_OUT
    finally:
        await executor.close()


async def test_without_torch_the_remedy_is_named(
    environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(ExecutorUnavailable, match=r"needs torch.* `local`\s+extra"):
        await LocalExecutor("cpu", environment).start()


@pytest.mark.parametrize(
    ("device", "message"),
    [
        pytest.param("cuda", "No NVIDIA GPU can be used", id="cuda"),
        pytest.param("gpu", "choose auto, cpu or cuda", id="gpu"),
    ],
)
async def test_a_device_that_is_not_there_is_said_at_the_start(
    environment: dict[str, str], device: str, message: str
) -> None:
    import torch

    if device == "cuda" and torch.cuda.is_available():
        pytest.skip("there is one")
    executor = LocalExecutor(device, environment)
    with pytest.raises(ExecutorUnavailable, match=message):
        await executor.start()
    await executor.close()


@pytest.mark.parametrize("painting", [False, True], ids=["importing", "painting"])
async def test_the_worker_dies_with_the_bot(
    environment: dict[str, str], works: Works, painting: bool
) -> None:
    """The bot is killed: it has no chance to tell anybody."""
    work = works.slow()
    code = (
        "import asyncio, sys\n"
        "from generation.catalog import ModelSpec\n"
        "from generation.executors.base import Progress, Work\n"
        "from generation.executors.local import LocalExecutor\n"
        "from generation.request import GenerationRequest\n"
        "async def main():\n"
        f"    executor = LocalExecutor('cpu', {environment!r})\n"
        "    await executor.start()\n"
        f"    spec = ModelSpec.model_validate_json({work.spec.model_dump_json()!r})\n"
        f"    request = GenerationRequest.model_validate_json({work.request.model_dump_json()!r})\n"
        f"    if {painting}:\n"
        "        async for event in executor.run(Work(1, 1, spec, request)):\n"
        "            if isinstance(event, Progress): break\n"
        "    print(executor._worker.pid, flush=True)\n"
        "    await asyncio.sleep(600)\n"
        "asyncio.run(main())\n"
    )
    bot = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert bot.stdout is not None
    pid = int(await bot.stdout.readline())
    assert is_running(pid)
    bot.kill()
    assert await gone_within(2, pid)
    await bot.communicate()


async def test_the_bots_process_stays_without_torch_and_pillow() -> None:
    code = (
        "import sys, generation.executors.local, generation.executors.hosted;"
        "import generation.imaging.process, generation.recipe;"
        "heavy = {'torch', 'diffusers', 'transformers', 'PIL', 'numpy', 'discord'};"
        "print(sorted(heavy & set(sys.modules)))"
    )
    bot = await asyncio.create_subprocess_exec(
        sys.executable, "-c", code, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await bot.communicate()
    assert said == b"[]\n"


async def test_the_worker_leaves_right_of_way_to_the_bot(local: LocalExecutor) -> None:
    assert local._worker is not None
    ours, its = (os.getpriority(os.PRIO_PROCESS, pid) for pid in (0, local._worker.pid))
    assert its == min(19, ours + 5)


@pytest.mark.parametrize(
    ("value", "message"), [(b"\x00\x7e", "not finite"), (b"\x00\x00", "a single color")]
)
async def test_what_is_no_picture_is_not_passed_on(
    local: LocalExecutor, turbo: ModelSpec, tmp_path: Path, value: bytes, message: str
) -> None:
    """A decoder whose weights are all NaN, or all zero."""
    folder = shutil.copytree(turbo.repo, tmp_path / "model")
    weights = folder / "vae/diffusion_pytorch_model.fp16.safetensors"
    data = weights.read_bytes()
    header = 8 + int.from_bytes(data[:8], "little")
    weights.write_bytes(data[:header] + value * ((len(data) - header) // 2))
    failure = await failed(local, small(turbo.model_copy(update={"repo": str(folder)})))
    assert failure.kind is FailureKind.BAD_PICTURE
    assert message in failure.detail


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        pytest.param(lambda file: file.write_bytes(b"\x80\x04pickle"), "are damaged", id="pickle"),
        pytest.param(lambda file: os.truncate(file, 50_000), "are damaged", id="truncated"),
        pytest.param(lambda file: file.rename(file.with_suffix(".bin")), "safetensors", id="bin"),
        pytest.param(lambda file: file.unlink(), "safetensors", id="missing"),
    ],
)
async def test_files_that_are_no_safetensors_are_refused(
    local: LocalExecutor,
    turbo: ModelSpec,
    tmp_path: Path,
    damage: Callable[[Path], object],
    message: str,
) -> None:
    folder = shutil.copytree(turbo.repo, tmp_path / "model")
    damage(folder / "unet/diffusion_pytorch_model.fp16.safetensors")
    failure = await failed(local, small(turbo.model_copy(update={"repo": str(folder)})))
    assert failure.kind is FailureKind.MODEL_UNAVAILABLE
    assert "SDXL-Turbo" in failure.message
    assert message in failure.message


@pytest.mark.parametrize(
    "changes",
    [
        {"pipeline": "NoSuchPipeline"},
        {"pipeline": "FlaxDiffusionPipeline"},
        {"scheduler": SchedulerSpec(name="NoSuchScheduler")},
    ],
)
async def test_only_classes_of_diffusers_are_taken(
    local: LocalExecutor, turbo: ModelSpec, changes: dict[str, object]
) -> None:
    failure = await failed(local, small(turbo.model_copy(update=changes)))
    assert failure.kind is FailureKind.MODEL_UNAVAILABLE
    assert "models.toml" in failure.message


async def test_the_recipe_tells_what_was_really_used(
    local: LocalExecutor, turbo: ModelSpec
) -> None:
    data = (await painted(local, small(turbo))).data
    recipe = json.loads(png.texts(data)["easel"])
    assert recipe["scheduler"] == "EulerAncestralDiscreteScheduler"
    assert recipe["scheduler_options"] == {"timestep_spacing": "trailing"}
    assert (recipe["dtype"], recipe["device"]) == ("float32", "cpu")
    assert set(recipe["libraries"]) == {"diffusers", "torch", "transformers"}
    assert turbo.repo.encode() not in data


async def test_a_late_frame_of_another_run_is_dropped(
    local: LocalExecutor, turbo: ModelSpec
) -> None:
    """The worker is made to talk of a run that is over before it talks of ours."""
    worker = local._worker
    assert worker is not None
    await worker.send("paint", run=0, job_id=0, spec=turbo.model_dump(mode="json"),
                      request=small(turbo, side=128).request.model_dump(mode="json"))  # fmt: skip
    picture = await painted(local, small(turbo))
    assert picture.width == 64


async def test_the_demo_model_paints_under_its_own_entry(local: LocalExecutor) -> None:
    spec = Catalog.load()["demo"]
    if not (Path(spec.repo) / "model_index.json").is_file():
        pytest.skip("the demo model's weights are not there")
    request = GenerationRequest.build(spec, "a red circle", seed=7)
    picture = await painted(local, Work(1, 1, spec, request))
    assert (picture.width, picture.height) == (256, 256)
