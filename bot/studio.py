"""The studio: what commands and delivery work with, from the catalog to the executors."""

from dataclasses import dataclass

from bot.safety import Safety
from generation.catalog import Catalog, ExecutorName, ModelSpec
from generation.dispatcher import Dispatcher
from generation.events import JobEvents
from generation.executors.base import Executor
from generation.imaging.process import ImagingProcess
from generation.inputs.retention import InputRetention
from generation.inputs.store import InputStore
from generation.intake import Intake
from generation.keeping.kept import KeptPictures
from generation.limits.guild import GuildLimits
from generation.limits.quotas import Quotas
from generation.pictures import PictureStore
from generation.queue import JobQueue
from generation.safety.erasure import Erasure
from generation.sheets.store import PartStore
from generation.states import ModelStates
from generation.store import JobStore
from generation.timings import Timings


@dataclass(frozen=True, slots=True)
class Studio:
    """Put together by bot/app, and handed to whoever asks for pictures."""

    catalog: Catalog  # what this host can run
    whole_catalog: Catalog  # also what it can't, at least not now
    default_model: ModelSpec
    store: JobStore
    kept: KeptPictures
    queue: JobQueue
    pictures: PictureStore
    events: JobEvents
    intake: Intake
    quotas: Quotas
    guild_limits: GuildLimits
    dispatcher: Dispatcher
    executors: tuple[Executor, ...]
    shrinking: ImagingProcess  # of its own, too: a large picture takes it tens of seconds
    inputs: InputStore
    input_retention: InputRetention
    input_imaging: ImagingProcess  # one of its own: what strangers bring holds no result up
    timings: Timings
    states: ModelStates
    parts: PartStore
    safety: Safety
    erasure: Erasure

    def device_of(self, executor: ExecutorName) -> str:
        """The devices of that kind of executor, for people."""
        return ", ".join(item.device for item in self.executors if item.name == executor)
