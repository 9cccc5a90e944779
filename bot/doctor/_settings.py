"""The settings and the catalog: what is wrong with them, as the start would say it."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bot.settings import variables
from generation.errors import CatalogError

from ._finding import Area, Finding, error, in_two, ok

if TYPE_CHECKING:
    from ._case import Case

_CORRECT_IT = "Correct it in .env or in the environment; docs/configuration.md has every variable."


async def check_settings(case: "Case") -> list[Finding]:
    """Every variable that is misspelled or has a wrong value, then the catalog."""
    findings = [
        error("settings", *in_two(problem, _CORRECT_IT), Area.SETTINGS) for problem in case.problems
    ]
    if not findings:
        given = len(case.settings.model_fields_set)
        findings.append(ok("settings", f"{given} of {len(variables())} variables are given"))
    findings += _of_catalog(case)
    return findings


def _of_catalog(case: "Case") -> Iterator[Finding]:
    own = case.settings.data_dir / "models.toml"
    try:
        catalog = case.catalog
    except CatalogError as problem:
        remedy = f"Correct {own}; docs/models.md explains every key."
        for mistake in str(problem).splitlines():
            yield error("catalog", mistake.removesuffix("."), remedy, Area.SETTINGS)
        return
    try:
        catalog.accepting(case.settings.accepted_licenses)
    except CatalogError as problem:
        yield error("settings", *in_two(str(problem), _CORRECT_IT), Area.SETTINGS)
    files = f"models.toml and {own}" if own.is_file() else "models.toml"
    yield ok("catalog", f"{len(catalog)} models in {files}")
