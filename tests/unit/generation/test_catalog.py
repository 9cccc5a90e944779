"""The shipped catalog is valid; an admin's file adds and overrides; what is wrong is named."""

from pathlib import Path

import pytest

from generation.catalog import Catalog
from generation.defaults import choose_default
from generation.errors import CatalogError, RequestRefused


def write(folder: Path, text: str) -> Path:
    path = folder / "models.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shipped_entries():
    catalog = Catalog.load()
    assert list(catalog) == ["demo", "sdxl-turbo", "zb-tech"]
    assert Path(catalog["demo"].repo).is_absolute()
    assert catalog["sdxl-turbo"].guidance.max == 0
    assert catalog["zb-tech"].executor == "hosted"


def test_an_admin_overrides_field_by_field(tmp_path: Path):
    catalog = Catalog.load(write(tmp_path, '[demo]\ntitle = "Ours"\nrepo = "./mine"\n'))
    assert catalog["demo"].title == "Ours"
    assert catalog["demo"].repo == str(tmp_path / "mine")
    assert catalog["demo"].steps.max == 30


def test_a_missing_override_is_no_error(tmp_path: Path):
    assert len(Catalog.load(tmp_path / "none.toml")) == 3


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[demo]\nsteps = { min = 5, max = 2, default = 3 }", "[demo], steps: "),
        ("[demo]\nsteps = { min = 0, max = 2, default = 1 }", "steps.min"),
        ("[demo]\nstep = 3", "[demo], step: "),
        ("[demo]\nsizes = [{ width = 250, height = 256 }]", "[demo], sizes.0.width"),
        ("[demo]\nsizes = []", "[demo], sizes"),
        ('[demo]\nname = "other"', "[demo]"),
        ('[Big]\ntitle = "x"', "[Big], name"),
        ('[mine]\ntitle = "x"', "[mine], description"),
        ('[sdxl-turbo]\nrevision = "main"', "[sdxl-turbo], revision"),
        ('[demo]\npipeline = "os.system"', "[demo], pipeline"),
        ("demo = 3", "must be a table"),
        ("[demo", "can't be read"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, says: str):
    with pytest.raises(CatalogError) as error:
        Catalog.load(write(tmp_path, text))
    assert says in str(error.value)


@pytest.mark.parametrize(
    ("executors", "has_gpu", "chosen"),
    [
        ({"local"}, False, "demo"),
        ({"local"}, True, "sdxl-turbo"),
        ({"local", "hosted"}, False, "zb-tech"),
        ({"local", "hosted"}, True, "sdxl-turbo"),
        ({"hosted"}, False, "zb-tech"),
    ],
)
def test_the_default_follows_the_host(executors, has_gpu: bool, chosen: str):
    catalog = Catalog.load()
    offered = catalog.offered_by(executors)
    spec, reason = choose_default(offered, catalog, configured=None, has_gpu=has_gpu)
    assert spec.name == chosen
    assert reason


def test_the_configured_default_wins():
    catalog = Catalog.load()
    spec, _ = choose_default(catalog, catalog, configured="zb-tech", has_gpu=True)
    assert spec.name == "zb-tech"


@pytest.mark.parametrize(
    ("configured", "says"), [("nope", "no model nope"), ("zb-tech", "needs HF_TOKEN")]
)
def test_a_default_that_can_not_run_is_refused(configured: str, says: str):
    catalog = Catalog.load()
    with pytest.raises(CatalogError, match=says):
        choose_default(catalog.offered_by({"local"}), catalog, configured=configured, has_gpu=False)


def test_a_host_whose_device_is_missing_is_told_so():
    catalog = Catalog.load()
    for configured in (None, "demo"):
        with pytest.raises(CatalogError, match="There is no CUDA"):
            choose_default(
                catalog.offered_by(set()),
                catalog,
                configured=configured,
                has_gpu=False,
                hindrances=["There is no CUDA device."],
            )


@pytest.mark.parametrize("name", ["demo", "Demo", " DEMO ", "SDXL-Turbo"])
def test_a_model_is_found_by_name_and_title(name: str):
    assert Catalog.load().find(name).name == name.strip().lower()


def test_a_model_that_is_not_there_is_refused_with_those_that_are():
    with pytest.raises(RequestRefused, match="There are: demo, sdxl-turbo, zb-tech"):
        Catalog.load().find("dall-e")


def test_a_host_that_can_run_nothing_is_told_what_to_do():
    catalog = Catalog.load()
    with pytest.raises(CatalogError, match="Install the extra"):
        choose_default(catalog.offered_by(set()), catalog, configured=None, has_gpu=False)
