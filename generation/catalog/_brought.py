"""The entry of jobs that paint nothing: they begin with a picture that was brought along."""

from ._model import ModelSpec
from ._running import Licence
from ._values import IntegerRange, NumberRange, Size

#: It stands where others have the model that paints. No list has it, and nobody can ask for it.
BROUGHT = ModelSpec(
    name="brought",
    title="no model",
    description="Nothing is painted: something is done with a picture that was brought along.",
    executor="local",
    repo="/",
    pipeline="NoPipeline",
    sizes=(Size(width=64, height=64),),
    steps=IntegerRange(min=1, max=1, default=1),
    guidance=NumberRange(min=0, max=0, default=0),
    licence=Licence(name="the picture's own", commercial=True),
)
