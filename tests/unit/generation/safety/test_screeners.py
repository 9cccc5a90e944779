"""Which requests have to have somebody who looks at their pictures, and what if there is nobody."""

from pathlib import Path

import pytest

from generation.catalog import BROUGHT, Catalog, ToolSpec
from generation.errors import RequestRefused
from generation.finishing import Upscaling
from generation.inputs.store import InputImage
from generation.request import GenerationRequest, Part
from generation.safety.screeners import NOBODY, Screeners, has_to_be_seen, screener_for, wanting
from tests.support.executors import ScriptedExecutor

CATALOG = Catalog.load()
BROUGHT_ALONG = InputImage(sha256="a" * 64, width=64, height=64)


class Blind(ScriptedExecutor):
    """Has nobody who looks."""

    why: str | None = NOBODY

    def blindness(self) -> str | None:
        return self.why


def asked(model: str) -> GenerationRequest:
    return GenerationRequest.build(CATALOG[model], "a red circle")


def enlarged() -> GenerationRequest:
    upscale = Upscaling(tool="esrgan-x4", width=128, height=128)
    return GenerationRequest.finishing(BROUGHT_ALONG, upscale=upscale)


def refused(request: GenerationRequest, *executors: ScriptedExecutor) -> RequestRefused:
    with pytest.raises(RequestRefused) as error:
        Screeners(CATALOG, executors).check(request)
    return error.value


def test_what_nobody_can_look_at_is_refused_with_a_model_that_needs_nobody():
    said = refused(asked("sdxl"), Blind())
    assert (said.field, said.limit) == ("model", NOBODY)
    assert said.remedy.startswith("Choose demo, which needs none.")


def test_the_demo_model_goes_on():
    Screeners(CATALOG, [Blind()]).check(asked("demo"))


def test_of_several_pictures_each_must_have_somebody():
    parts = tuple(Part(request=asked(name)) for name in ("demo", "sdxl"))
    request = asked("demo").model_copy(update={"parts": parts, "varied": "model"})
    assert refused(request, Blind()).limit == NOBODY
    parts = (parts[0], parts[0])
    Screeners(CATALOG, [Blind()]).check(request.model_copy(update={"parts": parts}))


def test_a_picture_that_was_brought_to_be_enlarged_must_have_somebody_too():
    said = refused(enlarged(), Blind())
    assert said.remedy.startswith("Try again")  # no other model would help


def test_one_executor_of_the_kind_that_can_is_enough():
    Screeners(CATALOG, [Blind(), ScriptedExecutor()]).check(asked("sdxl"))
    Screeners(CATALOG, [ScriptedExecutor(), Blind()]).check(enlarged())


def test_who_paints_elsewhere_is_not_asked():
    elsewhere = Blind()
    elsewhere.name = "hosted"
    Screeners(CATALOG, [elsewhere, ScriptedExecutor()]).check(asked("sdxl"))
    refused(asked("zb-tech"), elsewhere, ScriptedExecutor())


def test_work_has_its_screener_where_it_needs_one():
    screener = CATALOG.tools["nsfw-detection"]
    assert screener_for(CATALOG, asked("sdxl")) == screener
    assert screener_for(CATALOG, enlarged()) == screener
    assert screener_for(CATALOG, asked("demo")) is None


def test_what_wants_to_be_looked_at_is_known_by_who_paints_it(tmp_path: Path):
    hosted = wanting(CATALOG, "hosted")
    assert hosted == ["zb-tech", "sdxl-hosted", "flux-1-schnell-hosted"]
    local = wanting(CATALOG, "local")
    assert {"sdxl", "esrgan-x4", "restoreformer"} < set(local)
    assert not {"demo", "yunet", "clip", BROUGHT.name, *hosted} & set(local)


def test_a_host_can_have_nothing_looked_at():
    def unseen(tool: ToolSpec) -> ToolSpec:
        return tool.model_copy(update={"screening": "none"})

    free = CATALOG.each(lambda spec: spec.model_copy(update={"screening": "none"}), unseen)
    assert wanting(free, "local") == wanting(free, "hosted") == []


def test_what_is_brought_to_a_model_that_needs_nobody_is_looked_at_where_somebody_can():
    brought = GenerationRequest.build(
        CATALOG["demo"], "a red circle", image=BROUGHT_ALONG, strength=0.05
    )
    assert screener_for(CATALOG, brought, can_look=True) == CATALOG.tools["nsfw-detection"]
    assert screener_for(CATALOG, brought) is None
    assert screener_for(CATALOG, asked("demo"), can_look=True) is None


def test_of_a_model_that_is_gone_nothing_is_known():
    gone = asked("sdxl").model_copy(update={"model": "gone"})
    assert not has_to_be_seen(CATALOG, gone)
