"""Faults in how interactions are acknowledged."""

from typing import Any

from tests.unit.playground.planted_faults.fault import Fault


def offer(count: int = 1, **parts: Any) -> dict[str, Any]:
    """An autocomplete's answer with as many choices."""
    return {"choices": [{"name": str(n), "value": str(n), **parts} for n in range(count)]}


IN_ANSWERS = [
    Fault("without a type", "callback", {"data": {"content": "a"}},
          {"type": 4, "data": {"content": "a"}}, "type", "BASE_TYPE_REQUIRED"),
    Fault("a type for components only", "callback", {"type": 7, "data": {"content": "a"}},
          {"type": 4, "data": {"content": "a"}}, "type", "BASE_TYPE_CHOICES"),
    Fault("data that is no object", "callback", {"type": 4, "data": "a"},
          {"type": 4, "data": {"content": "a"}}, "data", "DICT_TYPE_CONVERT"),
    Fault("unknown key", "callback", {"type": 5, "ephemeral": True},
          {"type": 5, "data": {"flags": 64}}, "ephemeral", "UNKNOWN_KEY"),
    Fault("unknown key of a defer", "callback", {"type": 5, "data": {"ephemeral": True}},
          {"type": 5}, "data.ephemeral", "UNKNOWN_KEY"),
    Fault("flags of the wrong type", "callback", {"type": 5, "data": {"flags": "64"}},
          {"type": 5, "data": {"flags": 64}}, "data.flags", "NUMBER_TYPE_COERCE"),
    Fault("too many choices", "autocomplete", offer(26), offer(25), "data.choices",
          "BASE_TYPE_MAX_LENGTH"),
    Fault("choice's name too long", "autocomplete", offer(name="x" * 101), offer(name="x" * 100),
          "data.choices.0.name", "BASE_TYPE_BAD_LENGTH"),
    Fault("choice's value too long", "autocomplete", offer(value="x" * 101),
          offer(value="x" * 100), "data.choices.0.value", "BASE_TYPE_BAD_LENGTH"),
    Fault("choice of another type", "autocomplete", offer(value=7), offer(value="7"),
          "data.choices.0.value", "STRING_TYPE_CONVERT"),
    Fault("choice without a value", "autocomplete", offer(value=None), offer(),
          "data.choices.0.value", "BASE_TYPE_REQUIRED"),
    Fault("unknown key of a choice", "autocomplete", offer(label="a"), offer(),
          "data.choices.0.label", "UNKNOWN_KEY"),
    Fault("no list", "autocomplete", {"choices": "a"}, {"choices": []}, "data.choices",
          "LIST_TYPE_CONVERT"),
]  # fmt: skip
