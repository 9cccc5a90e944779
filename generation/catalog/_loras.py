"""LoRAs that prompts may name: the tables `[loras.NAME]`."""

from collections.abc import Mapping
from typing import Any

from pydantic import Field, field_validator

from ._running import Licence
from ._sources import FileSource
from ._values import WeightRange, line_field


class OfferedLora(FileSource):
    """A LoRA that members may ask for in a prompt.

    `base` names the entries that it fits. It fits as well what is based on one of them and runs on
    the same pipeline. `triggers` are words that stand for it in the pictures it learned from.
    """

    name: str = Field(
        pattern=r"^[a-z0-9][a-z0-9._-]{0,39}$",
        description="1 to 40 small letters, digits, . _ or -, a letter or digit first",
        json_schema_extra={"elsewhere": True},
    )
    title: str = line_field(60)
    hidden: bool = False
    base: tuple[str, ...] = Field(min_length=1)
    weight: WeightRange = WeightRange(min=-2.0, max=2.0, default=1.0)
    triggers: tuple[str, ...] = ()
    licence: Licence

    @field_validator("base", mode="before")
    @classmethod
    def _one_or_several(cls, given: Any) -> Any:
        return (given,) if isinstance(given, str) else given

    def fits(self, lineage: Mapping[str, str | None], pipeline: str | None) -> bool:
        """Whether it fits an entry that runs on `pipeline`.

        `lineage` has the pipelines of that entry and of those that it is based on, by their names.
        """
        return any(name in lineage and lineage[name] == pipeline for name in self.base)
