"""All checks side by side, each with a limit of time; one that breaks is a finding itself."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import replace
from typing import NamedTuple

from bot.log import HIDDEN, redact
from bot.settings import Settings

from ._case import Case
from ._database import check_database, check_folder
from ._device import check_device, check_memory
from ._discord import check_discord
from ._disk import check_cache_disk, check_data_disk
from ._finding import Finding, error
from ._hub import check_hub
from ._models import check_default, check_models
from ._moderation import check_words
from ._packages import check_packages, check_python
from ._screening import check_screening
from ._settings import check_settings
from ._tools import check_tools

log = logging.getLogger(__name__)

_SOON_S = 10.0
#: One that waits for answers of the network, one after the other.
_NETWORK_S = 18.0
#: One that waits for torch, which a cold disk is slow to give.
_DEVICE_S = 80.0


class Check(NamedTuple):
    """One subject."""

    subject: str  # of the finding that it broke
    look: Callable[[Case], Awaitable[Sequence[Finding]]]
    limit_s: float = _SOON_S


#: In the order of the table.
CHECKS = (
    Check("settings", check_settings),
    Check("python", check_python),
    Check("packages", check_packages),
    Check("memory", check_memory),
    Check("device", check_device, _DEVICE_S),
    Check("disk, data", check_data_disk),
    Check("disk, models", check_cache_disk, _DEVICE_S),
    Check("data folder", check_folder),
    Check("database", check_database),
    Check("discord", check_discord, _NETWORK_S),
    Check("words", check_words),
    Check("hub", check_hub, _NETWORK_S),
    Check("default model", check_default, _DEVICE_S),
    Check("models", check_models, _DEVICE_S),
    Check("tools", check_tools, _DEVICE_S),
    Check("screening", check_screening, _DEVICE_S),
)


async def examine(
    settings: Settings, problems: Sequence[str] = (), checks: Iterable[Check] = CHECKS
) -> list[Finding]:
    """What all checks have found, in their order, without any secret of the settings."""
    case = Case(settings, problems)
    try:
        found = await asyncio.gather(*(_made(check, case) for check in checks))
    finally:
        await case.close()
    secrets = [
        token.get_secret_value() for token in (settings.discord_token, settings.hf_token) if token
    ]
    return [_without(secrets, finding) for findings in found for finding in findings]


async def _made(check: Check, case: Case) -> Sequence[Finding]:
    """What it found, or that it found nothing in time, or broke."""
    looking = asyncio.ensure_future(check.look(case))
    # Not awaited beyond its time: what waits for a dead disk in a thread can't be cancelled.
    await asyncio.wait({looking}, timeout=check.limit_s)
    if not looking.done():
        looking.cancel()
        found = f"it could not be looked at within {check.limit_s:g} s"
        return [
            error(check.subject, found, "Something hangs there: look at the disk, the network.")
        ]
    broken = looking.exception()
    if broken is None:
        return looking.result()
    log.debug("the check of %s broke", check.subject, exc_info=broken)
    found = f"it could not be looked at: {type(broken).__name__}: {broken}"
    return [error(check.subject, found, "This is a mistake of Easel's own: please report it.")]


def _without(secrets: Sequence[str], finding: Finding) -> Finding:
    def clean(text: str) -> str:
        for secret in secrets:
            text = text.replace(secret, HIDDEN)
        return redact(text)

    return replace(finding, found=clean(finding.found), remedy=clean(finding.remedy))
