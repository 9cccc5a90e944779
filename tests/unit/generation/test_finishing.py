"""What is done with a picture once it is there: exact sizes, and refusals that name the remedy."""

import pytest

from generation.catalog import BROUGHT, Catalog, Tools
from generation.database import Database
from generation.errors import RequestRefused
from generation.events import JobEvent, JobEvents, JobFailed
from generation.finishing import Extent, choose_restoration, choose_upscaling, terms_notes
from generation.inputs.store import InputImage
from generation.queue import JobQueue
from generation.reading import read
from generation.recipe import a1111_line, recipe
from generation.recovery import recover
from generation.request import GenerationRequest, remarks
from generation.store import JobStore
from generation.timings import Timings
from generation.workload import check_workload

CATALOG = Catalog.load()
TOOLS = CATALOG.tools
IMAGE = InputImage(sha256="a" * 64, width=600, height=400)


@pytest.mark.parametrize(
    ("before", "to", "after"),
    [
        ((1024, 1024), "2048", "2048x2048"),
        ((1344, 768), "2048", "2048x1170"),
        ((600, 401), "x2", "1200x802"),
        ((600, 401), " ×4 ", "2400x1604"),
        ((256, 256), "2048", "2048x2048"),
    ],
)
def test_the_target_is_exact_and_the_shape_stays(before: tuple[int, int], to: str, after: str):
    larger = choose_upscaling(TOOLS, Extent(*before), to, "esrgan-x4")
    assert str(Extent(larger.width, larger.height)) == after


@pytest.mark.parametrize(
    ("before", "to", "tool", "field", "says"),
    [
        ((2048, 100), "2048", None, "upscale", "that is no smaller"),
        ((3000, 2000), "x2", None, "upscale", "16.8 million are the most"),
        ((100, 100), "x3", None, "upscale", "It is 2048, x2 or x4, not x3"),
        ((100, 100), "soon", None, "upscale", "not soon"),
        ((100, 100), "2048", "real-esrgan-x2", "upscale", "20.5 times as large"),
        ((100, 100), "x2", "gfpgan", "model", "There is no upscaler “gfpgan” here"),
    ],
)
def test_what_can_t_be_is_refused(
    before: tuple[int, int], to: str, tool: str | None, field: str, says: str
):
    with pytest.raises(RequestRefused) as refused:
        choose_upscaling(TOOLS, Extent(*before), to, tool)
    assert refused.value.field == field
    assert says in refused.value.limit
    assert refused.value.remedy


def test_a_host_without_tools_says_so():
    with pytest.raises(RequestRefused, match="There is no upscaler on this host"):
        choose_upscaling(Tools(), IMAGE, "x2")
    with pytest.raises(RequestRefused, match="There is no face detector on this host"):
        choose_restoration(Tools())


def test_faces_are_mended_by_the_freer_network_unless_the_host_accepts_the_other():
    faces = choose_restoration(TOOLS)
    assert (faces.tool, faces.detector, faces.strength) == ("restoreformer", "yunet", 1.0)
    assert "gfpgan" not in CATALOG.accepting([]).tools
    assert "gfpgan" in CATALOG.accepting(["gfpgan"]).tools


@pytest.mark.parametrize("strength", [0.0, -1.0, 1.5, float("nan")])
def test_a_strength_outside_of_its_range_is_refused(strength: float):
    with pytest.raises(RequestRefused, match="above 0, up to 1"):
        choose_restoration(TOOLS, strength)


def test_a_job_that_paints_nothing_is_a_request_like_any_other():
    larger = choose_upscaling(TOOLS, IMAGE, "x2", "esrgan-x4")
    request = GenerationRequest.finishing(IMAGE, upscale=larger)
    assert not request.paints
    assert request.extent == (1200, 800)
    assert request.work == 1200 * 800
    assert request.route == "brought+esrgan-x4"
    assert remarks(CATALOG[request.model], request) == ()
    assert request.model not in list(CATALOG)
    with pytest.raises(RequestRefused, match="There is no model"):
        CATALOG.find(request.model)


def test_imagine_with_both_goes_through_all_of_its_tools():
    request, _ = read(CATALOG, CATALOG["demo"], "a fox", upscale="2048", faces=True)
    assert request.route == "demo+yunet+restoreformer+esrgan-x4"
    assert request.extent == (2048, 2048)
    pixels = 256 * 256
    assert request.work == pixels * request.steps_made + pixels + 2048 * 2048


def test_what_paints_detail_anew_counts_each_of_its_steps():
    larger = choose_upscaling(TOOLS, IMAGE, "x2", "diffusion-x4")
    request = GenerationRequest.finishing(IMAGE, upscale=larger)
    assert request.work == 1200 * 800 * TOOLS["diffusion-x4"].steps
    with pytest.raises(RequestRefused, match=r"72 megapixel-steps; 50 are allowed"):
        check_workload(BROUGHT, request, 50)


