"""The tables [tools.NAME]: what they must say, and what becomes of them in a host's own file."""

from pathlib import Path

import pytest

from generation.catalog import BROUGHT, Catalog, wants_screening
from generation.errors import CatalogError
from generation.revisions import Revisions

PLACE = 'url = "https://github.com/someone/x/releases/download/v1/x4.pth"'
REST = (
    'title = "X"\ndescription = "Larger."\nkind = "upscaler"\nscale = 4\n'
    'licence = { name = "MIT", commercial = true }\n'
)


def load(folder: Path, text: str) -> Catalog:
    path = folder / "models.toml"
    path.write_text(text, encoding="utf-8")
    return Catalog.load(path)


def test_the_shipped_ones_have_the_hashes_that_are_known():
    tools = Catalog.load().tools
    assert tools["esrgan-x4"].sha256 == (
        "65fece06e1ccb48853242aa972bdf00ad07a7dd8938d2dcbdf4221b59f6372ce"
    )
    assert not tools["restoreformer"].is_known
    assert tools["yunet"].is_known  # the hub has hashes of its own
    assert tools.of_kind("upscaler")[0].is_known


def test_a_host_adds_overrides_and_hides(tmp_path: Path):
    tools = load(
        tmp_path,
        f"[tools.mine]\n{PLACE}\n{REST}default = true\n"
        "[tools.general]\nhidden = true\n"
        '[tools.esrgan-x4]\ntitle = "Ours"\n',
    ).tools
    assert tools.of_kind("upscaler")[0].name == "mine"
    assert "general" not in tools
    assert tools["esrgan-x4"].title == "Ours"
    assert tools["esrgan-x4"].sha256


def test_another_place_has_other_files(tmp_path: Path):
    tools = load(tmp_path, f"[tools.real-esrgan-x4]\n{PLACE}\n").tools
    assert tools["real-esrgan-x4"].sha256 is None
    assert tools["real-esrgan-x4"].redirects == ()
    moved = load(tmp_path, f"[tools.esrgan-x4]\n{PLACE}\n").tools["esrgan-x4"]
    assert (moved.repo, moved.file, moved.sha256) == (None, None, None)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (REST, "needs either `repo` or `url`"),
        (f'{PLACE}\nrepo = "a/b"\n{REST}', "needs either `repo` or `url`"),
        (f'url = "http://example.com/x4.pth"\n{REST}', ", url: must begin with https://"),
        (f'url = "https://user@example.com/x4.pth"\n{REST}', ", url: is no address of a file"),
        (f'url = "https://example.com:x/x4.pth"\n{REST}', ", url: is no address of a file"),
        (f'url = "https://example.com/x4.zip"\n{REST}', "x4.zip is of none of the kinds"),
        (f'repo = "a/b"\nfile = "x4.pth"\n{REST}', "may hold code: name its `sha256`"),
        (f'repo = "a/b"\nfile = "../x4.pth"\n{REST}', "[tools.mine], file"),
        (f"{PLACE}\n{REST}".replace("scale = 4\n", ""), "an upscaler needs `scale`"),
        (f'{PLACE}\n{REST}pipeline = "AnyPipeline"\n', "only upscalers of a repo"),
        (f'repo = "a/b"\nsha256 = "{"0" * 64}"\n{REST}', "], sha256: `sha256` is that of one file"),
        (f"{PLACE}\n{REST}scael = 1\n", "scael: there is no such key. Did you mean scale?"),
        (f"{PLACE}\n{REST}name = 'x'\n", "[tools.mine], name: there is no such key: leave it"),
        (
            f"{PLACE}\n{REST}".replace('"upscaler"', '"upscale"'),
            "kind: “upscale” is none of: upscaler, face_restorer, face_detector, clip, screener,"
            " preview. Did you mean upscaler?",
        ),
        (
            f'repo = "a/b"\n{REST}'.replace("upscaler", "screener"),
            "a picture classifier needs `labels`",
        ),
        (
            f'{PLACE}\n{REST}labels = ["x"]\n'.replace("upscaler", "screener"),
            "], url: a picture classifier is several files of a `repo`",
        ),
        (
            f'repo = "a/b"\n{REST}screening = "none"\n'.replace("upscaler", "clip"),
            "], screening: only upscalers and face restorers have pictures to be looked at",
        ),
        (
            f'{PLACE}\n{REST}screening = "requird"\n',
            "screening: “requird” is none of: required, none. Did you mean required?",
        ),
        (f'{PLACE}\n{REST}sha256 = "x"\n', "sha256: must be the 64 hex digits of a sha256, in"),
        ("hidden = true", "[tools.mine]: lacks title, description, kind and licence"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, says: str):
    with pytest.raises(CatalogError) as error:
        load(tmp_path, f"[tools.mine]\n{text}")
    assert says in str(error.value)


