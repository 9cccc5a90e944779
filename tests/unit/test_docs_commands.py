"""The documentation has every command with its options, every subcommand, every key."""

import importlib
import json
import re
import shlex
from itertools import dropwhile
from pathlib import Path
from unittest import mock

import pytest
import yaml
from discord import app_commands
from discord.ext import commands as ext

from bot.cli import parser
from bot.client import EXTENSIONS
from generation.catalog import ModelSpec, OfferedLora

ROOT = Path(__file__).parents[2]
COMMANDS = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
MODELS = (ROOT / "docs" / "models.md").read_text(encoding="utf-8")
HOSTING = (ROOT / "docs" / "hosting.md").read_text(encoding="utf-8")


async def slash_commands() -> list[app_commands.Command]:
    """All commands the bot registers."""
    bot = mock.Mock()
    bot.add_cog = mock.AsyncMock()
    for extension in EXTENSIONS:
        await importlib.import_module(extension).setup(bot)
    cogs: list[ext.Cog] = [call.args[0] for call in bot.add_cog.call_args_list]
    found = [command for cog in cogs for command in cog.walk_app_commands()]
    return [command for command in found if isinstance(command, app_commands.Command)]


async def test_every_command_has_a_section_with_all_its_options():
    sections = dict(re.findall(r"^## /([\w -]+)\n(.*?)(?=^## |\Z)", COMMANDS, re.M | re.S))
    found = await slash_commands()
    assert sorted(sections) == sorted(command.qualified_name for command in found)
    for command in found:
        documented = re.findall(r"^\| `(\w+)` \|", sections[command.qualified_name], re.M)
        assert documented == [parameter.display_name for parameter in command.parameters]


async def test_every_command_says_where_it_works():
    for command in await slash_commands():
        said_by = command.root_parent or command
        assert said_by.allowed_contexts is not None, command.qualified_name
        assert said_by.allowed_installs is not None, command.qualified_name


def test_every_subcommand_is_explained_to_hosts():
    (subcommands,) = (action for action in parser()._actions if action.choices)
    for name in subcommands.choices or ():
        assert f"-m bot {name}" in HOSTING


def docker_lines() -> list[tuple[str, list[str]]]:
    """Each docker command of the documentation, with the file it stands in, as a shell takes it."""
    found = []
    for file in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        text = file.read_text(encoding="utf-8").replace("\\\n", " ")
        blocks = re.findall(r"^```sh\n(.*?)^```", text, re.M | re.S)
        lines = [line for block in blocks for line in block.splitlines()]
        lines += re.findall(r"`(docker [^`]+)`", text)
        words = [shlex.split(line, comments=True) for line in lines]
        found += [(file.name, each[each.index("docker") :]) for each in words if "docker" in each]
    return found


def wrong_with(words: list[str]) -> str | None:
    """What is wrong with a docker command; None where nothing is."""
    compose = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
    if words[1] != "compose":
        volumes = {f"{compose['name']}_{name}" for name in compose["volumes"]}
        mounted = [words[at + 1] for at, word in enumerate(words) if word == "--volume"]
        named = {mount.split(":")[0] for mount in mounted if mount[0] not in "/$"}
        return None if named <= volumes else f"there is no volume {named - volumes}"
    # Docker's own options stand before the service; what follows it is Easel's.
    verb, arguments = words[2], list(dropwhile(lambda word: word.startswith("--"), words[3:]))
    if verb not in ("build", "cp", "exec", "logs", "ps", "run", "start", "stop", "up"):
        return f"docker compose has no {verb}"
    if verb not in ("exec", "run"):
        return None
    service, *command = arguments
    if service not in compose["services"]:
        return f"there is no service {service}"
    entrypoint = re.findall(r"^ENTRYPOINT (.*)", (ROOT / "Dockerfile").read_text("utf-8"), re.M)
    before: list[str] = json.loads(entrypoint[0])
    # `run` puts what follows after the entrypoint, `exec` knows of none.
    whole = [*before, *command] if verb == "run" else command
    if whole[:3] != ["python", "-m", "bot"]:
        return f"{whole} is not Easel"
    try:
        parser().parse_args(whole[3:])
    except SystemExit:
        return f"Easel does not take {whole[3:]}"
    return None


def test_every_docker_command_is_right():
    lines = docker_lines()
    assert {words[2] for _, words in lines if words[1] == "compose"} >= {"exec", "run", "up"}
    assert [(file, words, wrong) for file, words in lines if (wrong := wrong_with(words))] == []


@pytest.mark.parametrize(
    ("line", "wrong"),
    [
        ("docker compose run --rm easel restore x", None),
        ("docker compose run --rm easel python -m bot restore x", "does not take"),
        ("docker compose exec easel python -m bot health", None),
        ("docker compose exec easel health", "is not Easel"),
        ("docker compose exec bot python -m bot health", "no service"),
        ("docker run --volume data:/data busybox ls", "no volume"),
    ],
)
def test_run_comes_after_the_entrypoint_and_exec_does_without(line: str, wrong: str | None):
    found = wrong_with(line.split())
    assert (found is None) if wrong is None else (found is not None and wrong in found)


def test_every_key_of_an_entry_is_explained():
    explained = re.findall(
        r"^\| (`[\w`, ]+`) \|", MODELS.partition("## Models of your own")[2], re.M
    )
    keys = {key for cell in explained for key in re.findall(r"`(\w+)`", cell)}
    assert keys == ModelSpec.model_fields.keys() - {"name", "offers"}


def test_every_key_of_a_lora_is_explained():
    section = MODELS.partition("| key of a LoRA |")[2].partition("\n\n")[0]
    explained = re.findall(r"^\| (`[\w`, ]+`) \|", section, re.M)
    keys = {key for cell in explained for key in re.findall(r"`(\w+)`", cell)}
    assert keys == OfferedLora.model_fields.keys() - {"name"}
