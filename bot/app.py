"""The composition root.

Builds the graph of objects, hands each what it needs, ends all in reverse order.

`open_studio` has everything from the request to the picture and knows nothing of Discord; `serve`
is the bot.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path

from bot.backup import finish_restore
from bot.client import EaselBot
from bot.delivery import Delivery
from bot.health import Heartbeat
from bot.lag import LagMonitor
from bot.login import log_in
from bot.offering import offer
from bot.places import is_age_restricted
from bot.reporting import hand_over_late, withdraw
from bot.safety import open_safety
from bot.settings import Settings, child_environment
from bot.stopping import unless
from bot.studio import Studio
from generation.batching import Batching
from generation.catalog import Catalog
from generation.database import Database
from generation.dispatcher import Dispatcher
from generation.events import JobEvents
from generation.imaging.process import ImagingProcess
from generation.inputs.retention import InputRetention
from generation.inputs.store import InputStore
from generation.intake import Intake
from generation.keeping.disk_space import DiskSpace
from generation.keeping.kept import KeptPictures
from generation.keeping.retention import Keep, Retention
from generation.keeping.strays import notice_strays
from generation.limits.guild import GuildLimits
from generation.limits.layers import Limits
from generation.limits.quotas import Quotas
from generation.pictures import PictureStore
from generation.queue import JobQueue
from generation.recovery import clear, recover
from generation.revisions import Revisions
from generation.safety.erasure import Erasure
from generation.safety.screeners import Screeners
from generation.scorer import Scorer
from generation.sheets.drawer import Drawer
from generation.sheets.store import PartStore
from generation.states import ModelStates
from generation.store import JobStore
from generation.timings import Timings

log = logging.getLogger(__name__)

#: How long pictures that are painted may take to be posted when the process ends. What is not
#: posted by then is posted after the next start.
_LAST_EDITS_S = 3.0
#: How long what is given back then may take to be written down, while another program keeps the
#: database locked. What is not looks as if it ran, and the next start takes that up as well. All of
#: a stop has to end before the container is killed: see compose.yaml.
_GIVE_BACK_S = 2.0


@asynccontextmanager
async def open_studio(
    settings: Settings, database: Database, data_dir: Path
) -> AsyncIterator[Studio]:
    """Start the executors this host can run and put the rest around them; end them at the end.

    Raises CatalogError where the catalog or the default model is wrong, WordsFileError where the
    host's list of words is.
    """
    catalog = Catalog.load(settings.data_dir / "models.toml")
    async with AsyncExitStack() as stack:
        # It decodes what strangers made: no secret belongs there.
        bare = {k: v for k, v in child_environment(settings).items() if k != "HF_TOKEN"}
        imaging, input_imaging, shrinking = (ImagingProcess(environment=bare) for _ in range(3))
        for process in (imaging, input_imaging, shrinking):
            stack.push_async_callback(process.close)
        offered = await offer(settings, catalog, imaging, stack)
        timings = Timings(database)
        await timings.load()
        store, events = JobStore(database), JobEvents()
        queue = JobQueue(
            lambda job: timings.predict(job.request), batching=Batching(offered.catalog)
        )
        pictures, inputs = PictureStore(data_dir), InputStore(data_dir)
        input_retention = InputRetention(database, inputs)
        space = DiskSpace(data_dir, settings.min_free_mib * 1024**2)
        guild_limits = GuildLimits(database)
        await guild_limits.load()
        safety = await open_safety(settings, database, pictures, input_retention, catalog)
        quotas = Quotas(
            database, guild_limits, _host_limits(settings), pseudonyms=safety.pseudonyms
        )
        intake = Intake(
            *(offered.catalog, store, queue, events, quotas),
            most_waiting=settings.max_waiting,
            space=space,
            words=safety.words,
            bars=safety.bars,
            screeners=Screeners(offered.catalog, offered.executors),
            revisions=Revisions(settings.data_dir / "models.lock"),
        )
        clips = offered.catalog.tools.of_kind("clip")
        parts, scorer = PartStore(database), Scorer(next(iter(clips), None), bare)
        stack.push_async_callback(scorer.close)
        dispatcher = Dispatcher(
            *(offered.catalog, store, queue, pictures, inputs),
            *(offered.executors, events, timings),
            Drawer(offered.catalog, pictures, parts, imaging, scorer),
            screening=safety.screening,
            previews=settings.previews == "on",
        )
        erasure = Erasure(
            *(database, intake, dispatcher, pictures, inputs),
            *(guild_limits, safety.bars, safety.pseudonyms),
        )
        stack.push_async_callback(erasure.close)
        yield Studio(
            catalog=offered.catalog,
            whole_catalog=catalog,
            default_model=offered.default,
            store=store,
            kept=KeptPictures(database),
            queue=queue,
            pictures=pictures,
            events=events,
            intake=intake,
            quotas=quotas,
            guild_limits=guild_limits,
            dispatcher=dispatcher,
            executors=offered.executors,
            shrinking=shrinking,
            inputs=inputs,
            input_retention=input_retention,
            input_imaging=input_imaging,
            timings=timings,
            states=ModelStates(offered.executors, events),
            parts=parts,
            safety=safety,
            erasure=erasure,
        )


def _host_limits(settings: Settings) -> Limits:
    return Limits(
        waiting=settings.max_waiting_per_member,
        per_minute=settings.jobs_per_minute,
        per_day=settings.pictures_per_day,
        megapixel_steps=settings.max_megapixel_steps,
    )


async def serve(settings: Settings, database: Database, stopping: asyncio.Event) -> None:
    """Be the bot until `stopping` is set, which cuts off a start as well.

    Raises DiscordUnavailable, and what discord.py raises where Discord closes the gateway for good.
    """
    async with LagMonitor() as lag, AsyncExitStack() as stack:
        started = await unless(stopping, _start(settings, database, stack))
        if started is None:
            return
        client, studio = started
        # From here on nothing is waited for but this host's own disk.
        await finish_restore(database, settings.data_dir)
        await notice_strays(database, settings.data_dir)
        # What waits for a licence that was withdrawn would wait for ever.
        licensed = studio.whole_catalog.accepting(settings.accepted_licenses)
        withdrawn = {lora.name for lora in studio.whole_catalog.loras}
        withdrawn -= {lora.name for lora in licensed.loras}
        await clear(studio.kept, studio.pictures)
        await recover(
            *(studio.catalog, licensed, studio.store, studio.queue, studio.events, withdrawn)
        )
        await studio.erasure.resume(partial(withdraw, client))
        await _until_stopped(settings, client, studio, lag, stopping)


async def _start(
    settings: Settings, database: Database, stack: AsyncExitStack
) -> tuple[EaselBot, Studio]:
    """Start what paints, and log in; `stack` ends both. May be cut off at any point.

    Raises what `open_studio` and `log_in` raise.
    """
    studio = await stack.enter_async_context(open_studio(settings, database, settings.data_dir))
    client = await stack.enter_async_context(EaselBot(settings, database, studio))
    client.delivery = Delivery(client, studio)
    studio.safety.screening.ask(partial(is_age_restricted, client))
    await log_in(client, settings.require_token(), settings)
    return client, studio


async def _until_stopped(
    settings: Settings,
    client: EaselBot,
    studio: Studio,
    lag: LagMonitor,
    stopping: asyncio.Event,
) -> None:
    heartbeat = Heartbeat(settings.data_dir, lambda: _report(client, studio, lag, stopping))
    dispatching = asyncio.create_task(studio.dispatcher.run(), name="dispatcher")
    tasks = {
        dispatching,
        asyncio.create_task(client.connect(), name="gateway"),
        asyncio.create_task(heartbeat.run(), name="heartbeat"),
        asyncio.create_task(_retention(settings, studio).run(), name="retention"),
        asyncio.create_task(hand_over_late(client), name="late reports"),
        asyncio.create_task(stopping.wait(), name="stopping"),
    }
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        studio.intake.close()
        for task in done:
            # A gateway that ended for good, or a bug in one of the loops, ends the process with
            # its error.
            task.result()
        log.info("Stopping: no new requests are taken, what runs is finished or given back")
        studio.dispatcher.drain()
        goodbye = asyncio.create_task(client.say_goodbye(), name="goodbye")
        tasks.add(goodbye)
        await asyncio.wait({dispatching, goodbye}, timeout=settings.shutdown_grace_s)
    finally:
        dispatching.cancel()
        await asyncio.wait({dispatching}, timeout=_GIVE_BACK_S)
        await client.delivery.close(_LAST_EDITS_S)
        # While it is still connecting, it takes this end of its connection for a failure.
        logging.getLogger("discord.shard").setLevel(logging.CRITICAL)
        # Before the gateway's task is cancelled: while it is still connecting, discord.py swallows
        # a cancellation, but it heeds a closed client.
        await client.close()
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks - {dispatching}, timeout=_LAST_EDITS_S)


def _retention(settings: Settings, studio: Studio) -> Retention:
    gib = settings.keep_pictures_gib
    keep = Keep(settings.keep_pictures_days, None if gib is None else int(gib * 1024**3))
    also = (studio.erasure.sweep,)
    return Retention(studio.kept, studio.pictures, studio.input_retention, keep, also=also)


def _report(
    client: EaselBot, studio: Studio, lag: LagMonitor, stopping: asyncio.Event
) -> dict[str, object] | None:
    """What the sign of life says; None while nobody is served: while it starts, stops, is alone."""
    if stopping.is_set() or not client.serves:
        return None
    return {
        "waiting": len(studio.queue),
        "device": studio.device_of(studio.default_model.executor),
        "worst_lag_ms": round(lag.worst_s * 1000),
        "invalid_requests": client.breaker.count,
        "calls_paused": client.breaker.paused,
    }
