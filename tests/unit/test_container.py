"""The image and the compose files: what they promise, and that the builder's steps do work."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from bot.settings import Settings, variables

ROOT = Path(__file__).parents[2]
MEBIBYTE = 2**20


class Instruction(NamedTuple):
    """One instruction of a Dockerfile, with its continuation lines joined."""

    name: str
    value: str

    @property
    def words(self) -> list[str]:
        return shlex.split(self.value)


def stages() -> list[list[Instruction]]:
    """Parse the part of the Dockerfile language that ours uses."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    found: list[list[Instruction]] = []
    for line in "\n".join(lines).replace("\\\n", " ").splitlines():
        if not line.strip():
            continue
        name, _, value = line.strip().partition(" ")
        if name == "FROM":
            found.append([])
        found[-1].append(Instruction(name, value.strip()))
    return found


BUILDER, FINAL = stages()


def values(stage: list[Instruction], name: str) -> list[str]:
    return [instruction.value for instruction in stage if instruction.name == name]


def copied(stage: list[Instruction]) -> list[str]:
    """Return what a stage takes from the working tree."""
    found = []
    for instruction in stage:
        if instruction.name == "COPY" and "--from=" not in instruction.value:
            found += instruction.words[:-1]
    return found


def environment() -> dict[str, str]:
    pairs = [word for value in values(FINAL, "ENV") for word in shlex.split(value)]
    return dict(pair.split("=", 1) for pair in pairs)


class Loader(yaml.SafeLoader):
    """Compose's own tag means: as if it had never been given."""


Loader.add_constructor("!reset", lambda *_: "reset")


def compose(name: str = "compose.yaml") -> dict[str, Any]:
    return yaml.load((ROOT / name).read_text(encoding="utf-8"), Loader)


def easel() -> dict[str, Any]:
    return compose()["services"]["easel"]


class TestDockerfile:
    def test_programs_are_started_without_a_shell(self):
        (entrypoint,) = values(FINAL, "ENTRYPOINT")
        (command,) = values(FINAL, "CMD")
        assert json.loads(entrypoint) == ["python", "-m", "bot"]
        assert json.loads(command) == ["run"]
        (check,) = values(FINAL, "HEALTHCHECK")
        assert json.loads(check[check.index("[") :]) == ["python", "-m", "bot", "health"]

    def test_it_does_not_run_as_root(self):
        assert values(FINAL, "USER") == ["10001:10001"]
        after = [i.name for i in FINAL[[i.name for i in FINAL].index("USER") :]]
        assert set(after) <= {"USER", "VOLUME", "STOPSIGNAL", "HEALTHCHECK", "ENTRYPOINT", "CMD"}

    def test_what_is_copied_exists_and_is_not_ignored(self):
        sources = copied(BUILDER) + copied(FINAL)
        assert sources
        for source in sources:
            assert (ROOT / source).exists(), source
        assert set(allowed()) == set(sources)

    def test_it_has_every_package_but_the_playground(self):
        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
        include = project["tool"]["setuptools"]["packages"]["find"]["include"]
        packages = {pattern.rstrip("*") for pattern in include}
        assert set(copied(FINAL)) - {"LICENSE"} == packages - {"playground"}

    def test_both_stages_have_the_same_python(self):
        assert values(BUILDER, "FROM")[0] == values(FINAL, "FROM")[0] + " AS builder"

    def test_there_is_no_secret_in_it(self):
        named = [*environment(), *values(BUILDER, "ARG"), *values(FINAL, "ARG")]
        assert not [name for name in named if re.search(r"TOKEN|SECRET|PASSWORD|KEY", name)]

    def test_its_settings_are_settings(self):
        ours = {name: value for name, value in environment().items() if name.startswith("EASEL_")}
        assert set(ours) <= set(variables())
        (volumes,) = values(FINAL, "VOLUME")
        assert json.loads(volumes) == [ours["EASEL_DATA_DIR"], ours["EASEL_MODELS_DIR"]]

    def test_it_stops_on_the_signal_that_easel_heeds(self):
        assert values(FINAL, "STOPSIGNAL") == ["SIGTERM"]


def ignore_lines() -> list[str]:
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def allowed() -> list[str]:
    return [line[1:] for line in ignore_lines() if line.startswith("!")]


class TestIgnored:
    def test_everything_is_ignored_but_what_is_named(self):
        assert ignore_lines()[0] == "*"

    @pytest.mark.parametrize("path", [".env", ".git", "data", "tests", "playground", ".venv"])
    def test_what_must_not_get_in_does_not(self, path):
        assert not [pattern for pattern in allowed() if fnmatch(path, pattern)]


