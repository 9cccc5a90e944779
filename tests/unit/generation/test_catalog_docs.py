"""The entries that docs/models.md shows are taken as they stand there, and its lines are real."""

import re
from pathlib import Path

import pytest

from generation.catalog import Catalog
from generation.catalog.page import PAGE
from generation.errors import CatalogError

TEXT = PAGE.read_text(encoding="utf-8")
EXAMPLES = re.findall(r"^```toml\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL)


@pytest.fixture
def documented(tmp_path: Path) -> Catalog:
    """All examples of the page in one file of an admin."""
    path = tmp_path / "models.toml"
    path.write_text("\n".join(EXAMPLES), encoding="utf-8")
    return Catalog.load(path)


def test_every_example_is_taken(documented: Catalog):
    assert len(EXAMPLES) == 4
    shown = {"my-turbo", "my-photos", "our-sd-3-5", "our-realvisxl"}
    assert {*documented} == ({*Catalog.load()} | shown) - {"sd-2-1"}
    assert [lora.name for lora in documented.loras] == ["pixel-art"]
    assert documented.tools.of_kind("upscaler")[0].name == "my-upscaler"


def test_the_hosted_examples_are_painted_by_a_provider_and_at_an_endpoint(documented: Catalog):
    by_provider, at_endpoint = documented["our-sd-3-5"], documented["our-realvisxl"]
    assert (by_provider.executor, by_provider.provider, by_provider.endpoint) == (
        "hosted",
        "fal-ai",
        None,
    )
    assert (at_endpoint.executor, at_endpoint.provider) == ("hosted", None)
    assert at_endpoint.endpoint == "https://abcdefgh.us-east-1.aws.endpoints.huggingface.cloud"


def test_the_mistakes_it_shows_are_told_like_that(tmp_path: Path):
    path = tmp_path / "models.toml"
    path.write_text(
        f"{EXAMPLES[2]}".replace(
            "guidance = { min = 0.0, max = 0.0, default = 0.0 }", "step = 1\nguidance = { max = 4 }"
        ),
        encoding="utf-8",
    )
    with pytest.raises(CatalogError) as refused:
        Catalog.load(path)
    shown = re.findall(r"^/srv/easel/(models.toml, \[my-turbo\].*)$", TEXT, re.MULTILINE)
    assert shown == [line.removeprefix(f"{tmp_path}/") for line in str(refused.value).split("\n")]
