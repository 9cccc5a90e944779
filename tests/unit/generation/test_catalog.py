"""The shipped catalog is valid; an admin's file adds and overrides; what is wrong is named."""

from pathlib import Path
from typing import Any

import pytest

from generation.catalog import Catalog, ExecutorName, ModelSpec
from generation.defaults import choose_default
from generation.errors import CatalogError, RequestRefused

LORA = (
    'title = "Mine"\nrepo = "./loras"\nfile = "x.safetensors"\n'
    'licence = { name = "its-own", commercial = true }'
)


def write(folder: Path, text: str) -> Path:
    path = folder / "models.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_shipped_entries():
    catalog = Catalog.load()
    assert list(catalog)[:3] == ["demo", "sdxl-turbo", "sdxl"]
    assert Path(catalog["demo"].repo).is_absolute()
    assert catalog["sdxl-turbo"].guidance.max == 0
    assert catalog["zb-tech"].executor == "hosted"


def test_an_admin_overrides_field_by_field(tmp_path: Path):
    catalog = Catalog.load(write(tmp_path, '[demo]\ntitle = "Ours"\nrepo = "./mine"\n'))
    assert catalog["demo"].title == "Ours"
    assert catalog["demo"].repo == str(tmp_path / "mine")
    assert catalog["demo"].steps.max == 30


def test_a_missing_override_is_no_error(tmp_path: Path):
    assert Catalog.load(tmp_path / "none.toml") == Catalog.load()


def test_whoever_names_what_is_withheld_is_told_why():
    whole = Catalog.load()
    demo = {"demo": whole["demo"]}
    catalog = Catalog(demo, withheld={"sd-2-1": "it takes a GPU"}, whole=whole)
    for typed in (" SD-2-1 ", "stable diffusion 2.1", "diffusion"):
        with pytest.raises(RequestRefused) as refused:
            catalog.find(typed)
        assert refused.value.limit == "sd-2-1 is not painted here: it takes a GPU."
        assert refused.value.remedy.startswith("`/models` shows what paints here")
    with pytest.raises(RequestRefused, match="There is no model “sdxl” here"):
        catalog.find("sdxl")


@pytest.fixture
def free() -> Catalog:
    """What a host without a hosted API paints that has accepted no licence."""
    whole = Catalog.load()
    offered = whole.accepting(()).offered_by({"local"})
    withheld = {
        name: "the host uses no hosted API" if spec.executor == "hosted" else "of its licence"
        for name, spec in whole.items()
        if name not in offered
    }
    return Catalog(offered, withheld=withheld, whole=whole)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("turbo", "sdxl-turbo is not painted here: of its licence."),
        ("zb-tech", "zb-tech is not painted here: the host uses no hosted API."),
        ("SDXL by API", "sdxl-hosted is not painted here: the host uses no hosted API."),
        (
            "flux-1",
            "“flux-1” is the name of no model; 2 have it in theirs: flux-1-schnell,"
            " flux-1-schnell-hosted (not painted here: the host uses no hosted API).",
        ),
        (
            "juggernaut",
            "“juggernaut” is the name of no model; 2 have it in theirs: juggernaut-xl-v9,"
            " juggernaut-xi (not painted here: of its licence).",
        ),
    ],
)
def test_no_other_model_takes_the_place_of_one_that_is_withheld(
    free: Catalog, typed: str, says: str
):
    with pytest.raises(RequestRefused) as refused:
        free.find(typed)
    assert refused.value.limit == says


def test_a_host_that_does_not_paint_itself_sends_no_prompt_elsewhere_unasked():
    whole = Catalog.load()
    offered = whole.offered_by({"hosted"})
    away = {name: "this host itself does not paint" for name in whole if name not in offered}
    catalog = Catalog(offered, withheld=away, whole=whole)
    with pytest.raises(RequestRefused, match="sdxl is not painted here: this host itself does no"):
        catalog.find("sdxl")


