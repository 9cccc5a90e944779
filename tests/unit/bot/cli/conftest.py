"""A host on which `python -m bot models …` is typed, and a hub of small models."""

import asyncio
import contextlib
import glob
import os
import re
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest_asyncio

from tests.small_models.hub import Fault, Hub
from tests.small_models.repos import serve_small_repos
from tests.support.bot_process import ROOT

TURBO = "stabilityai/sdxl-turbo"
UNET = "unet/diffusion_pytorch_model.fp16.safetensors"


@dataclass
class Host:
    """A host with folders of its own, whose hub is the local one."""

    hub: Hub
    folder: Path

    async def start(self, line: str, **settings: str) -> asyncio.subprocess.Process:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.folder),
            "PYTHONPATH": str(ROOT),
            "HF_ENDPOINT": self.hub.url,
            "EASEL_DATA_DIR": str(self.folder / "data"),
            "EASEL_MODELS_DIR": str(self.folder / "hub"),
            "EASEL_DEVICE": "cpu",
            "EASEL_ACCEPT_LICENSES": "sai-nc-community,stability-community",
        }
        return await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bot", "models", *line.split()),
            env={**environment, **settings},
            cwd=self.folder,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,  # to be interrupted, or killed, with all its children
        )

    async def run(self, line: str, **settings: str) -> tuple[int | None, str, str]:
        """Exit code, stdout and stderr."""
        return await self.end_of(await self.start(line, **settings))

    @staticmethod
    async def end_of(process: asyncio.subprocess.Process) -> tuple[int | None, str, str]:
        said, complained = await process.communicate()
        return process.returncode, said.decode(), complained.decode()

    @property
    def partial(self) -> Path:
        """The largest file that is not whole yet."""
        sizes: dict[str, int] = {}
        # Folders and files come and go meanwhile, which Path.rglob does not take.
        for name in glob.glob(f"{self.folder}/hub/**/*.incomplete", recursive=True):
            with contextlib.suppress(FileNotFoundError):
                sizes[name] = os.path.getsize(name)
        return Path(max(sizes, key=lambda name: sizes[name], default="none"))

    async def until_half(self, repo: str = TURBO) -> None:
        """Wait until half of the repo's largest file is here."""
        half = (self.hub.repos[repo] / UNET).stat().st_size / 2
        async with asyncio.timeout(60):
            while not self.partial.exists() or self.partial.stat().st_size < half:
                await asyncio.sleep(0.02)

    def own(self, catalog: str) -> None:
        """Give it a models.toml of its own."""
        (self.folder / "data").mkdir()
        (self.folder / "data" / "models.toml").write_text(catalog, encoding="utf-8")

    def slow(self, seconds: float, repo: str = TURBO) -> None:
        """Have the largest file take so long."""
        pace = (self.hub.repos[repo] / UNET).stat().st_size / seconds
        self.hub.faults.append(Fault(f"{repo}/{UNET}", bytes_per_second=pace))


@pytest_asyncio.fixture
async def host(tmp_path: Path) -> AsyncIterator[Host]:
    async with serve_small_repos() as hub:
        yield Host(hub, tmp_path)


def row(table: str, name: str) -> list[str]:
    """The cells of one model's row; columns are two blanks apart."""
    (line,) = (line for line in table.splitlines() if re.match(rf"{re.escape(name)}\*?  ", line))
    return re.split(r" {2,}", line.strip())
