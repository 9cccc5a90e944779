"""What may befall the local executor: dead and hung workers, models that are none, no device."""

import asyncio
import os
import shutil
import signal
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from generation.catalog import Catalog, ModelSpec, SchedulerSpec
from generation.errors import ExecutorUnavailable
from generation.executors.base import Batch, Cancelled, Failed, FailureKind, Work
from generation.executors.local import LocalExecutor
from generation.executors.local._lessons import Thrift
from tests.unit.generation.executors.conformance import Works, failed, follow, painted, small
from tests.unit.generation.worker.processes import gone_within, is_running

ROOT = Path(__file__).parents[4]

pytestmark = pytest.mark.asyncio(loop_scope="package")


async def test_a_step_that_cannot_be_taken_is_a_bug_and_the_worker_lives(
    local: LocalExecutor, turbo: ModelSpec
) -> None:
    assert (await failed(local, small(turbo, side=65))).kind is FailureKind.INTERNAL
    await painted(local, small(turbo))


async def test_an_unreachable_hub_costs_one_job_and_names_the_model(local: LocalExecutor) -> None:
    spec = Catalog.load()["sdxl-turbo"]
    worker = local._workers._worker
    async with asyncio.timeout(20):
        failure = await failed(local, small(spec))
    assert failure.kind is FailureKind.MODEL_UNAVAILABLE
    assert "SDXL-Turbo isn't on this host yet" in failure.message
    assert "Hugging Face can't be reached" in failure.message
    assert local._workers._worker is worker


@pytest.mark.long
async def test_a_killed_worker_costs_its_attempt_and_the_next_paints_the_same(
    local: LocalExecutor,
    turbo: ModelSpec,
    local_works: Works,
    painting: Callable[[Work], Awaitable[None]],
) -> None:
    before = await painted(local, small(turbo))
    work = local_works.slow()
    following = asyncio.create_task(follow(local, work))
    await painting(work)
    assert local._workers._worker is not None
    os.kill(local._workers._worker.pid, signal.SIGKILL)
    async with asyncio.timeout(2):
        final = (await following)[-1]
    assert isinstance(final, Failed)
    assert final.kind is FailureKind.WORKER_DIED
    assert "SIGKILL" in final.detail
    after = await painted(local, small(turbo))
    assert after.data == before.data


@pytest.mark.long
async def test_a_worker_that_hangs_is_replaced_after_the_grace(
    local: LocalExecutor,
    turbo: ModelSpec,
    local_works: Works,
    painting: Callable[[Work], Awaitable[None]],
) -> None:
    work = local_works.slow()
    following = asyncio.create_task(follow(local, work))
    await painting(work)
    assert local._workers._worker is not None
    hung = local._workers._worker
    os.kill(hung.pid, signal.SIGSTOP)
    async with asyncio.timeout(15):
        await local.cancel(work.job_id)
        assert (await following)[-1] == Cancelled()
    assert hung.gone
    await painted(local, small(turbo))


@pytest.mark.long  # three workers are started
async def test_an_idle_worker_that_says_nothing_any_more_is_replaced(
    environment: dict[str, str], turbo: ModelSpec
) -> None:
    executor = LocalExecutor("cpu", environment, silence_s=4)
    await executor.start()
    try:
        await painted(executor, small(turbo))
        hung = executor._workers._worker
        assert hung is not None
        os.kill(hung.pid, signal.SIGSTOP)
        async with asyncio.timeout(20):
            await hung.wait()
        assert hung.gone
        await painted(executor, small(turbo))
    finally:
        await executor.close()


async def test_a_batch_has_no_more_time_than_was_foretold(
    environment: dict[str, str], local: LocalExecutor, local_works: Works
) -> None:
    batch = Batch((local_works.slow(),), deadline_s=1)
    told = [event async for _, event in local.run(batch)]
    assert isinstance(told[-1], Failed)
    assert told[-1].kind is FailureKind.TIMED_OUT


@pytest.mark.long  # two workers are started
async def test_a_run_over_its_time_is_stopped(
    environment: dict[str, str], local_works: Works
) -> None:
    executor = LocalExecutor("cpu", environment, job_timeout_s=1)
    await executor.start()
    try:
        failure = await failed(executor, local_works.slow())
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
@pytest.mark.long
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


@pytest.mark.parametrize("at_work", [False, True], ids=["importing", "painting"])
@pytest.mark.long
async def test_the_worker_dies_with_the_bot(
    environment: dict[str, str], local_works: Works, at_work: bool
) -> None:
    """The bot is killed: it has no chance to tell anybody."""
    work = local_works.slow()
    code = (
        "import asyncio, sys\n"
        "from generation.catalog import ModelSpec\n"
        "from generation.executors.base import Batch, Progress, Work\n"
        "from generation.executors.local import LocalExecutor\n"
        "from generation.request import GenerationRequest\n"
        "async def main():\n"
        f"    executor = LocalExecutor('cpu', {environment!r})\n"
        "    await executor.start()\n"
        f"    spec = ModelSpec.model_validate_json({work.spec.model_dump_json()!r})\n"
        f"    request = GenerationRequest.model_validate_json({work.request.model_dump_json()!r})\n"
        f"    if {at_work}:\n"
        "        async for _, event in executor.run(Batch((Work(1, 1, spec, request),))):\n"
        "            if isinstance(event, Progress): break\n"
        "    print(executor._workers._worker.pid, flush=True)\n"
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
        pytest.param(lambda file: file.write_bytes(b"\x80\x04pickle"), "a pickle", id="pickle"),
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


async def test_a_late_frame_of_another_run_is_dropped(
    local: LocalExecutor, turbo: ModelSpec
) -> None:
    """The worker is made to talk of a run that is over before it talks of ours."""
    worker = local._workers._worker
    assert worker is not None
    await worker.paint(0, Batch((small(turbo, side=128),)), Thrift())
    picture = await painted(local, small(turbo))
    assert picture.width == 64