def test_whoever_names_only_what_is_withheld_is_shown_the_list(free: Catalog):
    for typed, remedy in (("juggernaut", "`/models` shows"), ("flux-1", "Choose one of those")):
        with pytest.raises(RequestRefused) as refused:
            free.find(typed)
        assert refused.value.remedy.startswith(remedy)


def test_a_file_of_an_editor_that_marks_its_begin_is_read(tmp_path: Path):
    path = tmp_path / "models.toml"
    path.write_text('[demo]\ntitle = "Ours"\n', encoding="utf-8-sig")
    assert Catalog.load(path)["demo"].title == "Ours"


def test_what_else_an_entry_is_called_is_no_name_of_what_is_based_on_it(tmp_path: Path):
    text = '[mine]\ntitle = "Mine"\ndescription = "Mine."\nbase = "sdxl-turbo"\n'
    assert Catalog.load(write(tmp_path, text))["mine"].also == ()


def test_the_licence_of_a_hidden_entry_may_be_accepted_all_the_same(tmp_path: Path):
    catalog = Catalog.load(write(tmp_path, "[sdxl-turbo]\nhidden = true\n"))
    accepted = catalog.accepting({"sai-nc-community"})
    assert "demo" in accepted
    assert "sdxl-turbo" not in accepted


def test_an_admin_hides_an_entry_on_which_others_are_based(tmp_path: Path):
    catalog = Catalog.load(write(tmp_path, "[sdxl]\nhidden = true\n"))
    assert "sdxl" not in catalog
    assert catalog["sdxl-lightning-4"].repo == Catalog.load()["sdxl"].repo


def test_what_an_entry_leaves_out_is_its_bases():
    catalog = Catalog.load()
    base, lightning = catalog["sdxl"], catalog["sdxl-lightning-2"]
    assert lightning.revision == base.revision
    assert lightning.vae == base.vae
    assert lightning.sizes == base.sizes
    assert lightning.title != base.title
    assert lightning.default_on is None


def test_another_repo_than_the_bases_has_none_of_its_revisions():
    spec = Catalog.load()["realvisxl"]
    assert spec.base == "sdxl"
    assert spec.revision is None


def test_every_folder_is_beside_the_file_that_names_it(tmp_path: Path):
    text = (
        '[mine]\ntitle = "Mine"\ndescription = "Mine."\nbase = "sdxl"\n'
        'checkpoint = { repo = "./checkpoints", file = "mine.safetensors" }\n'
        'licence = { name = "mine", commercial = true }\n'
        'loras = [{ repo = "../loras", file = "style.safetensors", weight = 0.5 }]\n'
    )
    spec = Catalog.load(write(tmp_path, text))["mine"]
    assert spec.checkpoint is not None
    assert spec.checkpoint.repo == str(tmp_path / "checkpoints")
    assert spec.loras[0].repo == str(tmp_path.parent / "loras")


def test_another_repo_has_other_commits(tmp_path: Path):
    changed = Catalog.load(write(tmp_path, '[sdxl]\nrepo = "someone/sdxl"\n'))["sdxl"]
    assert (changed.repo, changed.revision, changed.variant) == ("someone/sdxl", None, "fp16")
    same = Catalog.load(write(tmp_path, f'[sdxl]\nrepo = "{Catalog.load()["sdxl"].repo}"\n'))
    assert same["sdxl"] == Catalog.load()["sdxl"]


@pytest.mark.parametrize(
    "weights", ['repo = "someone/else"', 'checkpoint = { repo = "./c", file = "m.safetensors" }']
)
def test_weights_of_others_have_a_licence_of_their_own(tmp_path: Path, weights: str):
    text = f'[mine]\ntitle = "Mine"\ndescription = "Mine."\nbase = "sdxl"\n{weights}\n'
    with pytest.raises(CatalogError, match=r"\[mine\], licence: its weights are not those of sdxl"):
        Catalog.load(write(tmp_path, text))


