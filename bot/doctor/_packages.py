"""Python and the packages: which are there, and whether they are those that Easel was made for."""

import importlib.metadata
import platform
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

import bot

from ._finding import Finding, error, note, ok, warning

if TYPE_CHECKING:
    from ._case import Case

# Exactly what Easel was tested with; only a checkout has the file.
_TESTED = Path(bot.__file__).parents[1] / "constraints.txt"

_INSTALL = "Install Easel anew: make bot, or docker compose build."
#: They only work as a pair from one index: "2.14.1+cpu" and "0.29.1+cu130" do not.
_PAIR = ("torch", "torchvision")
_LEAST_FOR_PAINTING = ("diffusers", "safetensors", "torch", "transformers")


async def check_python(_: "Case") -> list[Finding]:
    """The interpreter."""
    running = f"Python {platform.python_version()} on {platform.system()} {platform.machine()}"
    wanted = _wanted_python()
    if SpecifierSet(wanted).contains(platform.python_version(), prereleases=True):
        return [ok("python", running)]
    return [error("python", f"{running}; Easel needs {wanted}", "Install a newer Python.")]


async def check_packages(_: "Case") -> list[Finding]:
    """The packages of the core and, where this host is to paint, of the extra `local`."""
    if _installed("easel") is None:
        found = "Easel is not installed as a package: nothing says which others it needs"
        return [note("packages", found, _INSTALL)]
    paints = bool(_installed("torch"))
    wanted = [*required(), *(required("local") if paints else ())]
    findings = list(_wrong(wanted))
    if not findings:
        findings.append(
            ok("packages", f"{len(wanted)} that Easel names, all of a version it takes")
        )
    findings += _mismatched_pair()
    if others := _untested():
        findings.append(
            note("packages", f"other versions than Easel was tested with: {others}", _INSTALL)
        )
    return findings


def lacking_for_painting() -> Sequence[str]:
    """The packages that painting on this host needs and that are not installed."""
    # In a checkout that was never installed nothing says which: without these nothing goes at all.
    names = [each.name for each in required("local")] or _LEAST_FOR_PAINTING
    return [name for name in names if _installed(name) is None]


def required(extra: str = "") -> list[Requirement]:
    """What Easel names as needed: for its core, or beyond that for an extra."""
    if _installed("easel") is None:
        return []
    lines = map(Requirement, importlib.metadata.requires("easel") or ())
    if not extra:
        return [
            each for each in lines if each.marker is None or each.marker.evaluate({"extra": ""})
        ]
    return [
        each
        for each in lines
        if each.marker is not None
        and not each.marker.evaluate({"extra": ""})
        and each.marker.evaluate({"extra": extra})
    ]


def pinned(lines: str) -> Mapping[str, Version]:
    """The versions in a constraints file, by name."""
    pins = (line.partition("==") for line in lines.splitlines() if "==" in line)
    return {name.strip(): Version(version.strip()) for name, _, version in pins}


def _wrong(wanted: Sequence[Requirement]) -> Iterator[Finding]:
    for each in wanted:
        found = _installed(each.name)
        if found is None:
            yield error("packages", f"{each.name} is not installed", _INSTALL)
        elif not each.specifier.contains(found, prereleases=True):
            yield error(
                "packages", f"{each.name} is {found}; Easel takes {each.specifier}", _INSTALL
            )


def _mismatched_pair() -> Iterator[Finding]:
    builds = {name: found.local for name in _PAIR if (found := _installed(name)) is not None}
    if len(set(builds.values())) > 1:
        said = " and ".join(f"{name} for {build or 'any'}" for name, build in builds.items())
        yield warning(
            "packages",
            f"{said}: made for different devices, they may not work together",
            "Install both anew, from the same index.",
        )


def _untested() -> str:
    """What is installed in another version than Easel was tested with; empty where nothing is."""
    if not _TESTED.is_file():
        return ""
    named = {canonicalize_name(each.name) for each in (*required(), *required("local"))}
    differing = []
    for name, version in pinned(_TESTED.read_text(encoding="utf-8")).items():
        found = _installed(name) if canonicalize_name(name) in named else None
        if found is not None and Version(found.public) != version:
            differing.append(f"{name} {found} (tested: {version})")
    return ", ".join(differing)


def _wanted_python() -> str:
    """Which versions of Python Easel's own package takes; empty where it does not say."""
    if _installed("easel") is None:
        return ""
    return str(importlib.metadata.metadata("easel").json.get("requires_python", ""))


def _installed(name: str) -> Version | None:
    try:
        return Version(importlib.metadata.version(name))
    except importlib.metadata.PackageNotFoundError:
        return None
