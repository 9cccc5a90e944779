"""What this host offers: its executors, the models they paint, and the one without being asked."""

import importlib.util
import logging
from collections.abc import Iterable, Iterator, Mapping
from contextlib import AsyncExitStack
from typing import NamedTuple

from bot import log as logs
from bot.lacks import Lack, common_lacks, lacks_of
from bot.settings import Settings, child_environment
from generation.catalog import Catalog, ExecutorName, ModelSpec, ToolSpec
from generation.defaults import choose_default
from generation.errors import ExecutorUnavailable
from generation.executors.base import Executor
from generation.executors.hosted import NEEDS_ACCESS, HostedExecutor, Retries
from generation.executors.local import LocalExecutor
from generation.host import has_nvidia_driver
from generation.imaging.process import ImagingProcess
from generation.revisions import Revisions
from generation.safety.screeners import wanting

log = logging.getLogger(__name__)


class Offered(NamedTuple):
    """What can be painted now, and by whom."""

    executors: tuple[Executor, ...]
    catalog: Catalog
    default: ModelSpec


async def offer(
    settings: Settings, catalog: Catalog, imaging: ImagingProcess, stack: AsyncExitStack
) -> Offered:
    """Start the executors that this host can run, each closed with the stack.

    Raises CatalogError where an accepted licence or the default model is none of the catalog's.
    """
    executors, hindrances = await _start_executors(settings, catalog, imaging, stack)
    # The hosted executor has imported it by now, and with it a handler of its own on stderr.
    logs.adopt("huggingface_hub")
    licensed = catalog.accepting(settings.accepted_licenses)
    _tell_of_licences(catalog, licensed)
    has_gpu = any(isinstance(item, LocalExecutor) and item.has_gpu for item in executors)
    kinds: set[ExecutorName] = {executor.name for executor in executors}
    runnable = licensed.offered_by(kinds)
    unserved = await _unserved(runnable, executors)
    lacks = lacks_of(runnable.values(), settings, has_gpu=has_gpu)
    offered = Catalog(
        {name: runnable[name] for name in runnable if name not in {**unserved, **lacks}}
    )
    hindrances += [f"{name} is not painted elsewhere: {why}" for name, why in unserved.items()]
    hindrances += _tell_of_lacks(lacks)
    default, reason = choose_default(
        offered,
        catalog,
        configured=settings.default_model,
        accepted=settings.accepted_licenses,
        has_gpu=has_gpu,
        hindrances=hindrances,
    )
    log.info("The default model is %s: %s", default.name, reason)
    if "local" in kinds and not has_gpu:
        _tell_of_the_processor(settings, offered)
    withheld = {
        name: lacks[name].withheld if name in lacks else _why_withheld(spec, kinds, licensed)
        for name, spec in catalog.items()
        if name not in offered
    }
    paints = Catalog(offered, withheld=withheld, whole=catalog, tools=runnable.tools)
    _have_looked_at(paints, executors, default)
    return Offered(executors, paints, default)


def slowly(specs: Iterable[ModelSpec]) -> str:
    """How many of these a processor paints, and slowly; empty where that is none."""
    count = sum(spec.executor == "local" and bool(spec.memory_gib) for spec in specs)
    if not count:
        return ""
    were = "model was made for a GPU: its" if count == 1 else "models were made for a GPU: their"
    return f"{count} {were} pictures may take minutes each on this host, whose processor paints"


async def _start_executors(
    settings: Settings, catalog: Catalog, imaging: ImagingProcess, stack: AsyncExitStack
) -> tuple[tuple[Executor, ...], list[str]]:
    """Those that this host can run, each closed with the stack; and why the others can't."""
    started: list[Executor] = []
    hindrances: list[str] = []
    for executor in _candidates(settings, catalog, imaging):
        stack.push_async_callback(executor.close)
        try:
            await executor.start()
        except ExecutorUnavailable as error:
            log.warning("Models of the kind %s are not offered: %s", executor.name, error)
            hindrances.append(str(error))
        else:
            log.info("Models of the kind %s are painted on %s", executor.name, executor.device)
            started.append(executor)
    return tuple(started), hindrances


def _candidates(
    settings: Settings, catalog: Catalog, imaging: ImagingProcess
) -> Iterator[Executor]:
    if importlib.util.find_spec("torch") is not None:
        yield from _local_executors(settings)
    token = settings.hf_token.get_secret_value() if settings.hf_token else None
    has_endpoints = any(spec.endpoint for spec in catalog.values())
    if token or settings.hosted_endpoint or has_endpoints:
        yield HostedExecutor(
            token=token,
            endpoint=settings.hosted_endpoint,
            provider=settings.hosted_provider,
            has_endpoints=has_endpoints,
            timeout_s=settings.hosted_timeout_s,
            retries=Retries(most=settings.hosted_retries),
            imaging=imaging,
        )


