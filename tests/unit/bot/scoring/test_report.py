"""The table, the CSV and the grid say what was painted, and what was not."""

import csv
from pathlib import Path

from bot.scoring import Attempt, Scorer, grids, report, standings, write_scores, write_summary
from generation.catalog import Catalog
from generation.request import GenerationRequest

from .attempts import FAILED, attempt

SCORER = Scorer("owner/clip", "0" * 40, 77)
ATTEMPTS = [
    attempt(1, "good", 31.25, 0.5),
    attempt(2, "good", 33.25, 0.7, cut=12),
    attempt(1, "broken", None),
    attempt(2, "broken", None),
    attempt(1, "other", 20.0, 3.0),
    attempt(2, "other", 40.0, 4.0, cut=12),
]


def lines(attempts: list[Attempt] = ATTEMPTS) -> list[str]:
    return report(attempts, standings(attempts), SCORER, seed=7)


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_table_names_clip_and_has_a_row_a_model():
    first, heading, good, broken, other, *_ = lines()
    assert first == f"CLIP score by owner/clip@{'0' * 40}; prompts: 2, seed 7"
    assert heading.split("  ")[0] == "model"
    assert good.split() == ["good", "2", "of", "2", "32.25", "32.25", "50%", "0.60"]
    assert broken.split() == ["broken", "0", "of", "2", "–", "–", "–", "–"]
    assert other.split() == ["other", "2", "of", "2", "30.00", "30.00", "50%", "3.50"]
    assert len({len(line) for line in (heading, good, broken, other)}) == 1


def test_prompts_that_are_longer_than_clip_reads_are_counted():
    assert "CLIP reads 77 tokens: of 1 of the 2 prompts it did not read the end." in lines()
    assert not any("tokens" in line for line in lines([attempt(1, "a", 1.0)]))


def test_a_failure_is_told_with_its_reason():
    assert f"broken: 2 of 2 failed. {FAILED}" in lines()


def test_the_csv_has_a_line_a_picture_and_every_failure(tmp_path: Path):
    spec = Catalog.load()["demo"]
    request = GenerationRequest.build(spec, "a “fox”, red", seed=7)
    painted = Attempt(
        *(1, 'a "fox",\tred', "demo", request, "a fox"),
        file=tmp_path / "pictures" / "1.png",
        seconds=0.5,
    )
    write_scores(tmp_path / "scores.csv", [painted, ATTEMPTS[2]], SCORER)
    first, second = rows(tmp_path / "scores.csv")
    assert first["prompt"] == 'a "fox",\tred'
    assert (first["seed"], first["steps"], first["width"]) == ("7", "6", "256")
    assert (first["picture"], first["clip_score"]) == ("pictures/1.png", "")
    assert (second["failure"], second["seed"], second["picture"]) == (FAILED, "", "")
    assert {first["clip"], second["clip"]} == {f"owner/clip@{'0' * 40}"}


def test_the_summary_has_a_line_a_model(tmp_path: Path):
    write_summary(tmp_path / "summary.csv", standings(ATTEMPTS), SCORER)
    good, broken, _ = rows(tmp_path / "summary.csv")
    assert (good["mean"], good["win_rate"], good["pictures"]) == ("32.25", "0.5", "2")
    assert (broken["mean"], broken["pictures"], broken["prompts"]) == ("", "0", "2")


def test_the_grid_has_a_row_a_prompt_and_a_column_a_model():
    (page,) = grids(Path("out"), ATTEMPTS, standings(ATTEMPTS))
    assert page["file"] == "out/grid-1.png"
    assert page["columns"] == ["good · mean 32.25", "broken · no picture", "other · mean 30.00"]
    first, second = page["rows"]
    assert first["caption"] == "1. prompt 1"
    assert [cell["best"] for cell in first["cells"]] == [True, False, False]
    assert [cell["best"] for cell in second["cells"]] == [False, False, True]
    assert first["cells"][0]["caption"] == "31.25 · 0.50 s"
    assert first["cells"][1] == {"file": None, "caption": FAILED, "best": False}


def test_many_prompts_are_several_pages():
    many = [attempt(number, "a", 1.0) for number in range(1, 42)]
    pages = grids(Path("out"), many, standings(many))
    assert [Path(page["file"]).name for page in pages] == ["grid-1.png", "grid-2.png", "grid-3.png"]
    assert [len(page["rows"]) for page in pages] == [20, 20, 1]
