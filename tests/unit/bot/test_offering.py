"""What paints on this host."""

import importlib.util
from collections.abc import Callable, Iterable
from contextlib import AsyncExitStack
from unittest import mock

import pytest

from bot import offering
from bot.settings import Settings
from generation.catalog import Catalog, Tools
from generation.errors import CatalogError, RequestRefused
from generation.executors.hosted import NEEDS_ACCESS, HostedExecutor
from generation.executors.local import LocalExecutor
from generation.imaging.process import ImagingProcess
from tests.support.jobs import CATALOG


class Device:
    """A local executor that says how many GPUs it sees."""

    gpus = 3

    def __init__(self, device: str, environment: object, **limits: object) -> None:
        self.device = device


@pytest.mark.parametrize(
    ("wanted", "gpus", "devices"),
    [
        ("auto", 0, ["auto"]),
        ("auto", 1, ["auto"]),
        ("auto", 3, ["auto", "cuda:1", "cuda:2"]),
        ("cpu", 3, ["cpu"]),
        ("cuda", 3, ["cuda"]),
        ("cuda:0,cuda:2", 3, ["cuda:0", "cuda:2"]),
        ("cuda:1,cuda:1", 3, ["cuda:1"]),
    ],
)
def test_each_device_gets_an_executor_of_its_own(
    monkeypatch: pytest.MonkeyPatch, wanted: str, gpus: int, devices: list[str]
) -> None:
    monkeypatch.setattr(offering, "LocalExecutor", Device)
    monkeypatch.setattr(Device, "gpus", gpus)
    started = offering._local_executors(Settings(device=wanted))
    assert [executor.device for executor in started] == devices


