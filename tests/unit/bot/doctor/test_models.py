"""What is said of the models, by what is known of the device, the hub and the files."""

from dataclasses import replace
from typing import Any

import pytest

from bot.doctor import Area, Finding, State
from bot.doctor._disk import check_cache_disk, check_data_disk
from bot.doctor._models import beyond, check_default, check_models
from bot.doctor._settings import check_settings
from bot.doctor._views import Device, Devices, Files, Hub, ModelFiles
from generation.catalog import Catalog
from tests.unit.bot.doctor.conftest import MakeCase

GIB = 1024**3
ON_CPU = Devices(torch="2", devices=(Device("CPU", gpu=False),))
ADDRESS = "https://hub.example"
HUB = Hub(ADDRESS, reachable=True, status=401)
DOWN = Hub(ADDRESS, trouble="no answer")
TURBO = {"accept_licenses": "sai-nc-community", "default_model": "sdxl-turbo"}
HF_TOKEN = "hf_" + "x" * 30


def on_gpu(gib: float) -> Devices:
    total = int(gib * GIB)
    return Devices(torch="2", cuda="13.0", devices=(Device("GPU", gpu=True, total=total),))


def files(**known: dict[str, Any]) -> Files:
    """All local models are here, but for what is said otherwise (with _ for -)."""
    changed = {name.replace("_", "-"): values for name, values in known.items()}
    found = {}
    for spec in Catalog.load().values():
        values: dict[str, Any] = {
            "here": 18,
            "here_bytes": 7 * GIB,
            "lacking": 0,
            "lacking_bytes": 0,
        }
        values |= dict.fromkeys(("example", "damaged", "obstacle", "repo", "words"))
        values |= changed.get(spec.name, {})
        found[spec.name] = ModelFiles(name=spec.name, **values)
    return Files(models=found)


def row(findings: list[Finding], subject: str) -> Finding:
    (found,) = (each for each in findings if each.subject == subject)
    return found


async def test_the_default_model_is_told_with_the_reason(make_case: MakeCase):
    (finding,) = await check_default(make_case(ON_CPU, HUB, {}))
    assert finding.state is State.OK
    assert finding.found.startswith("demo: this host has neither a GPU")


async def test_a_default_model_that_is_none_is_a_mistake_of_the_settings(make_case: MakeCase):
    (finding,) = await check_default(make_case(ON_CPU, HUB, {}, default_model="dall-e"))
    assert (finding.state, finding.area) == (State.ERROR, Area.SETTINGS)
    assert "there is no model dall-e" in finding.found
    assert finding.remedy.startswith("Allowed: demo")


async def test_a_default_model_made_for_a_gpu_is_told_of_where_there_is_none(make_case: MakeCase):
    (finding,) = await check_default(make_case(ON_CPU, HUB, {}, **TURBO))
    assert finding.state is State.WARNING
    assert "sdxl-turbo was made for a GPU" in finding.found


@pytest.mark.parametrize(("gib", "state"), [(80, State.OK), (6, State.NOTE), (1.5, State.WARNING)])
async def test_the_default_model_is_compared_with_the_gpus_memory(
    make_case: MakeCase, gib: float, state: State
):
    (finding,) = await check_default(make_case(on_gpu(gib), HUB, {}, **TURBO))
    assert finding.state is state


async def test_a_default_model_in_4_bits_needs_a_gpu(make_case: MakeCase):
    fields = {"accept_licenses": "stability-community", "default_model": "sd-3-5-medium"}
    (finding,) = await check_default(make_case(ON_CPU, HUB, {}, **fields))
    assert finding.state is State.ERROR
    assert "needs an NVIDIA GPU" in finding.found


@pytest.mark.parametrize(("hub", "state"), [(HUB, State.OK), (DOWN, State.ERROR)])
async def test_a_hosted_default_model_needs_the_hub(make_case: MakeCase, hub: Hub, state: State):
    (finding,) = await check_default(make_case(ON_CPU, hub, {}, hf_token=HF_TOKEN))
    assert finding.state is state
    assert finding.found.startswith("zb-tech")


async def test_a_hosted_model_that_nobody_paints_is_told_and_is_not_the_default(
    make_case: MakeCase,
):
    unserved = {"zb-tech": "ZB-Tech/Text-to-Image is not offered. Name another provider."}
    case = make_case(ON_CPU, HUB, files(), unserved, hf_token=HF_TOKEN)
    finding = row(await check_models(case), "model zb-tech")
    assert (finding.state, finding.remedy) == (State.WARNING, "Name another provider.")
    (default,) = await check_default(case)
    assert default.found.startswith("sdxl-hosted: this host has no GPU, but a hosted API")