@pytest.mark.parametrize(
    ("repo", "said"),
    [
        ("some one/else", "neither a repo of the hub, as owner/name, nor a folder"),
        ("a/b/c", "neither a repo of the hub"),
        ("~/models/mine", "write the whole path, beginning with /"),
    ],
)
def test_a_repo_is_one_of_the_hub_or_a_folder(tmp_path: Path, repo: str, said: str):
    with pytest.raises(CatalogError, match=rf"\[sdxl\], repo: .*{said}"):
        Catalog.load(write(tmp_path, f'[sdxl]\nrepo = "{repo}"\n'))


def test_what_the_request_says_is_no_extra_argument(tmp_path: Path):
    text = "[sdxl]\nextra_arguments = { values = { guidance_scale = 3 } }\n"
    with pytest.raises(CatalogError, match="guidance_scale comes from the request"):
        Catalog.load(write(tmp_path, text))


def test_where_4_bits_are_one_way_of_several_an_entry_may_add_loras(tmp_path: Path):
    lora = 'loras = [{ repo = "./l", file = "l.safetensors" }]'
    text = f'[mine]\ntitle = "Mine"\ndescription = "Mine."\nbase = "z-image-turbo"\n{lora}\n'
    catalog = Catalog.load(write(tmp_path, text))
    assert catalog["z-image-turbo"].may_be_in_4_bits
    assert not catalog["mine"].may_be_in_4_bits


def offers(folder: Path, text: str) -> dict[str, list[str]]:
    catalog = Catalog.load(write(folder, text))
    offered = {name: [lora.name for lora in spec.offers] for name, spec in catalog.items()}
    return {name: loras for name, loras in offered.items() if loras}


def test_no_lora_ships():
    assert not Catalog.load().loras


def test_a_lora_fits_its_base_and_what_is_based_on_it(tmp_path: Path):
    found = offers(tmp_path, f'[loras.mine]\n{LORA}\nbase = "realvisxl"\n')
    lightning = [f"realvisxl-lightning{steps}" for steps in ("", "-2", "-8")]
    assert found == {name: ["mine"] for name in ("realvisxl", *lightning)}


def test_a_lora_may_fit_several_that_have_nothing_in_common(tmp_path: Path):
    found = offers(tmp_path, f'[loras.mine]\n{LORA}\nbase = ["sdxl-turbo", "juggernaut-xi"]\n')
    assert set(found) == {"sdxl-turbo", "juggernaut-xi"}


def test_a_lora_fits_where_its_base_is_hidden(tmp_path: Path):
    text = f'[sdxl]\nhidden = true\n\n[loras.mine]\n{LORA}\nbase = "sdxl"\n'
    assert "sdxl-lightning-4" in offers(tmp_path, text)


def test_a_lora_does_not_fit_another_pipeline_than_its_bases(tmp_path: Path):
    text = (
        '[other]\ntitle = "Other"\ndescription = "Other."\nbase = "sd-2-1"\n'
        f'pipeline = "FluxPipeline"\nweighting = false\n\n[loras.mine]\n{LORA}\nbase = "sd-2-1"\n'
    )
    assert offers(tmp_path, text) == {"sd-2-1": ["mine"]}


def test_a_lora_that_is_hidden_is_not_offered(tmp_path: Path):
    assert not offers(tmp_path, f'[loras.mine]\n{LORA}\nbase = "sdxl"\nhidden = true\n')


def test_a_loras_folder_is_beside_the_file_that_names_it(tmp_path: Path):
    catalog = Catalog.load(write(tmp_path, f'[loras.mine]\n{LORA}\nbase = "sdxl"\n'))
    assert [lora.repo for lora in catalog.loras] == [str(tmp_path / "loras")]


def test_a_later_file_overrides_a_lora_field_by_field(tmp_path: Path):
    first = write(tmp_path, f'[loras.mine]\n{LORA}\nbase = "sdxl"\n')
    later = tmp_path / "later.toml"
    later.write_text('[loras.mine]\ntitle = "Ours"\n')
    (lora,) = Catalog.load(first, later).loras
    assert (lora.title, lora.file) == ("Ours", "x.safetensors")


