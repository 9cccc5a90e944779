"""The default model where a hosted one is painted by nobody, or nobody can be asked."""

import pytest

from generation.catalog import Catalog
from generation.defaults import choose_default
from generation.errors import CatalogError

CATALOG = Catalog.load()
LOCAL = CATALOG.accepting(()).offered_by({"local"})
WHY = "zb-tech is not painted elsewhere: ZB-Tech/Text-to-Image is not offered by any provider."


def test_without_a_gpu_the_demo_takes_the_place_of_a_hosted_model_that_nobody_paints():
    spec, reason = choose_default(LOCAL, CATALOG, configured=None, has_gpu=False, hindrances=[WHY])
    assert spec.name == "demo"
    assert reason == "this host has neither a GPU nor a hosted API that paints"


def test_with_a_gpu_the_same_weights_take_the_place_of_a_configured_hosted_model():
    spec, reason = choose_default(
        LOCAL, CATALOG, configured="zb-tech", has_gpu=True, hindrances=[WHY]
    )
    assert spec.name == "zb-tech-local"
    assert spec.executor == "local"
    assert spec.vae is not None  # the one that was mended
    assert reason == "it has the weights of zb-tech, which nobody paints elsewhere"


def test_without_a_gpu_a_configured_hosted_model_that_nobody_paints_is_refused_with_the_reason():
    with pytest.raises(CatalogError) as refused:
        choose_default(LOCAL, CATALOG, configured="zb-tech", has_gpu=False, hindrances=[WHY])
    assert "zb-tech needs HF_TOKEN and a provider that paints with it" in str(refused.value)
    assert str(refused.value).endswith(WHY)


def test_a_configured_model_that_is_nearly_anothers_name_is_asked_about():
    with pytest.raises(CatalogError, match=r"no model SDXL-Lightning\. Did you mean sdxl-lightnin"):
        choose_default(LOCAL, CATALOG, configured="SDXL-Lightning", has_gpu=True)


def test_a_licence_is_accepted_in_capitals_as_well():
    licensed = CATALOG.accepting({"SAI-NC-Community"})
    with pytest.raises(CatalogError, match="sdxl-turbo needs the extra `local`"):
        choose_default(
            licensed.offered_by({"hosted"}),
            CATALOG,
            configured="sdxl-turbo",
            has_gpu=False,
            accepted={"SAI-NC-Community"},
        )


def test_a_configured_local_model_that_is_missing_is_replaced_by_none():
    offered = Catalog({name: LOCAL[name] for name in LOCAL if name != "sdxl"})
    with pytest.raises(CatalogError, match="sdxl needs the extra"):
        choose_default(offered, CATALOG, configured="sdxl", has_gpu=True)


def test_a_core_install_whose_only_model_nobody_paints_is_told_why():
    with pytest.raises(CatalogError) as refused:
        choose_default(Catalog({}), CATALOG, configured=None, has_gpu=False, hindrances=[WHY])
    assert str(refused.value) == f"This host can run no model. {WHY}"
