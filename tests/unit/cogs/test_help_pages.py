"""What /help says, within Discord's limits."""

import importlib
from unittest import mock

import discord
import pytest
from discord import app_commands
from discord.ext import commands

from bot.client import EXTENSIONS, Tree
from cogs.help._pages import about_model, overview
from generation.catalog import ModelSpec
from generation.prompts import split_flags
from generation.reading import read
from tests.support.jobs import CATALOG, DEMO

from .shelves import LONGEST


@pytest.fixture
async def tree() -> app_commands.CommandTree:
    """The commands as they are registered."""
    bot = mock.Mock()
    bot.add_cog = mock.AsyncMock()
    for extension in EXTENSIONS:
        await importlib.import_module(extension).setup(bot)
    client = discord.Client(intents=discord.Intents.none())
    tree = Tree(client)
    for call in bot.add_cog.call_args_list:
        cog: commands.Cog = call.args[0]
        for command in cog.get_app_commands():
            tree.add_command(command)
    return tree


def everything(embed: discord.Embed) -> str:
    fields = [f"{field.name}\n{field.value}" for field in embed.fields]
    return "\n".join((embed.title or "", embed.description or "", *fields))


def check_limits(embed: discord.Embed) -> None:
    assert len(embed) <= 6000
    assert len(embed.description or "") <= 4096
    assert all(0 < len(field.name or "") <= 256 for field in embed.fields)
    assert all(0 < len(field.value or "") <= 1024 for field in embed.fields)


def test_every_command_is_told_with_its_description(tree: app_commands.CommandTree):
    told = everything(overview(tree, DEMO))
    found = [each for each in tree.walk_commands() if isinstance(each, app_commands.Command)]
    assert {"imagine", "models", "help", "easel limits set"} <= {
        each.qualified_name for each in found
    }
    for command in found:
        assert f"`/{command.qualified_name}` – {command.description}" in told


def test_the_admins_commands_come_last_and_are_marked(tree: app_commands.CommandTree):
    about = overview(tree, DEMO).description or ""
    commands = [line for line in about.splitlines() if line.startswith("`/")]
    marked = [line for line in commands if line.endswith(" (for admins)")]
    assert marked == [line for line in commands if line.startswith("`/easel ")]
    assert commands[-len(marked) :] == marked


def test_how_a_lora_is_named_is_told(tree: app_commands.CommandTree):
    assert "`<lora:ink:0.8>`" in everything(overview(tree, DEMO))


def test_the_overview_tells_what_the_default_model_takes(tree: app_commands.CommandTree):
    told = everything(overview(tree, CATALOG["sdxl-lightning-4"]))
    assert "Unless you choose a model, SDXL-Lightning 4 paints" in told
    assert "Steps: exactly 4." in told
    assert "No negative prompt." in told


@pytest.mark.parametrize("spec", [*CATALOG.values(), LONGEST], ids=lambda spec: spec.name)
def test_both_pages_keep_to_discords_limits(spec: ModelSpec, tree: app_commands.CommandTree):
    check_limits(overview(tree, spec))
    check_limits(about_model(spec))


@pytest.mark.parametrize("spec", CATALOG.values(), ids=lambda spec: spec.name)
def test_every_flag_that_is_told_of_a_model_is_taken_by_it(spec: ModelSpec):
    told = [field.value or "" for field in about_model(spec).fields][-1]
    flags = [part for part in told.split("`") if part.startswith("--")]
    assert len(flags) >= 3
    for flag in flags:
        request, remarks = read(CATALOG, spec, f"a fox {flag}")
        assert request.model == spec.name
        assert not split_flags(f"a fox {flag}")[1].unknown
        if not flag.startswith("--ar"):
            assert remarks == ()


def test_turbo_is_told_exactly():
    told = everything(about_model(CATALOG["sdxl-turbo"]))
    assert "1 to 4, default 1" in told
    assert "no negative prompt" in told
    assert "--no" not in told
    assert "only 512x512" in told