def test_a_lora_is_off_until_its_licence_is_accepted(tmp_path: Path):
    text = f'[loras.mine]\n{LORA}\nbase = "sdxl"\n'.replace(
        "commercial = true", "commercial = false, must_be_acknowledged = true"
    )
    catalog = Catalog.load(write(tmp_path, text))
    assert not catalog.accepting(()).loras
    assert [lora.name for lora in catalog.accepting({"its-own"}).loras] == ["mine"]


def test_words_are_weighed_where_clip_alone_reads_them():
    weighing = {"StableDiffusionXLPipeline", "StableDiffusionPipeline"}
    for spec in Catalog.load().values():
        assert spec.weighting == (spec.pipeline in weighing), spec.name


@pytest.mark.parametrize(
    ("changes", "same"),
    [
        ({"title": "Another", "memory_gib": {}, "scheduler": None}, True),
        ({"loras": ()}, False),
        ({"weighting": False}, False),
        ({"offload": "model"}, False),
    ],
)
def test_weights_are_others_where_what_is_loaded_is(changes: dict[str, Any], same: bool):
    spec = Catalog.load()["zb-tech-local"]
    assert (spec.model_copy(update=changes).weights == spec.weights) is same


@pytest.mark.parametrize("spec", Catalog.load().values(), ids=lambda spec: spec.name)
def test_an_entry_survives_the_way_to_the_worker(spec: ModelSpec):
    assert ModelSpec.model_validate_json(spec.model_dump_json()) == spec


def test_a_model_is_off_until_its_licence_is_accepted():
    catalog = Catalog.load()
    assert "sdxl-turbo" not in catalog.accepting(())
    accepted = catalog.accepting({"sai-nc-community"})
    assert "sdxl-turbo" in accepted
    assert "juggernaut-xl-v9" not in accepted


def test_a_licence_that_no_model_has_can_not_be_accepted():
    with pytest.raises(CatalogError, match=r"no model's licence sai-nc .*sai-nc-community"):
        Catalog.load().accepting({"sai-nc"})


def test_a_licence_may_be_accepted_in_any_case():
    assert "sdxl-turbo" in Catalog.load().accepting({"SAI-NC-Community"})


