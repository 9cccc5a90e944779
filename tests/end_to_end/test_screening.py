"""No channel sees what it should not: a classifier looks, and each posting is judged anew.

The demo model is told to have its pictures looked at, by a small classifier that calls red unsafe.
"""

import asyncio
import contextlib
import hashlib
import os
import signal
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio

from bot.health import check
from playground import permissions
from playground.client import Interaction, Member
from playground.client.parts import Upload
from playground.server import Playground
from playground.world import Channel, Guild
from tests.end_to_end._stage import EDIT_BY_RIGHT, EDIT_BY_TOKEN, title
from tests.end_to_end.test_privacy import erase, traces
from tests.small_models.cache import small_repos
from tests.support import png
from tests.support.bot_process import BotProcess
from tests.support.rows import rows
from tests.support.wire import EPHEMERAL, Json

pytestmark = pytest.mark.asyncio(loop_scope="session")

UNSAFE = {"prompt": "a tiny red square on a red background", "seed": 1, "steps": 4}
SAFE = {"prompt": "a blue circle on a white background", "seed": 1, "steps": 4}
OWN = """
[demo]
screening = "required"
[free]
base = "demo"
title = "Free"
description = "Nobody looks at its pictures."
screening = "{free}"
[tools.nsfw-detection]
repo = "{folder}"
"""


@dataclass
class Host:
    """A bot whose pictures are looked at, and a guild of the test's own."""

    playground: Playground
    bot: BotProcess
    data_dir: Path
    owner: Member
    member: Member
    guild: Guild
    open: Channel
    adults: Channel
    held: list[int] = field(default_factory=list)

    async def ask(self, channel: Channel, **options: object) -> Interaction:
        """Ask for an unsafe picture, where nothing else is said, and wait for its row."""
        before = self.row()["id"]
        asked = await self.member.command("imagine", str(channel.id), **{**UNSAFE, **options})
        async with asyncio.timeout(20):
            while self.row()["id"] == before:
                await asyncio.sleep(0.02)
        return asked

    async def paint(self, channel: Channel, **options: object) -> Json:
        return await (await self.ask(channel, **options)).picture(timeout=60)

    async def hold(self) -> None:
        """Stop the worker, so that what follows happens in mid-job."""
        self.held.append(await self.bot.until_worker())
        os.kill(self.held[-1], signal.SIGSTOP)

    def release(self) -> None:
        for worker in self.held:
            with contextlib.suppress(ProcessLookupError):
                os.kill(worker, signal.SIGCONT)
        self.held.clear()

    def row(self) -> Json:
        """The latest job."""
        return rows(self.data_dir, "SELECT * FROM jobs ORDER BY id DESC LIMIT 1")[0]

    async def until(self, column: str) -> Json:
        """The latest job once it has something there."""
        async with asyncio.timeout(30):
            while self.row()[column] is None:
                await asyncio.sleep(0.05)
        return self.row()

    def files(self) -> list[str]:
        """Of the latest job."""
        job_id = self.row()["id"]
        return [path.name for path in (self.data_dir / "pictures").rglob(f"{job_id}[-.]*")]

    async def easel(self, command: str, **options: object) -> str:
        """What /easel screening answers an admin, privately."""
        used = await self.owner.command(f"easel screening {command}", str(self.open.id), **options)
        answer = await used.response()
        assert answer["flags"] & EPHEMERAL
        return answer["content"]

    async def show(self, channel: Channel, **options: object) -> Json:
        used = await self.member.command("show", str(channel.id), **options)
        return await used.message(lambda m: m["content"] or m["embeds"])

    @contextlib.asynccontextmanager
    async def without_gateway(self) -> AsyncIterator[None]:
        """The bot's session is lost, and goes on afterward."""
        self.playground.gateway.silence(None)
        self.playground.gateway.close(4000)
        await self._until_serving(is_serving=False)
        try:
            yield
        finally:
            self.playground.gateway.silence(0)
        await self._until_serving(is_serving=True)

    async def _until_serving(self, *, is_serving: bool) -> None:
        async with asyncio.timeout(60):
            while check(self.data_dir)[0] is not is_serving:
                await asyncio.sleep(0.02)

    def open_up(self) -> None:
        """The channel is not age-restricted any more."""
        self.playground.guilds.channels.edit(self.adults, nsfw=False)


