"""What autocomplete offers for a list of models: the names so far, and one more."""

from hypothesis import given
from hypothesis import strategies as st

from cogs.compare._choices import models_choices
from generation.sheets.plan import MOST_MODELS
from tests.support.jobs import CATALOG, DEMO


def offered(typed: str) -> list[str]:
    return [str(choice.value) for choice in models_choices(CATALOG, DEMO, typed)]


def test_at_first_each_model_is_offered_the_default_first():
    assert offered("")[0] == "demo"
    assert len(offered("")) == min(25, len(CATALOG))


def test_after_a_comma_one_more_is_offered_and_none_twice():
    values = offered("demo, ")
    assert all(value.startswith("demo, ") for value in values)
    assert "demo, demo" not in values
    assert "demo, sdxl-turbo" in values


def test_a_list_that_is_whole_can_be_taken_as_it_is():
    assert offered("demo, sdxl-turbo")[0] == "demo, sdxl-turbo"
    assert offered("demo; SDXL-Turbo")[0] == "demo, sdxl-turbo"


def test_after_the_fourth_there_is_no_more_to_add():
    four = ", ".join(list(CATALOG)[:MOST_MODELS])
    assert offered(four) == [four]
    assert offered(f"{four}, ") == [four]


@given(st.text(alphabet="demosxl-turbo,; ", max_size=120) | st.text(max_size=120))
def test_whatever_is_typed_choices_are_within_discord_s_limits(typed: str):
    choices = models_choices(CATALOG, DEMO, typed)
    assert len(choices) <= 25
    assert all(1 <= len(choice.name) <= 100 for choice in choices)
    assert all(1 <= len(str(choice.value)) <= 100 for choice in choices)
    values = [choice.value for choice in choices]
    assert len(values) == len(set(values))
