"""What only the tests of the chat page need: a bot with commands of every kind, and a browser."""

import asyncio
import io
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, TypeVar

import aiohttp
import discord.gateway
import discord.http
import pytest
import yarl
from discord import app_commands, ui
from PIL import Image
from playwright.async_api import (
    Browser,
    ConsoleMessage,
    Locator,
    Page,
    Request,
    async_playwright,
    expect,
)

from playground.server import Playground

Bot = TypeVar("Bot", bound=discord.Client)
CHROMIUM = shutil.which("chromium")
_ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@asynccontextmanager
async def started_browser() -> AsyncIterator[Browser]:
    """A real Chromium without a window."""
    # Hosts that build and test at once are slow; nothing here is about speed.
    expect.set_options(timeout=15_000)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=_ARGUMENTS)
        try:
            yield browser
        finally:
            await browser.close()


class Chat:
    """The chat page as somebody at the keyboard uses it."""

    def __init__(self, page: Page, playground: Playground) -> None:
        self.page = page
        self.playground = playground
        self.errors: list[str] = []
        self.foreign: list[str] = []
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", self._requested)

    async def open(self, path: str = "/") -> None:
        """Load the page, and wait until it is connected and knows its commands' place."""
        await self.page.goto(self.playground.url + path)
        await self.page.locator(".welcome, .message").first.wait_for()

    async def open_anew(self) -> None:
        """Load the page as in a new tab: without what this one keeps over a reload."""
        if self.page.url.startswith(self.playground.url):
            # Heard after the page itself, which writes its drafts down when it is left.
            leaving = "addEventListener('pagehide', () => sessionStorage.clear())"
            await self.page.evaluate(leaving)
        await self.open()

    async def type(self, text: str, *, enter: bool = True) -> None:
        """Type into whatever has the focus."""
        await self.page.keyboard.type(text)
        if enter:
            await self.page.keyboard.press("Enter")

    async def answer(self, line: str) -> Locator:
        """Type a command and wait for the message that answers it."""
        ids = "all => all.map((each) => each.dataset.id)"
        seen = await self.page.locator(".message").evaluate_all(ids)
        await self.type(line)
        found = await self.page.wait_for_function(
            """(seen) => [...document.querySelectorAll(".message:not(:has(.local-note))")]
                .map((each) => each.dataset.id).find((id) => !seen.includes(id))""",
            arg=seen,
        )
        return self.page.locator(f'.message[data-id="{await found.json_value()}"]')

    async def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        for key in keys:
            await self.page.keyboard.press(key)

    async def go(self, channel: str) -> None:
        """Open a channel by its name."""
        await self.page.locator(".channel", has_text=channel).click()

    async def become(self, name: str) -> None:
        """Look through another user's eyes."""
        await self.page.locator(".person", has_text=name).click()

    def option(self, name: str) -> Locator:
        """The field of an option."""
        return self.page.locator(f'.field[data-option="{name}"]').locator("input, textarea")

    @property
    def items(self) -> Locator:
        """The lines of the list above the composer."""
        return self.page.locator(".popup [role=option]")

    @property
    def problem(self) -> Locator:
        """What is said under the composer."""
        return self.page.locator(".composer-problem")

    def message(self, text: str) -> Locator:
        """The last message with a text."""
        return self.page.locator(".message", has_text=text).last

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.errors.append(message.text)

    def _requested(self, request: Request) -> None:
        if not request.url.startswith((self.playground.url, "blob:")):
            self.foreign.append(request.url)


class Person:
    """Somebody else in the playground, who is not in the browser."""

    def __init__(self, playground: Playground, number: int) -> None:
        state = playground.state
        self._url = playground.api_url
        self._token = state["users"][number]["token"]
        self._channels = {each["name"]: each["id"] for each in state["guilds"][0]["channels"]}

    async def say(self, channel: str, content: str) -> None:
        """Post a message."""
        await self._post(channel, "messages", {"content": content})

    async def typing(self, channel: str) -> None:
        """Begin to type."""
        await self._post(channel, "typing", {})

    async def _post(self, channel: str, what: str, body: dict[str, Any]) -> None:
        url = f"{self._url}/channels/{self._channels[channel]}/{what}"
        headers = {"Authorization": self._token}
        async with (
            aiohttp.ClientSession(headers=headers) as session,
            session.post(url, json=body) as answer,
        ):
            assert answer.status < 300, await answer.text()


class StandInBot(discord.Client):
    """A bot with a command for everything the page has to show; `got` is what it received."""

    def __init__(self) -> None:
        super().__init__(intents=discord.Intents.default())
        self.tree = app_commands.CommandTree(self)
        self.got: list[dict[str, Any]] = []
        self.go_on = asyncio.Event()
        for command in _commands(self):
            self.tree.add_command(command)

    async def setup_hook(self) -> None:
        """Register the commands."""
        await self.tree.sync()