async def open_host(data_dir: Path, **settings: str) -> AsyncIterator[Host]:
    folder = small_repos() / "Falconsai/nsfw_image_detection"
    (data_dir / "models.toml").write_text(OWN.format(folder=folder, free="none"))
    async with Playground(port=0) as playground:
        owner, mel, _ = playground.world.people
        guild = playground.guilds.create("Gallery", owner, [mel])
        (first,) = guild.channels.values()
        adults = playground.guilds.channels.create(guild, "adults", nsfw=True)
        async with (
            BotProcess(playground, data_dir, EASEL_DEVICE="cpu", **settings) as bot,
            await Member.connect(playground.url, 0) as admin,
            await Member.connect(playground.url, 1) as member,
        ):
            # Until it has loaded what looks, nothing is taken.
            async with asyncio.timeout(90):
                while True:
                    made = await member.command("imagine", str(first.id), **SAFE)
                    answer = await made.message(
                        lambda m: m["attachments"] or m["flags"] & EPHEMERAL, timeout=60
                    )
                    if answer["attachments"]:
                        break
                    await asyncio.sleep(0.5)
            yield Host(playground, bot, data_dir, admin, member, guild, first, adults)


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def opened(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Host]:
    async for made in open_host(tmp_path_factory.mktemp("screening")):
        yield made


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def covering(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Host]:
    settings = {"EASEL_SCREENING_OPEN": "blur"}
    async for made in open_host(tmp_path_factory.mktemp("covering"), **settings):
        yield made


@pytest_asyncio.fixture(loop_scope="session")
async def host(opened: Host) -> AsyncIterator[Host]:
    """The same for each test."""
    yield opened
    opened.release()
    opened.playground.faults.clear()
    for channel in (opened.open, opened.adults):
        opened.playground.guilds.channels.disallow(channel, opened.guild.id)
    opened.playground.guilds.channels.edit(opened.adults, nsfw=True)


def failed(message: Json) -> bool:
    return title(message) == "No picture this time"


def why(message: Json) -> str:
    return message["embeds"][0]["fields"][0]["value"]


def notes(message: Json) -> str:
    told = {each["name"]: each["value"] for each in message["embeds"][0].get("fields", ())}
    return told.get("Note", "")


async def test_in_an_open_channel_it_is_refused_and_only_its_hash_and_score_are_kept(host: Host):
    asked = await host.ask(host.open)
    message = await asked.message(failed, timeout=60)
    assert message["attachments"] == []
    assert why(message) == "It may not be shown here. Whoever asked for it was told why."
    told = await asked.message(lambda m: "By this host's rules" in m["content"], timeout=5)
    assert told["flags"] & EPHEMERAL
    assert "outside age-restricted channels" in told["content"]
    row = await host.until("told_at")
    assert (row["status"], row["failure"], row["picture_path"]) == ("failed", "unsafe", None)
    assert len(row["blocked_sha256"]) == 64
    assert row["unsafe"] > 0.5
    assert row["screened_by"] == "nsfw-detection"
    assert host.files() == []
    shown = await host.show(host.open, picture=str(row["id"]))
    assert "outside age-restricted channels" in why(shown)
    offered = await host.member.autocomplete("show", str(host.open.id), "picture", picture="")
    assert str(row["id"]) not in [choice["value"] for choice in offered]


async def test_in_an_age_restricted_channel_it_is_posted_with_its_score_in_the_row(host: Host):
    message = await host.paint(host.adults)
    (file,) = message["attachments"]
    assert file["filename"].startswith("easel-")
    row = await host.until("told_at")
    assert (row["status"], row["blocked_sha256"]) == ("delivered", None)
    assert row["unsafe"] > 0.5


async def test_a_thread_is_as_age_restricted_as_its_channel(host: Host):
    made = await host.owner.api(
        "POST", f"/channels/{host.adults.id}/threads", {"name": "more", "type": 11}
    )
    thread = host.guild.threads[int(made["id"])]
    message = await host.paint(thread)
    assert message["attachments"]
    host.open_up()
    refused = await (await host.ask(thread)).message(failed, timeout=60)
    assert refused["attachments"] == []


async def test_what_is_safe_is_posted_anywhere(host: Host):
    message = await host.paint(host.open, **SAFE)
    assert message["attachments"][0]["filename"].startswith("easel-")
    assert (await host.until("told_at"))["unsafe"] < 0.5


async def test_a_channel_that_is_opened_while_it_is_painted_does_not_see_it(host: Host):
    await host.hold()
    asked = await host.ask(host.adults)
    await asked.message(lambda message: title(message).startswith(("Loading", "Painting")))
    host.open_up()
    host.release()
    message = await asked.message(failed, timeout=60)
    assert message["attachments"] == []
    assert (await host.until("told_at"))["failure"] == "unsafe"
    assert host.files() == []