async def test_every_model_of_the_catalog_has_a_row_in_its_order(make_case: MakeCase):
    findings = await check_models(make_case(ON_CPU, HUB, files(), {}, device="cpu"))
    assert [each.subject for each in findings] == [f"model {name}" for name in Catalog.load()]


async def test_without_a_gpu_what_was_made_for_one_is_one_row(make_case: MakeCase):
    findings = await check_models(make_case(ON_CPU, HUB, files(), {}))
    off = row(findings, "models")
    assert off.state is State.NOTE
    assert "sdxl" in off.found
    assert "made for a GPU" in off.found
    assert "EASEL_DEVICE=cpu" in off.remedy
    assert "model sdxl" not in [each.subject for each in findings]
    assert row(findings, "model demo").state is State.OK


async def test_a_licence_that_is_not_accepted_is_named_with_its_address(make_case: MakeCase):
    finding = row(await check_models(make_case(ON_CPU, HUB, files(), {})), "model sdxl-turbo")
    assert finding.state is State.NOTE
    assert "sai-nc-community" in finding.found
    assert "https://stability.ai/license" in finding.remedy
    assert "EASEL_ACCEPT_LICENSES" in finding.remedy


LACKING = {"here": 0, "lacking": 3, "lacking_bytes": GIB, "example": "unet/model.safetensors"}


@pytest.mark.parametrize(
    ("known", "state", "default_state", "says"),
    [
        ({}, State.OK, State.OK, "all 18 files here"),
        (LACKING, State.OK, State.OK, "not here yet: 1.0 GiB are"),
        ({**LACKING, "here": 15}, State.NOTE, State.NOTE, "partly here: 3 files lack"),
        ({"damaged": "vae/x.safetensors"}, State.WARNING, State.ERROR, "is damaged"),
        ({"obstacle": "gated", "repo": "a/b"}, State.WARNING, State.ERROR, "a/b is gated"),
        ({"obstacle": "unseen"}, State.WARNING, State.ERROR, "it is gone, or private"),
        ({"obstacle": "unknown_commit"}, State.WARNING, State.ERROR, "no such commit"),
        ({"obstacle": "unlisted", "words": "x.json"}, State.WARNING, State.ERROR, "no x.json"),
        ({"obstacle": "no_folder", "repo": "/a/b"}, State.WARNING, State.ERROR, "/a/b is not"),
        ({"obstacle": "refused", "words": "500"}, State.WARNING, State.ERROR, "500"),
    ],
)
async def test_what_lacks_is_an_error_only_of_the_default_model(
    make_case: MakeCase,
    known: dict[str, Any],
    state: State,
    default_state: State,
    says: str,
):
    case = make_case(ON_CPU, HUB, files(sdxl=known, sdxl_turbo=known), {}, **TURBO, device="cpu")
    findings = await check_models(case)
    other, default = row(findings, "model sdxl"), row(findings, "model sdxl-turbo")
    assert (other.state, default.state) == (state, default_state)
    for finding in (other, default):
        assert says in finding.found
        assert (finding.remedy == "") == (finding.state is State.OK)


async def test_a_mistaken_entry_is_told_before_its_files(make_case: MakeCase):
    mistakes = dict.fromkeys(("sdxl", "sdxl-turbo"), ("`pipeline` is X, which", "correct [it]"))
    known = files(sdxl=LACKING)
    findings = await check_models(
        make_case(ON_CPU, HUB, known, {}, mistakes=mistakes, **TURBO, device="cpu")
    )
    other, default = row(findings, "model sdxl"), row(findings, "model sdxl-turbo")
    assert (other.state, default.state) == (State.WARNING, State.ERROR)
    assert other.found == "its entry's `pipeline` is X, which"
    assert other.remedy == "Correct [it]."


async def test_a_gated_model_is_opened_at_the_hubs_own_address(make_case: MakeCase):
    known = files(sdxl={"obstacle": "gated", "repo": "owner/name"})
    finding = row(await check_models(make_case(ON_CPU, HUB, known, {}, device="cpu")), "model sdxl")
    assert f"{ADDRESS}/owner/name" in finding.remedy
    assert "HF_TOKEN" in finding.remedy


async def test_models_that_no_hub_can_give_now_are_one_row(make_case: MakeCase):
    away = {"here": 0, "lacking": None, "lacking_bytes": None, "obstacle": "unreachable"}
    known = files(sdxl=away, sd_2_1=away, sdxl_turbo=away)
    findings = await check_models(make_case(ON_CPU, DOWN, known, {}, **TURBO, device="cpu"))
    assert row(findings, "model sdxl-turbo").state is State.ERROR
    assert row(findings, "models").found.endswith("sdxl, sd-2-1")