@pytest.mark.parametrize(
    ("named", "says"),
    [
        ("sdxl-turbo", "sdxl-turbo is a model. That model's licence is sai-nc-community."),
        ("Turbo", "Turbo is a model. That model's licence is sai-nc-community."),
        ("demo", "That model's licence is MIT, and need not be accepted."),
        ("sai-community", "has to be accepted. Did you mean sai-nc-community? Those that have"),
    ],
)
def test_who_accepts_what_is_no_licence_is_told_which_is_meant(named: str, says: str):
    with pytest.raises(CatalogError) as refused:
        Catalog.load().accepting({named})
    assert says in str(refused.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[demo]\nsteps = { min = 5, max = 2, default = 3 }", "[demo], steps: "),
        ("[demo]\nsteps = { min = 0, max = 2, default = 1 }", "steps.min"),
        ("[demo]\nstep = 3", "[demo], step: "),
        ("[demo]\nsizes = [{ width = 250, height = 256 }]", "[demo], sizes.0.width"),
        ("[demo]\nsizes = []", "[demo], sizes"),
        ('[demo]\nname = "other"', "[demo], name: there is no such key"),
        ('[Big]\ntitle = "x"', "[Big], name"),
        ('[mine]\ntitle = "x"', "[mine]: lacks description, executor, "),
        ('[sdxl-turbo]\nrevision = "main"', "[sdxl-turbo], revision"),
        ('[demo]\npipeline = "os.system"', "[demo], pipeline"),
        ('[demo]\ndtype = "half"', "[demo], dtype"),
        ("[demo]\nmemory_gib = { whole = 4, huge = 5 }", "[demo], memory_gib.huge"),
        ("[demo]\nmemory_gib = { whole = 4, offload = 5 }", "offload must not take more than"),
        ("[demo]\nquantization = { components = [] }", "[demo], quantization.components"),
        ('[demo]\nlicence = { name = "one, two", commercial = true }', "[demo], licence.name"),
        ("[demo]\nsize_multiple = 48", "256x256 is no multiple of 48"),
        ("[demo]\nextra_arguments = { values = {} }", "[demo], extra_arguments.values"),
        ('[demo]\nunet = { repo = "a/b", file = "u.bin" }', "[demo], unet: "),
        ('[demo]\nunet = { repo = "a/b", file = "../u.safetensors" }', "leads out of a/b"),
        (
            '[demo]\nloras = [{ repo = "a/b" }]',
            "[demo], loras.0: lacks file; write { repo = …, file = … }",
        ),
        (
            '[zb-tech]\nloras = [{ repo = "a/b", file = "l.safetensors" }]',
            "leave `loras` out",
        ),
        ("[zb-tech]\nweighting = true", "leave `weighting` out"),
        ('[demo]\nbase = "nothing"', "[demo], base: there is no model nothing"),
        ('[sdxl]\nbase = "sdxl-lightning-4"', "goes round in a circle"),
        ("demo = 3", "must be a table"),
        ("[demo]\noffers = []", "[demo], offers: there is no such key"),
        ("loras = 3", "loras must hold tables, as in [loras.pixel-art]"),
        ("[loras]\nmine = 3", "loras.mine must be a table, as in [loras.mine]"),
        (f'[loras.Big]\n{LORA}\nbase = "sdxl"', "[loras.Big], name"),
        (f"[loras.mine]\n{LORA}", "[loras.mine]: lacks base"),
        (f"[loras.mine]\n{LORA}\nbase = []", "[loras.mine], base: "),
        (f'[loras.mine]\n{LORA}\nbase = "sd"', "[loras.mine], base: there is no model sd"),
        (f'[loras.mine]\n{LORA}\nbase = "zb-tech"', "base: zb-tech is not painted on this host"),
        (f'[loras.mine]\n{LORA}\nbase = "sdxl"\nweights = 3', "[loras.mine], weights: "),
        (f'[loras.mine]\n{LORA}\nname = "other"', "[loras.mine], name: "),
        (
            f'[loras.mine]\n{LORA}\nbase = "sdxl"\nweight = {{ min = 0, max = 1, default = 2 }}',
            "[loras.mine], weight: ",
        ),
        (
            f'[loras.mine]\n{LORA}\nbase = "sdxl"\nweight = {{ min = -9, max = 1, default = 1 }}',
            "[loras.mine], weight.min: ",
        ),
        (
            f'[loras.mine]\n{LORA}\nbase = "sdxl"'.replace(".safetensors", ".ckpt"),
            "x.ckpt is no .safetensors file",
        ),
        ("[demo", "can't be read"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, says: str):
    with pytest.raises(CatalogError) as error:
        Catalog.load(write(tmp_path, text))
    assert says in str(error.value)


@pytest.mark.parametrize(
    ("executors", "has_gpu", "accepted", "chosen"),
    [
        ({"local"}, False, (), "demo"),
        ({"local"}, True, (), "sdxl-lightning-4"),
        ({"local"}, True, ("sai-nc-community",), "sdxl-turbo"),
        ({"local", "hosted"}, False, ("sai-nc-community",), "zb-tech"),
        ({"local", "hosted"}, True, (), "sdxl-lightning-4"),
        ({"hosted"}, False, (), "zb-tech"),
    ],
)
def test_the_default_follows_the_host_and_what_it_accepts(
    executors: set[ExecutorName], has_gpu: bool, accepted: tuple[str, ...], chosen: str
):
    catalog = Catalog.load()
    offered = catalog.accepting(accepted).offered_by(executors)
    spec, reason = choose_default(offered, catalog, configured=None, has_gpu=has_gpu)
    assert spec.name == chosen
    assert reason


def test_where_nobody_paints_with_the_first_hosted_model_the_next_one_is_the_default():
    catalog = Catalog.load()
    served = Catalog({name: spec for name, spec in catalog.items() if name != "zb-tech"})
    spec, _ = choose_default(served, catalog, configured=None, has_gpu=False)
    assert spec.name == "sdxl-hosted"


def test_the_hosted_entries_ask_for_what_their_models_can_do():
    hosted = {
        name: (spec.steps.min, spec.steps.max, spec.guidance.min, spec.guidance.max)
        for name, spec in Catalog.load().items()
        if spec.executor == "hosted"
    }
    assert hosted == {
        "zb-tech": (20, 40, 5, 8),
        "sdxl-hosted": (20, 40, 5, 8),
        "flux-1-schnell-hosted": (1, 4, 0, 0),
    }


def test_an_endpoint_that_an_admin_gives_one_model_paints_no_other(tmp_path: Path):
    text = '[zb-tech]\nendpoint = "https://example.org/zb"\n'
    catalog = Catalog.load(write(tmp_path, text))
    assert catalog["zb-tech"].endpoint == "https://example.org/zb"
    assert catalog["sdxl-hosted"].endpoint is None


def test_the_configured_default_wins():
    catalog = Catalog.load()
    spec, _ = choose_default(catalog, catalog, configured="zb-tech", has_gpu=True)
    assert spec.name == "zb-tech"


@pytest.mark.parametrize(
    ("configured", "says"),
    [
        ("nope", "no model nope"),
        ("zb-tech", "needs HF_TOKEN"),
        ("sdxl-turbo", "needs EASEL_ACCEPT_LICENSES to name sai-nc-community; read https://"),
    ],
)
def test_a_default_that_can_not_run_is_refused(configured: str, says: str):
    catalog = Catalog.load()
    offered = catalog.accepting(()).offered_by({"local"})
    with pytest.raises(CatalogError, match=says):
        choose_default(offered, catalog, configured=configured, has_gpu=False)


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
    with pytest.raises(RequestRefused, match="There are: demo, sdxl-turbo, sdxl, "):
        Catalog.load().find("dall-e")


def test_a_host_that_can_run_nothing_is_told_what_to_do():
    catalog = Catalog.load()
    with pytest.raises(CatalogError, match="Install the extra"):
        choose_default(catalog.offered_by(set()), catalog, configured=None, has_gpu=False)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("sdxl", "sdxl"),
        (" SDXL-Turbo ", "sdxl-turbo"),
        ("stable diffusion 2.1", "sd-2-1"),
        ("klein", "flux-2-klein"),
        ("Turbo", "sdxl-turbo"),
    ],
)
def test_a_model_is_found_by_name_by_title_or_by_what_only_it_has_in_them(typed: str, found: str):
    assert Catalog.load().find(typed).name == found


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("turb", "2 have it in theirs: sdxl-turbo, z-image-turbo."),
        ("tubro", "There is no model “tubro” here. Did you mean sdxl-turbo? There are: demo, "),
        ("flux-1", "2 have it in theirs: flux-1-schnell-hosted, flux-1-schnell."),
        ("midjourney", "There is no model “midjourney” here. There are: demo, sdxl-turbo, "),
        ("k", "There is no model “k” here."),
    ],
)
def test_a_model_that_is_not_found_names_those_it_may_be(typed: str, says: str):
    with pytest.raises(RequestRefused) as refused:
        Catalog.load().find(typed)
    assert refused.value.field == "model"
    assert says in refused.value.limit


def test_however_many_models_there_are_the_refusal_fits_into_a_message():
    demo = Catalog.load()["demo"]
    names = [f"model-{number:03}-{'x' * 30}" for number in range(300)]
    many = Catalog({name: demo.model_copy(update={"name": name}) for name in names})
    for typed in ("other", "model"):
        with pytest.raises(RequestRefused) as refused:
            many.find(typed)
        assert "and 275 more" in refused.value.limit
        assert len(str(refused.value)) < 1900