@pytest.mark.parametrize(
    ("to", "name", "made"),
    [
        ("x2", "esrgan-x4", 2400 * 1600),  # of which a quarter is kept
        ("x4", "esrgan-x4", 2400 * 1600),
        ("x4", "real-esrgan-x2", 1200 * 800 + 2400 * 1600),
    ],
)
def test_its_time_grows_with_all_that_the_network_makes(to: str, name: str, made: int):
    larger = choose_upscaling(TOOLS, IMAGE, to, name)
    assert GenerationRequest.finishing(IMAGE, upscale=larger).effort == made


async def test_what_one_size_took_foretells_another(database: Database):
    def request(to: str) -> GenerationRequest:
        return GenerationRequest.finishing(
            IMAGE, upscale=choose_upscaling(TOOLS, IMAGE, to, "esrgan-x4")
        )

    timings = Timings(database)
    await timings.learn(request("x4"), "CPU", 8.0)
    assert timings.predict(request("x2")).seconds == pytest.approx(8.0)


def test_what_a_hosted_api_paints_is_only_painted():
    with pytest.raises(RequestRefused) as refused:
        read(CATALOG, CATALOG["zb-tech"], "a fox", upscale="x2")
    assert refused.value.field == "upscale"
    assert "/upscale" in refused.value.remedy


def test_a_licence_without_commercial_use_is_told_of():
    request = GenerationRequest.finishing(IMAGE, faces=choose_restoration(TOOLS, None, "gfpgan"))
    assert terms_notes(TOOLS, request) == [
        "GFPGAN v1.4 allows no commercial use of the picture (gfpgan)."
    ]


def test_what_is_done_after_painting_counts_against_the_limit_of_work():
    request, _ = read(CATALOG, CATALOG["demo"], "a fox", upscale="2048")
    check_workload(CATALOG["demo"], request, 5)
    with pytest.raises(
        RequestRefused, match=r"is 4\.588 megapixel-steps; 4 are allowed"
    ) as refused:
        check_workload(CATALOG["demo"], request, 4)
    assert refused.value.field == "upscale"
    alone = GenerationRequest.finishing(IMAGE, upscale=choose_upscaling(TOOLS, IMAGE, "x4"))
    with pytest.raises(RequestRefused, match=r"3\.84 megapixel-steps") as refused:
        check_workload(BROUGHT, alone, 3)
    assert refused.value.field == "to"
    check_workload(BROUGHT, alone, 4)


async def test_a_restart_takes_up_what_paints_nothing_unless_its_tool_is_gone(database: Database):
    store, queue, events = JobStore(database), JobQueue(), JobEvents()
    told: list[JobEvent] = []
    events.subscribe(told.append)
    for to in ("x2", "x4"):
        larger = choose_upscaling(TOOLS, IMAGE, to, "general" if to == "x4" else "esrgan-x4")
        await store.create(GenerationRequest.finishing(IMAGE, upscale=larger), None)
    tools = Tools({name: TOOLS[name] for name in TOOLS if name != "general"})
    offered = Catalog({}, tools=tools)
    await recover(offered, offered, store, queue, events)
    assert [job.request.route for job in queue.jobs()] == ["brought+esrgan-x4"]
    (failed,) = (event for event in told if isinstance(event, JobFailed))
    assert failed.message.startswith("The tool general is not available here any more.")


async def test_it_is_in_the_row_and_comes_back_as_it_was(database: Database):
    store = JobStore(database)
    request, _ = read(CATALOG, CATALOG["demo"], "a fox", upscale="2048", faces=True)
    job = await store.create(request, None)
    found = await store.get(job.id)
    assert found is not None
    assert found.request == request


def test_the_recipe_of_what_was_not_painted_names_no_steps():
    larger = choose_upscaling(TOOLS, IMAGE, "x2", "esrgan-x4")
    request = GenerationRequest.finishing(IMAGE, upscale=larger, prompt="a fox")
    made = recipe(BROUGHT, request)
    assert (made["image"], made["prompt"]) == ("a" * 64, "a fox")
    assert not {"num_inference_steps", "seed", "repo", "licence"} & made.keys()
    assert a1111_line(made) == "a fox\nSize: 600x400, Model: brought"


async def test_how_long_it_takes_is_learned_for_all_that_it_goes_through(database: Database):
    plain, _ = read(CATALOG, CATALOG["demo"], "a fox")
    larger, _ = read(CATALOG, CATALOG["demo"], "a fox", upscale="2048")
    timings = Timings(database)
    await timings.learn(larger, "CPU", 10.0)
    assert timings.predict(larger).seconds == pytest.approx(10.0)
    assert not timings.predict(plain).measured
