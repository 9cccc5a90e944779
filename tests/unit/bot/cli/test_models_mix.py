"""`models mix` names the models, keeps the folder and models.toml whole, and says what is to do."""

import fcntl
import json
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from bot.cli import parser
from bot.mixing import MixerFailed, Wish, mix
from bot.settings import Settings
from generation.catalog import Catalog
from generation.errors import CatalogError, RequestRefused
from generation.mixing import MADE, Made, MixOrder, MixRefused

COMMIT = "0123456789abcdef0123456789abcdef01234567"
OWN = "# mine\n[other]\ntitle = 'Other'\ndescription = 'x'\nbase = 'sdxl'\n"

Run = Callable[[Mapping[str, Any]], int]


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    (tmp_path / "models.toml").write_text(OWN)
    return Settings(data_dir=tmp_path)


class Mixer:
    """Takes orders in place of the program that mixes, and writes a folder with a word in it."""

    def __init__(self, word: str = "mixed", code: int = 0) -> None:
        self.word, self.code = word, code
        self.orders: list[MixOrder] = []

    def __call__(self, given: Mapping[str, Any]) -> int:
        self.orders.append(MixOrder.model_validate(json.loads(json.dumps(given["order"]))))
        folder = Path(given["folder"])
        (folder / "word").write_text(self.word)
        resolved = {"owner/name": COMMIT}
        made = Made(weights={"unet": 0.4}, loras=(), commits=resolved, resolved=resolved)
        (folder / MADE).write_text(made.model_dump_json())
        return self.code


def wish(*models: str, **changes: Any) -> Wish:
    return Wish(
        **{"models": models or ("realvisxl", "sdxl"), "weight": 0.4, "name": "mine", **changes}
    )


def word(settings: Settings, name: str = "mine") -> str:
    return (settings.data_dir / "models" / name / "word").read_text()


def left(settings: Settings) -> list[str]:
    """What is in the folder of mixes."""
    return sorted(path.name for path in (settings.data_dir / "models").iterdir())


def catalog(settings: Settings) -> Catalog:
    return Catalog.load(settings.data_dir / "models.toml")


def test_a_mix_is_in_the_catalog_and_its_folder_beside_it(settings: Settings) -> None:
    said = mix(settings, wish(), Mixer())
    assert "Start Easel anew" in said
    spec = catalog(settings)["mine"]
    assert spec.repo == str(settings.data_dir / "models" / "mine")
    assert (spec.base, spec.steps.default, spec.variant) == ("sdxl", 30, None)
    assert word(settings) == "mixed"
    assert left(settings) == [".lock", "mine"]
    assert (settings.data_dir / "models.toml").read_text().startswith(OWN)


def test_loras_for_what_it_is_based_on_fit_it(settings: Settings) -> None:
    (settings.data_dir / "models.toml").write_text(
        OWN + "[loras.grain]\ntitle = 'Grain'\nbase = 'sdxl'\nrepo = 'o/n'\n"
        "file = 'g.safetensors'\nlicence = { name = 'MIT', commercial = true }\n"
    )
    mix(settings, wish(), Mixer())
    assert [lora.name for lora in catalog(settings)["mine"].offers] == ["grain"]


def test_what_was_decided_at_the_download_is_kept(settings: Settings) -> None:
    mix(settings, wish(), Mixer())
    assert tomllib.loads((settings.data_dir / "models.lock").read_text()) == {"owner/name": COMMIT}


def test_the_mixer_gets_the_commits_that_were_decided(settings: Settings) -> None:
    (settings.data_dir / "models.lock").write_text(f'"SG161222/RealVisXL_V5.0" = "{COMMIT}"\n')
    mixer = Mixer()
    mix(settings, wish(), mixer)
    assert mixer.orders[0].a.revision == COMMIT


def test_three_models_are_a_difference_that_is_added(settings: Settings) -> None:
    mixer = Mixer()
    mix(settings, wish("sdxl", "realvisxl", "other"), mixer)
    (order,) = mixer.orders
    assert [spec.name for spec in order.parents] == ["sdxl", "realvisxl", "other"]


def test_a_name_that_is_taken_is_refused_before_anything_is_mixed(settings: Settings) -> None:
    mix(settings, wish(), Mixer("first"))
    mixer = Mixer("second")
    with pytest.raises(MixRefused, match=r"There is a mix mine already.* --replace"):
        mix(settings, wish(), mixer)
    assert not mixer.orders
    assert word(settings) == "first"