@pytest.mark.long
async def test_a_channel_that_is_opened_before_it_is_posted_does_not_see_it(host: Host):
    for route in (EDIT_BY_TOKEN, EDIT_BY_RIGHT):
        host.playground.faults.add(route, always=True, status=503)
    asked = await host.ask(host.adults)
    painted = await host.until("generated_at")
    data = (host.data_dir / painted["picture_path"]).read_bytes()
    host.open_up()
    host.playground.faults.clear()
    message = await asked.message(failed, timeout=60)
    assert message["attachments"] == []
    row = await host.until("told_at")
    assert (row["status"], row["failure"]) == ("failed", "unsafe")
    assert row["blocked_sha256"] == hashlib.sha256(data).hexdigest()
    assert host.files() == []


async def test_a_channel_that_is_opened_while_the_gateway_is_away_does_not_see_it(host: Host):
    await host.hold()
    asked = await host.ask(host.adults)
    await asked.message(lambda message: title(message).startswith(("Loading", "Painting")))
    async with host.without_gateway():
        host.open_up()
        host.release()
        message = await asked.message(lambda m: failed(m) or m["attachments"], timeout=60)
    assert message["attachments"] == []
    assert (await host.until("told_at"))["failure"] == "unsafe"
    assert host.files() == []


@pytest.mark.long
async def test_a_channel_that_stays_what_it_is_gets_it_while_the_gateway_is_away(host: Host):
    await host.hold()
    asked = await host.ask(host.adults)
    await asked.message(lambda message: title(message).startswith(("Loading", "Painting")))
    async with host.without_gateway():
        host.release()
        message = await asked.picture(timeout=60)
    assert message["attachments"][0]["filename"].startswith("easel-")


@pytest.mark.long
async def test_a_channel_that_easel_may_not_look_at_any_more_is_what_it_was(host: Host):
    await host.hold()
    asked = await host.ask(host.adults)
    await asked.message(lambda message: title(message).startswith(("Loading", "Painting")))
    look = f"GET /channels/{host.adults.id}"
    refused = host.playground.faults.add(look, always=True, code=50001)
    async with host.without_gateway():
        host.release()
        message = await asked.picture(timeout=60)
    assert message["attachments"][0]["filename"].startswith("easel-")
    assert refused.struck


@pytest.mark.long
async def test_what_is_brought_for_a_channel_that_nobody_can_tell_of_is_painted_from(host: Host):
    await host.hold()
    await host.ask(host.adults, **SAFE)
    brought = Upload("mine.png", png.plain(256, 256, (255, 0, 0)))
    asked = await host.ask(host.adults, image=brought, strength=0.5)  # begun after the other one
    away = host.playground.faults.add(f"GET /channels/{host.adults.id}", always=True, status=503)
    async with host.without_gateway():
        host.release()
        await host.until("generated_at")
    assert away.struck
    message = await asked.picture(timeout=60)
    assert message["attachments"][0]["filename"].startswith("easel-")
    assert (await host.until("told_at"))["unsafe"] > 0.5


@pytest.mark.long
async def test_it_is_judged_by_its_channel_after_a_restart_too(host: Host):
    for route in (EDIT_BY_TOKEN, EDIT_BY_RIGHT):
        host.playground.faults.add(route, always=True, status=503)
    await host.ask(host.adults)
    await host.until("generated_at")
    await host.bot.stop(signal.SIGKILL)
    host.playground.faults.clear()
    host.bot.log.clear()
    await host.bot.start()
    row = await host.until("told_at")
    assert row["status"] == "delivered"
    assert "counts as open" not in "".join(host.bot.log)


async def test_direct_messages_are_no_way_round(host: Host):
    for route in (EDIT_BY_TOKEN, f"PATCH /channels/{host.adults.id}/messages/*"):
        host.playground.faults.add(route, always=True, code=50013)
    await host.hold()
    await host.ask(host.adults)
    host.playground.guilds.channels.allow(
        host.adults, host.guild.id, deny=permissions.SEND_MESSAGES
    )
    host.release()
    row = await host.until("told_at")
    assert row["status"] == "undeliverable"
    assert str(row["posted_channel_id"]) == host.member.dm_channel_id
    message = await host.member.message(host.member.dm_channel_id, str(row["posted_message_id"]))
    assert message["attachments"] == []
    assert title(message) == "Painted, but it is not shown here"
    host.playground.faults.clear()
    host.playground.guilds.channels.disallow(host.adults, host.guild.id)
    shown = await host.show(host.adults, picture=str(row["id"]))
    assert shown["attachments"]


async def test_show_brings_it_where_it_may_be_seen_only(host: Host):
    await host.paint(host.adults)
    number = str((await host.until("told_at"))["id"])
    refused = await host.show(host.open, picture=number)
    assert refused["attachments"] == []
    assert "outside age-restricted channels" in notes(refused)
    assert host.files() == [f"{number}.png"]
    assert (await host.show(host.adults, picture=number))["attachments"]