class TestCompose:
    def test_it_may_do_as_little_as_possible(self):
        service = easel()
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert service["init"] is True
        assert not {"ports", "privileged", "user", "network_mode", "cap_add"} & set(service)

    def test_what_must_be_written_can_be_written(self):
        service = easel()
        assert service["tmpfs"] == ["/tmp"]
        assert service["volumes"] == ["data:/data", "models:/models"]
        assert set(compose()["volumes"]) == {"data", "models"}
        assert environment()["HOME"] == "/tmp"

    def test_env_can_not_move_the_folders_out_of_the_volumes(self):
        ours = {name: value for name, value in environment().items() if name.startswith("EASEL_")}
        assert easel()["environment"] == ours

    def test_docker_waits_longer_than_easel(self):
        grace = int(easel()["stop_grace_period"].removesuffix("s"))
        assert grace > Settings.model_fields["shutdown_grace_s"].default

    def test_it_asks_for_all_gpus(self):
        (device,) = easel()["deploy"]["resources"]["reservations"]["devices"]
        assert device == {"driver": "nvidia", "count": "all", "capabilities": ["gpu"]}

    def test_arguments_of_the_build_are_those_of_the_dockerfile(self):
        known = {value.partition("=")[0] for value in values(BUILDER, "ARG")}
        for name in ("compose.yaml", "compose.cpu.yaml"):
            assert set(compose(name)["services"]["easel"]["build"]["args"]) <= known

    def test_env_may_name_what_is_installed_and_where_torch_is_from(self):
        build = easel()["build"]["args"]
        assert build == {"EXTRAS": "${EXTRAS-local}", "TORCH_INDEX": "${TORCH_INDEX-}"}

    def test_without_a_gpu_it_is_the_cpu_build_of_torch_whatever_env_says(self):
        # Compose merges maps key by key, and a later file wins.
        build = compose("compose.cpu.yaml")["services"]["easel"]["build"]["args"]
        assert build == {"TORCH_INDEX": "https://download.pytorch.org/whl/cpu"}

    def test_without_a_gpu_only_the_gpu_and_torch_change(self):
        service = compose("compose.cpu.yaml")["services"]["easel"]
        assert service["deploy"] == "reset"
        assert set(service) == {"build", "deploy"}


@pytest.fixture(scope="module")
def image(tmp_path_factory) -> Iterator[Path]:
    """Run the Dockerfile's own steps, for the core alone, in a scratch folder in place of /."""
    root = tmp_path_factory.mktemp("image")
    (root / "build").mkdir()
    (root / "app").mkdir()
    for source in copied(BUILDER):
        shutil.copy(ROOT / source, root / "build")
    # .dockerignore keeps the same out of a real build.
    ignored = shutil.ignore_patterns("__pycache__", ".checkpoints")
    for source in copied(FINAL):
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, root / "app" / source, ignore=ignored)
        else:
            shutil.copy(ROOT / source, root / "app")
    (step,) = values(BUILDER, "RUN")
    step = re.sub(r"^--mount=\S+\s+", "", step).replace("/opt/venv", str(root / "venv"))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(
        ["sh", "-ec", step],
        cwd=root / "build",
        env=os.environ | {"PATH": path, "EXTRAS": "", "TORCH_INDEX": ""},
        check=True,
        timeout=600,
        capture_output=True,
    )
    yield root
    shutil.rmtree(root)  # pytest keeps the folders of its last three runs


def run(image: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [image / "venv" / "bin" / "python", *arguments],
        cwd=image / "app",
        env={"PATH": os.environ["PATH"], "EASEL_DATA_DIR": str(image / "data")},
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.long
@pytest.mark.timeout(900)
class TestCoreImage:
    def test_it_is_small(self, image):
        files = (path for path in (image / "venv").rglob("*") if path.is_file())
        assert sum(path.stat().st_size for path in files) < 150 * MEBIBYTE

    def test_it_has_no_torch(self, image):
        assert run(image, "-c", "import torch").returncode == 1

    def test_it_knows_its_version(self, image):
        found = run(image, "-c", "import importlib.metadata as m; print(m.version('easel'))")
        assert re.fullmatch(r"\d+\.\d+\.\d+\n", found.stdout)

    def test_it_starts(self, image):
        health = run(image, "-m", "bot", "health")
        assert (health.returncode, health.stderr) == (1, "")
        refused = run(image, "-m", "bot", "run")
        assert refused.returncode == 2
        assert refused.stderr.startswith("DISCORD_TOKEN is not given.")
