"""A host who reads reports in an office of their own, for tests of what they do there."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from playground.client import Interaction, Member
from playground.server import Playground
from playground.world import Guild
from tests.small_models.cache import release_files
from tests.small_models.hub.releases import serve_releases
from tests.support.bot_process import BotProcess
from tests.support.rows import rows
from tests.support.wire import EPHEMERAL, Json

UPSCALER = """
[tools.esrgan-x4]
hidden = true

[tools.small-x4]
title = "Small"
description = "Small."
kind = "upscaler"
url = "{url}"
sha256 = "{sha256}"
scale = 4
default = true
screening = "none"
licence = {{ name = "MIT", commercial = true }}
"""


@dataclass
class Host:
    """A host with a channel for reports, in a guild of its own, and a list of words."""

    playground: Playground
    bot: BotProcess
    data_dir: Path
    office: Guild
    channel: str  # for reports
    general: str  # where members are
    owner: Member
    member: Member
    other: Member

    def rows(self, sql: str, *values: object) -> list[Json]:
        return rows(self.data_dir, sql, *values)

    async def paint(self, prompt: str = "a red circle", **options: object) -> Json:
        asked = await self.member.command(
            "imagine", self.general, prompt=prompt, steps=1, **options
        )
        return await asked.picture(timeout=60)

    async def report(
        self, message: Json, reason: str = "It is too red.", *, by: Member | None = None
    ) -> Json:
        """By the menu of a message; what who reports reads."""
        reporter = by or self.other
        used = await reporter.use_on("Report picture", message)
        sent = await reporter.submit_modal(await used.modal(), reason=reason)
        return await sent.response()

    async def latest(self) -> Json:
        """The host's copy of the newest report."""
        return (await self.owner.messages(self.channel))[0]

    async def press(self, message: Json, label: str) -> Json:
        """As the host; the report's message after it."""
        return await (await self.owner.press(message, label)).update()


@asynccontextmanager
async def open_office(data_dir: Path) -> AsyncIterator[Host]:
    """A playground and a bot whose host reads reports."""
    blocked = data_dir / "words.txt"
    blocked.write_text("# what this host refuses\ngadget*\n!inspector gadget\n", encoding="utf-8")
    async with serve_releases(release_files()) as releases, Playground(port=0) as playground:
        file = release_files() / "general.pth"
        sha256 = hashlib.sha256(file.read_bytes()).hexdigest()
        upscaler = UPSCALER.format(url=releases.url_of(file.name), sha256=sha256)
        (data_dir / "models.toml").write_text(upscaler, encoding="utf-8")
        people = playground.world.people
        office = playground.guilds.create("Office", people[0], [people[2]])
        (channel,) = office.channels.values()
        settings = {
            "EASEL_REPORT_CHANNEL_ID": str(channel.id),
            "EASEL_BLOCKED_WORDS": str(blocked),
            "HF_HOME": str(data_dir / "hub"),
        }
        async with (
            BotProcess(playground, data_dir, **settings) as bot,
            await Member.connect(playground.url, 0) as owner,
            await Member.connect(playground.url, 1) as member,
            await Member.connect(playground.url, 2) as other,
        ):
            general = member.channel("general")
            place = (office, str(channel.id), general)
            yield Host(playground, bot, data_dir, *place, owner, member, other)


def number(message: Json) -> str:
    """Of the picture in it: #12."""
    return message["embeds"][0]["footer"]["text"]


def fields(message: Json) -> dict[str, str]:
    """What its embeds say, by name."""
    return {
        field["name"]: field["value"] for embed in message["embeds"] for field in embed["fields"]
    }


async def refused(asked: Interaction) -> str:
    """What only who asked reads."""
    answer = await asked.response()
    assert answer["flags"] & EPHEMERAL
    return answer["content"]