class Host:
    """What its executors say of themselves, and what is offered there."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._patch = monkeypatch

    async def offers(
        self,
        *kinds: str,
        gpus: int = 0,
        unserved: Iterable[str] = (),
        why: str = "Nobody has it.",
        blind: str | None = None,
        **options: object,
    ) -> offering.Offered:
        local = mock.create_autospec(LocalExecutor, instance=True)
        local.name, local.has_gpu, local.device = "local", gpus > 0, "Test"
        hosted = mock.create_autospec(HostedExecutor, instance=True)
        hosted.name, hosted.device = "hosted", "Elsewhere"
        hosted.unserved.return_value = dict.fromkeys(unserved, why)
        hosted.blindness.return_value = blind
        executors = [{"local": local, "hosted": hosted}[kind] for kind in kinds]
        self._patch.setattr(offering, "_candidates", lambda *_: executors)
        imaging = mock.create_autospec(ImagingProcess, instance=True)
        async with AsyncExitStack() as stack:
            settings = Settings.model_validate(options)
            return await offering.offer(settings, CATALOG, imaging, stack)


@pytest.fixture
def host(monkeypatch: pytest.MonkeyPatch) -> Host:
    return Host(monkeypatch)


LICENCE = CATALOG["sd-3-5-medium"].licence.name


async def test_what_needs_a_gpu_is_not_offered_without_one(
    host: Host, caplog: pytest.LogCaptureFixture
) -> None:
    offered = await host.offers("local", accept_licenses=LICENCE)
    assert "sd-3-5-medium" not in offered.catalog
    assert (
        offered.catalog.withheld["sd-3-5-medium"]
        == "it is kept in 4 bits, which takes an NVIDIA GPU"
    )
    assert "Not offered: sd-3-5-medium is kept in 4 bits" in caplog.text
    assert "give its entry there a `quantization` without `always`" in caplog.text


@pytest.fixture
def has_library(monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], None]:
    """Have bitsandbytes be installed or not, whatever this host has."""
    really = importlib.util.find_spec

    def set_there(there: bool) -> None:
        def find(name: str) -> object:
            return (object() if there else None) if name == "bitsandbytes" else really(name)

        monkeypatch.setattr(importlib.util, "find_spec", find)

    return set_there


async def test_without_a_gpu_what_was_made_for_one_is_off_and_the_log_says_so_once(
    host: Host, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="bot.offering")
    offered = await host.offers("local")
    assert "sdxl" not in offered.catalog
    assert offered.default.name == "demo"
    with pytest.raises(RequestRefused, match="made for a GPU"):
        offered.catalog.find("sdxl")
    (said,) = (each for each in caplog.messages if "made for a GPU" in each)
    assert "sdxl, " in said
    assert "EASEL_DEVICE=cpu" in said


async def test_the_one_that_the_host_named_is_there_all_the_same(host: Host) -> None:
    offered = await host.offers("local", default_model="sdxl")
    assert offered.default.name == "sdxl"
    assert "sdxl-lightning-4" not in offered.catalog


async def test_on_the_processor_by_choice_the_log_says_how_many_are_painted_slowly(
    host: Host, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="bot.offering")
    offered = await host.offers("local", device="cpu")
    slow = [spec for spec in offered.catalog.values() if spec.memory_gib]
    assert len(slow) > 1
    assert f"{len(slow)} models were made for a GPU: their pictures may take minutes" in caplog.text


@pytest.mark.parametrize("device", ["auto", "cpu"])
async def test_a_driver_that_torch_can_not_use_is_a_warning(
    host: Host, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, device: str
) -> None:
    monkeypatch.setattr(offering, "has_nvidia_driver", lambda: True)
    await host.offers("local", device=device)
    assert ("torch can't use it" in caplog.text) is (device == "auto")


async def test_with_a_gpu_no_model_is_said_to_be_painted_slowly(
    host: Host, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="bot.offering")
    await host.offers("local", gpus=1)
    assert "made for a GPU" not in caplog.text


async def test_hosted_models_that_lack_a_token_alone_are_one_line_and_no_warning(
    host: Host, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="bot.offering")
    hosted = [name for name, spec in CATALOG.items() if spec.executor == "hosted"]
    offered = await host.offers("local", "hosted", unserved=hosted, why=NEEDS_ACCESS)
    assert not {*hosted} & {*offered.catalog}
    (said,) = (each for each in caplog.records if "HF_TOKEN" in each.getMessage())
    assert said.levelname == "INFO"
    assert all(name in said.getMessage() for name in hosted)


async def test_where_nobody_can_look_at_hosted_pictures_the_log_says_what_to_do(
    host: Host, caplog: pytest.LogCaptureFixture
) -> None:
    await host.offers("local", "hosted")
    assert "HF_TOKEN" not in caplog.text
    await host.offers("local", "hosted", blind="It takes a token.")
    (said,) = (each for each in caplog.records if "HF_TOKEN" in each.getMessage())
    assert said.levelname == "WARNING"
    assert "It takes a token. So none of these is painted: " in said.getMessage()
    assert "zb-tech" in said.getMessage()
    assert 'or give models that need no classifier screening = "none"' in said.getMessage()


async def test_a_classifier_that_the_hosted_api_can_not_have_is_told_as_that(
    host: Host, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ours = CATALOG.tools["nsfw-detection"].model_copy(update={"repo": "/srv/classifier"})
    monkeypatch.setattr(Tools, "screener", ours)
    await host.offers("local", "hosted", blind="It is not there.")
    assert "Name a classifier of the hub's, or give models" in caplog.text


async def test_what_needs_a_gpu_is_offered_with_one(
    host: Host, has_library: Callable[[bool], None]
) -> None:
    has_library(True)
    offered = await host.offers("local", gpus=1, accept_licenses=LICENCE)
    assert "sd-3-5-medium" in offered.catalog
    assert "sd-3-5-medium" not in offered.catalog.withheld


async def test_what_needs_a_library_is_not_offered_without_it(
    host: Host, has_library: Callable[[bool], None], caplog: pytest.LogCaptureFixture
) -> None:
    has_library(False)
    offered = await host.offers("local", gpus=1, accept_licenses=LICENCE)
    assert "sd-3-5-medium" not in offered.catalog
    with pytest.raises(RequestRefused) as refused:
        offered.catalog.find("sd-3-5-medium")
    assert "the library bitsandbytes: whoever runs Easel has to install" in str(refused.value)
    assert "EXTRAS=local,quantized" in caplog.text
    # What may be in 4 bits, and otherwise, goes on.
    assert CATALOG["flux-1-schnell"].quantization is not None
    assert "flux-1-schnell" in offered.catalog


async def test_what_needs_a_gpu_is_no_default_without_one(host: Host) -> None:
    with pytest.raises(CatalogError, match="sd-3-5-medium needs an NVIDIA GPU, being kept in 4"):
        await host.offers("local", accept_licenses=LICENCE, default_model="sd-3-5-medium")


@pytest.mark.parametrize(
    ("kinds", "unserved", "name", "why"),
    [
        (("local",), (), "sdxl-turbo", "the host has not accepted the licence"),
        (("local",), (), "zb-tech", "the host uses no hosted API"),
        (("hosted",), (), "sdxl", "this host itself does not paint"),
        (("local", "hosted"), ("zb-tech",), "zb-tech", "nobody paints with it at present"),
    ],
)
async def test_what_is_not_offered_has_its_reason(
    host: Host, kinds: tuple[str, ...], unserved: tuple[str, ...], name: str, why: str
) -> None:
    offered = await host.offers(*kinds, unserved=unserved)
    assert offered.catalog.withheld[name] == why
    assert {*offered.catalog, *offered.catalog.withheld} == {*CATALOG}
    assert not {*offered.catalog} & {*offered.catalog.withheld}


async def test_an_accepted_licence_is_not_why_a_hosted_model_is_not_offered(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    terms = CATALOG["zb-tech"].licence.model_copy(
        update={"name": "of-zb", "must_be_acknowledged": True}
    )
    guarded = CATALOG["zb-tech"].model_copy(update={"licence": terms})
    monkeypatch.setattr(
        f"{__name__}.CATALOG", Catalog({"demo": CATALOG["demo"], "zb-tech": guarded})
    )
    offered = await host.offers("local", "hosted", unserved=("zb-tech",), accept_licenses="of-zb")
    assert offered.catalog.withheld == {"zb-tech": "nobody paints with it at present"}
