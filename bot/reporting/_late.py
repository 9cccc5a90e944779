"""Reports that did not reach the host's channel: handed over after a start, and then each hour.

The process may have ended just before, or the channel did not take them. Where there is no channel,
they stand in the log, once.
"""

import asyncio
import logging
from typing import TYPE_CHECKING

from bot.database import DatabaseError

from ._post import hand_over

if TYPE_CHECKING:
    from bot.client import EaselBot

log = logging.getLogger(__name__)

_INTERVAL_S = 3600.0


async def hand_over_late(client: "EaselBot") -> None:
    """At once and every hour, until cancelled."""
    while True:
        try:
            await _hand_over_left(client)
        except DatabaseError as error:
            log.error("Reports that are left could not be handed over yet: %s", error)
        except Exception:
            log.exception("Reports that are left could not be handed over")
        await asyncio.sleep(_INTERVAL_S)


async def _hand_over_left(client: "EaselBot") -> None:
    """All that nobody hands over just now. Raises the database's errors."""
    reports = client.studio.safety.reports
    for report_id in await reports.left(in_log=client.settings.report_channel_id is not None):
        report = await reports.take(report_id)
        if report is None:
            continue
        try:
            job = await client.studio.store.get(report.job_id)
            if job is not None:  # else its member has had all deleted since
                await hand_over(client, job, report, None)
        except DatabaseError:
            raise
        except Exception:  # those after it are handed over all the same
            log.exception("Report %s could not be handed over yet", report_id)
        finally:
            reports.settle(report.id)