@asynccontextmanager
async def playground_with(
    start: Callable[[Playground], AbstractAsyncContextManager[Bot]],
) -> AsyncIterator[tuple[Playground, Bot]]:
    """A playground with a bot in it, which `start` logs in; discord.py talks to it meanwhile."""
    async with Playground(port=0) as playground:
        with pytest.MonkeyPatch.context() as patch:
            gateway = yarl.URL(playground.gateway_url)
            patch.setattr(discord.gateway.DiscordWebSocket, "DEFAULT_GATEWAY", gateway)
            patch.setattr(discord.http.Route, "BASE", playground.api_url)
            patch.setattr(discord.asset.Asset, "BASE", playground.url)
            async with start(playground) as bot:
                yield playground, bot


@asynccontextmanager
async def started_bot(playground: Playground, bot: Bot) -> AsyncIterator[Bot]:
    """A bot, logged in; discord.py's addresses have to point to the playground already."""
    running = asyncio.create_task(bot.start(playground.bot_token))
    try:
        async with asyncio.timeout(20):
            while not playground.gateway.bot_online:
                await asyncio.sleep(0.05)
        yield bot
    finally:
        await bot.close()
        await asyncio.gather(running, return_exceptions=True)


def _picture() -> discord.File:
    data = io.BytesIO()
    Image.new("RGB", (320, 200), "#e04a3f").save(data, "PNG")
    data.seek(0)
    return discord.File(data, "red.png")


class _Form(ui.Modal, title="Vary the picture"):
    wish = ui.TextInput(label="Prompt", max_length=100, default="a star")

    async def on_submit(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"Varied to {self.wish.value}")


class _Buttons(ui.View):
    def __init__(self) -> None:
        super().__init__(timeout=None)
        self.add_item(ui.Button(label="Manual", url="https://example.com/manual"))

    @ui.button(label="Form", custom_id="form", style=discord.ButtonStyle.primary)
    async def form(self, interaction: discord.Interaction, _: ui.Button) -> None:
        await interaction.response.send_modal(_Form())

    @ui.button(label="Silent", custom_id="silent", style=discord.ButtonStyle.danger)
    async def silent(self, *_: object) -> None:
        pass

    @ui.select(
        placeholder="Choose a style",
        custom_id="style",
        options=[
            discord.SelectOption(label="Oil", value="oil", description="Thick"),
            discord.SelectOption(label="Ink", value="ink"),
        ],
    )
    async def style(self, interaction: discord.Interaction, select: ui.Select) -> None:
        await interaction.response.edit_message(content=f"Style {select.values[0]}")


def _commands(bot: StandInBot) -> list[app_commands.Command | app_commands.Group]:
    async def models(_: discord.Interaction, current: str) -> list[app_commands.Choice[str]]:
        return [app_commands.Choice(name=f"{current} large", value="model-large")]

    @app_commands.command(description="Paint a picture")
    @app_commands.choices(size=[app_commands.Choice(name="Square", value="512x512")])
    @app_commands.autocomplete(model=models)
    async def imagine(
        interaction: discord.Interaction,
        prompt: str,
        size: str | None = None,
        steps: app_commands.Range[int, 1, 8] = 4,
        seed: int | None = None,
        tile: bool = False,
        model: str | None = None,
        start: discord.Attachment | None = None,
    ) -> None:
        file = None if start is None else (start.filename, len(await start.read()))
        bot.got.append(
            {"prompt": prompt, "size": size, "steps": steps, "seed": seed}
            | {"tile": tile, "model": model, "start": file}
        )
        await interaction.response.defer()
        for step in (1, 2):
            embed = discord.Embed(title="Painting", description=f"step {step}", color=0xE0A833)
            await interaction.edit_original_response(embed=embed)
        await bot.go_on.wait()
        embed = discord.Embed(description=prompt, color=0x2FA37C)
        embed.set_footer(text="done")
        await interaction.edit_original_response(embed=embed, attachments=[_picture()])

    @app_commands.command(description="Whether the bot is there")
    async def ping(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("Only for you: pong", ephemeral=True)

    @app_commands.command(description="Buttons, a select and a form")
    async def buttons(interaction: discord.Interaction) -> None:
        elsewhere = discord.Embed(title="Elsewhere").set_image(url="https://example.com/cat.png")
        await interaction.response.send_message("Press one", embed=elsewhere, view=_Buttons())

    @app_commands.command(description="Never answers")
    async def silent(interaction: discord.Interaction) -> None:
        pass

    settings = app_commands.Group(name="settings", description="Settings")

    @settings.command(description="Set the default number of steps")
    async def steps(interaction: discord.Interaction, value: int) -> None:
        await interaction.response.send_message(f"{value} steps", ephemeral=True)

    return [imagine, ping, buttons, silent, settings]
