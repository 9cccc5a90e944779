"""What the first download decided is kept, and holds for all entries that pin nothing."""

from pathlib import Path

import pytest

from generation.catalog import Catalog
from generation.revisions import Revisions

COMMIT, OTHER = "a" * 40, "b" * 40
CATALOG = Catalog.load()


def test_what_is_recorded_is_there_after_a_restart(tmp_path: Path) -> None:
    Revisions(tmp_path / "models.lock").record({"a/b": COMMIT})
    assert Revisions(tmp_path / "models.lock")["a/b"] == COMMIT


def test_what_was_decided_stays(tmp_path: Path) -> None:
    revisions = Revisions(tmp_path / "models.lock")
    revisions.record({"a/b": COMMIT})
    revisions.record({"a/b": OTHER, "c/d": OTHER})
    assert (revisions["a/b"], revisions["c/d"]) == (COMMIT, OTHER)


def test_all_sources_of_an_entry_are_pinned_but_those_that_it_pins_itself() -> None:
    revisions = Revisions()
    spec = CATALOG["sdxl-lightning-4"]
    assert spec.vae is not None
    assert spec.unet is not None
    revisions.record({spec.repo: OTHER, spec.unet.repo: COMMIT, spec.vae.repo: COMMIT})
    pinned = revisions.pin(spec)
    assert pinned.revision == spec.revision != OTHER
    assert pinned.unet is not None
    assert pinned.vae is not None
    assert (pinned.unet.revision, pinned.vae.revision) == (COMMIT, COMMIT)
    lora = CATALOG["realvisxl-lightning"]
    assert revisions.pin(lora).loras[0].revision == COMMIT
    assert revisions.pin(lora).revision is None


@pytest.mark.parametrize("text", ["no toml", '"a/b" = "main"', '"a/b" = 3', "\x00"])
def test_a_file_with_nonsense_counts_as_empty(tmp_path: Path, text: str) -> None:
    path = tmp_path / "models.lock"
    path.write_text(text)
    with pytest.raises(KeyError):
        Revisions(path)["a/b"]


def test_a_folder_that_can_not_be_written_is_no_reason_to_stop(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    revisions = Revisions(tmp_path / "file" / "models.lock")
    revisions.record({"a/b": COMMIT})
    assert revisions["a/b"] == COMMIT


def test_what_another_process_decided_meanwhile_is_kept(tmp_path: Path):
    lock = tmp_path / "models.lock"
    bot, download = Revisions(lock), Revisions(lock)
    download.record({"test/one": "1" * 40, "test/two": "2" * 40})
    bot.record({"test/two": "3" * 40, "test/three": "4" * 40})
    for revisions in (bot, Revisions(lock)):
        # Of what both decided, the bot goes on with what it has loaded.
        assert [revisions[f"test/{name}"] for name in ("one", "two", "three")] == [
            *("1" * 40, "3" * 40, "4" * 40)
        ]


def test_a_pinned_catalog_still_knows_the_licences_of_hidden_entries(tmp_path: Path) -> None:
    own = tmp_path / "models.toml"
    own.write_text("[sdxl-turbo]\nhidden = true\n")
    licence = CATALOG["sdxl-turbo"].licence.name
    pinned = Revisions().pin_all(Catalog.load(own))
    assert "sdxl-turbo" not in pinned
    assert "demo" in pinned.accepting([licence])
