"""What is examined; what several checks need to know is found out once."""

import asyncio
from collections.abc import Callable, Coroutine, Mapping, Sequence
from functools import cached_property
from typing import Any, TypeVar

from bot.lacks import lacks_of
from bot.settings import Settings, child_environment
from generation import lora_files
from generation.catalog import Catalog, ExecutorName, ModelSpec
from generation.defaults import choose_default
from generation.executors.hosted import HostedExecutor
from generation.imaging.process import ImagingProcess
from generation.revisions import Revisions

from ._hub import ask_hub, is_offline
from ._packages import lacking_for_painting
from ._tool import ToolFailed, ask
from ._views import Devices, Files, Hub

T = TypeVar("T")

_DEVICE_S = 60.0  # a cold disk takes its time to give torch
_FILES_S = 10.0
_ENTRIES_S = 40.0  # it takes diffusers; where that is slow, nothing is said of them
_PROVIDERS_S = 6.0


class Case:
    """A host with its settings."""

    def __init__(self, settings: Settings, problems: Sequence[str] = ()) -> None:
        """Take the settings, as far as they could be read, and what is wrong with them."""
        self.settings = settings
        self.problems = problems
        self._asked: dict[str, asyncio.Task[Any]] = {}

    @cached_property
    def environment(self) -> Mapping[str, str]:
        """What a worker gets."""
        return child_environment(self.settings)

    @cached_property
    def lacking(self) -> Sequence[str]:
        """The packages that painting on this host needs and that are not installed."""
        return lacking_for_painting()

    @cached_property
    def catalog(self) -> Catalog:
        """All entries, at the commits of this host. Raises CatalogError."""
        catalog = Catalog.load(self.settings.data_dir / "models.toml")
        return Revisions(self.settings.data_dir / "models.lock").pin_all(catalog)

    @cached_property
    def licensed(self) -> Catalog:
        """The entries whose licences the settings accept. Raises CatalogError."""
        catalog = self.catalog
        all_of_it = [*catalog.values(), *catalog.loras, *catalog.tools.values()]
        licences = [each.licence for each in all_of_it]
        to_accept = [each for each in licences if each.must_be_acknowledged]
        accepted = self.settings.accepted_licenses
        # One that is no such licence is told of with the settings.
        return catalog.accepting({each.name for each in to_accept if each.is_accepted(accepted)})

    @property
    def has_hosted(self) -> bool:
        """Whether the settings let Easel use a hosted API."""
        offline = is_offline(self.environment)
        settings = self.settings
        own = settings.hosted_endpoint or any(spec.endpoint for spec in self.catalog.values())
        return bool((settings.hf_token and not offline) or own)

    async def devices(self) -> Devices:
        """What a worker would paint on."""
        return await self._once("devices", self._look_for_devices)

    async def hub(self) -> Hub:
        """What the hub answers."""
        return await self._once("hub", self._ask_hub)

    async def files(self) -> Files:
        """Which files of local models, LoRAs and tools are here, also of those that are off.

        Raises ToolFailed and CatalogError.
        """
        return await self._once("files", self._look_at_files)

    async def mistakes(self) -> Mapping[str, tuple[str, str]]:
        """By local model, what its entry says that can't be so, and what to do."""
        return await self._once("mistakes", self._look_at_entries)

    async def unserved(self) -> Mapping[str, str]:
        """The hosted models that nobody paints at present: why, and what to do."""
        return await self._once("unserved", self._ask_providers)

    async def default(self) -> tuple[ModelSpec, str]:
        """The default model, and why it is that one. Raises CatalogError."""
        devices = await self.devices()
        executors: set[ExecutorName] = set()
        if devices.paints:
            executors.add("local")
        if self.has_hosted:
            executors.add("hosted")
        unserved = await self.unserved()
        possible = self.licensed.offered_by(executors)
        configured = self.settings.default_model
        # What the configured one lacks has a row of its own.
        lacks = lacks_of(possible.values(), self.settings, has_gpu=devices.has_gpu)
        off = {*unserved, *(lacks.keys() - {configured})}
        offered = {name: spec for name, spec in possible.items() if name not in off}
        return choose_default(
            Catalog(offered),
            self.catalog,
            configured=configured,
            accepted=self.settings.accepted_licenses,
            has_gpu=devices.has_gpu,
            hindrances=[*unserved.values()],
        )

    async def close(self) -> None:
        """End what is still being found out."""
        for task in self._asked.values():
            task.cancel()
        if self._asked:
            await asyncio.wait(self._asked.values(), timeout=1)

    async def _once(self, name: str, find_out: Callable[[], Coroutine[Any, Any, T]]) -> T:
        if name not in self._asked:
            self._asked[name] = asyncio.create_task(find_out(), name=name)
        # Shielded: others wait for the same.
        return await asyncio.shield(self._asked[name])

    async def _look_for_devices(self) -> Devices:
        if self.lacking:
            return Devices(lacking=tuple(self.lacking))
        wanted = self.settings.device.split(",")
        try:
            (said, *_) = await ask("device", self.environment, *wanted, limit_s=_DEVICE_S)
        except ToolFailed as error:
            return Devices(broken=str(error))
        return Devices.read(said)

    async def _ask_hub(self) -> Hub:
        return await ask_hub(self.settings, self.environment)

    async def _ask_providers(self) -> Mapping[str, str]:
        hub = await self.hub()
        if not self.has_hosted or not hub.reachable:
            return {}
        settings = self.settings
        executor = HostedExecutor(
            settings.hf_token.get_secret_value() if settings.hf_token else None,
            settings.hosted_endpoint,
            ImagingProcess({}),
            provider=settings.hosted_provider,
            has_endpoints=True,
        )
        try:
            async with asyncio.timeout(_PROVIDERS_S):
                await executor.start()
                return await executor.unserved([*self.licensed.values()])
        except TimeoutError:
            return {}  # as at a start, where the hub does not say
        finally:
            await executor.close()

    async def _look_at_entries(self) -> Mapping[str, tuple[str, str]]:
        if self.lacking:
            return {}
        specs = [spec for spec in self.licensed.values() if spec.executor == "local"]
        order = {"models": [spec.model_dump(mode="json") for spec in specs]}
        try:
            said = await ask("entries", self.environment, order=order, limit_s=_ENTRIES_S)
        except ToolFailed:
            return {}  # where a library is broken, the device's row says so
        return {each["name"]: (each["what"], each["remedy"]) for each in said if each["what"]}

    async def _look_at_files(self) -> Files:
        hub = await self.hub()
        specs = [spec for spec in self.catalog.values() if spec.executor == "local"]
        revisions = Revisions(self.settings.data_dir / "models.lock")
        order = {
            "models": [spec.model_dump(mode="json") for spec in specs],
            "loras": lora_files.orders(self.catalog.loras, self.catalog, revisions),
            "tools": [tool.model_dump(mode="json") for tool in self.catalog.tools.values()],
            "online": hub.reachable,
        }
        # What can't be reached is not asked again by the library.
        environment = {**self.environment, **({} if hub.reachable else {"HF_HUB_OFFLINE": "1"})}
        return Files.read(await ask("files", environment, order=order, limit_s=_FILES_S))
