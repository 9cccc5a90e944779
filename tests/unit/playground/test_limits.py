"""Sizes of files: as large as the guild's boosts allow."""

import io

import discord
import pytest

from playground import seed
from playground.client import Member, Refused, Upload
from playground.limits import MIB, file_limit
from playground.server import Playground
from tests.unit.playground.conftest import Login, Painter

GENERAL = str(seed.GENERAL_ID)
LARGE = b"\0" * (11 * MIB)


@pytest.fixture
def boosted(playground: Playground) -> None:
    playground.guilds.boost(playground.world.guild(seed.GUILD_ID), 2)


async def test_by_boosts_files_may_be_10_10_50_and_100_mib(playground: Playground):
    guild = playground.world.guild(seed.GUILD_ID)
    limits = []
    for level in range(4):
        playground.guilds.boost(guild, level)
        limits.append(file_limit(guild.channels[seed.GENERAL_ID]) // MIB)
    assert limits == [10, 10, 50, 100]


async def test_a_large_file_needs_a_boosted_guild(playground: Playground, member: Member):
    with pytest.raises(Refused) as refused:
        await member.say(GENERAL, "", Upload("large.bin", LARGE))
    assert (refused.value.status, refused.value.code) == (413, 40005)
    playground.guilds.boost(playground.world.guild(seed.GUILD_ID), 2)
    said = await member.say(GENERAL, "", Upload("large.bin", LARGE))
    assert said["attachments"][0]["size"] == len(LARGE)


@pytest.mark.usefixtures("boosted")
async def test_boosts_count_for_answers_and_options_too(
    painter: Painter, login: Login, member: Member
):
    limits: list[int] = []

    @painter.tree.command(name="copy", description="Copies.")
    async def copy(interaction: discord.Interaction, file: discord.Attachment) -> None:
        limits.append(interaction.filesize_limit)
        copied = discord.File(io.BytesIO(b"\0" * file.size), "copy.bin")
        await interaction.response.send_message(file=copied)

    await login(painter)
    used = await member.command("copy", GENERAL, file=Upload("large.bin", LARGE))
    assert (await used.response())["attachments"][0]["size"] == len(LARGE)
    assert limits == [50 * MIB]


@pytest.mark.usefixtures("boosted")
async def test_boosts_do_not_count_in_dms(painter: Painter, login: Login, member: Member):
    @painter.tree.command(name="copy", description="Copies.")
    async def copy(interaction: discord.Interaction, file: discord.Attachment) -> None:
        raise AssertionError("never asked")

    await login(painter)
    with pytest.raises(Refused) as refused:
        await member.command("copy", member.dm_channel_id, file=Upload("large.bin", LARGE))
    assert (refused.value.status, refused.value.code) == (413, 40005)