def _local_executors(settings: Settings) -> Iterator[LocalExecutor]:
    """One a device; taken after the one before was started, which knows how many GPUs there are."""
    environment = child_environment(settings)
    revisions = Revisions(settings.data_dir / "models.lock")

    def on(device: str) -> LocalExecutor:
        return LocalExecutor(
            device, environment, job_timeout_s=settings.job_timeout_s, revisions=revisions
        )

    first, *others = settings.device.split(",")
    yield (executor := on(first))
    if first == "auto":
        others = [f"cuda:{number}" for number in range(1, executor.gpus)]
    yield from (on(device) for device in dict.fromkeys(others) if device != first)


def _have_looked_at(paints: Catalog, executors: Iterable[Executor], default: ModelSpec) -> None:
    """Have a picture classifier made ready wherever one has to look at what is painted.

    Before anybody asks for anything only where the default model needs it: a host that paints with
    the demo downloads nothing.
    """
    screener = paints.tools.screener
    for executor in executors:
        names = wanting(paints, executor.name)
        at_once = default.name in names
        executor.screen_with(screener if names else None, at_once=at_once)
        if names and screener is None:
            log.warning(
                "There is no picture classifier, so none of these is painted: %s. Take its"
                ' `hidden` away, or give them screening = "none" in models.toml.',
                ", ".join(names),
            )
        elif names and executor.name == "hosted" and (why := executor.blindness()) is not None:
            log.warning(
                "%s So none of these is painted: %s. %s, or give models that need no classifier"
                ' screening = "none" in models.toml.',
                *(why, ", ".join(names), _remedy_elsewhere(screener)),
            )


def _remedy_elsewhere(screener: ToolSpec | None) -> str:
    """What a host does whose hosted API can't look at pictures; `doctor` says the same."""
    is_of_hub = screener is not None and screener.repo is not None and not screener.is_folder
    return "Give HF_TOKEN" if is_of_hub else "Name a classifier of the hub's"


def _tell_of_licences(catalog: Catalog, licensed: Catalog) -> None:
    models = [spec for spec in catalog.values() if spec.name not in licensed]
    offered = {lora.name for lora in licensed.loras}
    named = {lora.name: lora for name in licensed for lora in catalog[name].offers}
    loras = [lora for name, lora in named.items() if name not in offered]
    for off in (*models, *loras):
        log.info(
            "%s is off until EASEL_ACCEPT_LICENSES names %s (%s)",
            *(off.name, off.licence.name, off.licence.link),
        )


def _tell_of_lacks(lacks: Mapping[str, Lack]) -> list[str]:
    """In the log, and returned: in a line of its own each, or of many in one."""
    alone = [
        f"{name} {lack.found}. {lack.remedy}" for name, lack in lacks.items() if not lack.is_common
    ]
    common = [f"{names}: each {lack.found}. {lack.remedy}" for names, lack in common_lacks(lacks)]
    for line in alone:
        log.warning("Not offered: %s", line)
    for line in common:  # as is usual on a laptop
        log.info("Not offered: %s", line)
    return [*alone, *common]


def _tell_of_the_processor(settings: Settings, offered: Catalog) -> None:
    if settings.device == "auto" and has_nvidia_driver():
        log.warning(
            "This host has an NVIDIA driver, but torch can't use it, and the processor paints."
            " python -m bot doctor says why, and what to do."
        )
    if slow := slowly(offered.values()):
        log.info(slow)


def _why_withheld(spec: ModelSpec, kinds: set[ExecutorName], licensed: Catalog) -> str:
    if spec.executor not in kinds:
        if spec.executor == "local":
            return "this host itself does not paint"
        return "the host uses no hosted API"
    if spec.name not in licensed:
        return "the host has not accepted the licence"
    return "nobody paints with it at present"


async def _unserved(offered: Catalog, executors: Iterable[Executor]) -> dict[str, str]:
    """The hosted models that nobody paints at present, by name, and why."""
    unserved: dict[str, str] = {}
    for executor in executors:
        if isinstance(executor, HostedExecutor):
            unserved |= await executor.unserved([*offered.values()])
    without_token = [name for name, why in unserved.items() if why == NEEDS_ACCESS]
    if without_token:
        # Whoever has an endpoint of their own for one may well want no token for the others.
        log.info("Off until HF_TOKEN is given: %s. %s", ", ".join(without_token), NEEDS_ACCESS)
    for name, why in unserved.items():
        if why != NEEDS_ACCESS:
            log.warning("%s is not offered: %s", name, why)
    return unserved