async def test_a_model_that_was_not_looked_at_in_time_is_told(make_case: MakeCase):
    known = Files(models={name: each for name, each in files().models.items() if name != "sdxl"})
    finding = row(await check_models(make_case(ON_CPU, HUB, known, {}, device="cpu")), "model sdxl")
    assert finding.state is State.WARNING
    assert "in time" in finding.found


async def test_a_catalog_that_can_not_be_read_is_told_once(make_case: MakeCase):
    case = make_case(ON_CPU, HUB, files(), {})
    case.settings.data_dir.mkdir()
    (case.settings.data_dir / "models.toml").write_text("[x")
    assert await check_models(case) == []
    assert await check_cache_disk(case) == []
    (finding,) = await check_default(case)
    assert (finding.state, finding.area) == (State.ERROR, Area.SETTINGS)
    assert finding.found == "not known while the catalog is wrong"
    assert "of the catalog" in finding.remedy


async def test_each_mistake_of_the_catalog_is_a_finding_of_its_own(make_case: MakeCase):
    case = make_case(ON_CPU, HUB, files(), {})
    case.settings.data_dir.mkdir()
    own = case.settings.data_dir / "models.toml"
    own.write_text("[sdxl]\nstepps = 4\n\n[sd-2-1]\ntitle = 5\n")
    found = [each for each in await check_settings(case) if each.subject == "catalog"]
    assert [each.state for each in found] == [State.ERROR] * 2
    by_table = sorted(each.found for each in found)
    assert by_table[0].startswith(f"{own}, [sd-2-1], title: ")
    assert by_table[1].startswith(f"{own}, [sdxl], stepps: ")
    assert not any("\n" in each.found or "; " in each.found for each in found)
    assert {each.remedy for each in found} == {f"Correct {own}; docs/models.md explains every key."}


async def test_room_for_the_default_model_is_looked_for(make_case: MakeCase, tmp_path):
    known = files(sdxl_turbo={**LACKING, "lacking_bytes": 10**9 * GIB})
    known = Files(tmp_path / "not" / "made", known.models)
    (finding,) = await check_cache_disk(make_case(ON_CPU, HUB, known, {}, **TURBO))
    assert finding.state is State.ERROR
    assert "sdxl-turbo still has to download" in finding.found
    assert "EASEL_MODELS_DIR" in finding.remedy
    (finding,) = await check_cache_disk(make_case(ON_CPU, HUB, Files(tmp_path, files().models), {}))
    assert finding.state is State.OK


@pytest.mark.parametrize(("least", "state"), [(0, State.OK), (10**9, State.ERROR)])
async def test_room_for_the_data_is_compared_with_the_limit(
    make_case: MakeCase, least: int, state: State
):
    (finding,) = await check_data_disk(make_case(min_free_mib=least))
    assert finding.state is state
    assert finding.area is (Area.HOST if state is State.OK else Area.DATA)


GRAIN = (
    "[loras.grain]\ntitle = 'Grain'\nbase = 'sdxl'\nrepo = 'o/n'\nfile = 'g.safetensors'\n"
    "licence = { name = 'mine', commercial = false, must_be_acknowledged = true }\n"
)


@pytest.mark.parametrize(
    ("known", "accepted", "state", "says"),
    [
        ({}, "", State.NOTE, "its licence mine is not accepted"),
        ({}, "mine", State.OK, "all 1 files here"),
        (
            {"here": 0, "lacking": 1, "lacking_bytes": GIB},
            "mine",
            State.OK,
            "not here yet: 1.0 GiB",
        ),
        ({"damaged": "g.safetensors"}, "mine", State.WARNING, "g.safetensors is damaged"),
        ({"obstacle": "gated"}, "mine", State.WARNING, "o/n is gated"),
        # Of one that is off, nobody cares.
        ({"obstacle": "unreachable"}, "", State.NOTE, "its licence mine is not accepted"),
    ],
)
async def test_a_lora_that_prompts_may_name_has_a_row(
    make_case: MakeCase, known: dict[str, Any], accepted: str, state: State, says: str
):
    whole = files()
    of_lora = replace(whole.models["sdxl"], name="lora:grain", **{"here": 1, **known})
    case = make_case(
        *(ON_CPU, HUB, Files(models={**whole.models, "lora:grain": of_lora}), {}),
        accept_licenses=accepted,
    )
    case.settings.data_dir.mkdir()
    (case.settings.data_dir / "models.toml").write_text(GRAIN)
    finding = row(await check_models(case), "lora:grain")
    assert finding.state is state
    assert says in finding.found


def test_what_no_setting_fits_into_the_gpu_is_beyond_it():
    sdxl = Catalog.load()["sdxl"]
    assert beyond(sdxl, on_gpu(1.5)) == "takes at least 2 GiB of GPU memory, of 1.5"
    assert beyond(sdxl, on_gpu(4)) is None
    assert beyond(sdxl, ON_CPU) is None