def test_a_mix_is_replaced_where_that_is_asked_for(settings: Settings) -> None:
    mix(settings, wish(), Mixer("first"))
    mix(settings, wish("sdxl", "realvisxl", replace=True, title="Again"), Mixer("second"))
    assert word(settings) == "second"
    assert catalog(settings)["mine"].title == "Again"
    assert left(settings) == [".lock", "mine"]
    assert (settings.data_dir / "models.toml").read_text().count("[mine]") == 1


def test_a_mix_may_take_part_in_what_replaces_it(settings: Settings) -> None:
    mix(settings, wish(), Mixer("first"))
    mix(settings, wish("mine", "sdxl", replace=True), Mixer("second"))
    assert catalog(settings)["mine"].base == "sdxl"


@pytest.mark.parametrize("name", ["sdxl", "demo", "other", "loras"])
def test_a_name_of_what_is_no_mix_is_never_taken(settings: Settings, name: str) -> None:
    with pytest.raises(MixRefused, match=f"The name {name} is taken, and by no mix"):
        mix(settings, wish(name=name, replace=True), Mixer())


def test_a_mixer_that_fails_leaves_nothing_behind(settings: Settings) -> None:
    with pytest.raises(MixerFailed) as raised:
        mix(settings, wish(), Mixer(code=3))
    assert raised.value.code == 3
    assert left(settings) == [".lock"]
    assert (settings.data_dir / "models.toml").read_text() == OWN


def test_the_old_mix_stays_where_the_new_ones_entry_can_not_be_written(settings: Settings) -> None:
    mix(settings, wish(), Mixer("first"))
    before = (settings.data_dir / "models.toml").read_text()
    with pytest.raises(CatalogError, match="title"):
        mix(settings, wish(replace=True, title="x" * 61), Mixer("second"))
    assert word(settings) == "first"
    assert left(settings) == [".lock", "mine"]
    assert (settings.data_dir / "models.toml").read_text() == before


def test_what_a_killed_one_left_is_cleared_away(settings: Settings) -> None:
    folder = settings.data_dir / "models"
    (folder / ".mixing-x").mkdir(parents=True)
    (folder / ".replaced-a").mkdir()
    (folder / ".replaced-b").mkdir()
    (folder / "b").mkdir()
    mix(settings, wish(), Mixer())
    # The one whose successor never came is in its place again.
    assert left(settings) == [".lock", "a", "b", "mine"]


