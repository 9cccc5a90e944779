"""What Easel's messages have in common: a color, and Discord's limits."""

import discord

#: Of what is no job: lists, cards, explanations.
ACCENT = discord.Color.from_str("#5865a8")

#: Characters of a message's own text.
MESSAGE = 2000
#: Characters of a field's value.
FIELD = 1024
#: Characters of an embed, all its parts together.
EMBED = 6000
#: Choices of a select, and of an autocomplete.
CHOICES = 25
#: Characters of one that autocomplete offers.
CHOICE = 100
