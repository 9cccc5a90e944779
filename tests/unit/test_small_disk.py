"""Tests that need a small disk: skipped where none can be had, but not in CI."""

from pathlib import Path

import pytest

from tests.support.disk import mount_small


@pytest.fixture(autouse=True)
def no_mount(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine that mounts nothing."""
    refusing = tmp_path / "mount"
    refusing.write_text("#!/bin/sh\nexit 1\n")
    refusing.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))


async def test_on_a_desk_it_is_skipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="can't be mounted here"):
        await mount_small(tmp_path, "2m")


async def test_in_ci_it_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="can't be mounted here"):
        await mount_small(tmp_path, "2m")
