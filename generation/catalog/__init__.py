"""The catalog: every model Easel offers, as data from `models.toml`.

The file beside this package ships with Easel; a `models.toml` in the data folder adds entries,
overrides them field by field, or hides them. No code knows a model's name.
"""

from ._brought import BROUGHT
from ._catalog import SHIPPED, Catalog
from ._loras import OfferedLora
from ._model import DefaultOn, ExecutorName, ModelSpec
from ._own import put_entry
from ._running import (
    CALLED_WITH,
    EMBEDDED,
    POOLED,
    Dtype,
    ExtraArguments,
    Licence,
    MemorySetting,
    Offload,
    Quantization,
    SchedulerSpec,
    Screening,
)
from ._sources import FileSource, LoraSpec, Source, VaeSpec
from ._tools import KINDS, ToolKind, Tools, ToolSpec, wants_screening
from ._values import IntegerRange, NumberRange, Size, WeightRange

__all__ = [
    "BROUGHT",
    "CALLED_WITH",
    "EMBEDDED",
    "KINDS",
    "POOLED",
    "SHIPPED",
    "Catalog",
    "DefaultOn",
    "Dtype",
    "ExecutorName",
    "ExtraArguments",
    "FileSource",
    "IntegerRange",
    "Licence",
    "LoraSpec",
    "MemorySetting",
    "ModelSpec",
    "NumberRange",
    "OfferedLora",
    "Offload",
    "Quantization",
    "SchedulerSpec",
    "Screening",
    "Size",
    "Source",
    "ToolKind",
    "ToolSpec",
    "Tools",
    "VaeSpec",
    "WeightRange",
    "put_entry",
    "wants_screening",
]
