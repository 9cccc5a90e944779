"""The notice says what holds by the settings in force; the end of a deletion says what it did."""

import pytest

from bot.settings import Settings
from cogs.privacy._notice import done, notice
from generation.catalog import Catalog
from generation.safety.erasure import Erased
from tests.support.jobs import CATALOG, DEMO, HOSTED
from tests.unit.cogs.shelves import studio


def told(catalog: Catalog | None = None, **settings: object) -> dict[str, str]:
    chosen = Settings(_env_file=None, **settings)  # pyright: ignore[reportCallIssue, reportArgumentType]
    embed = notice(chosen, studio(catalog or Catalog({"demo": DEMO})))
    return {field.name or "": field.value or "" for field in embed.fields}


def test_how_long_is_what_the_host_has_set():
    assert "until you or the host delete them" in told()["How long"]
    bounded = told(keep_pictures_days=1, keep_pictures_gib=2.5)["How long"]
    assert "deleted after 1 day." in bounded
    assert "take 2.5 GiB" in bounded
    assert "until you or the host" not in bounded


def test_who_sees_it_depends_on_models_channel_and_log():
    assert "Hugging Face" not in told()["Who sees it"]
    assert "Hugging Face" in told(CATALOG)["Who sees it"]
    assert "the host's log" in told()["Who sees it"]
    assert "a channel of the host's" in told(report_channel_id=7)["Who sees it"]
    assert "No other words of yours are in the log." in told()["Who sees it"]
    assert "the log has your words too" in told(log_level="DEBUG")["Who sees it"]


def test_who_looks_at_hosted_pictures_is_said_where_somebody_has_to():
    assert "Hugging Face's classifier" in told(CATALOG)["Who sees it"]
    unseen = HOSTED.model_copy(update={"screening": "none"})
    said = told(Catalog({"demo": DEMO, "zb-tech": unseen}))["Who sees it"]
    assert "Hugging Face" in said
    assert "classifier" not in said


def test_what_is_stored_includes_bars():
    assert "that the host has barred you" in told()["What"]


def test_that_the_log_keeps_ids_is_said():
    said = told()["How to delete it"]
    assert "deletes nothing from the host's log, where your id stands" in said
    assert "where a list of words refuses you, where you cancel a picture" in said


def test_every_field_fits():
    fields = told(
        CATALOG, keep_pictures_days=9, keep_pictures_gib=9.5, report_channel_id=7, log_level="DEBUG"
    )
    assert all(0 < len(value) <= 1024 for value in fields.values())


@pytest.mark.parametrize(
    ("erased", "line"),
    [
        (
            Erased(0, 1, 1, 1, 1, barred=False, limited=False),
            "1 request, 1 picture, 1 picture that",
        ),
        (
            Erased(0, 1234, 0, 2, 2, barred=False, limited=False),
            "1,234 requests, 0 pictures, 2 pict",
        ),
        (Erased(1, 1, 0, 0, 0, barred=False, limited=False), "1 of them had not ended, and was"),
        (Erased(2, 2, 0, 0, 0, barred=False, limited=False), "2 of them had not ended, and were"),
        (Erased(0, 0, 0, 0, 0, barred=True, limited=True), "that you are barred; limits that"),
    ],
)
def test_what_was_deleted_is_counted(erased: Erased, line: str):
    assert line in done(erased)


def test_what_does_not_stay_is_not_said_to():
    said = done(Erased(0, 0, 0, 0, 0, barred=False, limited=False))
    assert "barred" not in said
    assert "admins" not in said
    assert "report" not in said.partition("What stays")[2]


def test_reports_that_stay_or_count_on_are_said_to():
    erased = Erased(0, 1, 1, 0, 2, barred=False, limited=False, reported=True, counted=True)
    stays = done(erased).partition("What stays")[2]
    assert "that a picture of yours was reported" in stays
    assert "when you reported something, until that is an hour ago" in stays


def test_what_could_not_be_taken_away_yet_is_said():
    erased = Erased(0, 1, 1, 0, 0, barred=False, limited=False, left=1)
    assert "1 message with reports could not be taken away yet" in done(erased)