@pytest.mark.long
async def test_side_by_side_each_is_judged_by_itself_wherever_it_is_taken_out(host: Host):
    used = await host.member.command(
        "sweep",
        str(host.adults.id),
        prompt=UNSAFE["prompt"],
        over="steps",
        values="4, 5",
        seed=1,
    )
    message = await used.picture(timeout=90)
    row = await host.until("told_at")
    parts = rows(host.data_dir, "SELECT * FROM parts WHERE job_id = ?", row["id"])
    assert row["unsafe"] == max(part["unsafe"] for part in parts) > 0.5
    host.open_up()
    taken = await (await host.member.press(message, "Take 1")).message(
        lambda m: m["embeds"], timeout=20
    )
    assert taken["attachments"] == []
    assert "outside age-restricted channels" in notes(taken)


@pytest.mark.long
async def test_a_sheet_is_not_shown_for_a_part_that_nobody_looked_at_once_somebody_has_to(
    host: Host,
):
    used = await host.member.command(
        "compare", str(host.open.id), models="demo, free", prompt=SAFE["prompt"], seed=1
    )
    await used.picture(timeout=90)
    row = await host.until("told_at")
    parts = rows(host.data_dir, "SELECT unsafe FROM parts WHERE job_id = ?", row["id"])
    assert [part["unsafe"] for part in parts] == [row["unsafe"], None]
    number = str(row["id"])
    assert (await host.show(host.open, picture=number, private=False))["attachments"]
    await host.bot.stop()
    own = host.data_dir / "models.toml"
    own.write_text(own.read_text().replace('screening = "none"', 'screening = "required"'))
    host.bot.log.clear()
    await host.bot.start()
    refused = await host.show(host.open, picture=number, private=False)
    assert refused["attachments"] == []
    assert "Nobody has looked at one of them" in notes(refused)
    assert (await host.show(host.open, picture=number, part=1, private=False))["attachments"]
    assert not (await host.show(host.open, picture=number, part=2))["attachments"]
    assert (await host.show(host.adults, picture=number))["attachments"]


async def test_a_guild_can_be_stricter_than_its_host(host: Host):
    said = await host.easel("set", age_restricted="refuse", threshold=0.9)
    assert "In age-restricted channels they are thrown away" in said
    assert "`threshold`: this host has “0.5”, which is stricter." in said
    asked = await host.ask(host.adults)
    await asked.message(lambda m: "By this guild's rules, no picture" in m["content"], timeout=60)
    assert any("set the screening" in line for line in host.bot.log)
    assert "by this guild" in await host.easel("show")
    assert "by this guild" not in await host.easel("reset")
    assert (await host.paint(host.adults))["attachments"]
    assert "nothing of its own" in await host.easel("reset")
    assert "None is given" in await host.easel("set")


async def test_nobody_but_admins_changes_what_holds(host: Host):
    with pytest.raises(LookupError, match="/easel is not offered"):
        await host.member.command("easel screening reset", str(host.open.id))


@pytest.mark.long
async def test_where_the_host_covers_them_it_comes_covered(covering: Host):
    message = await covering.paint(covering.open)
    (file,) = message["attachments"]
    assert file["filename"].startswith("SPOILER_easel-")
    assert "It is covered, since it is taken for unsafe." in notes(message)
    number = str((await covering.until("told_at"))["id"])
    again = await covering.show(covering.open, picture=number)
    assert again["attachments"][0]["filename"].startswith("SPOILER_easel-")
    uncovered = await covering.show(covering.adults, picture=number)
    assert uncovered["attachments"][0]["filename"].startswith("easel-")


@pytest.mark.long
async def test_a_channel_that_is_opened_meanwhile_gets_it_covered(covering: Host):
    await covering.hold()
    asked = await covering.ask(covering.adults)
    await asked.message(lambda message: title(message).startswith(("Loading", "Painting")))
    covering.open_up()
    covering.release()
    message = await asked.picture(timeout=60)
    covering.playground.guilds.channels.edit(covering.adults, nsfw=True)
    assert message["attachments"][0]["filename"].startswith("SPOILER_easel-")


@pytest.mark.long
async def test_nothing_of_it_is_left_where_its_member_has_their_data_deleted(covering: Host):
    await covering.easel("set", open_channels="refuse")
    await (await covering.ask(covering.open)).message(failed, timeout=60)
    blocked = (await covering.until("told_at"))["blocked_sha256"]
    assert "jobs.blocked_sha256" in traces(covering.data_dir, blocked)
    await erase(covering.member, str(covering.open.id))
    assert list(traces(covering.data_dir, blocked)) == []
    assert list(traces(covering.data_dir, covering.member.id)) == []
    assert rows(covering.data_dir, "SELECT guild_id FROM guild_screening") == [
        {"guild_id": covering.guild.id}
    ]
