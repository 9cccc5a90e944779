"""From a catalog entry to a pipeline on the device. What fits stays loaded."""

import logging
from collections.abc import Callable, Hashable, Sequence
from functools import partial

from generation.catalog import ModelSpec
from generation.loras import AskedLora
from generation.worker import claims, room
from generation.worker import economy as economies
from generation.worker.adapters import Adapters
from generation.worker.assembly import assemble
from generation.worker.device import Device
from generation.worker.economy import Economy
from generation.worker.load_errors import LoadError, LoraError, explain, no_place
from generation.worker.loaded import LoadedModel
from generation.worker.loras import refuse_what_takes_none
from generation.worker.memory import is_of_device, is_poisoned
from generation.worker.precision import dtype_for, refuse_what_cannot_be
from generation.worker.sharing import origins, shared
from generation.worker.sources import Sources, gather
from generation.worker.watching import Watch

log = logging.getLogger(__name__)

#: Called before something is loaded: with the LoRAs that are put on, or none where it is the model.
OnLoad = Callable[[Sequence[AskedLora]], None]


class Loader:
    """Loads models, and keeps them as long as they fit; the least recently used leaves first."""

    def __init__(self, device: Device) -> None:
        """Models go to `device`."""
        self._device = device
        self._resident: dict[Hashable, LoadedModel] = {}  # the least recently used one first
        # How far down each model had to go for the device's memory, and where it was loaded last.
        self._floors: dict[Hashable, int] = {}
        self._levels: dict[Hashable, int] = {}
        self._on_host: dict[Hashable, int] = {}  # bytes of the host's memory that each takes
        self._adapters = Adapters()
        #: What else is on the device: each is called to leave it before any model has to.
        self.guests: list[Callable[[], None]] = []
        #: What the repos without a pinned revision are at here.
        self.commits: dict[str, str] = {}

    @property
    def names(self) -> list[str]:
        """The entries whose models are loaded."""
        return sorted(name for model in self._resident.values() for name in model.names)

    def get(
        self,
        spec: ModelSpec,
        on_load: OnLoad,
        watch: Watch | None = None,
        loras: Sequence[AskedLora] = (),
        *,
        paints: bool = True,
    ) -> LoadedModel:
        """The model of `spec` with these LoRAs of a prompt on it, and no others.

        Calls `on_load` where something has to be loaded first; `watch` is told how far a download
        is. What a class must be able to do is asked of those alone that are to paint. Raises
        LoadError, LoraError where it is for those LoRAs alone, and what is of the device as it
        comes.
        """
        asked = tuple(lora.pinned(self.commits) for lora in loras)
        if asked:
            refuse_what_takes_none(spec, LoraError)
        model = self._find(spec)
        if model is None or not self._adapters.are_on(model.pipeline, asked):
            self._take_off()
            refuse = partial(claims.refuse, spec) if paints else _refuse_nothing
            model = self._find(spec) or self._bring(spec, on_load, watch, refuse)
        if not self._adapters.are_on(model.pipeline, asked):
            on_load(asked)
            self._put_on(model, spec, asked, watch)
        return model

    def _put_on(
        self,
        model: LoadedModel,
        spec: ModelSpec,
        asked: tuple[AskedLora, ...],
        watch: Watch | None,
    ) -> None:
        """Have the model wear these, or none of them. Raises as `get` does."""
        try:
            self.commits |= self._adapters.put_on(model.pipeline, spec, asked, watch)
        except Exception:
            if self._adapters.wears_any:
                self._take_off(model)
            raise

    def _take_off(self, interrupted: LoadedModel | None = None) -> None:
        """Have no model wear any; where that fails, all leave, and are loaded anew when asked for.

        `interrupted`: the one that has only a part of them on, and may not be on its device.
        """
        try:
            self._adapters.take_off()
            if interrupted is not None:
                interrupted.economy.place(interrupted.pipeline, self._device)
        except Exception as error:
            if is_poisoned(error):
                raise
            # One of them may be changed for good, and they share networks.
            log.exception("LoRAs can't be taken off: all models are loaded anew")
            self.drop()

    def _bring(
        self, spec: ModelSpec, on_load: OnLoad, watch: Watch | None, refuse: Callable[..., None]
    ) -> LoadedModel:
        """Load the model of `spec`, which is not here yet. Raises as `get` does."""
        refuse_what_cannot_be(spec, self._device)
        refuse()
        on_load(())
        try:
            # A model that can't be had is no reason to give up one that is here.
            sources = gather(
                spec,
                watch,
                on_index=refuse,
                on_size=partial(self._plan, spec),
            )
            self.commits |= sources.resolved
            model = self._find(spec) or self._load(spec, sources)
        except LoadError:
            raise
        except Exception as error:
            if is_of_device(error):
                raise
            raise LoadError(explain(error, spec)) from error
        return model

    def level(self, spec: ModelSpec) -> int:
        """The setting that the model is loaded with from now on, unless less fits."""
        return self._floors.get(self._key(spec), 0)

    def loaded_at(self, spec: ModelSpec) -> int:
        """The setting that the model was loaded with last, for the memory that was free then."""
        return self._levels.get(self._key(spec), 0)

    def begin_at(self, spec: ModelSpec, level: int) -> None:
        """Take over how far down a worker before this one had to go."""
        # This one may have another device, with fewer settings.
        level = min(level, len(economies.economies(spec, self._device)) - 1)
        if level <= self.level(spec):
            return
        key = self._key(spec)
        self._floors[key] = level
        if key in self._resident:
            self._take_off()
            self._resident.pop(key, None)
            self.free()

    def make_alone(self, spec: ModelSpec) -> bool:
        """Have all others leave; False where there are none."""
        key = self._key(spec)
        others = self._resident.keys() - {key}
        self._dismiss_guests()
        for other in others:
            del self._resident[other]
        self.free()
        return bool(others)

    def economize(self, spec: ModelSpec, *, loading: bool) -> Economy | None:
        """Have the model loaded anew, and from now on, with the next cheaper setting.

        `loading`: with one that needs less memory for that. None where there is none.
        """
        self.drop()
        key = self._key(spec)
        now = self._levels.get(key, self.level(spec))
        level = economies.next_cheaper(spec, now, self._device, loading=loading)
        if level is None:
            return None
        self._floors[key] = self._levels[key] = level
        return economies.economies(spec, self._device)[level]

    def drop(self) -> None:
        """Free all that is loaded."""
        self._adapters.forget()
        self._resident.clear()
        self._dismiss_guests()
        self.free()

    def free(self) -> None:
        """Give the device back what nothing refers to any more."""
        room.give_back(self._device)

    def _find(self, spec: ModelSpec) -> LoadedModel | None:
        """The loaded one, which is now the most recently used one."""
        key = self._key(spec)
        model = self._resident.pop(key, None)
        if model is not None:
            self._resident[key] = model
            model.names.add(spec.name)
        return model

    def _load(self, spec: ModelSpec, sources: Sources) -> LoadedModel:
        key, device, elements = self._key(spec), self._device, sources.elements
        level = self._levels[key] = self._plan(spec, elements)
        economy = economies.economies(spec, device)[level]
        on_host = self._on_host[key] = economy.host_need(spec, device, elements)
        self.make_room(economy.need(spec, device, elements), on_host)
        dtype = dtype_for(spec, device, half=economy.half)
        wanted = origins(spec, sources, economy, dtype)
        others = [(model.origins, model.pipeline) for model in self._resident.values()]
        pipeline = assemble(
            spec,
            sources,
            dtype,
            four_bit=economy.four_bit,
            shared=shared(wanted, others),
        )
        economy.place(pipeline, device)
        log.info("loaded %s on %s (%s)", spec.name, device.name, economy.name)
        model = LoadedModel.of(spec, pipeline, sources, economy, dtype, wanted)
        self._resident[key] = model
        return model

    def _plan(self, spec: ModelSpec, elements: int) -> int:
        """Its level with the device for itself: others leave before it has to be slower.

        Raises LoadError where the memory is too little for its weights alone.
        """
        level, host_room = self._choose(spec, elements)
        if level != self.level(spec) and self.guests:
            self._dismiss_guests()
            self.free()
            level, host_room = self._choose(spec, elements)
        if level is None:
            least = economies.least_on_host(spec, self._device, elements)
            raise LoadError(no_place(spec, least, host_room, on_gpu=self._device.is_gpu))
        return level

    def _choose(self, spec: ModelSpec, elements: int) -> tuple[int | None, int]:
        """The level that fits, if any does, and how much memory the host has for it."""
        pipelines = [model.pipeline for model in self._resident.values()]
        taken = room.taken_bytes(self._device, pipelines)
        on_host = sum(self._on_host[key] for key in self._resident)
        host_room = room.host_bytes() + (on_host if self._device.is_gpu else taken)
        level = economies.choose(
            spec,
            self._device,
            elements,
            room.free_bytes(self._device) + taken,
            host_room=host_room,
            floor=self.level(spec),
        )
        return level, host_room

    def make_room(self, need: int, on_host: int = 0) -> None:
        """Have those leave that were not used for longest, until so many bytes are free."""

        def lacks() -> bool:
            return room.free_bytes(self._device) < need or room.host_bytes() < on_host

        if self.guests and lacks():
            self._dismiss_guests()
            self.free()
        if self._adapters.wears_any and lacks():
            # They hold the model that wears them, and its networks may be others' as well.
            self._take_off()
            self.free()
        while self._resident and lacks():
            key = next(iter(self._resident))
            log.info("%s makes room", ", ".join(sorted(self._resident[key].names)))
            del self._resident[key]
            self.free()

    def _dismiss_guests(self) -> None:
        for leave in self.guests:
            leave()

    def _key(self, spec: ModelSpec) -> Hashable:
        return spec.pinned(self.commits).weights


def _refuse_nothing(*_: object) -> None:
    """What paints nothing need not be able to."""
