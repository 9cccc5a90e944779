"""The settings as a list of variables, for the documentation and for messages."""

from dataclasses import dataclass

from ._fields import Settings


@dataclass(frozen=True)
class Variable:
    """One variable of the environment."""

    name: str
    default: str  # as it would be written in .env; empty where there is none
    does: str  # one sentence
    allowed: str  # completes "it must be …"
    is_secret: bool


def variables() -> dict[str, Variable]:
    """Return every variable by its name, in the order of the documentation."""
    found = {}
    for field in Settings.model_fields.values():
        name = str(field.validation_alias)
        extra = field.json_schema_extra
        assert isinstance(extra, dict)
        found[name] = Variable(
            name=name,
            default="" if field.default is None else str(field.default),
            does=field.description or "",
            allowed=str(extra["allowed"]),
            is_secret=name.endswith("_TOKEN"),
        )
    return found
