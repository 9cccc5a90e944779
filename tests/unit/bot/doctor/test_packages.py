"""What is said of Python, the packages and the settings."""

import importlib.metadata
import tomllib
from pathlib import Path

import pytest
from packaging.version import Version

from bot.doctor import Area, Case, State, _packages
from bot.doctor._packages import (
    check_packages,
    check_python,
    lacking_for_painting,
    pinned,
    required,
)
from bot.doctor._settings import check_settings
from tests.support.bot_process import ROOT
from tests.unit.bot.doctor.conftest import MakeCase

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.fixture
def case(make_case: MakeCase) -> Case:
    return make_case()


@pytest.fixture
def versions(monkeypatch: pytest.MonkeyPatch) -> dict[str, str | None]:
    """Versions to be found in place of the real ones; None: not installed."""
    changed: dict[str, str | None] = {}
    real = importlib.metadata.version

    def version(name: str) -> str:
        found = changed[name] if name in changed else real(name)
        if found is None:
            raise importlib.metadata.PackageNotFoundError(name)
        return found

    monkeypatch.setattr(importlib.metadata, "version", version)
    return changed


def test_what_is_needed_is_what_the_project_names():
    local = PROJECT["optional-dependencies"]["local"]
    assert {each.name for each in required("local")} == {name_of(line) for line in local}
    core = {name_of(line) for line in PROJECT["dependencies"]}
    # What is installed in place may be older than the file that is worked on.
    assert {each.name for each in required()} <= core
    assert {"discord.py", "pydantic"} <= {each.name for each in required()}


def name_of(line: str) -> str:
    return next(line[:end] for end, sign in enumerate(line) if sign in "<>=")


async def test_this_host_has_what_easel_takes(case: Case):
    (finding, *others) = await check_packages(case)
    assert finding.state is State.OK
    assert {each.state for each in others} <= {State.NOTE}
    assert (await check_python(case))[0].state is State.OK
    assert lacking_for_painting() == []


async def test_a_package_that_is_not_installed_is_named(
    case: Case, versions: dict[str, str | None]
):
    versions["peft"] = None
    findings = await check_packages(case)
    assert findings[0].state is State.ERROR
    assert findings[0].found == "peft is not installed"
    assert lacking_for_painting() == ["peft"]


async def test_without_torch_its_field_is_not_missed(case: Case, versions: dict[str, str | None]):
    versions.update({each.name: None for each in required("local")})
    (finding,) = await check_packages(case)
    assert finding.state is State.OK
    assert "torch" in lacking_for_painting()


async def test_a_version_that_easel_does_not_take_is_told_with_those_it_takes(
    case: Case, versions: dict[str, str | None]
):
    versions["aiohttp"] = "3.9.1"
    (finding,) = (each for each in await check_packages(case) if each.state is State.ERROR)
    assert finding.found.startswith("aiohttp is 3.9.1; Easel takes ")
    assert ">=3.14" in finding.found


async def test_torch_and_torchvision_of_different_builds_are_told(
    case: Case, versions: dict[str, str | None]
):
    versions.update({"torch": "2.14.1+cpu", "torchvision": "0.29.1+cu130"})
    (finding,) = (each for each in await check_packages(case) if each.state is State.WARNING)
    assert "torch for cpu and torchvision for cu130" in finding.found


async def test_another_version_than_the_tested_one_is_a_note(
    case: Case, versions: dict[str, str | None], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    versions["aiohttp"] = "3.99.0"
    file = tmp_path / "constraints.txt"
    file.write_text("aiohttp==3.14.5\nsomething-else==1.0\n")
    monkeypatch.setattr(_packages, "_TESTED", file)
    (finding,) = (each for each in await check_packages(case) if each.state is State.NOTE)
    assert finding.found.endswith(": aiohttp 3.99.0 (tested: 3.14.5)")


def test_a_constraints_file_is_read():
    assert pinned("a==1.2\n# c\nB_c==3.0\n") == {"a": Version("1.2"), "B_c": Version("3.0")}


async def test_an_easel_that_is_no_package_says_nothing_of_others(
    case: Case, versions: dict[str, str | None]
):
    versions["easel"] = None
    (finding,) = await check_packages(case)
    assert finding.state is State.NOTE
    assert (await check_python(case))[0].state is State.OK


async def test_each_problem_of_the_settings_is_an_error_with_a_remedy(make_case: MakeCase):
    problems = (
        "EASEL_JOB_TIMEOUT_S=5 is not allowed: it must be a number.",
        "EASEL_FOO is no setting of Easel. Did you mean EASEL_BAR?",
    )
    one, other, _ = await check_settings(make_case(problems=problems))
    assert {one.area, other.area} == {Area.SETTINGS}
    assert {one.state, other.state} == {State.ERROR}
    assert "docs/configuration.md" in one.remedy
    assert other.remedy == "Did you mean EASEL_BAR?"


async def test_a_licence_that_needs_no_accepting_is_a_mistake(make_case: MakeCase):
    _, finding, _ = await check_settings(make_case(accept_licenses="MIT"))
    assert (finding.state, finding.area) == (State.ERROR, Area.SETTINGS)
    assert "EASEL_ACCEPT_LICENSES: no model's licence MIT" in finding.found


async def test_a_mistake_in_the_own_catalog_names_entry_and_field(make_case: MakeCase):
    case = make_case()
    case.settings.data_dir.mkdir()
    own = case.settings.data_dir / "models.toml"
    own.write_text("[demo]\nsteps = { min = 9, max = 1, default = 2 }\n")
    _, finding = await check_settings(case)
    assert (finding.state, finding.area) == (State.ERROR, Area.SETTINGS)
    assert "[demo], steps" in finding.found
    assert str(own) in finding.remedy
