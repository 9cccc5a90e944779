"""The documentation says what the code does: variables, defaults, exit codes, links."""

import os
import re
from pathlib import Path
from unittest.mock import patch

import pytest

from bot.__main__ import Exit
from bot.settings import SettingsError, Variable, load_settings, variables

ROOT = Path(__file__).parents[2]
CONFIGURATION = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
HOSTING = (ROOT / "docs" / "hosting.md").read_text(encoding="utf-8")
EXAMPLE = (ROOT / ".env.example").read_text(encoding="utf-8")
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])

#: Read by Docker Compose, which takes .env for its own as well.
COMPOSE_OWN = {"COMPOSE_FILE", "EXTRAS", "TORCH_INDEX"}
#: Given by hand because they can't be tried without the file or the account.
UNTRIED = ("_TOKEN", "_TOKEN_FILE")


def rows() -> dict[str, list[str]]:
    """Return the table of variables: name → default, what it does, example."""
    found = {}
    for line in CONFIGURATION.splitlines():
        match = re.fullmatch(r"\| `([A-Z_]+)` \|(.*)\|", line)
        if match:
            found[match[1]] = [cell.strip() for cell in match[2].split(" | ")]
    return found


def example_lines() -> dict[str, str]:
    found = re.findall(r"^#?([A-Z][A-Z_]+)=(.*)$", EXAMPLE, re.MULTILINE)
    return {name: value for name, value in found if name not in COMPOSE_OWN}


@pytest.fixture
def bare_environment(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    with patch.dict(os.environ):
        for name in list(os.environ):
            if name in variables() or name.startswith("EASEL_"):
                del os.environ[name]
        yield


def test_the_table_has_every_variable_in_order_and_no_other():
    assert set(rows()) == set(variables())


@pytest.mark.parametrize("variable", variables().values(), ids=lambda variable: variable.name)
def test_the_table_has_default_and_description(variable: Variable):
    default, does, example = rows()[variable.name]
    assert default == (f"`{variable.default}`" if variable.default else "")
    assert does == variable.does
    assert example


@pytest.mark.parametrize("name", [name for name in variables() if not name.endswith(UNTRIED)])
def test_the_examples_are_taken(name, bare_environment):
    os.environ[name] = rows()[name][2].strip("`")
    load_settings()


def test_the_example_file_has_every_variable_with_its_default_and_no_other():
    assert example_lines() == {name: known.default for name, known in variables().items()}


def test_the_example_file_changes_nothing_as_it_is(bare_environment):
    assert load_settings(ROOT / ".env.example") == load_settings(None)


def test_the_example_file_holds_no_secret():
    assert {name: value for name, value in example_lines().items() if "TOKEN" in name} == {
        name: "" for name in variables() if "TOKEN" in name
    }


def test_the_mistakes_shown_are_what_easel_says(bare_environment):
    os.environ.update({"EASEL_JOB_TIMEOUT_S": "5", "EASEL_MAX_WAITTING": "5"})
    with pytest.raises(SettingsError) as wrong:
        load_settings()
    assert len(wrong.value.problems) == 2
    assert f"```\n{wrong.value}\n```" in CONFIGURATION


def test_every_exit_code_is_explained():
    codes = [int(code) for code in re.findall(r"^\| (\d) \| \w", HOSTING, re.MULTILINE)]
    assert codes == sorted(Exit)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_page_names_a_variable_that_is_none(page: Path):
    # A name that is written as an example of a mistake stands in a block of its own.
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    named = set(re.findall(r"\bEASEL_[A-Z_]*[A-Z]\b", text))
    assert {name for name in named if not name.startswith("EASEL_PLAYGROUND")} <= set(variables())


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_within_the_repository_lead_somewhere(page: Path):
    links = re.findall(r"\]\((?!https?://|#)([^)#\s]+)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []
