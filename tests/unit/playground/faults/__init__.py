"""Faults, rate limits and bans: what they are, and how discord.py meets them."""
