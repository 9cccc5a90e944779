"""A bot whose answers hold one of everything the page can show, with pleasant pictures.

For the accessibility test, which looks at all of it, and for the pictures of the documentation.
"""

import asyncio
import io

import discord
from discord import app_commands, ui
from PIL import Image, ImageDraw

from tests.end_to_end._page import StandInBot

_ACCENT = 0x3BA55D


class GalleryBot(StandInBot):
    """The stand-in bot, with /gallery, /layout, /form, /whisper and /think besides."""

    def __init__(self) -> None:
        super().__init__()
        self.rested = asyncio.Event()
        for command in _commands(self):
            self.tree.add_command(command)


def drawing(name: str, shape: str, color: str, background: str) -> discord.File:
    """A little picture of a shape."""
    picture = Image.new("RGB", (384, 256), background)
    pen = ImageDraw.Draw(picture)
    box = (112, 48, 272, 208)
    if shape == "circle":
        pen.ellipse(box, fill=color)
    elif shape == "triangle":
        pen.polygon([(192, 48), (272, 208), (112, 208)], fill=color)
    else:
        pen.rectangle(box, fill=color)
    data = io.BytesIO()
    picture.save(data, "PNG")
    data.seek(0)
    return discord.File(data, name, description=f"A {shape}")


class Varying(ui.Modal, title="Vary the picture"):
    """A form with a field of every kind that matters here."""

    wish = ui.Label(
        text="Prompt",
        description="What to change in the picture",
        component=ui.TextInput(default="a red circle on a snowy hill", max_length=200),
    )
    strength = ui.Label(
        text="Strength",
        component=ui.Select(
            options=[
                discord.SelectOption(label="Subtle", value="0.3", description="Nearly the same"),
                discord.SelectOption(
                    label="Strong", value="0.8", description="Only the idea stays"
                ),
            ]
        ),
    )
    start = ui.Label(
        text="Start from",
        description="A picture of your own",
        component=ui.FileUpload(required=False),
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        """Say thanks."""
        await interaction.response.send_message("On its way.", ephemeral=True)


class _Buttons(ui.View):
    def __init__(self) -> None:
        super().__init__(timeout=None)
        styles = discord.ButtonStyle
        for label, style in (
            ("Again", styles.primary),
            ("Upscale", styles.secondary),
            ("Keep", styles.success),
            ("Delete", styles.danger),
        ):
            self.add_item(ui.Button(label=label, style=style, custom_id=label))
        self.add_item(ui.Button(label="Gone", disabled=True, custom_id="gone"))
        self.add_item(ui.Button(label="Manual", url="https://example.com/manual"))
        self.add_item(
            ui.Select(
                placeholder="Choose a style",
                custom_id="style",
                options=[
                    discord.SelectOption(label="Oil", value="oil", description="Thick paint"),
                    discord.SelectOption(label="Ink", value="ink", description="Black on white"),
                ],
            )
        )


def _layout() -> ui.LayoutView:
    view = ui.LayoutView(timeout=None)
    view.add_item(
        ui.Container(
            ui.Section(
                ui.TextDisplay("## Three shapes\nPainted in **four steps** each, with `seed: 7`."),
                accessory=ui.Thumbnail("attachment://square.png", description="A square"),
            ),
            ui.Separator(),
            ui.MediaGallery(
                discord.MediaGalleryItem("attachment://circle.png", description="A circle"),
                discord.MediaGalleryItem("attachment://triangle.png", description="A triangle"),
            ),
            ui.Section(
                ui.TextDisplay("-# Not what you had in mind?"),
                accessory=ui.Button(label="Paint again", custom_id="v2-again"),
            ),
            ui.ActionRow(ui.UserSelect(placeholder="Share with", custom_id="share")),
            accent_color=_ACCENT,
        )
    )
    return view


def _three() -> list[discord.File]:
    return [
        drawing("square.png", "square", "#f4c542", "#20435c"),
        drawing("circle.png", "circle", "#e04a3f", "#f2e3cf"),
        drawing("triangle.png", "triangle", "#2fa37c", "#232a3b"),
    ]


def _commands(bot: GalleryBot) -> list[app_commands.Command]:
    @app_commands.command(description="Pictures, an embed, buttons and a select")
    async def gallery(interaction: discord.Interaction) -> None:
        embed = discord.Embed(
            title="Three shapes",
            description="Painted in *four* steps. See [the manual](https://example.com).",
            color=_ACCENT,
        )
        embed.set_author(name="Easel").set_footer(text="Demo model")
        embed.add_field(name="Seed", value="7").add_field(name="Size", value="384×256")
        await interaction.response.send_message(
            "> a circle\n||a secret|| and `code`, <t:1700000000:R>\n```py\nprint(1)\n```\n- one",
            files=_three(),
            embed=embed,
            view=_Buttons(),
        )

    @app_commands.command(description="The same in components of version 2")
    async def layout(interaction: discord.Interaction) -> None:
        await interaction.response.send_message(view=_layout(), files=_three())

    @app_commands.command(description="Vary a picture with a form")
    async def form(interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Varying())

    @app_commands.command(description="Something only you can see")
    async def whisper(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("Just between us.", ephemeral=True)

    @app_commands.command(description="Think for a while")
    async def think(interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        await bot.rested.wait()
        await interaction.edit_original_response(content="Thought it over.")

    return [gallery, layout, form, whisper, think]