def test_all_that_is_wrong_with_a_tool_is_told_with_what_is_wrong_elsewhere(tmp_path: Path):
    text = f"[demo]\nstep = 1\n[tools.mine]\n{PLACE}\n{REST}".replace("scale = 4", "tile = 100")
    with pytest.raises(CatalogError) as refused:
        load(tmp_path, text)
    assert [line.partition("models.toml, ")[2] for line in str(refused.value).splitlines()] == [
        "[demo], step: there is no such key. Did you mean steps?",
        "[tools.mine], tile: must be a multiple of 8, not 100",
        "[tools.mine]: an upscaler needs `scale`, how many times as large its pictures are",
    ]


def test_who_mistypes_a_tools_name_is_asked_for_it(tmp_path: Path):
    with pytest.raises(CatalogError) as refused:
        load(tmp_path, "[tools.real-esrgan-x3]\nhidden = true\n")
    assert str(refused.value).endswith("Did you mean real-esrgan-x4?")


def test_what_holds_no_tables_is_refused(tmp_path: Path):
    with pytest.raises(CatalogError, match=r"tools must hold tables, as in \[tools.esrgan-x4\]"):
        load(tmp_path, "tools = 3\n")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (f"[tools.demo]\n{PLACE}\n{REST}", "[tools.demo]: demo is called so as well: take another"),
        (
            f"[tools.turbo]\n{PLACE}\n{REST}",
            "[tools.turbo]: sdxl-turbo is called so as well: take another name, or give"
            " [sdxl-turbo] another `also`",
        ),
        ('[tools.general]\ntitle = "yunet"', "[tools.general], title: “yunet” is what yunet is"),
        ('[demo]\nalso = ["gfpgan"]', "[demo], also: “gfpgan” is what gfpgan is called"),
        (f"[tools.brought]\n{PLACE}\n{REST}", "[tools.brought]: “brought” is what Easel calls"),
    ],
)
def test_no_tool_is_called_as_a_model_or_another_tool_is(tmp_path: Path, text: str, says: str):
    with pytest.raises(CatalogError) as refused:
        load(tmp_path, text)
    (line,) = str(refused.value).splitlines()
    assert says in line


def test_tools_and_hidden_licences_come_along(tmp_path: Path):
    catalog = load(tmp_path, "[sdxl-turbo]\nhidden = true\n")
    accepted = {"sai-nc-community", "gfpgan"}
    for each in (catalog.offered_by({"local"}), Revisions().pin_all(catalog)):
        assert "gfpgan" in each.accepting(accepted).tools
    assert "gfpgan" not in catalog.accepting({"sai-nc-community"}).tools
    assert "gfpgan" in catalog.accepting({"GFPGAN"}).tools


def test_without_a_worker_there_is_but_who_looks_at_pictures_and_nothing_that_needs_others():
    hosted = Catalog.load().offered_by({"hosted"})
    assert {tool.kind for tool in hosted.tools.values()} == {"screener"}
    assert BROUGHT.name not in hosted
    assert BROUGHT.name in Catalog.load().offered_by({"local"})


def test_the_hash_of_a_first_download_is_kept_and_used(tmp_path: Path):
    tool = load(tmp_path, f"[tools.mine]\n{PLACE}\n{REST}").tools["mine"]
    lock = tmp_path / "models.lock"
    running = Revisions(lock)
    assert not running.pin(tool).is_known
    assert tool.url is not None
    Revisions(lock).record({tool.url: "b" * 64})  # `models download`, another process
    assert running.pin(tool).sha256 == "b" * 64
    assert Revisions(lock).pin(tool).sha256 == "b" * 64


def test_all_but_the_demo_model_want_their_pictures_looked_at():
    catalog = Catalog.load()
    assert [name for name, spec in catalog.items() if spec.screening == "none"] == ["demo"]
    assert {tool.screening for tool in catalog.tools.values()} == {"required"}


def test_a_host_says_which_pictures_nobody_has_to_look_at(tmp_path: Path):
    catalog = load(
        tmp_path,
        '[sdxl]\nscreening = "none"\n[demo]\nscreening = "required"\n'
        '[tools.esrgan-x4]\nscreening = "none"\n',
    )
    tools = catalog.tools
    assert not wants_screening(catalog["sdxl"], [tools["general"]])
    assert not wants_screening(catalog["sdxl-lightning-4"], [])  # it is based on that
    assert wants_screening(catalog["demo"], [tools["esrgan-x4"]])
    assert not wants_screening(BROUGHT, [tools["esrgan-x4"]])
    assert wants_screening(BROUGHT, [tools["yunet"], tools["restoreformer"], tools["esrgan-x4"]])
    # Who finds faces changes nothing.
    assert not wants_screening(BROUGHT, [tools["yunet"]])


def test_the_shipped_classifier_is_the_one_that_is_taken(tmp_path: Path):
    screener = Catalog.load().tools.screener
    assert screener is not None
    assert (screener.repo, screener.labels) == ("Falconsai/nsfw_image_detection", ("nsfw",))
    assert load(tmp_path, "[tools.nsfw-detection]\nhidden = true\n").tools.screener is None