def test_two_at_a_time_are_refused(settings: Settings) -> None:
    (settings.data_dir / "models").mkdir()
    with (settings.data_dir / "models" / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(MixRefused, match="Another mix is being made"):
            mix(settings, wish(), Mixer())


def test_a_model_whose_licence_is_not_accepted_is_refused(settings: Settings) -> None:
    with pytest.raises(MixRefused, match="EASEL_ACCEPT_LICENSES name sai-nc-community"):
        mix(settings, wish("sdxl", "sdxl-turbo"), Mixer())


def test_it_is_said_that_a_mixs_own_licence_is_to_be_accepted(settings: Settings) -> None:
    accepting = Settings(data_dir=settings.data_dir, accept_licenses="sai-nc-community")
    said = mix(accepting, wish("sdxl", "sdxl-turbo"), Mixer())
    assert "names its licence: openrail++ and sai-nc-community\n" in said
    licence = catalog(settings)["mine"].licence
    assert (licence.must_be_acknowledged, licence.commercial) == (True, False)


def test_a_model_that_is_not_there_is_refused_with_those_that_are(settings: Settings) -> None:
    with pytest.raises(RequestRefused, match="There is no model nothing, and no such file"):
        mix(settings, wish("sdxl", "nothing"), Mixer())


def test_a_word_of_several_names_is_refused_with_all_of_them(settings: Settings) -> None:
    with pytest.raises(RequestRefused, match=r"3 have it in theirs: realvisxl-lightning, "):
        mix(settings, wish("sdxl", "realvisxl-l"), Mixer())


def test_a_part_of_one_name_is_enough(settings: Settings) -> None:
    mixer = Mixer()
    mix(settings, wish("sdxl", "zb-tech-l"), mixer)
    assert mixer.orders[0].b.name == "zb-tech-local"


def test_a_models_own_name_goes_before_a_file_of_that_name(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("realvisxl", "SDXL"):
        (tmp_path / name).mkdir()
    mixer = Mixer()
    mix(settings, wish("realvisxl", "SDXL"), mixer)
    assert [spec.name for spec in mixer.orders[0].parents] == ["realvisxl", "sdxl"]
    assert not any(spec.is_folder for spec in mixer.orders[0].parents)


def test_what_is_a_path_and_a_part_of_a_name_has_to_be_said_plainly(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "zb-tech-l").mkdir()
    index = '{"_class_name": "StableDiffusionXLPipeline"}'
    (tmp_path / "zb-tech-l" / "model_index.json").write_text(index)
    with pytest.raises(RequestRefused, match=r"file or folder here, and a part of the name of zb-"):
        mix(settings, wish("sdxl", "zb-tech-l"), Mixer())
    mixer = Mixer()
    mix(settings, wish("sdxl", "./zb-tech-l"), mixer)
    assert mixer.orders[0].b.repo == str(tmp_path / "zb-tech-l")


def test_a_path_that_leads_nowhere_is_never_a_models_name(settings: Settings) -> None:
    with pytest.raises(RequestRefused, match=r"There is no file or folder \./sdxl\."):
        mix(settings, wish("sdxl", "./sdxl"), Mixer())


def test_it_is_said_whose_steps_the_mix_has(settings: Settings) -> None:
    said = mix(settings, wish("realvisxl", "sdxl"), Mixer())
    assert said.splitlines()[1:] == [
        "It is painted with as realvisxl is: 30 to 50 steps, guidance 3 to 7,"
        " DPMSolverMultistepScheduler."
    ]


def test_models_for_other_numbers_of_steps_are_warned_of(settings: Settings) -> None:
    said = mix(settings, wish("sdxl", "sdxl-lightning-4"), Mixer())
    assert "as sdxl is: 20 to 40 steps" in said
    assert "Warning: sdxl takes 20 to 40 steps, sdxl-lightning-4 exactly 4" in said
    assert "sdxl-lightning-4 is painted with at exactly 4 steps, guidance exactly 0" in said


def test_a_file_is_painted_with_as_the_model_beside_it(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "My, Photos.safetensors"
    file.touch()
    mixer = Mixer()
    mix(settings, wish("sdxl", str(file)), mixer)
    spec = mixer.orders[0].b
    assert spec.checkpoint is not None
    assert (spec.checkpoint.repo, spec.checkpoint.file) == (str(tmp_path), file.name)
    assert (spec.repo, spec.vae) == (catalog(settings)["sdxl"].repo, None)
    licence = catalog(settings)["mine"].licence
    assert licence.name == "openrail++ and terms of My  Photos.safetensors"
    assert licence.must_be_acknowledged


def test_a_mix_may_begin_with_a_file(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "photos.safetensors"
    file.touch()
    mix(settings, wish(str(file), "sdxl"), Mixer())
    spec = catalog(settings)["mine"]
    assert (spec.base, spec.checkpoint) == ("sdxl", None)


def test_a_folder_is_a_model_as_well(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "model_index.json").write_text('{"_class_name": "StableDiffusionXLPipeline"}')
    mixer = Mixer()
    mix(settings, wish("sdxl", str(folder)), mixer)
    assert mixer.orders[0].b.repo == str(folder)


def test_a_folder_of_another_kind_is_refused(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "model_index.json").write_text('{"_class_name": "FluxPipeline"}')
    with pytest.raises(MixRefused, match="StableDiffusionXLPipeline and FluxPipeline"):
        mix(settings, wish("sdxl", str(tmp_path)), Mixer())


def test_a_pickle_is_refused(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "a.ckpt").touch()
    with pytest.raises(MixRefused, match=r"no \.safetensors file, the only kind"):
        mix(settings, wish("sdxl", str(tmp_path / "a.ckpt")), Mixer())


def test_files_alone_are_refused(settings: Settings, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.safetensors").touch()
    paths = [str(tmp_path / f"{name}.safetensors") for name in ("a", "b")]
    with pytest.raises(RequestRefused, match="at least one model of the catalog"):
        mix(settings, wish(*paths), Mixer())


def test_the_command_line_says_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    line = "models mix a b --add-difference c --weight .3 --name mine --only unet vae"
    options = parser().parse_args([*line.split(), "--network-weight", "vae=0.5"])
    assert (options.a, options.b, options.add_difference, options.weight) == ("a", "b", "c", 0.3)
    assert (options.only, options.network_weight) == (["unet", "vae"], [("vae", 0.5)])
    for wrong, says in {
        "--weight 1.1": "not from 0 to 1",
        "--weight much": "invalid",
        "--network-weight vae": "no NETWORK=WEIGHT",
        "--name Big": "no model's name",
        f"--title {'x' * 61}": "60 characters",
    }.items():
        with pytest.raises(SystemExit):
            parser().parse_args(["models", "mix", "a", "b", "--name", "mine", *wrong.split()])
        assert says in capsys.readouterr().err
