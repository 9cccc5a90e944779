"""A device that broke: no work before a new worker has been seen to paint."""

from pathlib import Path

import pytest

from generation.catalog import Catalog
from generation.executors.base import FailureKind, Finished
from generation.executors.local import LocalExecutor, _process
from tests.unit.generation.executors.conformance import failed, follow, small


async def test_a_device_that_broke_is_tried_with_a_picture_before_new_work(
    environment: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_process, "_MODULE", "tests.unit.generation.worker.children")
    executor = LocalExecutor("breaks", {**environment, "HOME": str(tmp_path)})
    await executor.start()
    work = small(Catalog.load()["sdxl-turbo"], prompt="a wreck")
    try:
        broken = await failed(executor, work)
        assert broken.kind is FailureKind.WORKER_DIED
        assert "exit status 70" in broken.detail
        still_broken = await failed(executor, work)
        assert still_broken.kind is FailureKind.DEVICE_UNAVAILABLE
        assert "does not paint since it broke: still broken" in still_broken.detail
        assert isinstance((await follow(executor, work))[-1], Finished)
    finally:
        await executor.close()
    asked = (tmp_path / "asked").read_text().splitlines()
    assert asked == ["a wreck 2", "a canary 1", "a canary 1", "a wreck 2"]
